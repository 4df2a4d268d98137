"""Forgetting when and from where members were here."""

from sqlalchemy import ColumnElement, select, tuple_

from community.infra.db import db
from community.infra.own_data import Ageing, Reach, count, remove
from community.members.models import MemberSession, VisitDay


def _count(reach: Reach) -> int:
    if not reach.is_site:
        return 0
    return count(MemberSession, _old_session(reach)) + count(VisitDay, _old_day(reach))


def _forget(reach: Reach, limit: int) -> int:
    if not reach.is_site:
        return 0
    sessions = select(MemberSession.id).where(_old_session(reach)).order_by(MemberSession.id).limit(limit)
    gone = remove(MemberSession, MemberSession.id.in_(list(db.session.scalars(sessions))))
    days = select(VisitDay.member_id, VisitDay.on).where(_old_day(reach)).limit(limit - gone)
    found = [tuple(row) for row in db.session.execute(days)]
    return gone + remove(VisitDay, tuple_(VisitDay.member_id, VisitDay.on).in_(found))


def _old_session(reach: Reach) -> ColumnElement[bool]:
    return MemberSession.last_seen_at < reach.before


def _old_day(reach: Reach) -> ColumnElement[bool]:
    return VisitDay.on < reach.before.date()


SIGN_INS = Ageing(_count, _forget)
