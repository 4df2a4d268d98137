"""Closing the loop, for reports: which authors were told how soon, cases with their due times, promises.

What counts are texts of members, for nobody else can be told, and of them those that were had long enough ago
that an answer could be expected (cases/told_back.py).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    ColumnElement,
    RowMapping,
    and_,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)

from community.cases.models import Case, CaseEvent, CaseItem, ServiceLevel
from community.cases.told_back import GRACE
from community.feedback.models import FeedbackItem
from community.infra.db import UtcDateTime, db
from community.infra.language import text_in
from community.insights.queries.scoping import in_scope, topics_below
from community.insights.queries.times import minutes_between
from community.insights.scope import Scope
from community.members.models import Member
from community.panels import queries as panels
from community.panels.models import Segment
from community.statistics.survival import Wait

By = Literal["all", "panel", "topic", "owner"]
BYS: tuple[By, ...] = ("all", "panel", "topic", "owner")
_CHUNK = 5000
# None: no topic, or on nobody's desk.
Key = int | None


class Told(NamedTuple):
    """The texts of a group, those told of, the people who wrote them, and how many days each waited."""

    n: int
    told: int
    people: frozenset[int]
    waits: tuple[Wait, ...]


NOBODY = Told(0, 0, frozenset(), ())


class Soon(NamedTuple):
    """Texts that are old enough, those told of in time, and the people who wrote them."""

    n: int
    told: int
    people: int


class Line(NamedTuple):
    """A case as reports know it, with those whose words are in it."""

    id: int
    panel_id: int
    topic_id: int | None
    owner_id: int | None
    level_id: int | None
    state: str
    is_open: bool
    opened_at: datetime
    first_due_at: datetime
    resolve_due_at: datetime
    due_at: datetime | None
    answered_at: datetime | None
    resolved_at: datetime | None
    outcome: str | None
    reopened_count: int
    help_rating: int | None
    promise_state: str | None
    promised_on: date | None
    people: frozenset[Hashable] = frozenset()


_LINES = select(
    Case.id, Case.panel_id, Case.topic_id, Case.owner_id, Case.service_level_id.label("level_id"),
    Case.state, Case.is_open,
    Case.opened_at, Case.first_due_at, Case.resolve_due_at, Case.due_at, Case.answered_at, Case.resolved_at,
    Case.outcome, Case.reopened_count, Case.help_rating, Case.promise_state, Case.promised_on,
).order_by(Case.id)  # fmt: skip


def read_told(scope: Scope, *, now: datetime) -> dict[By, dict[Key, Told]]:
    """How long the texts waited, to the hour, by each kind of groups; "all" has the one key None."""
    until = func.coalesce(FeedbackItem.told_at, literal(now, UtcDateTime()))
    is_its = and_(CaseItem.item_id == FeedbackItem.id, CaseItem.is_own == true())
    statement = (
        select(
            FeedbackItem.panel_id,
            FeedbackItem.topic_id,
            Case.owner_id,
            FeedbackItem.author_id,
            FeedbackItem.told_at.is_not(None),
            func.round(minutes_between(FeedbackItem.received_at, until) / 60),
        )
        .select_from(FeedbackItem)
        .outerjoin(CaseItem, is_its)
        .outerjoin(Case, Case.id == CaseItem.case_id)
        .where(_is_by_members(scope), FeedbackItem.received_at <= now - GRACE)
    )
    waits: dict[By, defaultdict[Key, Counter[tuple[bool, float]]]] = {by: defaultdict(Counter) for by in BYS}
    people: dict[By, defaultdict[Key, set[int]]] = {by: defaultdict(set) for by in BYS}
    rows = db.session.connection().execute(statement, execution_options={"yield_per": _CHUNK})
    for chunk in rows.partitions():
        for panel_id, topic_id, owner_id, author_id, is_over, hours in chunk:
            wait = (bool(is_over), hours)
            for by, key in zip(BYS, (None, panel_id, topic_id, owner_id), strict=True):
                waits[by][key][wait] += 1
                people[by][key].add(author_id)
    return {by: {key: _told(waits[by][key], people[by][key]) for key in waits[by]} for by in BYS}


def _told(waits: Mapping[tuple[bool, float], int], people: set[int]) -> Told:
    listed = [Wait(max(0.0, float(hours)) / 24, is_over, size) for (is_over, hours), size in waits.items()]
    return Told(
        sum(waits.values()),
        sum(size for (is_over, _hours), size in waits.items() if is_over),
        frozenset(people),
        tuple(sorted(listed)),
    )


def count_told_soon(scope: Scope, *, within: timedelta, now: datetime) -> Soon:
    """How many of the texts that were had at least so long ago were told of within that time."""
    minutes = minutes_between(FeedbackItem.received_at, FeedbackItem.told_at)
    in_time = and_(FeedbackItem.told_at.is_not(None), minutes <= within / timedelta(minutes=1))
    n, told, people = db.session.execute(
        select(
            func.count(),
            func.count().filter(in_time),
            func.count(FeedbackItem.author_id.distinct()),
        ).where(_is_by_members(scope), FeedbackItem.received_at <= now - within)
    ).one()
    return Soon(n, told, people)


def count_texts(scope: Scope, *, now: datetime) -> tuple[int, int, int]:
    """All texts of the scope; those of people without an account; those too young to be told of."""
    is_young = and_(FeedbackItem.author_id.is_not(None), FeedbackItem.received_at > now - GRACE)
    row = db.session.execute(
        select(
            func.count(),
            func.count().filter(FeedbackItem.author_id.is_(None)),
            func.count().filter(is_young),
        ).where(in_scope(scope))
    ).one()
    return row[0], row[1], row[2]


def list_cases(scope: Scope) -> list[Line]:
    """The cases that were opened in the period, without those of themes and those without any words left."""
    return _with_people(scope, Case.opened_at >= scope.starts_at, Case.opened_at < scope.ends_at)


def list_open_cases(scope: Scope) -> list[Line]:
    """The cases that are open now and were opened before the period's end, without those of themes."""
    return _with_people(scope, Case.is_open == true(), Case.opened_at < scope.ends_at)


def list_promised(scope: Scope) -> list[Line]:
    """The cases with a promise for a day of the period, those of themes too."""
    return _with_people(
        scope,
        Case.promised_on >= scope.from_on,
        Case.promised_on <= scope.until_on,
        Case.promise_state.is_not(None),
        with_themes=True,
    )


def ids_once_broken(case_ids: Collection[int]) -> set[int]:
    """The cases of these whose promise was broken at some time, though it may be kept now."""
    events = select(CaseEvent.case_id).where(CaseEvent.kind == "promise_broken")
    return set(db.session.scalars(events.where(CaseEvent.case_id.in_(case_ids))))


def list_owner_names(member_ids: Collection[int]) -> dict[int, str]:
    """What owners are called."""
    rows = db.session.execute(select(Member.id, Member.display_name).where(Member.id.in_(member_ids)))
    return {member_id: name for member_id, name in rows}  # noqa: C416 - rows are no pairs to mypy


def list_level_names() -> dict[int, str]:
    """What service levels are called in the present locale, in their order."""
    levels = db.session.execute(
        select(ServiceLevel.id, ServiceLevel.name).order_by(ServiceLevel.position, ServiceLevel.id)
    )
    return {level_id: text_in(name) for level_id, name in levels}


def _is_by_members(scope: Scope) -> ColumnElement[bool]:
    return and_(in_scope(scope), FeedbackItem.author_id.is_not(None))


def _with_people(scope: Scope, *conditions: ColumnElement[bool], with_themes: bool = False) -> list[Line]:
    inside = and_(*_narrowing(scope), *conditions)
    if not with_themes:
        inside = and_(inside, Case.is_theme == false())
    people: defaultdict[int, set[Hashable]] = defaultdict(set)
    said = db.session.execute(
        select(CaseItem.case_id, FeedbackItem.id, FeedbackItem.author_id, FeedbackItem.author_key)
        .join(FeedbackItem, FeedbackItem.id == CaseItem.item_id)
        .join(Case, Case.id == CaseItem.case_id)
        .where(inside)
    )
    for case_id, item_id, author_id, author_key in said:
        people[case_id].add(author_id or author_key or ("text", item_id))
    rows = db.session.execute(_LINES.where(inside)).all()
    return [_line(row._mapping, people[row.id]) for row in rows if row.id in people]


def _line(row: RowMapping, people: set[Hashable]) -> Line:
    values: dict[str, Any] = {name: row[name] for name in row}
    return Line(**values, people=frozenset(people))


def _narrowing(scope: Scope) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Case.panel_id.in_(scope.panel_ids)]
    if scope.topic_ids:
        conditions.append(Case.topic_id.in_(topics_below(scope.topic_ids)))
    if scope.languages:
        conditions.append(Case.language.in_(scope.languages))
    if scope.segment_ids:
        rules = db.session.scalars(select(Segment.rule).where(Segment.id.in_(scope.segment_ids)))
        is_meant = [FeedbackItem.author_id.in_(panels.ids_of_members_who(rule)) for rule in rules.all()]
        conditions.append(
            exists()
            .where(CaseItem.case_id == Case.id, FeedbackItem.id == CaseItem.item_id, or_(false(), *is_meant))
            .correlate(Case)
        )
    return conditions
