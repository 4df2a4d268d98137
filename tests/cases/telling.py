"""What tests of answered cases ask again and again."""

from sqlalchemy import select

from community.cases.models import Case, CaseEvent
from community.cases.queries import conversation
from community.feedback.models import FeedbackItem
from community.infra.db import db
from community.members.models import Member
from community.notifications.models import Notice


def steps_of(case: Case) -> list[str]:
    """The history of a case by its kinds, oldest first."""
    return list(
        db.session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id))
    )


def notices_of(member: Member) -> list[Notice]:
    """What the member was told, oldest first."""
    return list(db.session.scalars(select(Notice).where(Notice.member_id == member.id).order_by(Notice.id)))


def told(member: Member) -> list[str]:
    """The kinds of what the member was told about cases, those of desks left out."""
    desks = ("cases.assigned", "cases.item_added")
    return [notice.kind for notice in notices_of(member) if notice.kind not in desks]


def item_of(case: Case) -> FeedbackItem:
    """The first text of a case."""
    return db.session.get_one(FeedbackItem, conversation.item_ids(case.id)[0])
