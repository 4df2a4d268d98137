"""Reading the inbox: what a member was told and may still see."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from typing import Any, NamedTuple

from flask import Flask, current_app
from sqlalchemy import ColumnElement, Integer, Select, bindparam, column, or_, select, table

from community.activity.models import Activity
from community.infra import paging
from community.infra.db import BigId, db
from community.infra.reading import Reading, at_most
from community.members.models import Member
from community.members.names import Shown, shown
from community.members.queries import PanelName
from community.notifications import topics
from community.notifications.models import Notice

PER_PAGE = 25


class PanelDoor(NamedTuple):
    """What is asked about panels, which stand above the inbox and cannot be asked from here.

    The panels that may be read by how one reads, for statements that take `viewer_id`; how a member does; the
    same as a condition on columns of a member and a panel, for many at once; and the panels a member is in.
    """

    readable_ids: Mapping[str, Select[int]]
    reads_as: Callable[[Member | None], str]
    may_read: Callable[[Any, Any], ColumnElement[bool]]
    list_own: Callable[[Member], Sequence[PanelName]]


class Told(NamedTuple):
    """A notice as the inbox shows it; the sentence is made of `kind` and `data` in the reader's language."""

    id: int
    kind: str
    why: str
    data: dict[str, Any]
    created_at: datetime
    read_at: datetime | None
    actor_id: int | None
    actor_full_name: str | None
    actor_alias: str | None
    actor_picture_key: str | None
    names_shown: str | None

    @property
    def actor(self) -> Shown | None:
        """Whoever did it, if somebody did: a member as their panel shows them, staff by name."""
        if self.actor_id is None or self.actor_full_name is None:
            return None
        how = self.names_shown if topics.is_by_member(self.kind) else None
        return shown(
            self.actor_id,
            self.actor_full_name,
            alias=self.actor_alias,
            picture_key=self.actor_picture_key,
            how=how or "full",
        )

    @property
    def actor_name(self) -> str | None:
        """The name of whoever did it."""
        return self.actor.name if self.actor is not None else None

    @property
    def template(self) -> str:
        """The template of the sentence: "ideas.merged" is told by ideas/notices/merged.html."""
        domain, _, name = self.kind.partition(".")
        return f"{domain}/notices/{name}.html"

    @property
    def reason(self) -> Any:
        """Why this member was told, as a sentence; "" for what was told before reasons were kept."""
        return topics.reason_of(self.kind, self.why)


# Panels stand above; how they show names is all that is needed here.
_panels = table("panels", column("id"), column("names_shown"))
TOLD = (
    select(
        Notice.id,
        Notice.kind,
        Notice.why,
        Notice.data,
        Notice.created_at,
        Notice.read_at,
        Member.id.label("actor_id"),
        Member.display_name.label("actor_full_name"),
        Member.alias.label("actor_alias"),
        Member.picture_key.label("actor_picture_key"),
        _panels.c.names_shown,
    )
    .join(Activity, Activity.id == Notice.activity_id)
    .outerjoin(Member, Member.id == Activity.actor_id)
    .outerjoin(_panels, _panels.c.id == Activity.panel_id)
    .order_by(Notice.id.desc())
)


def use_panels(app: Flask, door: PanelDoor) -> None:
    """Tell the inbox how to ask about panels."""
    app.extensions["panels_of_notices"] = door
    app.extensions["told_in_inbox"] = cache(partial(_told, door))


def panel_door() -> PanelDoor:
    """What this app asks about panels."""
    door: PanelDoor = current_app.extensions["panels_of_notices"]
    return door


def list_own_panels(member: Member) -> list[PanelName]:
    """The panels that the member is in, by name."""
    return list(panel_door().list_own(member))


def list_told(member: Member, *, number: int = 1) -> paging.Page[Told]:
    """One page of the inbox, the newest first."""
    rows = _reading(member, PER_PAGE + 1, is_first=number == 1).list(
        viewer_id=member.id, offset=paging.offset(number, PER_PAGE)
    )
    return paging.read_page([Told._make(row) for row in rows], number=number, per_page=PER_PAGE)


def list_newest(member: Member, *, limit: int) -> list[Told]:
    """The last few things the member was told."""
    rows = _reading(member, limit, is_first=True).list(viewer_id=member.id)
    return [Told._make(row) for row in rows]


def list_all_told(member: Member) -> list[Told]:
    """Everything the member was told, also what they may no longer see, for their copy of it."""
    return [Told(*row) for row in db.session.execute(TOLD.where(Notice.member_id == member.id))]


def find_path(member: Member, notice_id: int) -> str | None:
    """Where a notice of the member leads to, or None if it is not theirs or no longer to be seen."""
    theirs = _theirs(panel_door(), panel_door().reads_as(member))
    path = select(Notice.path).where(Notice.id == notice_id, *theirs)
    return db.session.scalar(path, {"viewer_id": member.id})


def _reading(member: Member, most: int, *, is_first: bool) -> Reading:
    reading: Reading = current_app.extensions["told_in_inbox"](
        panel_door().reads_as(member), most, is_first=is_first
    )
    return reading


def _told(door: PanelDoor, reader: str, most: int, *, is_first: bool) -> Reading:
    told = TOLD.where(*_theirs(door, reader)).limit(at_most(most))
    return Reading(told if is_first else told.offset(bindparam("offset", type_=Integer)))


def _theirs(door: PanelDoor, reader: str) -> tuple[ColumnElement[bool], ...]:
    return (
        Notice.member_id == bindparam("viewer_id", type_=BigId),
        or_(Notice.panel_id.is_(None), Notice.panel_id.in_(door.readable_ids[reader])),
    )
