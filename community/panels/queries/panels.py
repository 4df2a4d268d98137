"""The access door: which panels a viewer may know of and read, one by one and as a condition for lists."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import Flask, current_app
from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.orm import joinedload

from community.activity.models import Activity
from community.infra import clock
from community.infra.db import BigId, db, entity_of, id_of, table_of
from community.infra.errors import NotFound
from community.infra.glance import Glance
from community.infra.reading import Line, Reading, split
from community.members.models import Member, RoleGrant
from community.panels import policy
from community.panels.models import Membership, Panel, QuotaCell, ScreenerQuestion

Stamp = tuple[int | str | bool | None, ...]


class PanelView(NamedTuple):
    """A panel as one viewer meets it; `has_door` says that joining asks questions or needs a free place.

    Who is paused takes no part until then.
    """

    panel: Panel
    membership: Membership | None
    has_door: bool
    is_member: bool
    can_read: bool
    can_take_part: bool
    can_walk_in: bool
    paused_until: datetime | None
    # The newest of what happened in it.
    newest: int | None
    # What floors above wanted to know of it, by name; see use_along.
    asked_along: Mapping[str, Any]

    @property
    def stamp(self) -> Stamp:
        """Another one as soon as the panel has anything else to show to its readers: see find_stamp."""
        panel = self.panel
        return (
            self.newest,
            panel.id,
            panel.visibility,
            panel.admission,
            panel.names_shown,
            panel.member_count,
            panel.idea_count,
            panel.archived_at is not None,
        )


_HAS_DOOR = or_(
    exists().where(ScreenerQuestion.panel_id == Panel.id), exists().where(QuotaCell.panel_id == Panel.id)
)
# Whatever is done in a panel is recorded for it.
_NEWEST = (
    select(func.max(Activity.id)).where(Activity.panel_id == Panel.id).correlate(Panel).scalar_subquery()
)
_BESIDE = (_HAS_DOOR.label("has_door"), _NEWEST.label("newest"))
# The viewer's own membership of a panel.
IS_VIEWERS = and_(
    Membership.panel_id == Panel.id, Membership.member_id == bindparam("viewer_id", type_=BigId)
)
_PANELS, _MEMBERSHIPS = table_of(Panel), table_of(Membership)
_VIEW = (*_PANELS.c, *_MEMBERSHIPS.c, *_BESIDE)
_PANEL = select(*_VIEW).select_from(Panel).outerjoin(Membership, IS_VIEWERS)
_MEMBERSHIP = (
    select(Membership)
    .where(Membership.panel_id == bindparam("panel_id"), Membership.member_id == bindparam("member_id"))
    # All that decides about taking part, as it is now, in one look.
    .options(joinedload(Membership.panel), joinedload(Membership.member).joinedload(Member.roles))
    .execution_options(populate_existing=True)
)
_PANEL_BY_SLUG = _PANEL.where(Panel.slug == bindparam("slug"))
# What a stamp is made of, for statements that have `panels` in them.
STAMP = (
    _NEWEST,
    Panel.id,
    Panel.visibility,
    Panel.admission,
    Panel.names_shown,
    Panel.member_count,
    Panel.idea_count,
    Panel.archived_at.is_not(None),
)
_STAMP = Glance(select(*STAMP).where(Panel.slug == bindparam("slug")))
_PANEL_BY_ID = Reading(_PANEL.where(Panel.id == bindparam("panel_id")))

_IS_OPEN = Panel.visibility == "open"
_IS_IN = (
    exists()
    .where(
        Membership.panel_id == Panel.id,
        Membership.member_id == bindparam("viewer_id", type_=BigId),
        Membership.left_at.is_(None),
    )
    .correlate_except(Membership)
)
_WORKS_THERE = (
    exists()
    .where(RoleGrant.panel_id == Panel.id, RoleGrant.member_id == bindparam("viewer_id", type_=BigId))
    .correlate_except(RoleGrant)
)
# As readable_panels, known_panels and readable_panel_ids, for statements that are built once for all who read
# alike (`reads_as`).
_OWN_OR_STAFFED: Mapping[str, ColumnElement[bool]] = {
    "visitor": false(),
    "member": _IS_IN,
    "staff of panels": or_(_IS_IN, _WORKS_THERE),
    "staff of the site": true(),
}
READABLE = {reader: or_(_IS_OPEN, also) for reader, also in _OWN_OR_STAFFED.items()}
KNOWN = {reader: or_(Panel.visibility != "private", also) for reader, also in _OWN_OR_STAFFED.items()}
READABLE_IDS = {reader: select(Panel.id).where(readable) for reader, readable in READABLE.items()}


def use_along(app: Flask, columns: Mapping[str, ColumnElement[Any]]) -> None:
    """Ask for these, which floors above want to know of a panel, along with it; each speaks of `panels`."""
    app.extensions["asked_along_panels"] = (
        tuple(columns),
        Reading(_PANEL_BY_SLUG.add_columns(*columns.values())),
    )


def get_panel(slug: str, viewer: Member | None) -> PanelView:
    """The panel at this address; NotFound when there is none or the viewer may not know of it."""
    names, reading = current_app.extensions["asked_along_panels"]
    return _view(reading, viewer, slug=slug, names=names)


def get_panel_by_id(panel_id: int, viewer: Member | None) -> PanelView:
    """The panel with this id; NotFound when there is none or the viewer may not know of it."""
    return _view(_PANEL_BY_ID, viewer, panel_id=panel_id)


def with_panel(statement: Select[Any], panel_id: Any) -> Select[Any]:
    """A statement about what stands in a panel, with the columns of `view_panel`; takes `viewer_id`."""
    return statement.add_columns(*_VIEW).join(Panel, Panel.id == panel_id).outerjoin(Membership, IS_VIEWERS)


def find_stamp(slug: str) -> Stamp | None:
    """The stamp that the panel's view would have now, at a tenth of the cost; None if there is no panel."""
    return _STAMP.find(slug=slug)


def find_membership(member: Member | None, panel: Panel) -> Membership | None:
    """The member's place in the panel, standing or left, as it is in the database now."""
    if member is None:
        return None
    key = {"panel_id": id_of(panel), "member_id": id_of(member)}
    return db.session.scalars(_MEMBERSHIP, key).unique().one_or_none()


def has_door(panel: Panel) -> bool:
    """Whether joining asks questions or needs a free place."""
    return bool(db.session.scalar(select(_HAS_DOOR).where(Panel.id == panel.id)))


def readable_panels(viewer: Member | None) -> ColumnElement[bool]:
    """A condition on `panels`: what is said in them is open to the viewer (see policy.may_read_panel)."""
    return or_(Panel.visibility == "open", _own_or_staffed(viewer))


def known_panels(viewer: Member | None) -> ColumnElement[bool]:
    """A condition on `panels`: the viewer may know that they exist (see policy.may_know_of_panel)."""
    return or_(Panel.visibility != "private", _own_or_staffed(viewer))


def readable_panel_ids(viewer: Member | None) -> Select[int]:
    """The ids of readable panels, for `Thing.panel_id.in_(…)` where a list does not join `panels`."""
    return select(Panel.id).where(readable_panels(viewer))


def reads_as(viewer: Member | None) -> str:
    """By which of `READABLE` and the like the viewer reads; takes `viewer_id` if somebody is signed in."""
    if viewer is None:
        return "visitor"
    if policy.works_on_site(viewer):
        return "staff of the site"
    return "staff of panels" if viewer.standing_roles else "member"


def list_panels_of(member: Member) -> list[Panel]:
    """The panels that the member is in."""
    own = is_standing(literal(member.id, BigId))
    return list(db.session.scalars(select(Panel).where(own).order_by(Panel.name, Panel.id).limit(200)))


def shows_aliases() -> bool:
    """Whether some panel shows aliases instead of names."""
    return db.session.scalar(select(Panel.id).where(Panel.names_shown == "alias").limit(1)) is not None


def is_standing(member_id: Any, *, panel_id: Any = Panel.id) -> ColumnElement[bool]:
    """A condition: this member is in the panel today."""
    # Its own memberships, also inside a statement that joins them.
    return (
        exists()
        .where(
            Membership.panel_id == panel_id, Membership.member_id == member_id, Membership.left_at.is_(None)
        )
        .correlate_except(Membership)
    )


def may_read(member_id: Any, panel_id: Any) -> ColumnElement[bool]:
    """The same as policy.may_read_panel as a condition, for many members and panels at once."""
    return or_(
        exists().where(Panel.id == panel_id, Panel.visibility == "open").correlate_except(Panel),
        is_standing(member_id, panel_id=panel_id),
        exists()
        .where(
            RoleGrant.member_id == member_id,
            or_(RoleGrant.panel_id.is_(None), RoleGrant.panel_id == panel_id),
        )
        .correlate_except(RoleGrant),
    )


def _view(reading: Reading, viewer: Member | None, *, names: Sequence[str] = (), **values: Any) -> PanelView:
    found = reading.find(viewer_id=viewer.id if viewer is not None else None, **values)
    if found is None:
        raise NotFound()
    return view_panel(viewer, found, names=names)


def view_panel(viewer: Member | None, columns: Line, *, names: Sequence[str] = ()) -> PanelView:
    """The panel from the columns of `with_panel`; NotFound when the viewer may not know of it."""
    of_panel, of_membership, (is_guarded, newest, *along) = split(columns, _PANELS, _MEMBERSHIPS)
    panel = entity_of(Panel, of_panel)
    membership = entity_of(Membership, of_membership) if of_membership[0] is not None else None
    if not policy.may_know_of_panel(viewer, panel, membership):
        raise NotFound()
    paused_until = policy.paused_until(viewer, membership, now=clock.now())
    return PanelView(
        panel=panel,
        membership=membership,
        has_door=bool(is_guarded),
        is_member=policy.is_in(membership),
        can_read=policy.may_read_panel(viewer, panel, membership),
        can_take_part=not paused_until and policy.can_take_part(viewer, panel, membership),
        can_walk_in=(not paused_until and not is_guarded and policy.can_walk_in(viewer, panel, membership)),
        paused_until=paused_until,
        newest=newest,
        asked_along=dict(zip(names, along, strict=True)),
    )


def _own_or_staffed(viewer: Member | None) -> ColumnElement[bool]:
    if viewer is None:
        return false()
    if policy.works_on_site(viewer):
        return true()
    staffed = [grant.panel_id for grant in viewer.standing_roles]
    own = is_standing(literal(viewer.id, BigId))
    return or_(own, Panel.id.in_(staffed)) if staffed else own
