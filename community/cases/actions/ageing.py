"""Forgetting what was said in cases that were closed long ago; that and when somebody wrote stays."""

from sqlalchemy import ColumnElement, select

from community.cases.models import Case, CaseItem, CaseMessage
from community.cases.personal_data import empty_talk
from community.infra.db import db
from community.infra.own_data import Ageing, Reach, change, count


def _count(reach: Reach) -> int:
    return count(CaseMessage, *_old(reach))


def _forget(reach: Reach, limit: int) -> int:
    statement = select(CaseMessage.id).where(*_old(reach)).order_by(CaseMessage.id).limit(limit)
    numbers = list(db.session.scalars(statement))
    cases = select(CaseMessage.case_id).where(CaseMessage.id.in_(numbers))
    change(CaseItem, CaseItem.case_id.in_(cases), CaseItem.help_comment != "", help_comment="")
    return empty_talk(numbers)


def _old(reach: Reach) -> tuple[ColumnElement[bool], ...]:
    closed = select(Case.id).where(
        reach.covers(Case.panel_id), Case.is_open.is_(False), Case.resolved_at < reach.before
    )
    return (
        CaseMessage.case_id.in_(closed),
        CaseMessage.written_at < reach.before,
        CaseMessage.body != "",
    )


CASE_TALK = Ageing(_count, _forget)
