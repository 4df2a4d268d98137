"""Words whose feeling is different on this site."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from community.activity.actions import record
from community.activity.changes import compare
from community.analysis.masking import mask
from community.feedback.actions.knowing import know_more
from community.feedback.models import Listening, SiteWord
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import Invalid
from community.infra.text import clean_line
from community.members.models import Member

WORD_MOST = 60
STRONGEST = 4


def set_word(by: Member, *, word: str, valence: float) -> SiteWord:
    """Let the word weigh this much from now on: -4 (worst) to 4 (best), 0 for nothing at all."""
    word = clean_line(word)
    folded = fold_word(word)
    if not folded:
        raise Invalid(_l("Please fill this in."), field="word")
    if len(word) > WORD_MOST:
        raise Invalid(_l("Please use at most %(max)d characters.", max=WORD_MOST), field="word")
    if not -STRONGEST <= valence <= STRONGEST:
        raise Invalid(_l("Choose a weight between -4 and 4."), field="valence")
    with unit_of_work() as session:
        # Two who set the same word at once do so one after the other.
        lock(Listening, 1)
        site_word = session.scalar(select(SiteWord).where(SiteWord.folded == folded))
        if site_word is None:
            site_word = SiteWord(folded=folded)
            session.add(site_word)
        before = {"valence": site_word.valence}
        site_word.word, site_word.valence = word, valence
        site_word.made_by_id, site_word.made_at = by.id, clock.now()
        session.flush()
        record(
            "site_word.set", subject=site_word, actor=by, word=word, valence=valence,
            **compare(before, {"valence": valence}),
        )  # fmt: skip
        know_more()
    return site_word


def remove_word(site_word: SiteWord, by: Member) -> None:
    """Let the word weigh what it weighs everywhere."""
    with unit_of_work() as session:
        lock(Listening, 1)
        site_word = lock(SiteWord, site_word.id)
        record(
            "site_word.removed", subject=site_word, actor=by, word=site_word.word,
            **compare({"valence": site_word.valence}, {}),
        )  # fmt: skip
        session.delete(site_word)
        know_more()


def fold_word(word: str) -> str:
    """The form in which the readers look for a word."""
    return mask(word).strip().lower()
