"""What waits to be read, and claiming some of it for one reader."""

from typing import NamedTuple

from sqlalchemy import func, select

from community.feedback.models import FeedbackItem
from community.feedback.queries.learning import WAITING
from community.infra.db import db


class WaitingItem(NamedTuple):
    """An item as its reader needs it."""

    id: int
    title: str
    text: str
    given_language: str | None
    stage: str
    topic_id: int | None

    @property
    def full_text(self) -> str:
        """See `FeedbackItem.full_text`."""
        return f"{self.title}\n{self.text}" if self.title else self.text


_IS_WAITING = select(FeedbackItem.id).where(WAITING).limit(1)
_CLAIM = (
    select(
        FeedbackItem.id,
        FeedbackItem.title,
        FeedbackItem.text,
        FeedbackItem.given_language,
        FeedbackItem.stage,
        FeedbackItem.topic_id,
    )
    .where(WAITING)
    .order_by(FeedbackItem.id)
    .with_for_update(skip_locked=True, key_share=True)
)


def is_anything_waiting() -> bool:
    """Whether there is something to read."""
    return db.session.scalar(_IS_WAITING) is not None


def claim(most: int) -> list[WaitingItem]:
    """The oldest that wait and that nobody else is reading, locked until the unit of work ends."""
    return [WaitingItem._make(row) for row in db.session.execute(_CLAIM.limit(most))]


def count_waiting() -> int:
    """How many items wait to be read."""
    return db.session.scalar(select(func.count()).select_from(FeedbackItem).where(WAITING)) or 0
