"""Small helpers for tests about whom surveys reach."""

from typing import Any

from sqlalchemy import select

from community.infra.db import db, lock, unit_of_work
from community.infra.mail import OutgoingMail
from community.members.models import Member
from community.notifications.models import Notice
from community.surveys.models import ContactBudget, Survey, SurveyCell, SurveyInvitation
from community.surveys.queries import reach

EVERYBODY = {"joined_after": "2000-01-01"}


def make_cell(
    survey: Survey, rule: dict[str, Any] | None = None, *, target_count: int = 1, **counts: int
) -> SurveyCell:
    """Places in the survey for whom the rule means."""
    with unit_of_work() as session:
        cell = SurveyCell(
            survey_id=survey.id, name="Cell", rule=rule or EVERYBODY, target_count=target_count, **counts
        )
        session.add(cell)
    return cell


def allow(**values: int) -> None:
    """Set the contact budget."""
    with unit_of_work():
        budget = lock(ContactBudget, reach.BUDGET_ID)
        for name, value in values.items():
            setattr(budget, name, value)


def told(survey: Survey) -> set[int]:
    """The ids of those who were told of the survey."""
    return set(
        db.session.scalars(
            select(SurveyInvitation.member_id).where(
                SurveyInvitation.survey_id == survey.id, SurveyInvitation.told_at.is_not(None)
            )
        )
    )


def noticed(member: Member) -> list[str]:
    """The kinds of notices that the member was given about surveys, in order."""
    return list(
        db.session.scalars(
            select(Notice.kind)
            .where(Notice.member_id == member.id, Notice.kind.startswith("surveys."))
            .order_by(Notice.id)
        )
    )


def mails_to(member: Member) -> list[OutgoingMail]:
    """The mails to the member, in order."""
    return list(
        db.session.scalars(
            select(OutgoingMail).where(OutgoingMail.to_address == member.email).order_by(OutgoingMail.id)
        )
    )
