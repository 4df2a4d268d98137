"""Setting the rules that texts are screened by, and the words that are not said here."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from community.activity.actions import record
from community.activity.changes import compare
from community.infra import clock
from community.infra.db import insert_new, lock, unit_of_work
from community.infra.errors import Forbidden, Invalid
from community.infra.text import clean_line
from community.members.models import Member
from community.moderation import policy, rules
from community.moderation.folding import fold_term
from community.moderation.models import WORD_EFFECTS, BlockedWord, ScreeningRules
from community.moderation.queries import rules as queries
from community.panels.models import Panel

TERM_MOST = 80
WORDS_MOST = 1000


class Added(NamedTuple):
    """How many words are new, and how many were there already."""

    new_count: int
    known_count: int


def set_rules(panel: Panel | None, settings: Mapping[str, Any], *, by: Member) -> None:
    """Let these settings, and no others, stand over those one floor up; None is the site."""
    settings = rules.checked(settings)
    panel_id = _floor(panel, by)
    with unit_of_work() as session:
        insert_new(ScreeningRules, [{"panel_id": panel_id, "settings": {}}] if panel_id is not None else [])
        row = lock(ScreeningRules, queries.get_row_id(panel_id))
        if row.settings == settings:
            return
        changed = compare(row.settings, settings)
        row.settings, row.changed_by_id, row.changed_at = settings, by.id, clock.now()
        session.flush()
        record("screening_rules.changed", subject=row, actor=by, panel_id=panel_id, **changed)


def block_words(panel: Panel | None, terms: Iterable[str], *, effect: str, by: Member) -> Added:
    """Let these words not be said in the panel, or (None) anywhere; those known there take the new effect."""
    if effect not in WORD_EFFECTS:
        raise Invalid(field="effect")
    folded = _fold_all(terms)
    panel_id = _floor(panel, by)
    with unit_of_work() as session:
        # The floor's row, so that two who add the same words wait for each other.
        insert_new(ScreeningRules, [{"panel_id": panel_id, "settings": {}}] if panel_id is not None else [])
        row = lock(ScreeningRules, queries.get_row_id(panel_id))
        known = {word.folded: word for word in queries.list_words_folded(panel_id, list(folded))}
        for word in known.values():
            word.effect = effect
        new = {key: term for key, term in folded.items() if key not in known}
        session.add_all(
            BlockedWord(panel_id=panel_id, term=term, folded=key, effect=effect, made_by_id=by.id)
            for key, term in new.items()
        )
        record(
            "blocked_words.changed",
            subject=row,
            actor=by,
            panel_id=panel_id,
            before={"words": []},
            after={"words": list(folded.values())[:50], "effect": effect},
            count=len(folded),
        )
    return Added(len(new), len(known))


def allow_words(panel: Panel | None, word_ids: Iterable[int], *, by: Member) -> int:
    """Let these words of the panel, or (None) of the site, be said again; says how many they were."""
    panel_id = _floor(panel, by)
    with unit_of_work() as session:
        row = lock(ScreeningRules, queries.get_row_id(panel_id))
        words = queries.list_words_by_id(panel_id, list(word_ids))
        if not words:
            return 0
        session.execute(delete(BlockedWord).where(BlockedWord.id.in_([word.id for word in words])))
        record(
            "blocked_words.changed",
            subject=row,
            actor=by,
            panel_id=panel_id,
            before={"words": [word.term for word in words][:50]},
            after={"words": []},
            count=len(words),
        )
    return len(words)


def _floor(panel: Panel | None, by: Member) -> int | None:
    panel_id = panel.id if panel is not None else None
    if not policy.can_run_rules(by, panel_id):
        raise Forbidden()
    return panel_id


def _fold_all(terms: Iterable[str]) -> dict[str, str]:
    """The words by what they are compared by, each once, in their order."""
    folded: dict[str, str] = {}
    for term in map(clean_line, terms):
        if not term:
            continue
        key = fold_term(term)
        if not key or len(term) > TERM_MOST:
            raise Invalid(_l("“%(word)s” can't be looked for.", word=term[:TERM_MOST]), field="terms")
        folded.setdefault(key, term)
    if not folded:
        raise Invalid(_l("Please fill this in."), field="terms")
    if len(folded) > WORDS_MOST:
        raise Invalid(_l("Please add at most %(most)d words at a time.", most=WORDS_MOST), field="terms")
    return folded
