"""What the health of panels is told from: who is in them, how they are asked, how much they say."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from community.feedback.models import FeedbackItem
from community.ideas.models import Idea, Vote
from community.infra.db import db
from community.infra.language import text_in
from community.insights.queries.people import is_in, of_segments
from community.insights.queries.scoping import in_scope
from community.insights.queries.times import minutes_between
from community.insights.scope import Scope
from community.members.models import AttributeAnswer, Member, ProfileAttribute, VisitDay
from community.panels.models import Invitation, Membership, Panel
from community.surveys.models import (
    ContactBudget,
    Response,
    Survey,
    SurveyInvitation,
    SurveyPanel,
)


class Stay(NamedTuple):
    """A member's time in one panel; who is still there has not left, who lost their account is not active."""

    member_id: int
    panel_id: int
    joined_at: datetime
    left_at: datetime | None
    last_active_at: datetime
    is_active: bool

    @property
    def stands(self) -> bool:
        """Whether they are in the panel now."""
        return self.left_at is None and self.is_active


@dataclass(frozen=True)
class Asked:
    """How a survey was answered by those who were told of it in the period."""

    survey_id: int
    # None for surveys that also ask panels which the report is not about.
    title: str | None
    told: int
    started: int
    completed: int


class Soon(NamedTuple):
    """Invitations that are old enough, those that were begun in time, and the people who were told."""

    told: int
    started: int
    people: int


class Door(NamedTuple):
    """How many were invited to join a panel in the period, and how many of them came."""

    panel_id: int
    sent: int
    used: int


def list_stays(scope: Scope) -> list[Stay]:
    """Everybody who is or was in a panel of the scope, once for each panel, by member."""
    rows = db.session.execute(
        select(
            Membership.member_id,
            Membership.panel_id,
            Membership.joined_at,
            Membership.left_at,
            Member.last_active_at,
            (Member.state == "active").label("is_active"),
        )
        .join(Member, Member.id == Membership.member_id)
        .where(Membership.panel_id.in_(scope.panel_ids), *of_segments(scope, Member.id))
        .order_by(Membership.member_id, Membership.panel_id)
    )
    return [Stay(*row[:5], bool(row[5])) for row in rows]


def list_profiles(scope: Scope, attributes: Sequence[ProfileAttribute]) -> dict[int, dict[str, list[str]]]:
    """What the members of the panels chose, as {attribute key: [options]}, and their panels as "panel"."""
    keys = {attribute.id: attribute.key for attribute in attributes}
    profiles: dict[int, dict[str, list[str]]] = {}
    rows = db.session.execute(
        select(Membership.member_id, Panel.slug)
        .join(Panel, Panel.id == Membership.panel_id)
        .where(
            Panel.id.in_(scope.panel_ids),
            Membership.left_at.is_(None),
            Membership.member_id.in_(select(Member.id).where(is_in(scope))),
        )
        .order_by(Membership.member_id, Panel.slug)
    )
    for member_id, slug in rows:
        profiles.setdefault(member_id, {}).setdefault("panel", []).append(slug)
    answers = db.session.execute(
        select(AttributeAnswer.member_id, AttributeAnswer.attribute_id, AttributeAnswer.option)
        .where(
            AttributeAnswer.attribute_id.in_(keys),
            AttributeAnswer.option.is_not(None),
            AttributeAnswer.member_id.in_(select(Member.id).where(is_in(scope))),
        )
        .order_by(AttributeAnswer.member_id, AttributeAnswer.option)
    )
    for member_id, attribute_id, option in answers:
        profiles[member_id].setdefault(keys[attribute_id], []).append(str(option))
    return profiles


def count_visitors(scope: Scope, months: Sequence[tuple[date, date]]) -> list[int]:
    """How many who were in a panel of the scope at that time were here, for each span of days."""
    found = []
    for first, last in months:
        found.append(
            db.session.scalar(
                select(func.count(VisitDay.member_id.distinct())).where(
                    VisitDay.on >= first,
                    VisitDay.on <= last,
                    VisitDay.member_id.in_(
                        select(Membership.member_id).where(
                            Membership.panel_id.in_(scope.panel_ids),
                            Membership.joined_at < start_of(last + timedelta(days=1)),
                            or_(Membership.left_at.is_(None), Membership.left_at >= start_of(first)),
                        )
                    ),
                    *of_segments(scope, VisitDay.member_id),
                )
            )
            or 0
        )
    return found


def find_first_visit() -> date | None:
    """The first day of which is known who was here; older days are forgotten."""
    return db.session.scalar(select(func.min(VisitDay.on)))


def list_asked(scope: Scope) -> list[Asked]:
    """The surveys that members of the panels were told of in the period, with what came back, by survey."""
    theirs = and_(Response.survey_id == SurveyInvitation.survey_id, _ANSWERED_BY_INVITEE)
    rows = db.session.execute(
        select(
            Survey.id,
            Survey.title,
            _asks_others(scope).label("asks_others"),
            func.count(),
            func.count(Response.id),
            func.count(Response.id).filter(Response.state == "completed"),
        )
        .select_from(SurveyInvitation)
        .join(Survey, Survey.id == SurveyInvitation.survey_id)
        .outerjoin(Response, theirs)
        .where(*_told_in(scope))
        .group_by(Survey.id)
        .order_by(Survey.id)
    )
    return [
        Asked(survey_id, None if others else text_in(title), told, started, completed)
        for survey_id, title, others, told, started, completed in rows
    ]


def count_answered_soon(scope: Scope, *, within: timedelta, now: datetime) -> Soon:
    """How many of those told at least so long ago began to answer within that time."""
    theirs = and_(Response.survey_id == SurveyInvitation.survey_id, _ANSWERED_BY_INVITEE)
    minutes = minutes_between(SurveyInvitation.told_at, Response.started_at)
    in_time = and_(Response.id.is_not(None), minutes <= within / timedelta(minutes=1))
    row = db.session.execute(
        select(
            func.count(),
            func.count().filter(in_time),
            func.count(SurveyInvitation.member_id.distinct()),
        )
        .select_from(SurveyInvitation)
        .outerjoin(Response, theirs)
        .where(*_told_in(scope), SurveyInvitation.told_at <= now - within)
    ).one()
    return Soon(row[0], row[1], row[2])


def count_asked_people(scope: Scope, survey_ids: Collection[int] | None = None) -> int:
    """How many members were told of a survey in the period, or of one of these."""
    statement = select(func.count(SurveyInvitation.member_id.distinct())).where(*_told_in(scope))
    if survey_ids is not None:
        statement = statement.where(SurveyInvitation.survey_id.in_(survey_ids))
    return db.session.scalar(statement) or 0


def count_contacts(scope: Scope, *, starts_at: datetime, ends_at: datetime) -> dict[int, int]:
    """How often each member was told or reminded of a survey from then to before; others are not in it."""
    found: dict[int, int] = {}
    for column in (SurveyInvitation.told_at, SurveyInvitation.reminded_at):
        rows = db.session.execute(
            select(SurveyInvitation.member_id, func.count())
            .join(Member, Member.id == SurveyInvitation.member_id)
            .where(column >= starts_at, column < ends_at, is_in(scope))
            .group_by(SurveyInvitation.member_id)
        )
        for member_id, count in rows:
            found[member_id] = found.get(member_id, 0) + count
    return found


def find_budget() -> ContactBudget | None:
    """How often members may be asked."""
    return db.session.scalar(select(ContactBudget).limit(1))


def list_doors(scope: Scope) -> list[Door]:
    """The invitations to join that went out in the period, by panel."""
    rows = db.session.execute(
        select(Invitation.panel_id, func.count(), func.count(Invitation.used_at))
        .where(
            Invitation.panel_id.in_(scope.panel_ids),
            Invitation.sent_at >= scope.starts_at,
            Invitation.sent_at < scope.ends_at,
        )
        .group_by(Invitation.panel_id)
        .order_by(Invitation.panel_id)
    )
    return [Door(*row) for row in rows]


def count_texts_by_author(scope: Scope) -> dict[str, dict[int, int]]:
    """How many texts each member wrote in the period, by source."""
    rows = db.session.execute(
        select(FeedbackItem.source, FeedbackItem.author_id, func.count())
        .where(in_scope(scope), FeedbackItem.author_id.is_not(None))
        .group_by(FeedbackItem.source, FeedbackItem.author_id)
        .order_by(FeedbackItem.source, FeedbackItem.author_id)
    )
    found: dict[str, dict[int, int]] = {}
    for source, author_id, count in rows:
        if author_id is not None:
            found.setdefault(source, {})[author_id] = count
    return found


def count_votes_by_member(scope: Scope) -> dict[int, int]:
    """How many of the votes that were cast in the period, and that count, each member cast."""
    rows = db.session.execute(
        select(Vote.member_id, func.count())
        .join(Idea, Idea.id == Vote.idea_id)
        .where(
            Idea.panel_id.in_(scope.panel_ids),
            Vote.cast_at >= scope.starts_at,
            Vote.cast_at < scope.ends_at,
            Vote.is_counted,
            *of_segments(scope, Vote.member_id),
        )
        .group_by(Vote.member_id)
        .order_by(Vote.member_id)
    )
    return dict(rows.all())


def start_of(day: date) -> datetime:
    """The first moment of a day, in UTC."""
    return datetime.combine(day, time(), UTC)


_ANSWERED_BY_INVITEE = and_(
    Response.member_id == SurveyInvitation.member_id,
    Response.state.in_(("started", "completed", "withdrawn")),
)


def _told_in(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """Invitations of surveys in the panels to those who are or were in them, told in the period."""
    in_panels = select(SurveyPanel.survey_id).where(SurveyPanel.panel_id.in_(scope.panel_ids))
    people = select(Membership.member_id).where(Membership.panel_id.in_(scope.panel_ids))
    return (
        SurveyInvitation.told_at >= scope.starts_at,
        SurveyInvitation.told_at < scope.ends_at,
        SurveyInvitation.survey_id.in_(in_panels),
        SurveyInvitation.member_id.in_(people),
        *of_segments(scope, SurveyInvitation.member_id),
    )


def _asks_others(scope: Scope) -> ColumnElement[bool]:
    return exists().where(SurveyPanel.survey_id == Survey.id, SurveyPanel.panel_id.not_in(scope.panel_ids))
