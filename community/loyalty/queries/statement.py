"""Reading a member's statement: every line, the newest first, each with all that its sentence needs."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from community.infra.db import MAX_ID, db
from community.infra.paging import Stretch, read_stretch
from community.loyalty.models import (
    Adjustment,
    Allocation,
    Award,
    Hold,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Lot,
    Redemption,
    Reward,
    RuleVersion,
)
from community.loyalty.statement_lines import Line
from community.members.models import Member
from community.panels.queries import readable_panel_ids

PER_PAGE = 25
# A file is read in pieces of so many lines, so that it takes no more memory however long it is.
PIECE = 500


def list_lines(member: Member, *, before: int = 0, limit: int = PER_PAGE) -> Stretch[Line]:
    """Lines of the member's statement behind the line with this number, 0 for the newest; one statement."""
    rows = db.session.execute(_lines(member, before=before or MAX_ID, limit=limit + 1))
    return read_stretch([Line(*row) for row in rows], per_page=limit)


def each_line(member: Member) -> Iterator[Line]:
    """All lines of the member's statement, the newest first."""
    before: int | None = 0
    while before is not None:
        stretch = list_lines(member, before=before, limit=PIECE)
        yield from stretch.items
        before = stretch.next_after


def _lines(member: Member, *, before: int, limit: int) -> Select[Any]:
    account = select(LedgerAccount.id).where(
        LedgerAccount.member_id == member.id, LedgerAccount.kind == "member_available"
    )
    # Cut to one page before anything is joined to it: the other tables are looked up by key, page by page.
    entry = (
        select(LedgerEntry)
        .where(LedgerEntry.account_id == account.scalar_subquery(), LedgerEntry.id < before)
        .order_by(LedgerEntry.id.desc())
        .limit(limit)
        .subquery()
    )
    held, released = aliased(Hold), aliased(Hold)
    moved = LedgerTransaction
    may_go = and_(
        Award.state != "clawed_back",
        or_(Award.panel_id.is_(None), Award.panel_id.in_(readable_panel_ids(member))),
    )
    paid = (
        select(func.sum(Allocation.amount))
        .where(Allocation.transaction_id == moved.id, Allocation.purpose == "debt")
        .correlate(moved)
        .scalar_subquery()
    )
    return (
        select(
            entry.c.id,
            moved.kind,
            entry.c.amount,
            entry.c.balance_after,
            moved.effective_at,
            RuleVersion.rule,
            RuleVersion.number,
            RuleVersion.made_at,
            RuleVersion.gate,
            Award.title,
            case((may_go, Award.path), else_=literal("")),
            Award.state,
            Award.reason,
            Award.limited_by,
            Award.bonus,
            Award.note,
            Reward.name,
            Redemption.id,
            Redemption.quantity,
            Redemption.message,
            Adjustment.reason,
            Lot.available_from,
            func.coalesce(paid, 0),
        )
        .select_from(entry)
        .join(moved, moved.id == entry.c.transaction_id)
        .outerjoin(RuleVersion, RuleVersion.id == moved.rule_version_id)
        .outerjoin(Award, _is_for("award", Award.id))
        .outerjoin(held, and_(moved.kind == "hold", held.transaction_id == moved.id))
        .outerjoin(released, _is_for("hold", released.id))
        .outerjoin(Redemption, Redemption.hold_id == func.coalesce(held.id, released.id))
        .outerjoin(Reward, Reward.id == func.coalesce(Redemption.reward_id, _source_of("reward")))
        .outerjoin(Adjustment, _is_for("adjustment", Adjustment.id))
        .outerjoin(Lot, _is_for("lot", Lot.id))
        .order_by(entry.c.id.desc())
    )


def _is_for(source_type: str, number: Any) -> Any:
    return and_(LedgerTransaction.source_type == source_type, LedgerTransaction.source_id == number)


def _source_of(source_type: str) -> Any:
    return case((LedgerTransaction.source_type == source_type, LedgerTransaction.source_id), else_=None)
