"""Who is drawn, told and reminded next."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, null, or_, select

from community.infra import clock
from community.infra.db import db
from community.members.models import Member
from community.notifications.queries import preferences
from community.panels import queries as panels
from community.panels.models import Membership, Panel
from community.surveys.models import (
    ContactBudget,
    Response,
    Survey,
    SurveyCell,
    SurveyInvitation,
    SurveyPanel,
)
from community.surveys.queries.audience import answerable, asked_by, audience_of
from community.surveys.queries.cells import list_cells
from community.surveys.queries.reach import within_budget

# What members choose about as "Questions for you"; see notifications/topics.py.
INVITATIONS = "surveys"


class Invitee(NamedTuple):
    """A drawn member who is to be told; `email` is None if mail cannot or must not go to them.

    `panel_id` is the panel through which they are asked.
    """

    invitation_id: int
    member_id: int
    panel_id: int
    name: str
    locale: str
    email: str | None
    time_zone: str
    quiet_from: int | None
    quiet_until: int | None


def list_ids_to_draw(survey: Survey) -> list[int]:
    """The ids of those in the audience who were not drawn yet."""
    return list(db.session.scalars(_to_draw(survey)))


def has_somebody_to_draw(survey: Survey) -> bool:
    """Whether somebody in the audience was not drawn yet."""
    return db.session.scalar(_to_draw(survey).limit(1)) is not None


def has_drawn(survey: Survey) -> bool:
    """Whether the survey has drawn anybody."""
    drawn = select(SurveyInvitation.id).where(SurveyInvitation.survey_id == survey.id).limit(1)
    return db.session.scalar(drawn) is not None


def list_growing() -> list[Survey]:
    """The open surveys that also ask those who come into their audience later."""
    return list(
        db.session.scalars(
            select(Survey)
            .where(Survey.kind != "poll", Survey.sampling != "random", answerable(clock.now()))
            .order_by(Survey.id)
        )
    )


def list_with_untold() -> list[Survey]:
    """The open surveys in which somebody was drawn and not yet told, the first opened first."""
    waits = exists().where(SurveyInvitation.survey_id == Survey.id, SurveyInvitation.told_at.is_(None))
    return list(
        db.session.scalars(
            select(Survey).where(waits, answerable(clock.now())).order_by(Survey.opened_at, Survey.id)
        )
    )


def list_with_unreminded(budget: ContactBudget) -> list[Survey]:
    """The open surveys in which somebody was told long enough ago and not reminded."""
    waits = exists().where(SurveyInvitation.survey_id == Survey.id, *_is_due_for_reminder(budget))
    return list(db.session.scalars(select(Survey).where(waits, answerable(clock.now())).order_by(Survey.id)))


def list_to_tell(
    survey: Survey, budget: ContactBudget, *, limit: int, cell: SurveyCell | None = None
) -> list[Invitee]:
    """Those who are told next, in the order in which they were drawn; with a cell, those who fit it.

    Nobody is told of what they have begun, nor who is no longer asked, nor who is over the budget.
    """
    has_begun = exists().where(Response.survey_id == survey.id, Response.member_id == Member.id)
    statement = _invitees(survey).where(
        SurveyInvitation.told_at.is_(None), ~has_begun, within_budget(budget, clock.now())
    )
    if cell is not None:
        statement = statement.where(panels.members_who(cell.rule, panels.get_vocabulary()))
    return [Invitee(*row) for row in db.session.execute(statement.limit(limit))]


def list_to_remind(survey: Survey, budget: ContactBudget, *, limit: int) -> list[Invitee]:
    """Those who were told some days ago and have not answered, as long as there is a place for them."""
    has_ended = exists().where(
        Response.survey_id == survey.id, Response.member_id == Member.id, Response.state != "started"
    )
    statement = _invitees(survey).where(*_is_due_for_reminder(budget), ~has_ended)
    if survey.sampling == "quotas":
        vocabulary = panels.get_vocabulary()
        rules = [
            panels.members_who(cell.rule, vocabulary)
            for cell in list_cells(survey)
            if cell.taken_count < cell.target_count
        ]
        holds_place = exists().where(
            Response.survey_id == survey.id, Response.member_id == Member.id, Response.cell_id.is_not(None)
        )
        statement = statement.where(or_(holds_place, *rules))
    return [Invitee(*row) for row in db.session.execute(statement.limit(limit))]


def count_unanswered(survey: Survey, cell: SurveyCell, *, since: datetime) -> int:
    """How many of those who fit the cell were told since then and have not begun to answer."""
    has_begun = exists().where(Response.survey_id == survey.id, Response.member_id == Member.id)
    told = (
        select(func.count())
        .select_from(SurveyInvitation)
        .join(Member, Member.id == SurveyInvitation.member_id)
        .where(
            SurveyInvitation.survey_id == survey.id,
            SurveyInvitation.told_at > since,
            ~has_begun,
            panels.members_who(cell.rule, panels.get_vocabulary()),
        )
    )
    return db.session.scalar(told) or 0


def these(member_ids: Sequence[int]) -> Select[int]:
    """Just these members."""
    return select(Member.id).where(Member.id.in_(member_ids))


def refuses_mail(member: Member) -> bool:
    """Whether the member wants no invitations by mail."""
    return preferences.chosen_by(member).get((INVITATIONS, None)) == "never"


def _is_due_for_reminder(budget: ContactBudget) -> tuple[ColumnElement[bool], ...]:
    return (
        SurveyInvitation.told_at < clock.ago(days=budget.remind_after_days),
        SurveyInvitation.reminded_at.is_(None),
    )


def _to_draw(survey: Survey) -> Select[int]:
    is_drawn = exists().where(
        SurveyInvitation.survey_id == survey.id, SurveyInvitation.member_id == Member.id
    )
    return select(Member.id).where(audience_of(survey), ~is_drawn)


def _invitees(survey: Survey) -> Select[Any]:
    panel_id = (
        select(func.min(Membership.panel_id))
        .join(
            SurveyPanel, and_(SurveyPanel.panel_id == Membership.panel_id, SurveyPanel.survey_id == survey.id)
        )
        .join(Panel, Panel.id == Membership.panel_id)
        .where(Membership.member_id == Member.id, Membership.left_at.is_(None), Panel.archived_at.is_(None))
        .scalar_subquery()
    )
    refuses = or_(preferences.wants_none(INVITATIONS), Member.mail_stopped_at.is_not(None))
    return (
        select(
            SurveyInvitation.id, Member.id, panel_id, Member.display_name, Member.locale,
            case((refuses, null()), else_=Member.email),
            Member.time_zone, Member.quiet_from, Member.quiet_until,
        )
        .join(Member, Member.id == SurveyInvitation.member_id)
        .where(SurveyInvitation.survey_id == survey.id, asked_by(survey))
        .order_by(SurveyInvitation.id)
    )  # fmt: skip
