"""What is held about a member among the texts that are listened to, and in what was learned from them."""

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, String, and_, cast, false, func, or_, select

from community.activity.personal_data import forget_data
from community.feedback import wording
from community.feedback.actions.knowing import know_more, recount_topics
from community.feedback.models import (
    Correction,
    FeedbackItem,
    ItemTopic,
    LearnedModel,
    Listening,
    RefusedRow,
    Topic,
)
from community.feedback.queries.intake import lock_items
from community.infra.db import db, lock
from community.infra.language import show_date
from community.infra.own_data import Line, OwnFile, Part, change, facts_of, filled, lines, remove, rows
from community.members.models import Member

HOLDS: Mapping[str, str] = {
    "feedback_items.author_id": "chosen",
    "feedback_items.author_key": "emptied",
    "topics.owner_id": "unlinked",
    "topics.process_owner_id": "unlinked",
    "corrections.text": "chosen",
    "corrections.made_by_id": "nameless",
    "site_words.made_by_id": "nameless",
    "learned_models.weights": "deleted",
    "learned_models.changed_by_id": "nameless",
    "feedback_imports.made_by_id": "nameless",
    "refused_rows.cells": "deleted",
}
_LEFT_OUT = ("search_terms",)


def export(member: Member) -> Mapping[str, Part]:
    """All texts of the member with what was read in them, and rows of imports that were refused."""
    return filled(
        {
            "texts": Part(
                _("What you said, and what was read in it"), [_item(item) for item in _items(member)]
            ),
            "refused_rows": Part(
                _("Rows of files with your address that could not be taken in"),
                lines(
                    _refused_rows(member),
                    lambda row: _("Row %(number)s of import %(name)s", number=row.number, name=row.import_id),
                ),
            ),
        }
    )


def files(member: Member) -> list[OwnFile]:
    """There are none: a file that was imported goes as soon as it is taken in."""
    return []


def erase(member: Member, *, keeps_texts: bool) -> Mapping[str, int]:
    """Texts that do not stay are emptied and what was learned from them is learned anew without them."""
    items = lock_items([item.id for item in _items(member)])
    going = [item for item in items if not keeps_texts or item.state == "withdrawn"]
    report = {
        "refused_rows": _forget_refused_rows(member),
        "feedback_items": len(items),
        "learned_models": unlearn([item.id for item in going]),
    }
    empty_items(going)
    for item in items:
        item.author_key = ""
    # Its entries in the log carry its title: that of praise which was passed on, for one.
    forget_data("feedbackitem", select(FeedbackItem.id).where(FeedbackItem.id.in_([one.id for one in going])))
    for column in (Topic.owner_id, Topic.process_owner_id):
        change(Topic, column == member.id, **{column.key: None})
    return report


def empty_items(items: list[FeedbackItem]) -> None:
    """Leave of locked items that they were there and what they counted as, and nothing they said."""
    recount_topics((item.topic_id, None) for item in items)
    for item in items:
        item.title = item.text = item.search_terms = item.error = item.author_key = ""
        item.evidence, item.preferences, item.urgency_reasons = [], [], []
        item.state, item.topic_id, item.ask_reason = "withdrawn", None, None
    numbers = [item.id for item in items]
    remove(ItemTopic, ItemTopic.item_id.in_(numbers))
    db.session.flush()


def unlearn(item_ids: list[int]) -> int:
    """Forget the labels on these texts and every version that was fitted with one of them.

    Until the next fitting, within the hour, what was learned before them reads, or the lexicon.
    """
    labels = rows(Correction, Correction.item_id.in_(item_ids))
    if not labels:
        return 0
    lock(Listening, 1)
    oldest = {task: [label.id for label in labels if label.field == task] for task in ("sentiment", "topic")}
    forgotten = sum(
        remove(LearnedModel, LearnedModel.task == task, LearnedModel.last_correction_id >= min(numbers))
        for task, numbers in oldest.items()
        if numbers
    )
    remove(Correction, Correction.id.in_([label.id for label in labels]))
    know_more()
    return forgotten


def _items(member: Member) -> list[FeedbackItem]:
    return rows(FeedbackItem, or_(FeedbackItem.author_id == member.id, _is_called_by_address(member)))


def _is_called_by_address(member: Member) -> ColumnElement[bool]:
    """Texts from elsewhere that carry the address which the member has shown to be theirs."""
    if member.email_folded is None:
        return false()
    return and_(FeedbackItem.author_id.is_(None), func.lower(FeedbackItem.author_key) == member.email_folded)


def _item(item: FeedbackItem) -> Line:
    labels = rows(Correction, Correction.item_id == item.id)
    topics = rows(ItemTopic, ItemTopic.item_id == item.id)
    return Line(
        _(
            "%(what)s, on %(date)s",
            what=item.source_name or wording.SOURCES[item.source],
            date=show_date(item.said_at),
        ),
        facts_of(item, leave_out=_LEFT_OUT)
        | {"labels": [facts_of(row) for row in labels], "topics": [facts_of(row) for row in topics]},
        said=item.full_text,
        path=item.path,
    )


def _refused_rows(member: Member) -> list[RefusedRow]:
    if member.email_folded is None:
        return []
    cells = func.lower(cast(RefusedRow.cells, String))
    return rows(RefusedRow, cells.contains(member.email_folded, autoescape=True))


def _forget_refused_rows(member: Member) -> int:
    found = _refused_rows(member)
    for row in found:
        db.session.delete(row)
    db.session.flush()
    return len(found)
