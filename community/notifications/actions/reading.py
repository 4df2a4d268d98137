"""Noting what members have read; the unread count is kept with the notices."""

from typing import Any

from sqlalchemy import update
from sqlalchemy.engine import CursorResult

from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import NotFound
from community.members.models import Member
from community.notifications import queries
from community.notifications.models import Notice


def open_notice(member: Member, notice_id: int) -> str:
    """Mark one notice as read and return the path it leads to; NotFound if it is not the member's to see."""
    path = queries.find_path(member, notice_id)
    if path is None:
        raise NotFound()
    with unit_of_work() as session:
        # Locked first, as in `read_all`: two windows of one member must not wait for each other.
        reader = lock(Member, member.id)
        read: Any = session.execute(
            update(Notice)
            .where(Notice.id == notice_id, Notice.member_id == member.id, Notice.read_at.is_(None))
            .values(read_at=clock.now())
        )
        reader.unread_count -= read.rowcount if isinstance(read, CursorResult) else 0
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
