"""Quota places: taken and given back with the membership that holds them, and edited by staff."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import func, select, update

from community.activity import actions as activity
from community.activity.changes import columns_of, compare
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict
from community.members.models import Member
from community.panels import queries
from community.panels.criteria import Rule
from community.panels.models import Membership, Panel, QuotaCell

# What the log tells of a cell.
_TOLD = ("name", "rule", "target_count")


def take_place(member: Member, panel: Panel) -> int | None:
    """Take a free place for the member in the cell with the most room; None if the panel has no cells.

    Conflict tells kindly when no cell fits the member or all that fit are full.
    """
    cells = queries.list_cells(panel)
    if not cells:
        return None
    for cell in by_room(_fitting(member, cells)):
        taken = db.session.execute(
            update(QuotaCell)
            .where(QuotaCell.id == cell.id, QuotaCell.filled_count < QuotaCell.target_count)
            .values(filled_count=QuotaCell.filled_count + 1)
            .returning(QuotaCell.id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if taken is not None:
            return taken
    raise _full()


def check_place(member: Member, panel: Panel) -> None:
    """Conflict if the panel has places and none is free for the member; takes none."""
    cells = queries.list_cells(panel)
    if cells and not any(cell.filled_count < cell.target_count for cell in _fitting(member, cells)):
        raise _full()


def give_back(membership: Membership) -> None:
    """Free the place that the membership holds, if it holds one."""
    if membership.cell_id is None:
        return
    db.session.execute(
        update(QuotaCell)
        .where(QuotaCell.id == membership.cell_id, QuotaCell.filled_count > 0)
        .values(filled_count=QuotaCell.filled_count - 1)
        .execution_options(synchronize_session=False)
    )
    membership.cell_id = None


def add_cell(staff: Member, panel: Panel, *, name: str, rule: Rule, target_count: int) -> QuotaCell:
    """Hold places in the panel for members whom the rule means; those who are in take theirs at once."""
    with unit_of_work() as session:
        locked = lock(Panel, panel.id)
        position = db.session.scalar(
            select(func.coalesce(func.max(QuotaCell.position), 0)).where(QuotaCell.panel_id == locked.id)
        )
        cell = QuotaCell(
            panel_id=locked.id, name=name, rule=rule, target_count=target_count, position=(position or 0) + 1
        )
        session.add(cell)
        session.flush()
        _fill_from_inside(locked, cell)
        _record(locked, cell, staff, before={}, after=columns_of(cell, *_TOLD))
    return cell


def edit_cell(
    staff: Member, panel: Panel, cell: QuotaCell, *, name: str, rule: Rule, target_count: int
) -> None:
    """Change a cell; members who no longer fit free their places, members without a place take them."""
    with unit_of_work():
        locked = lock(Panel, panel.id)
        before = columns_of(cell, *_TOLD)
        cell.name, cell.rule, cell.target_count = name, rule, target_count
        db.session.flush()
        db.session.execute(
            update(Membership)
            .where(
                Membership.cell_id == cell.id, Membership.member_id.not_in(queries.ids_of_members_who(rule))
            )
            .values(cell_id=None)
            .execution_options(synchronize_session=False)
        )
        _fill_from_inside(locked, cell)
        _record(locked, cell, staff, before=before, after=columns_of(cell, *_TOLD))


def remove_cell(staff: Member, panel: Panel, cell: QuotaCell) -> None:
    """Give a cell up; members who held its places stay in the panel."""
    with unit_of_work() as session:
        locked = lock(Panel, panel.id)
        _record(locked, cell, staff, before=columns_of(cell, *_TOLD), after={})
        session.delete(cell)


def recount(panel: Panel) -> None:
    """Bring the counts of members and places in line with the rows; the panel must be locked."""
    standing = select(func.count()).select_from(Membership).where(Membership.left_at.is_(None))
    db.session.execute(
        update(QuotaCell)
        .where(QuotaCell.panel_id == panel.id)
        .values(filled_count=standing.where(Membership.cell_id == QuotaCell.id).scalar_subquery())
        .execution_options(synchronize_session=False)
    )
    db.session.execute(
        update(Panel)
        .where(Panel.id == panel.id)
        .values(member_count=standing.where(Membership.panel_id == Panel.id).scalar_subquery())
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()


def _full() -> Conflict:
    return Conflict(
        _("All places for people like you are taken. Thank you for wanting to join; places may open again.")
    )


def _fitting(member: Member, cells: Sequence[QuotaCell]) -> list[QuotaCell]:
    fits = queries.are_meant(member, [cell.rule for cell in cells], queries.get_vocabulary())
    return [cell for cell, is_fitting in zip(cells, fits, strict=True) if is_fitting]


def _record(
    panel: Panel, cell: QuotaCell, staff: Member, *, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    activity.record(
        "panel.edited", subject=panel, actor=staff, panel_id=panel.id, cell_id=cell.id, what=cell.name,
        **compare(before, after),
    )  # fmt: skip


def by_room(cells: Sequence[QuotaCell]) -> list[QuotaCell]:
    """The cells with free places, those that are the emptiest by share first."""
    free = [cell for cell in cells if cell.filled_count < cell.target_count]
    return sorted(free, key=lambda cell: cell.filled_count / cell.target_count)


def _fill_from_inside(panel: Panel, cell: QuotaCell) -> None:
    held = select(func.count()).select_from(Membership).where(Membership.cell_id == cell.id)
    room = max(0, cell.target_count - (db.session.scalar(held) or 0))
    waiting = (
        select(Membership.member_id)
        .where(
            Membership.panel_id == panel.id,
            Membership.left_at.is_(None),
            Membership.cell_id.is_(None),
            Membership.member_id.in_(queries.ids_of_members_who(cell.rule)),
        )
        .order_by(Membership.joined_at, Membership.member_id)
        .limit(room)
    )
    db.session.execute(
        update(Membership)
        .where(Membership.panel_id == panel.id, Membership.member_id.in_(waiting))
        .values(cell_id=cell.id)
        .execution_options(synchronize_session=False)
    )
    recount(panel)
