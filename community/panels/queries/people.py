"""Who is in panels, and the lists of panels as a viewer or staff meet them."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, bindparam, exists, func, select

from community.analysis.script import fold
from community.infra.db import BigId, db
from community.infra.language import current_locale
from community.infra.paging import Page, offset, read_page
from community.infra.reading import Line, Reading, at_most
from community.members.models import Member
from community.members.queries import PanelName
from community.panels import policy
from community.panels.models import JoinRequest, Membership, Panel, Segment, told_in
from community.panels.queries.panels import IS_VIEWERS, KNOWN, reads_as

PER_PAGE = 50
# A community has dozens of panels; a site with more finds them by search.
LIST_CAP = 500


class PanelRow(NamedTuple):
    """A panel in a list, in the reader's language."""

    id: int
    slug: str
    name: str
    description: str
    visibility: str
    admission: str
    member_count: int
    idea_count: int
    archived_at: datetime | None
    is_member: bool
    is_waiting: bool


class StaffPanelRow(NamedTuple):
    """A panel in the staff's list."""

    id: int
    slug: str
    name: str
    visibility: str
    admission: str
    segment_name: str | None
    member_count: int
    idea_count: int
    archived_at: datetime | None
    waiting_count: int


class PersonRow(NamedTuple):
    """A member of a panel in the staff's list."""

    id: int
    display_name: str
    joined_at: datetime
    came_by: str


def list_panels(viewer: Member | None) -> list[PanelRow]:
    """The panels the viewer may know of: own first, closed last, else by name."""
    viewer_id, locale = viewer.id if viewer is not None else None, current_locale()
    rows = _KNOWN_TO[reads_as(viewer)].list(viewer_id=viewer_id)
    panels = [_panel_row(row, locale) for row in rows]
    return sorted(panels, key=lambda panel: (panel.archived_at is not None, not panel.is_member, panel.name))


def list_own_names(member: Member) -> list[PanelName]:
    """The panels that the member is in, by name."""
    rows = db.session.execute(
        select(*_COLUMNS)
        .join(Membership, Membership.panel_id == Panel.id)
        .where(Membership.member_id == member.id, Membership.left_at.is_(None))
        .limit(LIST_CAP)
    )
    names = [PanelName(row.id, row.slug, _in_locale(row, "name")) for row in rows]
    return sorted(names, key=lambda panel: panel.name)


def list_staffed_panels(viewer: Member) -> list[StaffPanelRow]:
    """The panels that the viewer works on, with the requests that wait in them."""
    waiting = (
        select(func.count(JoinRequest.id))
        .where(JoinRequest.panel_id == Panel.id, JoinRequest.state == "waiting")
        .scalar_subquery()
    )
    statement = select(*_COLUMNS, Segment.name.label("segment_name"), waiting.label("waiting_count"))
    if not policy.works_on_site(viewer):
        statement = statement.where(Panel.id.in_([grant.panel_id for grant in viewer.standing_roles]))
    rows = db.session.execute(
        statement.outerjoin(Segment, Segment.id == Panel.segment_id)
        .order_by(Panel.archived_at.is_not(None), Panel.name)
        .limit(LIST_CAP)
    )
    return [
        StaffPanelRow(
            id=row.id,
            slug=row.slug,
            name=_in_locale(row, "name"),
            visibility=row.visibility,
            admission=row.admission,
            segment_name=row.segment_name,
            member_count=row.member_count,
            idea_count=row.idea_count,
            archived_at=row.archived_at,
            waiting_count=row.waiting_count,
        )
        for row in rows
    ]


def list_people(panel: Panel, *, name: str = "", page: int) -> Page[PersonRow]:
    """Who is in the panel, the latest first; `name` keeps those whose name contains it."""
    statement = _PEOPLE.where(Membership.panel_id == panel.id)
    if folded := fold(name).strip():
        statement = statement.where(Member.name_folded.contains(folded, autoescape=True))
    rows = db.session.execute(statement.offset(offset(page, PER_PAGE)))
    return read_page([PersonRow(*row) for row in rows], number=page, per_page=PER_PAGE)


_COLUMNS = (
    Panel.id, Panel.slug, Panel.name, Panel.translations, Panel.visibility, Panel.admission,
    Panel.member_count, Panel.idea_count, Panel.archived_at,
)  # fmt: skip
_IS_MEMBER = and_(Membership.member_id.is_not(None), Membership.left_at.is_(None))
_IS_WAITING = exists().where(
    JoinRequest.panel_id == Panel.id,
    JoinRequest.member_id == bindparam("viewer_id", type_=BigId),
    JoinRequest.state == "waiting",
)
_SHOWN = (
    Panel.id, Panel.slug, Panel.name, Panel.description, Panel.visibility, Panel.admission,
    Panel.member_count, Panel.idea_count, Panel.archived_at,
)  # fmt: skip
_KNOWN_TO = {
    reader: Reading(
        select(*_SHOWN, _IS_MEMBER.label("is_member"), _IS_WAITING.label("is_waiting"), Panel.translations)
        .outerjoin(Membership, IS_VIEWERS)
        .where(known)
        .order_by(Panel.name)
        .limit(at_most(LIST_CAP))
    )
    for reader, known in KNOWN.items()
}
_PEOPLE = (
    select(Member.id, Member.display_name, Membership.joined_at, Membership.came_by)
    .join(Membership, Membership.member_id == Member.id)
    .where(Membership.left_at.is_(None))
    .order_by(Membership.joined_at.desc(), Member.id.desc())
    .limit(PER_PAGE + 1)
)


def _panel_row(row: Line, locale: str) -> PanelRow:
    panel, translations = PanelRow._make(row[:-1]), row[-1]
    return panel._replace(
        name=told_in(locale, translations, "name", first=panel.name),
        description=told_in(locale, translations, "description", first=panel.description),
    )


def _in_locale(row: Row[*tuple[Any, ...]], what: str) -> str:
    return told_in(current_locale(), row.translations, what, first=getattr(row, what))
