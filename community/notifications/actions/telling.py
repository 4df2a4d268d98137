"""Telling members what happened, and taking it back; the unread count is kept with the notices."""

from typing import Any

from sqlalchemy import (
    JSON,
    ColumnElement,
    Select,
    String,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.engine import CursorResult

from community.activity.models import Activity
from community.infra import clock
from community.infra.db import BigId, UtcDateTime, unit_of_work
from community.members.models import Member
from community.notifications import paces, topics
from community.notifications.models import Notice


def tell(
    activity: Activity,
    *,
    kind: str,
    to: Select[int],
    path: str,
    data: dict[str, Any],
    needs_panel: bool = True,
    why: ColumnElement[str] | None = None,
) -> int:
    """Put one notice before each of these members and say how many there were.

    Nobody is told of what they did themselves, nor twice of one activity; telling again changes nothing.
    A notice that needs its panel goes out of sight for those who may no longer read it. `why` is the key of
    a reason (see topics.py) by `Member.id`, where not all are told for the same one.
    """
    of_this = select(Notice.member_id).where(Notice.activity_id == activity.id, Notice.kind == kind)
    now = clock.now()
    with unit_of_work() as session:
        if session.scalar(of_this.limit(1)) is not None:
            return 0
        readers = select(
            Member.id,
            literal(activity.id, BigId),
            literal(kind),
            why if why is not None else literal(topics.why_of(kind), String),
            literal(activity.panel_id if needs_panel else None, BigId),
            literal(path),
            literal(data, JSON),
            literal(now, UtcDateTime()),
            _mail_state(kind),
            literal(now + paces.BUNDLED_FOR, UtcDateTime()),
        ).where(
            Member.id.in_(to),
            Member.id != (activity.actor_id or 0),
            Member.state == "active",
            ~exists().where(Notice.member_id == Member.id, Notice.activity_id == activity.id),
        )
        columns = [
            "member_id", "activity_id", "kind", "why", "panel_id", "path", "data", "created_at", "mail_state",
            "mail_due_at",
        ]  # fmt: skip
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


def take_back(activity_ids: Select[int], *, but_from: Select[int] | None = None) -> int:
    """Forget what was told of these activities, read or unread, mailed or not; says how many notices.

    `but_from` are members whose notices stay: their own text is theirs to read about.
    """
    of_these = [Notice.activity_id.in_(activity_ids)]
    if but_from is not None:
        of_these.append(Notice.member_id.not_in(but_from))
    with unit_of_work() as session:
        # In the order in which `tell` locks them.
        session.execute(
            select(Member.id)
            .where(Member.id.in_(select(Notice.member_id).where(*of_these)))
            .order_by(Member.id)
            .with_for_update(key_share=True)
        )
        unread = (
            select(func.count(Notice.id))
            .where(Notice.member_id == Member.id, Notice.read_at.is_(None), *of_these)
            .scalar_subquery()
        )
        session.execute(
            update(Member)
            .where(Member.id.in_(select(Notice.member_id).where(Notice.read_at.is_(None), *of_these)))
            .values(unread_count=Member.unread_count - unread)
            .execution_options(synchronize_session=False)
        )
        gone = session.execute(delete(Notice).where(*of_these).execution_options(synchronize_session=False))
        session.expire_all()
        return _rows(gone)


def _mail_state(kind: str) -> ColumnElement[str]:
    """Whether there is somebody to write to; how soon is decided when it is due, by what they chose."""
    if not topics.is_mailed(kind):
        return literal("none", String)
    can_be_mailed = and_(Member.email.is_not(None), Member.mail_stopped_at.is_(None))
    return case((can_be_mailed, "owed"), else_="none")


def _rows(result: Any) -> int:
    return int(result.rowcount) if isinstance(result, CursorResult) else 0
