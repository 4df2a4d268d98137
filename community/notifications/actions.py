"""Tell members what happened, and note what they have read; the unread count is kept with the notices."""

from typing import Any

from sqlalchemy import JSON, Select, exists, insert, literal, select, update
from sqlalchemy.engine import CursorResult

from community.activity.models import Activity
from community.infra import clock
from community.infra.db import BigId, UtcDateTime, lock, unit_of_work
from community.infra.errors import NotFound
from community.members.models import Member
from community.notifications import queries
from community.notifications.models import Notice


def tell(
    activity: Activity,
    *,
    kind: str,
    to: Select[int],
    path: str,
    data: dict[str, Any],
    needs_panel: bool = True,
) -> int:
    """Put one notice before each of these members and say how many there were.

    Nobody is told of what they did themselves, nor twice of one activity; telling again changes nothing.
    A notice that needs its panel goes out of sight for those who may no longer read it.
    """
    of_this = select(Notice.member_id).where(Notice.activity_id == activity.id, Notice.kind == kind)
    with unit_of_work() as session:
        if session.scalar(of_this.limit(1)) is not None:
            return 0
        readers = select(
            Member.id,
            literal(activity.id, BigId),
            literal(kind),
            literal(activity.panel_id if needs_panel else None, BigId),
            literal(path),
            literal(data, JSON),
            literal(clock.now(), UtcDateTime()),
        ).where(
            Member.id.in_(to),
            Member.id != (activity.actor_id or 0),
            Member.state == "active",
            ~exists().where(Notice.member_id == Member.id, Notice.activity_id == activity.id),
        )
        columns = ["member_id", "activity_id", "kind", "panel_id", "path", "data", "created_at"]
        told = session.execute(insert(Notice).from_select(columns, readers))
        # Everybody's row in one order: two that tell at once wait for each other, and not in a ring.
        session.execute(
            select(Member.id)
            .where(Member.id.in_(of_this))
            .order_by(Member.id)
            .with_for_update(key_share=True)
        )
        session.execute(
            update(Member)
            .where(Member.id.in_(of_this))
            .values(unread_count=Member.unread_count + 1)
            .execution_options(synchronize_session=False)
        )
        session.expire_all()
        return _rows(told)


def open_notice(member: Member, notice_id: int) -> str:
    """Mark one notice as read and return the path it leads to; NotFound if it is not the member's to see."""
    path = queries.find_path(member, notice_id)
    if path is None:
        raise NotFound()
    with unit_of_work() as session:
        # Locked first, as in `read_all`: two windows of one member must not wait for each other.
        reader = lock(Member, member.id)
        read = session.execute(
            update(Notice)
            .where(Notice.id == notice_id, Notice.member_id == member.id, Notice.read_at.is_(None))
            .values(read_at=clock.now())
        )
        reader.unread_count -= _rows(read)
    return path


def read_all(member: Member) -> None:
    """Mark all that the member was told as read, also what they may no longer see."""
    with unit_of_work() as session:
        # Locked first: what is told meanwhile is counted after this.
        reader = lock(Member, member.id)
        session.execute(
            update(Notice)
            .where(Notice.member_id == member.id, Notice.read_at.is_(None))
            .values(read_at=clock.now())
        )
        reader.unread_count = 0


def _rows(result: Any) -> int:
    return int(result.rowcount) if isinstance(result, CursorResult) else 0
