"""Reading the inbox: what a member was told and may still see."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from flask import Flask, current_app
from sqlalchemy import ColumnElement, Select, or_, select

from community.activity.models import Activity
from community.infra import paging
from community.infra.db import db
from community.members import pictures
from community.members.models import Member
from community.notifications.models import Notice

PER_PAGE = 25

ReadablePanels = Callable[[Member | None], Select[int]]


class Told(NamedTuple):
    """A notice as the inbox shows it; the sentence is made of `kind` and `data` in the reader's language."""

    id: int
    kind: str
    data: dict[str, Any]
    created_at: datetime
    read_at: datetime | None
    actor_id: int | None
    actor_name: str | None
    actor_picture_key: str | None

    @property
    def actor_picture_url(self) -> str | None:
        """Where the picture of whoever did it is, if there is one."""
        return pictures.path_of(self.actor_id, self.actor_picture_key) if self.actor_id else None

    @property
    def template(self) -> str:
        """The template of the sentence: "ideas.merged" is told by ideas/notices/merged.html."""
        domain, _, name = self.kind.partition(".")
        return f"{domain}/notices/{name}.html"


_TOLD = (
    select(
        Notice.id,
        Notice.kind,
        Notice.data,
        Notice.created_at,
        Notice.read_at,
        Member.id.label("actor_id"),
        Member.display_name.label("actor_name"),
        Member.picture_key.label("actor_picture_key"),
    )
    .join(Activity, Activity.id == Notice.activity_id)
    .outerjoin(Member, Member.id == Activity.actor_id)
    .order_by(Notice.id.desc())
)


def use_panels(app: Flask, readable_panel_ids: ReadablePanels) -> None:
    """Tell the inbox which panels a member may read; panels stand above it and cannot be asked from here."""
    app.extensions["readable_panel_ids"] = readable_panel_ids


def list_told(member: Member, *, number: int = 1) -> paging.Page[Told]:
    """One page of the inbox, the newest first."""
    rows = db.session.execute(
        _TOLD.where(*_theirs(member)).limit(PER_PAGE + 1).offset(paging.offset(number, PER_PAGE))
    )
    return paging.read_page([Told(*row) for row in rows], number=number, per_page=PER_PAGE)


def list_newest(member: Member, *, limit: int) -> list[Told]:
    """The last few things the member was told."""
    return [Told(*row) for row in db.session.execute(_TOLD.where(*_theirs(member)).limit(limit))]


def find_path(member: Member, notice_id: int) -> str | None:
    """Where a notice of the member leads to, or None if it is not theirs or no longer to be seen."""
    return db.session.scalar(select(Notice.path).where(Notice.id == notice_id, *_theirs(member)))


def _theirs(member: Member) -> tuple[ColumnElement[bool], ...]:
    readable: ReadablePanels = current_app.extensions["readable_panel_ids"]
    return (
        Notice.member_id == member.id,
        or_(Notice.panel_id.is_(None), Notice.panel_id.in_(readable(member))),
    )
