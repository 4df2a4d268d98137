"""Choose the texts that people are asked about, so that each answer teaches as much as it can."""

import secrets

from sqlalchemy import update

from community.activity.actions import record
from community.analysis.learning.choosing import choose
from community.analysis.learning.features import GROUPS, Group
from community.feedback.models import FeedbackItem
from community.feedback.queries import labelling
from community.feedback.queries.learning import LANGUAGES_OF, count_labels_of
from community.infra.db import lock, unit_of_work
from community.members.models import Member

# Texts that wait for a label in each language; a few less before more are chosen.
ASKED = 30
ASKED_AT_LEAST = 15


def ask_more() -> int:
    """Choose more texts to ask about in each language where few are left; says how many."""
    return sum(_ask_more(group) for group in GROUPS)


def skip(item: FeedbackItem, by: Member) -> None:
    """Ask nobody about this text any more: somebody could not tell."""
    with unit_of_work():
        item = lock(FeedbackItem, item.id)
        if item.ask_reason is not None:
            item.ask_reason = "skipped"
            record("feedback.label_skipped", subject=item, actor=by, panel_id=item.panel_id)


def _ask_more(group: Group) -> int:
    languages = LANGUAGES_OF[group]
    asked = labelling.count_asked(languages)
    if asked >= ASKED_AT_LEAST:
        return 0
    choices = choose(
        labelling.list_candidates(languages),
        ASKED - asked,
        label_count=count_labels_of(group),
        seed=secrets.randbits(32),
    )
    if not choices:
        return 0
    with unit_of_work() as session:
        for reason in ("random", "unsure"):
            session.execute(
                update(FeedbackItem)
                .where(
                    FeedbackItem.id.in_([choice.id for choice in choices if choice.reason == reason]),
                    FeedbackItem.ask_reason.is_(None),
                )
                .values(ask_reason=reason)
                .execution_options(synchronize_session=False)
            )
    return len(choices)
