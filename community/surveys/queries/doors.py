"""The access door of surveys: which of them staff may work on, and which a member may know of and answer."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import joinedload

from community.infra import clock
from community.infra.db import db
from community.infra.errors import NotFound
from community.members.models import Member
from community.panels import policy as panel_policy
from community.panels.models import Membership, Panel
from community.surveys import policy, states
from community.surveys.models import Response, Survey, SurveyInvitation, SurveyPanel
from community.surveys.queries.audience import asked_by
from community.surveys.queries.cells import list_fitting_cells


class Seen(NamedTuple):
    """A survey as one viewer meets it; `why` says why they cannot answer, "" if they can.

    Words: "not_open" (still being built), "closed", "answered", "not_asked", "full" (no place for people
    like them). `panel_id` is the first of its panels that the member stands in; there, or where they began
    to answer, they may be paused until some moment.
    """

    survey: Survey
    response: Response | None
    invitation: SurveyInvitation | None
    panel_id: int | None
    can_answer: bool
    why: str
    paused_until: datetime | None


_BUILT = select(Survey).options(joinedload(Survey.segment), joinedload(Survey.owner).lazyload(Member.roles))


def get_built(survey_id: int, viewer: Member | None) -> Survey:
    """The survey for those who may build it; NotFound for everybody else."""
    survey = db.session.scalar(_BUILT.where(Survey.id == survey_id))
    if survey is None or not policy.can_build(viewer, survey):
        raise NotFound()
    return survey


def get_survey(survey_id: int, viewer: Member | None) -> Seen:
    """The survey for those it asks, those who answered it and those who build it; NotFound for all others."""
    survey = db.session.scalar(_BUILT.where(Survey.id == survey_id))
    if survey is None or viewer is None:
        raise NotFound()
    response, invitation = find_part(survey, viewer)
    rooms = _rooms(survey, viewer)
    is_asked = _is_asked(survey, viewer)
    can_read_panel = any(panel_policy.may_read_panel(viewer, *room) for room in rooms)
    if not policy.can_build(viewer, survey) and not policy.can_see_survey(
        survey, is_asked=is_asked, response=response, can_read_panel=can_read_panel
    ):
        raise NotFound()
    why = _why_not(survey, viewer, response=response, is_asked=is_asked)
    panel_id = next((panel.id for panel, membership in rooms if panel_policy.is_in(membership)), None)
    answers_in = response.panel_id if response is not None else panel_id
    membership = next((membership for panel, membership in rooms if panel.id == answers_in), None)
    paused_until = panel_policy.paused_until(viewer, membership, now=clock.now())
    return Seen(survey, response, invitation, panel_id, not why, why, paused_until)


def find_survey(survey_id: int) -> Survey | None:
    """The survey, for what follows by itself and looks on nobody's behalf."""
    return db.session.get(Survey, survey_id)


def find_part(survey: Survey, member: Member) -> tuple[Response | None, SurveyInvitation | None]:
    """The member's response to the survey and their invitation to it, as they are in the database now."""
    row = db.session.execute(
        select(Response, SurveyInvitation)
        .select_from(Survey)
        .outerjoin(Response, and_(Response.survey_id == Survey.id, Response.member_id == member.id))
        .outerjoin(
            SurveyInvitation,
            and_(SurveyInvitation.survey_id == Survey.id, SurveyInvitation.member_id == member.id),
        )
        .where(Survey.id == survey.id)
        .execution_options(populate_existing=True)
    ).one()
    return row[0], row[1]


def _rooms(survey: Survey, viewer: Member) -> list[tuple[Panel, Membership | None]]:
    rows = db.session.execute(
        select(Panel, Membership)
        .join(SurveyPanel, SurveyPanel.panel_id == Panel.id)
        .outerjoin(Membership, and_(Membership.panel_id == Panel.id, Membership.member_id == viewer.id))
        .where(SurveyPanel.survey_id == survey.id)
        .order_by(Panel.id)
    )
    return [(panel, membership) for panel, membership in rows]


def _is_asked(survey: Survey, viewer: Member) -> bool:
    asked = select(Member.id).where(Member.id == viewer.id, asked_by(survey))
    return db.session.scalar(asked) is not None


def _why_not(survey: Survey, viewer: Member, *, response: Response | None, is_asked: bool) -> str:
    if states.is_building(survey.state):
        return "not_open"
    if not policy.is_answerable(survey, clock.now()):
        return "closed"
    if response is not None and response.state == "completed":
        return "answered"
    if not is_asked:
        return "not_asked"
    if survey.sampling == "quotas" and (response is None or response.cell_id is None):
        cells = list_fitting_cells(survey, viewer)
        if not any(cell.taken_count < cell.target_count for cell in cells):
            return "full"
    return ""
