"""Who spoke of what and how satisfied they were, text by text."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple, cast

from sqlalchemy import or_, select

from community.feedback.models import FeedbackItem
from community.infra.db import db
from community.insights.queries.scoping import in_scope
from community.insights.scope import Scope

_CHUNK = 5000


class Said(NamedTuple):
    """A text that was read: who wrote it (None: nobody knows), where it comes from, and what is in it."""

    author_id: int | None
    author_key: str
    panel_id: int
    source: str
    source_name: str
    topic_id: int | None
    score: float | None
    rating: float | None


def list_said(scope: Scope) -> Iterator[Sequence[Said]]:
    """The texts of the scope with a score or a rating, in an order that stays, some thousand at a time."""
    statement = (
        select(
            FeedbackItem.author_id,
            FeedbackItem.author_key,
            FeedbackItem.panel_id,
            FeedbackItem.source,
            FeedbackItem.source_name,
            FeedbackItem.topic_id,
            FeedbackItem.score,
            FeedbackItem.rating,
        )
        .where(
            in_scope(scope),
            FeedbackItem.state == "read",
            or_(FeedbackItem.score.is_not(None), FeedbackItem.rating.is_not(None)),
        )
        .order_by(FeedbackItem.panel_id, FeedbackItem.said_at, FeedbackItem.id)
    )
    rows = db.session.connection().execute(statement, execution_options={"yield_per": _CHUNK})
    for chunk in rows.partitions():
        # The rows as they come: making tuples of a million of them would take as long as reading them.
        yield cast(Sequence[Said], chunk)
