"""Finding items by the source they come from, and locking those that change."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select

from community.feedback.models import FeedbackItem
from community.infra.db import db
from community.infra.errors import NotFound


def find_by_source(
    source: str, source_id: str, *, panel_id: int, source_name: str = ""
) -> FeedbackItem | None:
    """The item that was made of this text, or None."""
    return db.session.scalar(
        select(FeedbackItem).where(
            FeedbackItem.panel_id == panel_id,
            FeedbackItem.source == source,
            FeedbackItem.source_name == source_name,
            FeedbackItem.source_id == source_id,
        )
    )


def get_by_source(source: str, source_id: str, *, panel_id: int, source_name: str = "") -> FeedbackItem:
    """The item that was made of this text; NotFound if it was never taken in."""
    item = find_by_source(source, source_id, panel_id=panel_id, source_name=source_name)
    if item is None:
        raise NotFound()
    return item


def lock_known(
    source: str, source_ids: Sequence[str], *, panel_id: int, source_name: str = ""
) -> dict[str, FeedbackItem]:
    """Those of these texts that were taken in before, locked, by `source_id`."""
    items = _locked(
        FeedbackItem.panel_id == panel_id,
        FeedbackItem.source == source,
        FeedbackItem.source_name == source_name,
        FeedbackItem.source_id.in_(source_ids),
    )
    return {item.source_id: item for item in items}


def lock_thread(thread: str, *, panel_id: int, until: datetime) -> list[FeedbackItem]:
    """What had been said in a thread by this moment, locked."""
    return _locked(
        FeedbackItem.thread == thread, FeedbackItem.panel_id == panel_id, FeedbackItem.said_at <= until
    )


def lock_items(item_ids: Sequence[int]) -> list[FeedbackItem]:
    """These items as they are now, locked until the unit of work ends."""
    return _locked(FeedbackItem.id.in_(item_ids)) if item_ids else []


def _locked(*conditions: ColumnElement[bool]) -> list[FeedbackItem]:
    # In one order: two that lock the same items then wait for each other, and not in a ring.
    return list(
        db.session.scalars(
            select(FeedbackItem)
            .where(*conditions)
            .order_by(FeedbackItem.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    )
