"""Reading what stands beside a board, and which ideas wait for a first answer."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import current_app
from sqlalchemy import func, select, true

from community.cases.queries.told_back import told_back_of
from community.cases.told_back import ToldBack
from community.ideas import statuses
from community.ideas.models import Idea
from community.infra import clock
from community.infra.db import db
from community.members.models import Member
from community.panels.models import Panel, told_in

KEPT = timedelta(seconds=60)


class Ended(NamedTuple):
    """What became of an idea, in short."""

    id: int
    slug: str
    title: str
    status: str
    status_changed_at: datetime


class Aside(NamedTuple):
    """What stands beside a board."""

    told_back: ToldBack
    ended: tuple[Ended, ...]


class Waiting(NamedTuple):
    """An idea whose author has not been told anything."""

    id: int
    slug: str
    title: str
    support_count: int
    published_at: datetime
    author_name: str
    panel_slug: str
    panel_name: str


_ENDED = (
    select(Idea.id, Idea.slug, Idea.title, Idea.status, Idea.status_changed_at)
    .where(Idea.is_listed == true(), Idea.status.in_(statuses.FINAL))
    .order_by(Idea.status_changed_at.desc(), Idea.id.desc())
    .limit(3)
)


def board_aside(panel_id: int) -> Aside:
    """The panel's told-back figure and last outcomes, looked up at most once a minute in each process."""
    kept: dict[int, tuple[datetime, Aside]] = current_app.extensions.setdefault("board_asides", {})
    now = clock.now()
    if panel_id in kept and abs(now - kept[panel_id][0]) < KEPT:
        return kept[panel_id][1]
    ended = db.session.execute(_ENDED.where(Idea.panel_id == panel_id)).all()
    aside = Aside(told_back_of(panel_id), tuple(Ended(*row) for row in ended))
    kept[panel_id] = (now, aside)
    return aside


def list_waiting(panel_ids: Collection[int], *, locale: str, limit: int) -> list[Waiting]:
    """Ideas without a first answer, those that wait longest first."""
    rows = db.session.execute(
        select(
            Idea.id,
            Idea.slug,
            Idea.title,
            Idea.support_count,
            Idea.published_at,
            Member.display_name,
            Panel.slug,
            Panel.name,
            Panel.translations,
        )
        .join(Member, Member.id == Idea.author_id)
        .join(Panel, Panel.id == Idea.panel_id)
        .where(Idea.is_listed == true(), Idea.answered_at.is_(None), Idea.panel_id.in_(panel_ids))
        .order_by(Idea.published_at, Idea.id)
        .limit(limit)
    )
    return [Waiting(*row[:7], told_in(locale, row[8], "name", first=row[7])) for row in rows]


def count_waiting_by_panel(panel_ids: Collection[int]) -> Mapping[int, int]:
    """How many ideas of each panel are without a first answer."""
    rows = db.session.execute(
        select(Idea.panel_id, func.count(Idea.id))
        .where(Idea.is_listed == true(), Idea.answered_at.is_(None), Idea.panel_id.in_(panel_ids))
        .group_by(Idea.panel_id)
    )
    return {panel_id: waiting for panel_id, waiting in rows}  # noqa: C416 - rows are no pairs to mypy
