"""A member's surveys: what is open for them, what they answered, and what was heard."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import joinedload

from community.infra import clock, paging
from community.infra.db import db
from community.members.models import Member
from community.panels.models import Membership
from community.panels.queries import readable_panel_ids
from community.surveys.models import Response, Survey, SurveyInvitation, SurveyPanel
from community.surveys.queries.asides import ids_of_asking
from community.surveys.queries.audience import answerable

PER_PAGE = 20
# More than that are open for nobody at once.
MOST_OPEN = 50


class OpenSurvey(NamedTuple):
    """A survey that asks the member now; `has_begun` if they have answered some of it."""

    survey: Survey
    has_begun: bool


class Answered(NamedTuple):
    """A survey that the member has answered; texts by language."""

    id: int
    title: dict[str, str]
    state: str
    completed_at: datetime | None
    heard_html: dict[str, str]
    told_back_at: datetime | None


def list_open(member: Member) -> list[OpenSurvey]:
    """What asks the member now and they have not finished, what ends first before the rest.

    Polls stand above their boards and are not listed.
    """
    stands_in = (
        select(SurveyPanel.survey_id)
        .join(Membership, Membership.panel_id == SurveyPanel.panel_id)
        .where(Membership.member_id == member.id, Membership.left_at.is_(None))
    )
    is_drawn = exists().where(
        SurveyInvitation.survey_id == Survey.id, SurveyInvitation.member_id == member.id
    )
    rows = db.session.execute(
        select(Survey, Response.state)
        .outerjoin(Response, and_(Response.survey_id == Survey.id, Response.member_id == member.id))
        .where(
            Survey.id.in_(stands_in),
            Survey.kind != "poll",
            answerable(clock.now()),
            or_(Survey.sampling != "random", is_drawn),
            or_(Response.id.is_(None), Response.state.in_(("started", "withdrawn"))),
        )
        .options(joinedload(Survey.segment))
        .order_by(Survey.closes_at.is_(None), Survey.closes_at, Survey.opened_at, Survey.id)
        .limit(MOST_OPEN)
    ).all()
    asking = ids_of_asking([survey for survey, _state in rows], member)
    return [OpenSurvey(survey, state == "started") for survey, state in rows if survey.id in asking]


def list_answered(member: Member, *, number: int) -> paging.Page[Answered]:
    """What the member has answered and may still see, the latest first."""
    may_read = exists().where(
        SurveyPanel.survey_id == Survey.id, SurveyPanel.panel_id.in_(readable_panel_ids(member))
    )
    rows = db.session.execute(
        select(
            Survey.id,
            Survey.title,
            Survey.state,
            Response.completed_at,
            Survey.heard_html,
            Survey.told_back_at,
        )
        .join(Response, Response.survey_id == Survey.id)
        .where(
            Response.member_id == member.id,
            Response.state == "completed",
            Survey.state.in_(("open", "closed", "told_back")),
            may_read,
        )
        .order_by(Response.completed_at.desc(), Response.id.desc())
        .offset(paging.offset(number, PER_PAGE))
        .limit(PER_PAGE + 1)
    )
    return paging.read_page([Answered(*row) for row in rows], number=number, per_page=PER_PAGE)
