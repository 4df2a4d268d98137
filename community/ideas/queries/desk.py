"""Ideas as owners and moderators work through them, over the panels they work on."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select, true

from community.ideas.models import Idea
from community.infra import paging
from community.infra.db import db
from community.members.models import Member
from community.panels.models import Panel, told_in

PER_PAGE = 50

SORTS: Mapping[str, tuple[ColumnElement[Any], ...]] = {
    "oldest": (Idea.published_at.asc(), Idea.id.asc()),
    "newest": (Idea.published_at.desc(), Idea.id.desc()),
    "support": (Idea.support_count.desc(), Idea.id.desc()),
}


class Line(NamedTuple):
    """An idea as a row of the table."""

    id: int
    slug: str
    title: str
    status: str
    status_changed_at: datetime
    promised_on: date | None
    support_count: int
    comment_count: int
    published_at: datetime
    answered_at: datetime | None
    author_name: str
    panel_id: int


class WorkPanel(NamedTuple):
    """A panel that somebody works on."""

    id: int
    slug: str
    name: str
    member_count: int
    idea_count: int


def list_work_panels(member: Member, *, roles: Sequence[str], locale: str) -> list[WorkPanel]:
    """The panels on which the member holds one of the roles, by name."""
    grants = [grant.panel_id for grant in member.standing_roles if grant.role in (*roles, "admin")]
    statement = select(
        Panel.id, Panel.slug, Panel.name, Panel.member_count, Panel.idea_count, Panel.translations
    ).order_by(Panel.name)
    if None not in grants:
        statement = statement.where(Panel.id.in_(grants))
    return [
        WorkPanel(*row[:5])._replace(name=told_in(locale, row[5], "name", first=row[2]))
        for row in db.session.execute(statement)
    ]


def list_lines(
    panel_ids: Collection[int],
    *,
    sort: str = "oldest",
    status: str = "",
    only_unanswered: bool = False,
    number: int = 1,
) -> paging.Page[Line]:
    """One page of the ideas of these panels, narrowed and ordered."""
    statement = (
        select(
            Idea.id,
            Idea.slug,
            Idea.title,
            Idea.status,
            Idea.status_changed_at,
            Idea.promised_on,
            Idea.support_count,
            Idea.comment_count,
            Idea.published_at,
            Idea.answered_at,
            Member.display_name,
            Idea.panel_id,
        )
        .join(Member, Member.id == Idea.author_id)
        .where(Idea.is_listed == true(), Idea.panel_id.in_(panel_ids))
        .order_by(*SORTS[sort])
        .limit(PER_PAGE + 1)
        .offset(paging.offset(number, PER_PAGE))
    )
    if status:
        statement = statement.where(Idea.status == status)
    if only_unanswered:
        statement = statement.where(Idea.answered_at.is_(None))
    lines = [Line._make(row) for row in db.session.execute(statement)]
    return paging.read_page(lines, number=number, per_page=PER_PAGE)
