"""Counting feedback ahead of the reports: pieces that changed, who is in which segments, all from scratch."""

import time
from collections.abc import Callable, Collection, Iterable
from datetime import date

from pyroaring import BitMap64
from sqlalchemy import delete, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from community.feedback.models import FeedbackItem
from community.infra.db import insert_new, lock, unit_of_work
from community.insights import marking, pieces
from community.insights.cells import FINEST, Cells, complete, count, merge, pack
from community.insights.models import (
    RollupBlock,
    RollupMark,
    RollupMonth,
    RollupName,
    Stratum,
    StratumMember,
)
from community.insights.queries import rollups as queries
from community.insights.queries.texts import Unnamed, list_texts
from community.insights.scope import Scope
from community.members.models import Member

# Most parameters that one statement may have on every database.
_CHUNK = 500


def fold(
    *,
    panel_ids: Collection[int] | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
    seconds: float | None = None,
    check: Callable[[], None] | None = None,
) -> int:
    """Count anew what changed in these panels and days, or everywhere; says how many pieces.

    Stops early after so many `seconds`. `check` is called before each piece and may raise to stop it.
    """
    began = time.monotonic()
    done = 0
    for panel_id, starts_on in queries.list_marked(panel_ids=panel_ids, from_on=from_on, until_on=until_on):
        if seconds is not None and time.monotonic() - began > seconds:
            break
        if check is not None:
            check()
        _recount(panel_id, starts_on)
        done += 1
    return done


def prepare(scope: Scope, *, check: Callable[[], None] | None = None) -> None:
    """Have all counted ahead that a report on this scope, and on the period before it, asks for."""
    stratify()
    fold(
        panel_ids=scope.panel_ids,
        from_on=scope.before.from_on,
        until_on=scope.until_on,
        check=check,
    )


def stratify() -> int:
    """Look who is in which segments now; says for how many that changed: their texts are counted anew."""
    if queries.find_members_by_strata() == queries.list_members_by_strata():
        return 0
    with unit_of_work() as session:
        # Whoever does this locks the stratum of those who are in no segment, of which there is always one.
        insert_new(Stratum, [{"segments": ""}])
        lock(Stratum, queries.map_strata()[""])
        found, known = queries.find_members_by_strata(), queries.list_members_by_strata()
        insert_new(Stratum, [{"segments": segments} for segments in sorted(found)])
        strata = queries.map_strata()
        changed = BitMap64.union(BitMap64(), *known.values()) - BitMap64.union(BitMap64(), *found.values())
        for member_ids in _chunks(changed):
            session.execute(delete(StratumMember).where(StratumMember.member_id.in_(member_ids)))
        for segments, members in found.items():
            moved = members - known.get(segments, BitMap64())
            for member_ids in _chunks(moved):
                _put_into(session, strata[segments], member_ids)
            changed |= moved
        for member_ids in _chunks(changed):
            _mark_texts_of(session, member_ids)
        emptied = strata.keys() - found.keys() - {""}
        session.execute(delete(Stratum).where(Stratum.segments.in_(emptied)))
    return len(changed)


def leave_strata(member: Member) -> int:
    """Somebody is in no segment any more; 1 if they were in one."""
    with unit_of_work() as session:
        gone = session.execute(delete(StratumMember).where(StratumMember.member_id == member.id))
        if gone.rowcount:  # type: ignore[attr-defined]
            _mark_texts_of(session, [member.id])
    return int(gone.rowcount)  # type: ignore[attr-defined]


def rebuild() -> int:
    """Count everything from scratch; says how many pieces. Reports count from the texts meanwhile."""
    with unit_of_work() as session:
        # Waits for whoever is counting; those who come after wait for this.
        if session.get_bind().dialect.name == "postgresql":
            # A month that is counted for the first time is no row yet that could be waited for.
            session.execute(text("LOCK TABLE rollup_months IN EXCLUSIVE MODE"))
        session.execute(delete(RollupMonth))
        session.execute(delete(RollupBlock))
        session.execute(delete(RollupName))
        session.execute(delete(RollupMark))
        session.execute(text(marking.mark_all(session.get_bind().dialect.name)))
    stratify()
    return fold()


def forget_names() -> int:
    """Forget the names of those whose last text is gone; says how many."""
    if not queries.has_gone_names():
        return 0
    with unit_of_work() as session:
        if session.get_bind().dialect.name == "postgresql":
            # Nobody may count texts of somebody whose number goes.
            session.execute(text("LOCK TABLE rollup_names IN EXCLUSIVE MODE"))
        gone = session.execute(delete(RollupName).where(RollupName.author_key.in_(queries.GONE_NAMES)))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _recount(panel_id: int, starts_on: date) -> None:
    """Count one piece anew, and its month if that was the last of it."""
    month = pieces.month_of(starts_on)
    with unit_of_work() as session:
        if not queries.has_panel(panel_id):
            session.execute(delete(RollupMark).where(RollupMark.panel_id == panel_id))
            return
        insert_new(RollupMonth, [{"panel_id": panel_id, "starts_on": month}])
        if queries.lock_month(panel_id, month) is None:
            return
        # Marks first, then texts: what changes between the two leaves a mark that stays.
        session.execute(
            delete(RollupMark).where(RollupMark.panel_id == panel_id, RollupMark.starts_on == starts_on)
        )
        finest = _count_texts(session, panel_id, pieces.piece_of(starts_on))
        _write(session, panel_id, "piece", starts_on, complete(finest))
        # While another piece is marked, nobody reads the month.
        if not queries.is_month_marked(panel_id, month):
            finest = [merge(queries.list_cells_of_month(panel_id, month, cut=cut)) for cut in FINEST]
            _write(session, panel_id, "month", month, complete(finest))


def _count_texts(session: Session, panel_id: int, piece: pieces.Piece) -> list[Cells]:
    while True:
        _name_authors(session, panel_id, piece)
        unnamed = Unnamed()
        texts = list_texts([panel_id], starts_at=piece.starts_at, ends_at=piece.ends_at, unnamed=unnamed)
        finest = count(texts, FINEST)
        # Somebody new wrote in between; what stays must not know them by a passing number.
        if not unnamed:
            return finest


def _name_authors(session: Session, panel_id: int, piece: pieces.Piece) -> None:
    """Give those whom only an import names, and no block knows yet, their numbers."""
    keys = (
        select(FeedbackItem.author_key)
        .where(
            FeedbackItem.panel_id == panel_id,
            FeedbackItem.said_at >= piece.starts_at,
            FeedbackItem.said_at < piece.ends_at,
            FeedbackItem.author_id.is_(None),
            FeedbackItem.author_key != "",
            FeedbackItem.author_key.not_in(select(RollupName.author_key)),
        )
        .distinct()
        # All name in one order, so that nobody waits in a ring.
        .order_by(FeedbackItem.author_key)
    )
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.execute(insert(RollupName).from_select(["author_key"], keys).on_conflict_do_nothing())


def _write(session: Session, panel_id: int, span: str, starts_on: date, counted: list[Cells]) -> None:
    session.execute(
        delete(RollupBlock).where(
            RollupBlock.panel_id == panel_id, RollupBlock.span == span, RollupBlock.starts_on == starts_on
        )
    )
    place = {"panel_id": panel_id, "span": span, "starts_on": starts_on}
    insert_new(
        RollupBlock,
        [{"cut": cut, "cells": pack(cells), **place} for cut, cells in enumerate(counted) if cells],
    )


def _put_into(session: Session, stratum_id: int, member_ids: list[int]) -> None:
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(StratumMember).values(
        [{"member_id": member_id, "stratum_id": stratum_id} for member_id in member_ids]
    )
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["member_id"], set_={"stratum_id": statement.excluded.stratum_id}
        )
    )


def _mark_texts_of(session: Session, member_ids: list[int]) -> None:
    listed = ", ".join(map(str, member_ids))
    everything = marking.mark_all(session.get_bind().dialect.name)
    session.execute(text(f"{everything} WHERE feedback_items.author_id IN ({listed})"))


def _chunks(ids: Iterable[int]) -> list[list[int]]:
    listed = list(ids)
    return [listed[start : start + _CHUNK] for start in range(0, len(listed), _CHUNK)]
