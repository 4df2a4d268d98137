"""Reading lots, what was taken from them, holds and debts, always as the database has them now.

Whoever changes them holds the lock on the wallet; what the session had read before that is read again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from community.infra.db import Row, db
from community.loyalty.models import Allocation, Debt, Hold, Lot

_OPEN = select(Lot).where(Lot.member_id == bindparam("member_id"), Lot.state == "open")
_OF_AWARD = select(Lot).where(Lot.award_id == bindparam("award_id"))
_OF_TRANSACTION = select(Lot).where(Lot.transaction_id == bindparam("transaction_id"))
_HOLD = select(Hold).where(Hold.id == bindparam("hold_id"))
_HOLD_OF_TRANSACTION = select(Hold).where(Hold.transaction_id == bindparam("transaction_id"))
_OF_HOLD = (
    select(Allocation, Lot)
    .join(Lot, Lot.id == Allocation.lot_id)
    .where(Allocation.hold_id == bindparam("hold_id"))
    .order_by(Allocation.id)
)
_UNPAID = (
    select(Debt).where(Debt.member_id == bindparam("member_id"), Debt.paid < Debt.amount).order_by(Debt.id)
)
_EXPIRED = select(func.count(), func.coalesce(func.sum(Allocation.amount), 0)).where(
    Allocation.lot_id == bindparam("lot_id"), Allocation.purpose == "expire"
)
_DUE = (Lot.state == "open", Lot.expires_at <= bindparam("now"), Lot.granted > Lot.reserved + Lot.used)
_DUE_OF_MEMBER = select(Lot).where(Lot.member_id == bindparam("member_id"), *_DUE).order_by(Lot.id)
_MEMBERS_DUE = (
    select(Lot.member_id)
    .where(*_DUE, Lot.member_id > bindparam("after"))
    .group_by(Lot.member_id)
    .order_by(Lot.member_id)
    .limit(bindparam("limit"))
)


def list_open_lots(member_id: int) -> Sequence[Lot]:
    """The member's lots that are not used up, in no order."""
    return _all(_OPEN, member_id=member_id)


def find_lot_of_award(award_id: int) -> Lot | None:
    """The lot that an award brought."""
    return _one(_OF_AWARD, award_id=award_id)


def find_lot_of_transaction(transaction_id: int) -> Lot | None:
    """The lot that this transaction brought."""
    return _one(_OF_TRANSACTION, transaction_id=transaction_id)


def find_hold(hold_id: int) -> Hold | None:
    """The hold as it is now."""
    return _one(_HOLD, hold_id=hold_id)


def find_hold_of_transaction(transaction_id: int) -> Hold | None:
    """The hold that this transaction set aside."""
    return _one(_HOLD_OF_TRANSACTION, transaction_id=transaction_id)


def list_taken_by_hold(hold_id: int) -> list[tuple[Allocation, Lot]]:
    """What a hold took, with the lots it took it from."""
    rows = db.session.execute(_OF_HOLD, {"hold_id": hold_id}, execution_options={"populate_existing": True})
    return [(allocation, lot) for allocation, lot in rows]


def list_unpaid_debts(member_id: int) -> Sequence[Debt]:
    """The member's debts that are not paid in full, the oldest first."""
    return _all(_UNPAID, member_id=member_id)


def count_expired(lot_id: int) -> tuple[int, int]:
    """How often points of the lot expired, and how many in all."""
    times, points = db.session.execute(_EXPIRED, {"lot_id": lot_id}).one()
    return times, int(points)


def list_due_lots(member_id: int, *, now: datetime) -> Sequence[Lot]:
    """The member's lots with free points that have expired and are still there."""
    return _all(_DUE_OF_MEMBER, member_id=member_id, now=now)


def list_members_with_due_lots(*, now: datetime, after: int, limit: int) -> Sequence[int]:
    """Members with a number above `after` who have points that expired."""
    return db.session.scalars(_MEMBERS_DUE, {"now": now, "after": after, "limit": limit}).all()


def _all(statement: Select[Row], **values: Any) -> Sequence[Row]:
    return db.session.scalars(statement, values, execution_options={"populate_existing": True}).all()


def _one(statement: Select[Row], **values: Any) -> Row | None:
    return db.session.scalar(statement, values, execution_options={"populate_existing": True})
