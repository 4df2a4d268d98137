"""The surveys that a member of staff works on, and what stands around one of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, or_, select

from community.activity.models import Activity
from community.infra import paging
from community.infra.db import db
from community.members.models import Member, RoleGrant
from community.panels.models import Panel
from community.surveys import policy
from community.surveys.models import (
    Contender,
    Question,
    Response,
    Statement,
    Survey,
    SurveyCell,
    SurveyPanel,
    SurveyPicture,
)

PER_PAGE = 50
STORY_CAP = 20
# What people of staff want to know later; who was told when stands on the audience page.
STORY = (
    "survey.created", "survey.changed", "survey.opened", "survey.not_opened", "survey.closed",
    "survey.reopened", "survey.told_back", "survey.weighted", "survey.exported",
)  # fmt: skip


class SurveyLine(NamedTuple):
    """A survey in the staff's list."""

    id: int
    kind: str
    state: str
    title: dict[str, str]
    wave: int
    points: int
    opens_at: datetime | None
    opened_at: datetime | None
    closes_at: datetime | None
    closed_at: datetime | None
    told_back_at: datetime | None
    invited_count: int
    completed_count: int
    owner_name: str | None


class PanelChoice(NamedTuple):
    """A panel whose members this member of staff may ask."""

    id: int
    slug: str
    name: str
    member_count: int


class StoryLine(NamedTuple):
    """One thing that happened to a survey."""

    kind: str
    data: dict[str, object]
    occurred_at: datetime
    actor_name: str | None


class Supply(NamedTuple):
    """What questions of live kinds have to work with, and the places of a quota sample."""

    contenders: Mapping[int, int]
    statements: Mapping[int, int]
    # What each picture shows, by language.
    pictures: Mapping[int, Sequence[Mapping[str, str]]]
    cell_count: int


_LINES = (
    select(
        Survey.id,
        Survey.kind,
        Survey.state,
        Survey.title,
        Survey.wave,
        Survey.points,
        Survey.opens_at,
        Survey.opened_at,
        Survey.closes_at,
        Survey.closed_at,
        Survey.told_back_at,
        Survey.invited_count,
        Survey.completed_count,
        Member.display_name,
    )
    .outerjoin(Member, Member.id == Survey.owner_id)
    .order_by(Survey.id.desc())
)


def list_surveys(viewer: Member, *, states: Sequence[str], number: int = 1) -> paging.Page[SurveyLine]:
    """One page of the surveys in these states that the viewer may build, the newest first."""
    statement = _LINES.where(Survey.state.in_(states))
    if not policy.can_ask_panels(viewer, ()):
        asked = select(SurveyPanel.survey_id)
        elsewhere = asked.where(SurveyPanel.panel_id.not_in(_granted(viewer)))
        statement = statement.where(Survey.id.in_(asked), Survey.id.not_in(elsewhere))
    rows = db.session.execute(statement.limit(PER_PAGE + 1).offset(paging.offset(number, PER_PAGE)))
    return paging.read_page([SurveyLine._make(row) for row in rows], number=number, per_page=PER_PAGE)


def list_panel_names(survey_ids: Sequence[int], *, locale: str) -> dict[int, list[str]]:
    """The names of the panels that these surveys ask, by survey."""
    rows = db.session.execute(
        select(SurveyPanel.survey_id, Panel)
        .join(Panel, Panel.id == SurveyPanel.panel_id)
        .where(SurveyPanel.survey_id.in_(survey_ids))
        .order_by(Panel.name)
    )
    names: dict[int, list[str]] = {}
    for survey_id, panel in rows:
        names.setdefault(survey_id, []).append(panel.name_in(locale))
    return names


def list_panel_choices(viewer: Member, *, locale: str) -> list[PanelChoice]:
    """The panels that are not closed and whose members the viewer may ask, by name."""
    statement = select(Panel).where(Panel.archived_at.is_(None)).order_by(Panel.name)
    if not policy.can_ask_panels(viewer, ()):
        statement = statement.where(Panel.id.in_(_granted(viewer)))
    return [
        PanelChoice(panel.id, panel.slug, panel.name_in(locale), panel.member_count)
        for panel in db.session.scalars(statement)
    ]


def list_panels_of(survey: Survey) -> list[Panel]:
    """The panels whose members the survey asks."""
    return list(
        db.session.scalars(
            select(Panel)
            .join(SurveyPanel, SurveyPanel.panel_id == Panel.id)
            .where(SurveyPanel.survey_id == survey.id)
            .order_by(Panel.name)
        )
    )


def list_owner_choices(survey: Survey) -> list[tuple[int, str]]:
    """Who can own the survey: those who may ask members on the site or on one of its panels."""
    return [
        (member_id, name)
        for member_id, name in db.session.execute(
            select(Member.id, Member.display_name)
            .where(
                Member.state == "active",
                Member.id.in_(
                    select(RoleGrant.member_id).where(
                        RoleGrant.role.in_((*policy.ROLES, "admin")),
                        or_(RoleGrant.panel_id.is_(None), RoleGrant.panel_id.in_(survey.panel_ids)),
                    )
                ),
            )
            .order_by(Member.display_name)
        )
    ]


def list_story(survey: Survey) -> list[StoryLine]:
    """What staff and the clock did with the survey, the newest first."""
    rows = db.session.execute(
        select(Activity.kind, Activity.data, Activity.occurred_at, Member.display_name)
        .outerjoin(Member, Member.id == Activity.actor_id)
        .where(
            Activity.subject_type == "survey",
            Activity.subject_id == survey.id,
            Activity.kind.in_(STORY),
        )
        .order_by(Activity.id.desc())
        .limit(STORY_CAP)
    )
    return [StoryLine._make(row) for row in rows]


def who_answered(survey_id: int) -> Select[int]:
    """The members who went through the survey to its end, also if their answers were left out later."""
    return select(Response.member_id).where(Response.survey_id == survey_id, Response.state == "completed")


def owner_of(survey_id: int) -> Select[int]:
    """Who answers for the survey, if anybody does."""
    return select(Survey.owner_id).where(Survey.id == survey_id)  # type: ignore[return-value]


def get_supply(survey: Survey) -> Supply:
    """How many ideas, statements and pictures its questions have, and how many quota cells it has."""
    return Supply(
        contenders=_counts(Contender.question_id, survey, ~Contender.is_out),
        statements=_counts(Statement.question_id, survey, Statement.state == "live"),
        pictures=_pictures(survey),
        cell_count=db.session.scalar(
            select(func.count(SurveyCell.id)).where(SurveyCell.survey_id == survey.id)
        )
        or 0,
    )


def _counts(question_id: object, survey: Survey, *conditions: object) -> dict[int, int]:
    rows = db.session.execute(
        select(question_id, func.count())  # type: ignore[call-overload]
        .join(Question, Question.id == question_id)
        .where(Question.survey_id == survey.id, *conditions)
        .group_by(question_id)
    )
    return {row[0]: row[1] for row in rows}


def _pictures(survey: Survey) -> dict[int, list[Mapping[str, str]]]:
    rows = db.session.execute(
        select(SurveyPicture.question_id, SurveyPicture.description)
        .join(Question, Question.id == SurveyPicture.question_id)
        .where(Question.survey_id == survey.id, SurveyPicture.is_offered, SurveyPicture.removed_at.is_(None))
    )
    described: dict[int, list[Mapping[str, str]]] = {}
    for question_id, description in rows:
        described.setdefault(question_id, []).append(description)
    return described


def _granted(viewer: Member) -> list[int]:
    return [
        grant.panel_id
        for grant in viewer.standing_roles
        if grant.panel_id is not None and grant.role in (*policy.ROLES, "admin")
    ]
