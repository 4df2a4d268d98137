"""What is to be counted ahead, and what was."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from pyroaring import BitMap64
from sqlalchemy import Select, select

from community.feedback.models import FeedbackItem
from community.infra.db import db
from community.insights import pieces
from community.insights.cells import CUTS, Cells, unpack
from community.insights.models import RollupBlock, RollupMark, RollupMonth, RollupName, Stratum, StratumMember
from community.panels.models import Panel, Segment
from community.panels.queries import ids_of_members_who

_CHUNK = 5000

# Both databases go once through both tables for this.
GONE_NAMES = select(RollupName.author_key).except_(select(FeedbackItem.author_key))


def has_gone_names() -> bool:
    """Whether somebody has a number of whom no text is left."""
    return db.session.scalar(GONE_NAMES.limit(1)) is not None


def list_marked(
    *, panel_ids: Collection[int] | None = None, from_on: date | None = None, until_on: date | None = None
) -> list[tuple[int, date]]:
    """The panels and pieces whose texts changed since they were counted; of these panels and days, or all."""
    statement = select(RollupMark.panel_id, RollupMark.starts_on).distinct()
    if panel_ids is not None:
        statement = statement.where(RollupMark.panel_id.in_(panel_ids))
    if from_on is not None:
        statement = statement.where(RollupMark.starts_on >= pieces.piece_of(from_on).starts_on)
    if until_on is not None:
        statement = statement.where(RollupMark.starts_on <= until_on)
    rows = db.session.execute(statement.order_by(RollupMark.panel_id, RollupMark.starts_on))
    return [(row.panel_id, row.starts_on) for row in rows]


def is_month_marked(panel_id: int, month: date) -> bool:
    """Whether a piece of the month has to be counted anew."""
    marks = select(RollupMark.id).where(
        RollupMark.panel_id == panel_id, RollupMark.starts_on.between(month, pieces.end_of_month(month))
    )
    return db.session.scalar(marks.limit(1)) is not None


def has_panel(panel_id: int) -> bool:
    """Whether the panel is still there."""
    return db.session.scalar(select(Panel.id).where(Panel.id == panel_id)) is not None


def lock_month(panel_id: int, month: date) -> RollupMonth | None:
    """The month as it is now, locked until the unit of work ends; None if all is about to be counted anew."""
    return db.session.scalars(
        select(RollupMonth)
        .where(RollupMonth.panel_id == panel_id, RollupMonth.starts_on == month)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def list_cells_of_month(panel_id: int, month: date, *, cut: tuple[str, ...]) -> Iterator[Cells]:
    """The cells of each piece of the month."""
    blocks = db.session.scalars(
        select(RollupBlock.cells).where(
            RollupBlock.cut == CUTS.index(cut),
            RollupBlock.panel_id == panel_id,
            RollupBlock.span == "piece",
            RollupBlock.starts_on.between(month, pieces.end_of_month(month)),
        )
    )
    return (dict(unpack(block, cut)) for block in blocks)


def find_members_by_strata() -> dict[str, BitMap64]:
    """Who is in exactly which segments now, "3,17" → members; those who are in none are left out."""
    found: dict[str, BitMap64] = {}
    for row in db.session.execute(select(Segment.id, Segment.rule).order_by(Segment.id)).all():
        inside = _read_ids(ids_of_members_who(row.rule))
        split: dict[str, BitMap64] = {}
        for segments, members in found.items():
            split[segments] = members - inside
            split[f"{segments},{row.id}"] = members & inside
            inside -= members
        split[str(row.id)] = inside
        found = {segments: members for segments, members in split.items() if members}
    return found


def list_members_by_strata() -> dict[str, BitMap64]:
    """The same as it was counted last."""
    members = select(StratumMember.member_id)
    known = {
        segments: _read_ids(members.where(StratumMember.stratum_id == stratum_id))
        for segments, stratum_id in map_strata().items()
    }
    return {segments: inside for segments, inside in known.items() if inside}


def map_strata() -> Mapping[str, int]:
    """The numbers of all strata by their segments."""
    return {row.segments: row.id for row in db.session.execute(select(Stratum.id, Stratum.segments))}


def _read_ids(statement: Select[int]) -> BitMap64:
    ids = BitMap64()
    rows = db.session.scalars(statement.execution_options(yield_per=_CHUNK))
    for chunk in rows.partitions():
        ids.update(chunk)
    return ids
