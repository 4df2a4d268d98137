"""Forgetting old texts that came from elsewhere; what stands on the site is its author's to remove."""

from sqlalchemy import ColumnElement, select

from community.activity.actions import record
from community.feedback.models import FeedbackItem
from community.feedback.personal_data import empty_items, unlearn
from community.feedback.queries.intake import lock_items
from community.infra.db import db
from community.infra.own_data import Ageing, Reach, count

_FROM_ELSEWHERE = ("import", "mail", "api")


def _count(reach: Reach) -> int:
    return count(FeedbackItem, *_old(reach))


def _forget(reach: Reach, limit: int) -> int:
    statement = select(FeedbackItem.id).where(*_old(reach)).order_by(FeedbackItem.id).limit(limit)
    items = lock_items(list(db.session.scalars(statement)))
    unlearn([item.id for item in items])
    empty_items(items)
    for item in items:
        # Cases that hold it let go of it and of its words.
        record("feedback.withdrawn", subject=item, actor=None, panel_id=item.panel_id)
    return len(items)


def _old(reach: Reach) -> tuple[ColumnElement[bool], ...]:
    return (
        reach.covers(FeedbackItem.panel_id),
        FeedbackItem.source.in_(_FROM_ELSEWHERE),
        FeedbackItem.received_at < reach.before,
        FeedbackItem.text != "",
    )


IMPORTED_TEXTS = Ageing(_count, _forget)
