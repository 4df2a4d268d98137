"""Forgetting old notices."""

from sqlalchemy import ColumnElement, func, select, update

from community.infra.db import db
from community.infra.own_data import Ageing, Reach, count, remove
from community.members.models import Member
from community.notifications.models import Notice


def _count(reach: Reach) -> int:
    return count(Notice, *_old(reach))


def _forget(reach: Reach, limit: int) -> int:
    found = db.session.execute(
        select(Notice.id, Notice.member_id).where(*_old(reach)).order_by(Notice.id).limit(limit)
    ).all()
    gone = remove(Notice, Notice.id.in_([row.id for row in found]))
    unread = select(func.count()).where(Notice.member_id == Member.id, Notice.read_at.is_(None))
    db.session.execute(
        update(Member)
        .where(Member.id.in_({row.member_id for row in found}))
        .values(unread_count=unread.scalar_subquery())
        .execution_options(synchronize_session=False)
    )
    return gone


def _old(reach: Reach) -> tuple[ColumnElement[bool], ...]:
    return (reach.covers(Notice.panel_id), Notice.created_at < reach.before)


NOTICES = Ageing(_count, _forget)
