"""The desk: cases as rows, due first, over the panels one answers for."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, RowMapping, and_, func, or_, select, true
from sqlalchemy.orm import aliased

from community.cases import policy
from community.cases.models import Case, CaseItem, CaseMessage, TeamMember
from community.cases.queries.doors import visible_cases
from community.feedback.models import FeedbackItem, Topic
from community.feedback.queries import Person, staff_panel_ids
from community.infra import clock, paging
from community.infra.db import db
from community.infra.language import text_in
from community.members.models import Member, RoleGrant
from community.panels.models import Panel, told_in

PER_PAGE = 50
EXCERPT = 220

TABS = ("mine", "team", "triage", "promised", "resolved", "all")

_DUE_FIRST = (Case.due_at.asc(), Case.id.asc())
_ORDERS: Mapping[str, tuple[ColumnElement[Any], ...]] = {
    "promised": (Case.promised_on.asc(), Case.id.asc()),
    "resolved": (Case.resolved_at.desc(), Case.id.desc()),
}


class Filters(NamedTuple):
    """What a desk is narrowed to; empty means all."""

    panel_id: int | None = None
    kind: str = ""
    # A topic and all below it.
    topic_ids: tuple[int, ...] = ()
    owner_id: int | None = None


class Row(NamedTuple):
    """A case as a row of the desk."""

    id: int
    title: str
    state: str
    is_open: bool
    is_theme: bool
    kind: str | None
    sentiment: str | None
    urgency: int
    item_count: int
    panel_id: int
    panel_name: str
    topic_name: str
    owner_id: int | None
    owner_name: str | None
    opened_at: datetime
    due_at: datetime | None
    answered_at: datetime | None
    resolved_at: datetime | None
    outcome: str | None
    promise_state: str | None
    promised_on: date | None
    help_rating: int | None
    routed_by: str
    escalated_at: datetime | None
    # Of the first text in it.
    words: str = ""
    author_id: int | None = None
    author_name: str | None = None
    # The last word is a member's, and nobody has answered it.
    waits_for_us: bool = False

    @property
    def is_overdue(self) -> bool:
        """Whether the customer has waited longer than they should."""
        return self.due_at is not None and self.due_at < clock.now()


_Owner = aliased(Member)
_ROWS = (
    select(
        Case.id,
        Case.title,
        Case.state,
        Case.is_open,
        Case.is_theme,
        Case.kind,
        Case.sentiment,
        Case.urgency,
        Case.item_count,
        Case.panel_id,
        Panel.name.label("panel_name"),
        Topic.name.label("topic_name"),
        Case.owner_id,
        _Owner.display_name.label("owner_name"),
        Case.opened_at,
        Case.due_at,
        Case.answered_at,
        Case.resolved_at,
        Case.outcome,
        Case.promise_state,
        Case.promised_on,
        Case.help_rating,
        Case.routed_by,
        Case.escalated_at,
        Panel.translations.label("panel_names"),
    )
    .join(Panel, Panel.id == Case.panel_id)
    .outerjoin(Topic, Topic.id == Case.topic_id)
    .outerjoin(_Owner, _Owner.id == Case.owner_id)
)


def list_desk(
    viewer: Member, *, tab: str, filters: Filters, locale: str, number: int = 1
) -> paging.Page[Row]:
    """One page of a desk; three statements, however full it is."""
    statement = (
        _ROWS.where(visible_cases(viewer), *_of_tab(tab, viewer), *_narrowing(filters))
        .order_by(*_ORDERS.get(tab, _DUE_FIRST))
        .limit(PER_PAGE + 1)
        .offset(paging.offset(number, PER_PAGE))
    )
    rows = [_row(row._mapping, locale) for row in db.session.execute(statement)]
    return paging.read_page(_with_words(rows), number=number, per_page=PER_PAGE)


def list_rows(case_ids: list[int], viewer: Member, *, locale: str) -> list[Row]:
    """These cases as rows, those among them that the viewer may see, due first."""
    statement = _ROWS.where(Case.id.in_(case_ids), visible_cases(viewer)).order_by(*_DUE_FIRST)
    return _with_words([_row(row._mapping, locale) for row in db.session.execute(statement)])


def list_people(viewer: Member) -> list[Person]:
    """Those who answer for a panel that the viewer answers for too, by name."""
    shared = or_(
        RoleGrant.panel_id.is_(None), RoleGrant.panel_id.in_(staff_panel_ids(viewer, roles=policy.ROLES))
    )
    rows = db.session.execute(
        select(Member.id, Member.display_name)
        .where(
            Member.id.in_(select(RoleGrant.member_id).where(RoleGrant.role.in_(policy.ROLES), shared)),
            Member.state == "active",
        )
        .order_by(Member.name_folded, Member.id)
    )
    return [Person._make(row) for row in rows]


def _of_tab(tab: str, viewer: Member) -> tuple[ColumnElement[bool], ...]:
    is_open = Case.is_open == true()
    teams = select(TeamMember.team_id).where(TeamMember.member_id == viewer.id)
    mates = aliased(TeamMember)
    return {
        "mine": (
            is_open,
            or_(
                Case.owner_id == viewer.id,
                Case.process_owner_id == viewer.id,
                Case.escalated_to_id == viewer.id,
            ),
        ),
        "team": (
            is_open,
            or_(
                Case.team_id.in_(teams),
                Case.owner_id.in_(select(mates.member_id).where(mates.team_id.in_(teams))),
            ),
        ),
        "triage": (is_open, Case.owner_id.is_(None)),
        "promised": (Case.promise_state.in_(("open", "broken")),),
        "resolved": (Case.is_open != true(),),
        "all": (is_open,),
    }[tab]


def _narrowing(filters: Filters) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if filters.panel_id is not None:
        conditions.append(Case.panel_id == filters.panel_id)
    if filters.kind:
        conditions.append(Case.kind == filters.kind)
    if filters.topic_ids:
        conditions.append(Case.topic_id.in_(filters.topic_ids))
    if filters.owner_id is not None:
        conditions.append(Case.owner_id == filters.owner_id)
    return conditions


def _row(row: RowMapping, locale: str) -> Row:
    values = {name: row[name] for name in row if name != "panel_names"}
    values["panel_name"] = told_in(locale, row["panel_names"], "name", first=row["panel_name"])
    values["topic_name"] = text_in(row["topic_name"], locale) if row["topic_name"] else ""
    return Row(**values)


def _with_words(rows: list[Row]) -> list[Row]:
    case_ids = [row.id for row in rows]
    first = (
        select(CaseItem.case_id, func.min(CaseItem.item_id).label("item_id"))
        .where(CaseItem.case_id.in_(case_ids))
        .group_by(CaseItem.case_id)
        .subquery()
    )
    words = db.session.execute(
        select(
            first.c.case_id,
            func.substr(FeedbackItem.text, 1, EXCERPT),
            FeedbackItem.author_id,
            func.coalesce(Member.display_name, func.nullif(FeedbackItem.author_key, "")),
        )
        .join(FeedbackItem, FeedbackItem.id == first.c.item_id)
        .outerjoin(Member, Member.id == FeedbackItem.author_id)
        .where(FeedbackItem.state != "withdrawn")
    )
    said = {case_id: tuple(rest) for case_id, *rest in words}
    last = (
        select(CaseMessage.case_id, func.max(CaseMessage.id).label("message_id"))
        .where(CaseMessage.case_id.in_(case_ids), CaseMessage.is_note.is_(False))
        .group_by(CaseMessage.case_id)
        .subquery()
    )
    waiting = set(
        db.session.scalars(
            select(CaseMessage.case_id).join(
                last, and_(last.c.message_id == CaseMessage.id, CaseMessage.is_from_member == true())
            )
        )
    )
    return [
        row._replace(
            **dict(
                zip(("words", "author_id", "author_name"), said.get(row.id, ("", None, None)), strict=True)
            ),
            waits_for_us=row.is_open and row.id in waiting,
        )
        for row in rows
    ]
