"""Reading the rules and blocked words of the site and of panels, for those who set them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, select

from community.infra import paging
from community.infra.db import db
from community.infra.errors import NotFound
from community.members.models import Member
from community.moderation import policy
from community.moderation.models import BlockedWord, ScreeningRules
from community.moderation.queries.screening import find_rules
from community.moderation.rules import Rules
from community.panels.models import Panel

PER_PAGE = 100


class Floor(NamedTuple):
    """A panel whose rules somebody sets."""

    id: int
    slug: str
    name: str


class Standing(NamedTuple):
    """What is set on a floor itself, what holds there where nothing is set, and who changed it when."""

    settings: dict[str, Any]
    otherwise: Rules
    changed_at: datetime | None
    changed_by: str | None


class WordLine(NamedTuple):
    """A blocked word as it is listed."""

    id: int
    term: str
    effect: str
    made_at: datetime
    made_by: str | None


_ROW = select(ScreeningRules.settings, ScreeningRules.changed_at, Member.display_name).outerjoin(
    Member, Member.id == ScreeningRules.changed_by_id
)
_PANELS = select(Panel).order_by(Panel.name, Panel.id)
_WORDS = (
    select(
        BlockedWord.id,
        BlockedWord.term,
        BlockedWord.effect,
        BlockedWord.made_at,
        Member.display_name,
    )
    .outerjoin(Member, Member.id == BlockedWord.made_by_id)
    .order_by(BlockedWord.folded, BlockedWord.id)
    .limit(PER_PAGE + 1)
    .offset(bindparam("start"))
)


def list_floors(viewer: Member, *, locale: str) -> list[Floor]:
    """The panels whose rules the viewer sets, by name."""
    moderated = policy.panels_moderated(viewer.standing_roles)
    where = Panel.id.in_(moderated) if moderated is not None else Panel.id.is_not(None)
    panels = db.session.scalars(_PANELS.where(where))
    return [Floor(panel.id, panel.slug, panel.name_in(locale)) for panel in panels]


def get_panel(slug: str, viewer: Member) -> Panel:
    """The panel if the viewer sets its rules; NotFound for everybody else."""
    panel = db.session.scalar(select(Panel).where(Panel.slug == slug))
    if panel is None or not policy.can_run_rules(viewer, panel.id):
        raise NotFound()
    return panel


def get_standing(panel_id: int | None) -> Standing:
    """The floor's settings over what holds without them."""
    row = db.session.execute(_ROW.where(_on_floor(ScreeningRules.panel_id, panel_id))).one_or_none()
    otherwise = find_rules(None) if panel_id is not None else Rules()
    if row is None:
        return Standing({}, otherwise, None, None)
    return Standing(dict(row.settings), otherwise, row.changed_at if row.settings else None, row.display_name)


def get_row_id(panel_id: int | None) -> int:
    """The number of the floor's row; NotFound if nothing was ever set there."""
    row_id = db.session.scalar(select(ScreeningRules.id).where(_on_floor(ScreeningRules.panel_id, panel_id)))
    if row_id is None:
        raise NotFound()
    return row_id


def list_words(panel_id: int | None, *, number: int) -> paging.Page[WordLine]:
    """The words of the floor itself, in the order of what they are compared by."""
    rows = db.session.execute(
        _WORDS.where(_on_floor(BlockedWord.panel_id, panel_id)),
        {"start": paging.offset(number, PER_PAGE)},
    )
    words = [WordLine(*row) for row in rows]
    return paging.read_page(words, number=number, per_page=PER_PAGE)


def count_words(panel_id: int | None) -> int:
    """How many words the floor itself has."""
    where = _on_floor(BlockedWord.panel_id, panel_id)
    return db.session.scalar(select(func.count(BlockedWord.id)).where(where)) or 0


def list_words_folded(panel_id: int | None, folded: Sequence[str]) -> list[BlockedWord]:
    """Those words of the floor that are compared by one of these."""
    return list(
        db.session.scalars(
            select(BlockedWord).where(
                _on_floor(BlockedWord.panel_id, panel_id), BlockedWord.folded.in_(folded)
            )
        )
    )


def list_words_by_id(panel_id: int | None, word_ids: Sequence[int]) -> list[BlockedWord]:
    """Those of these words that are the floor's own."""
    return list(
        db.session.scalars(
            select(BlockedWord)
            .where(_on_floor(BlockedWord.panel_id, panel_id), BlockedWord.id.in_(word_ids))
            .order_by(BlockedWord.id)
        )
    )


def _on_floor(column: Any, panel_id: int | None) -> ColumnElement[bool]:
    asked: ColumnElement[bool] = column.is_(None) if panel_id is None else column == panel_id
    return asked
