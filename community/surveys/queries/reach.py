"""How many a survey reaches: its audience, whom the contact budget allows, its cells, how far it has come."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select

from community.ideas.models import Idea
from community.infra import clock
from community.infra.db import db
from community.members.models import Member
from community.panels import criteria
from community.panels import queries as panels
from community.panels.criteria import Rule, Vocabulary
from community.panels.models import Segment
from community.surveys.models import ASKED_OF, ContactBudget, Response, Survey, SurveyCell, SurveyInvitation
from community.surveys.queries.audience import audience_of, is_around_idea, stands_in

# The site's one row; the migration writes it.
BUDGET_ID = 1


class Reach(NamedTuple):
    """How many members a survey is for, whom the budget lets be told now, and how far it has come.

    `allowed` counts in the whole audience; who is drawn and waits to be told may be any of them.
    """

    audience: int
    allowed: int
    drawn: int
    told: int
    reminded: int
    started: int
    answered: int

    @property
    def waiting(self) -> int:
        """Drawn, but not yet told."""
        return self.drawn - self.told


class CellReach(NamedTuple):
    """A cell with how many of the audience fit it, and how many of these the budget lets be told now."""

    cell: SurveyCell
    fitting: int
    allowed: int


class BudgetUse(NamedTuple):
    """Of all active members: how many can be told today, are over the budget, or are left in peace."""

    free: int
    over: int
    at_rest: int


def get_budget() -> ContactBudget:
    """How often members may be asked."""
    return db.session.get_one(ContactBudget, BUDGET_ID)


def within_budget(budget: ContactBudget, now: datetime) -> ColumnElement[bool]:
    """A condition on `members`: one more invitation is not too many, and no long survey asks for a rest."""
    told_often, at_rest = _used_up(budget, now)
    return and_(Member.id.not_in(told_often), Member.id.not_in(at_rest))


def count_reach(survey: Survey) -> Reach:
    """The survey's reach as it is now."""
    is_allowed = within_budget(get_budget(), clock.now())
    meant, allowed = db.session.execute(
        select(func.count(), func.count().filter(is_allowed)).select_from(Member).where(audience_of(survey))
    ).one()
    drawn, told, reminded = db.session.execute(
        select(
            func.count(), func.count(SurveyInvitation.told_at), func.count(SurveyInvitation.reminded_at)
        ).where(SurveyInvitation.survey_id == survey.id)
    ).one()
    return Reach(meant, allowed, drawn, told, reminded, survey.started_count, survey.completed_count)


def count_cells(survey: Survey, cells: Sequence[SurveyCell], vocabulary: Vocabulary) -> list[CellReach]:
    """How many of the audience fit each cell, counted in one statement."""
    if not cells:
        return []
    is_allowed = within_budget(get_budget(), clock.now())
    counts: list[ColumnElement[int]] = []
    for cell in cells:
        fits = panels.members_who(cell.rule, vocabulary)
        counts += [func.count().filter(fits), func.count().filter(fits, is_allowed)]
    row = db.session.execute(select(*counts).select_from(Member).where(audience_of(survey))).one()
    return [CellReach(cell, row[2 * number], row[2 * number + 1]) for number, cell in enumerate(cells)]


def count_outside_cells(survey: Survey, cells: Sequence[SurveyCell], vocabulary: Vocabulary) -> int:
    """How many of the audience fit no cell, and so can never answer."""
    fits_any = or_(false(), *(panels.members_who(cell.rule, vocabulary) for cell in cells))
    outside = select(func.count()).select_from(Member).where(audience_of(survey), ~fits_any)
    return db.session.scalar(outside) or 0


def count_budget_use() -> BudgetUse:
    """How the budget stands today."""
    told_often, at_rest = _used_up(get_budget(), clock.now())
    row = db.session.execute(
        select(
            func.count().filter(Member.id.not_in(told_often), Member.id.not_in(at_rest)),
            func.count().filter(Member.id.in_(told_often)),
            func.count().filter(Member.id.in_(at_rest)),
        )
        .select_from(Member)
        .where(Member.state == "active")
    ).one()
    return BudgetUse(*row)


def count_in_audience(survey: Survey, rule: Rule, vocabulary: Vocabulary) -> panels.Counted:
    """How many of the audience a rule means, of how many."""
    row = db.session.execute(
        select(func.count().filter(panels.members_who(rule, vocabulary)), func.count())
        .select_from(Member)
        .where(audience_of(survey))
    ).one()
    return panels.Counted(*row)


def count_around_idea(idea: Idea) -> dict[str, int]:
    """How many members of its panel a question from the idea would ask, of each kind."""
    counts = (func.count().filter(is_around_idea(idea.id, asked_of=each)) for each in ASKED_OF)
    inside = select(*counts).select_from(Member)
    row = db.session.execute(inside.where(Member.state == "active", stands_in([idea.panel_id]))).one()
    return dict(zip(ASKED_OF, row, strict=True))


def has_readers_beside(locale: str, *, panel_ids: Sequence[int]) -> bool:
    """Whether members of these panels read another language than this one."""
    others = select(Member.id).where(Member.state == "active", Member.locale != locale, stands_in(panel_ids))
    return db.session.scalar(others.limit(1)) is not None


def list_segment_choices(survey: Survey, viewer: Member) -> list[tuple[int, str]]:
    """Id and name of the segments the viewer may choose: those that speak of no panel hidden from them."""
    known = panels.get_vocabulary_for(viewer).panels
    rows = db.session.execute(select(Segment.id, Segment.name, Segment.rule).order_by(Segment.name))
    return [
        (row.id, row.name)
        for row in rows
        if row.id == survey.segment_id or criteria.panels_in(row.rule) <= set(known)
    ]


def _used_up(budget: ContactBudget, now: datetime) -> tuple[Select[int], Select[int]]:
    """Who was told as often as may be, and who is left in peace after a long survey."""
    told_often = (
        select(SurveyInvitation.member_id)
        .where(SurveyInvitation.told_at > now - timedelta(days=budget.per_days))
        .group_by(SurveyInvitation.member_id)
        .having(func.count() >= budget.invitation_limit)
        .correlate(None)
    )
    at_rest = (
        select(Response.member_id)
        .join(Survey, Survey.id == Response.survey_id)
        .where(
            Survey.minutes >= budget.long_minutes,
            Response.completed_at > now - timedelta(days=budget.rest_days),
            Response.state == "completed",
        )
        .correlate(None)
    )
    return told_often, at_rest
