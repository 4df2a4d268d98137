"""The access door of feedback: which items a member of staff may read, one by one and in lists."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from flask import Flask, current_app
from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import joinedload

from community.analysis import tokens
from community.feedback import policy
from community.feedback.alike import alikeness, telling_terms
from community.feedback.models import FeedbackItem, ItemTopic
from community.infra import paging, search
from community.infra.db import db
from community.infra.errors import NotFound
from community.members.models import Member
from community.panels.models import Panel, told_in

PER_PAGE = 50
# What a row shows of a text; the rest is on the item's page.
EXCERPT = 240
SAID_BY_CAP = 50

# What is compared closely, out of what shares words.
LIKE_CANDIDATES = 60
LIKE = 0.13


class Filters(NamedTuple):
    """What a list of items is narrowed to; empty means all."""

    panel_id: int | None = None
    q: str = ""
    sentiment: str = ""
    kind: str = ""
    # A topic and all below it.
    topic_ids: tuple[int, ...] = ()
    language: str = ""
    state: str = ""
    source: str = ""
    only_urgent: bool = False
    only_unsure: bool = False


class Line(NamedTuple):
    """An item in a list; `text` is only its beginning."""

    id: int
    title: str
    text: str
    language: str | None
    sentiment: str | None
    confidence: float | None
    kind: str | None
    urgency: int
    is_unsure: bool
    state: str
    stage: str
    source: str
    source_name: str
    said_at: datetime
    panel_id: int
    author_id: int | None
    author_name: str | None
    topic_id: int | None


class LikeLine(NamedTuple):
    """An item that says something like another one; `likeness` goes from 0 to 1."""

    line: Line
    likeness: float


class StaffedPanel(NamedTuple):
    """A panel whose feedback somebody may read."""

    id: int
    slug: str
    name: str


class CaseOfItem(NamedTuple):
    """A case that an item is in."""

    id: int
    state: str
    owner_name: str | None


class TopicOfItem(NamedTuple):
    """A topic that was read in an item, or that a person gave it."""

    topic_id: int
    confidence: float
    is_settled: bool


CasesOfItem = Callable[[int, Member], Sequence[CaseOfItem]]

_LINES = (
    select(
        FeedbackItem.id,
        FeedbackItem.title,
        func.substr(FeedbackItem.text, 1, EXCERPT),
        FeedbackItem.language,
        FeedbackItem.sentiment,
        FeedbackItem.confidence,
        FeedbackItem.kind,
        FeedbackItem.urgency,
        FeedbackItem.is_unsure,
        FeedbackItem.state,
        FeedbackItem.stage,
        FeedbackItem.source,
        FeedbackItem.source_name,
        FeedbackItem.said_at,
        FeedbackItem.panel_id,
        FeedbackItem.author_id,
        # Who has no account is called what the imported file calls them.
        func.coalesce(Member.display_name, func.nullif(FeedbackItem.author_key, "")),
        FeedbackItem.topic_id,
    )
    .outerjoin(Member, Member.id == FeedbackItem.author_id)
    .where(FeedbackItem.state != "withdrawn")
)
# As it stands in the partial index: SQLite uses it only for a condition without parameters.
FAILED = text("feedback_items.state = 'failed'")
_NEWEST_FIRST = (FeedbackItem.said_at.desc(), FeedbackItem.id.desc())


def staff_panel_ids(viewer: Member | None, *, roles: Sequence[str] = policy.READERS) -> Select[int]:
    """The ids of the panels on which the viewer holds one of the roles, for `Thing.panel_id.in_(…)`."""
    granted = _granted_panel_ids(viewer, roles)
    return select(Panel.id) if granted is None else select(Panel.id).where(Panel.id.in_(granted))


def list_staffed_panels(
    viewer: Member | None, *, locale: str, roles: Sequence[str] = policy.READERS
) -> list[StaffedPanel]:
    """The panels on which the viewer holds one of the roles, by name."""
    rows = db.session.execute(
        select(Panel.id, Panel.slug, Panel.name, Panel.translations)
        .where(Panel.id.in_(staff_panel_ids(viewer, roles=roles)))
        .order_by(Panel.name)
    )
    return [StaffedPanel(*row[:2], told_in(locale, row[3], "name", first=row[2])) for row in rows]


def get_item(item_id: int, viewer: Member | None) -> FeedbackItem:
    """The item with panel, author and topic; NotFound for whoever is no staff there, or once withdrawn."""
    item = db.session.scalars(
        select(FeedbackItem)
        .where(FeedbackItem.id == item_id, FeedbackItem.state != "withdrawn")
        .options(
            joinedload(FeedbackItem.panel), joinedload(FeedbackItem.author), joinedload(FeedbackItem.topic)
        )
    ).one_or_none()
    if item is None or not policy.can_read_item(viewer, item.panel_id):
        raise NotFound()
    return item


def list_lines(viewer: Member | None, filters: Filters, *, number: int = 1) -> paging.Page[Line]:
    """One page of the items this viewer may read, the newest first, or the best hits of a search first."""
    statement = _narrowed(_LINES, viewer, filters)
    terms = tokens.query_terms(filters.q)
    if filters.q:
        # Rank looks at every hit; for a word that everybody uses the newest are as good.
        statement = statement.where(search.matches(FeedbackItem, terms)).execution_options(
            **search.PLANNED_ANEW
        )
    statement = statement.order_by(*_NEWEST_FIRST).limit(PER_PAGE + 1).offset(paging.offset(number, PER_PAGE))
    lines = [Line._make(row) for row in db.session.execute(statement)]
    return paging.read_page(lines, number=number, per_page=PER_PAGE)


def list_said_by(
    member_id: int, viewer: Member | None, *, except_id: int | None = None, limit: int = SAID_BY_CAP
) -> list[Line]:
    """What the member has said before in the panels this viewer works on, the newest first."""
    statement = (
        _narrowed(_LINES, viewer, Filters())
        .where(FeedbackItem.author_id == member_id)
        .order_by(*_NEWEST_FIRST)
        .limit(limit)
    )
    if except_id is not None:
        statement = statement.where(FeedbackItem.id != except_id)
    return [Line._make(row) for row in db.session.execute(statement)]


def list_like(item: FeedbackItem, viewer: Member | None, *, limit: int = 5) -> list[LikeLine]:
    """Other items in the panels this viewer works on that say something like it, the most alike first."""
    terms = [each for term in telling_terms(item.full_text) for each in tokens.query_terms(term)]
    statement = (
        _narrowed(_LINES, viewer, Filters())
        .where(search.matches(FeedbackItem, terms, any_of=True), FeedbackItem.id != item.id)
        .order_by(search.rank(FeedbackItem, terms, any_of=True), FeedbackItem.id.desc())
        .limit(LIKE_CANDIDATES)
    )
    lines = [Line._make(row) for row in db.session.execute(statement)]
    shares = alikeness(item.full_text, [f"{line.title} {line.text}" for line in lines])
    like = [LikeLine(*each) for each in zip(lines, shares, strict=True) if each[1] >= LIKE]
    return sorted(like, key=lambda each: -each.likeness)[:limit]


def list_topics_of(item: FeedbackItem) -> list[TopicOfItem]:
    """The topics read in the item or given to it, the surest first."""
    rows = db.session.execute(
        select(ItemTopic.topic_id, ItemTopic.confidence, ItemTopic.is_settled)
        .where(ItemTopic.item_id == item.id)
        .order_by(ItemTopic.is_settled.desc(), ItemTopic.confidence.desc(), ItemTopic.topic_id)
    )
    return [TopicOfItem._make(row) for row in rows]


def use_cases(app: Flask, list_cases: CasesOfItem) -> None:
    """Give the app what tells the cases of an item: cases lie above feedback."""
    app.extensions["cases_of_item"] = list_cases


def list_cases_of(item: FeedbackItem, viewer: Member) -> Sequence[CaseOfItem]:
    """The cases that the item is in and this viewer may open, the newest first."""
    list_cases: CasesOfItem = current_app.extensions["cases_of_item"]
    return list_cases(item.id, viewer)


def list_failed(viewer: Member | None, *, limit: int = 20) -> list[Line]:
    """Items whose reading failed, in the panels this viewer works on, the newest first."""
    statement = (
        _narrowed(_LINES, viewer, Filters()).where(FAILED).order_by(FeedbackItem.id.desc()).limit(limit)
    )
    return [Line._make(row) for row in db.session.execute(statement)]


def get_items(item_ids: Collection[int], viewer: Member | None) -> list[Line]:
    """These items as lines, those that this viewer may read, the newest first."""
    statement = _narrowed(_LINES, viewer, Filters()).where(FeedbackItem.id.in_(item_ids))
    return [Line._make(row) for row in db.session.execute(statement.order_by(*_NEWEST_FIRST))]


def _narrowed(statement: Select, viewer: Member | None, filters: Filters) -> Select:  # type: ignore[type-arg]
    granted = _granted_panel_ids(viewer, policy.READERS)
    if granted is not None:
        statement = statement.where(FeedbackItem.panel_id.in_(granted))
    if filters.panel_id is not None:
        statement = statement.where(FeedbackItem.panel_id == filters.panel_id)
    for column, value in (
        (FeedbackItem.sentiment, filters.sentiment),
        (FeedbackItem.kind, filters.kind),
        (FeedbackItem.language, filters.language),
        (FeedbackItem.state, filters.state),
        (FeedbackItem.source, filters.source),
    ):
        if value == "none":
            statement = statement.where(column.is_(None), FeedbackItem.state == "read")
        elif value:
            statement = statement.where(column == value)
    if filters.topic_ids:
        statement = statement.where(FeedbackItem.topic_id.in_(filters.topic_ids))
    if filters.only_urgent:
        statement = statement.where(FeedbackItem.urgency >= 2)
    if filters.only_unsure:
        statement = statement.where(FeedbackItem.is_unsure)
    return statement


def _granted_panel_ids(viewer: Member | None, roles: Sequence[str]) -> set[int] | None:
    """The panels of the viewer's grants; None if a grant holds for all panels."""
    if viewer is None:
        return set()
    grants = [grant.panel_id for grant in viewer.standing_roles if grant.role in (*roles, "admin")]
    return None if None in grants else {panel_id for panel_id in grants if panel_id is not None}
