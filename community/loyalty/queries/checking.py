"""Looking for what does not add up in the books; each question is one statement, so that it sees one moment.

Nothing here trusts what the database sees to by itself: it is counted once more from the other side.
"""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, FromClause, Select, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from community.infra.db import db
from community.loyalty.models import (
    Allocation,
    Debt,
    Hold,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Lot,
)

# What a mismatch is about: what lots and debts say of a member's three balances; the entries of an account
# and its balance; two entries for each transaction; the balance after each entry; what was taken from a lot,
# and by a hold; and that all accounts together come to nothing.
KINDS = ("pending", "available", "held", "balance", "entries", "chain", "lot", "hold", "programme")
LISTED = 100


class Mismatch(NamedTuple):
    """Something that does not add up; without a member it is about the programme as a whole."""

    what: str
    member_id: int | None
    expected: int
    found: int


class Findings(NamedTuple):
    """What a look through the books found; `totals` are points by kind of account, as the entries say."""

    transaction_count: int
    totals: dict[str, int]
    mismatches: list[Mismatch]
    mismatch_count: int


def look_through() -> Findings:
    """Add everything up anew and compare; reads all of the books and changes nothing."""
    totals, entry_count, transaction_count = _count()
    mismatches = []
    if entry_count != 2 * transaction_count:
        mismatches.append(Mismatch("entries", None, 2 * transaction_count, entry_count))
    if sum(totals.values()) != 0:
        mismatches.append(Mismatch("programme", None, 0, sum(totals.values())))
    count = len(mismatches)
    for statement in _QUESTIONS:
        for place, row in enumerate(db.session.execute(statement)):
            mismatches.append(Mismatch(row.what, row.member_id, int(row.expected), int(row.found)))
            count += row.number if place == 0 else 0
    return Findings(transaction_count, totals, mismatches[:LISTED], count)


def _count() -> tuple[dict[str, int], int, int]:
    rows = db.session.execute(_TOTALS).all()
    return (
        {row.kind: int(row.points) for row in rows},
        sum(int(row.entries) for row in rows),
        rows[0].transactions,
    )


def _where_other(found: FromClause) -> Select[Any]:
    """Of rows (what, member_id, expected, found) the first where both differ, and how many there are."""
    return (
        select(
            found.c.what,
            found.c.member_id,
            found.c.expected,
            found.c.found,
            func.count().over().label("number"),
        )
        .where(found.c.expected != found.c.found)
        .limit(LISTED)
    )


def _side(
    what: Any, member_id: Any, key: Any, *, expected: Any = None, found: Any = None
) -> Select[tuple[str, int, int, int, int]]:
    """Rows that count for one side of a comparison."""
    return select(
        what.label("what"),
        member_id.label("member_id"),
        key.label("key"),
        (literal(0) if expected is None else expected).label("expected"),
        (literal(0) if found is None else found).label("found"),
    )


def _compare(*sides: Select[Any]) -> Select[Any]:
    """Where the sides differ for a key; one that only one of them knows counts as nothing on the other."""
    rows = union_all(*sides).subquery()
    return _where_other(
        select(
            rows.c.what,
            rows.c.member_id,
            func.sum(rows.c.expected).label("expected"),
            func.sum(rows.c.found).label("found"),
        )
        .group_by(rows.c.what, rows.c.member_id, rows.c.key)
        .subquery()
    )


_NO_KEY = literal(0)
_PENDING, _AVAILABLE, _HELD = literal("pending"), literal("available"), literal("held")

_LOTS_AND_BALANCES = _compare(
    _side(
        func.replace(LedgerAccount.kind, "member_", ""),
        LedgerAccount.member_id,
        _NO_KEY,
        found=LedgerAccount.balance,
    ).where(LedgerAccount.member_id.is_not(None)),
    _side(_PENDING, Lot.member_id, _NO_KEY, expected=Lot.granted).where(Lot.state == "pending"),
    _side(_AVAILABLE, Lot.member_id, _NO_KEY, expected=Lot.granted - Lot.reserved - Lot.used).where(
        Lot.state == "open"
    ),
    _side(_AVAILABLE, Debt.member_id, _NO_KEY, expected=Debt.paid - Debt.amount).where(
        Debt.paid < Debt.amount
    ),
    _side(_HELD, Lot.member_id, _NO_KEY, expected=Lot.reserved).where(Lot.reserved > 0),
)

_BY_ACCOUNT = (
    select(
        LedgerEntry.account_id, func.sum(LedgerEntry.amount).label("points"), func.count().label("entries")
    )
    .group_by(LedgerEntry.account_id)
    .subquery()
)
_ENTRIES_AND_BALANCES = _where_other(
    select(
        literal("balance").label("what"),
        LedgerAccount.member_id.label("member_id"),
        func.coalesce(_BY_ACCOUNT.c.points, 0).label("expected"),
        LedgerAccount.balance.label("found"),
    )
    .outerjoin(_BY_ACCOUNT, _BY_ACCOUNT.c.account_id == LedgerAccount.id)
    .where(LedgerAccount.member_id.is_not(None))
    .subquery()
)
_TOTALS = (
    select(
        LedgerAccount.kind,
        func.coalesce(func.sum(_BY_ACCOUNT.c.points), 0).label("points"),
        func.coalesce(func.sum(_BY_ACCOUNT.c.entries), 0).label("entries"),
        select(func.count()).select_from(LedgerTransaction).scalar_subquery().label("transactions"),
    )
    .outerjoin(_BY_ACCOUNT, _BY_ACCOUNT.c.account_id == LedgerAccount.id)
    .group_by(LedgerAccount.kind)
)

_GIVING, _TAKING = aliased(LedgerEntry), aliased(LedgerEntry)


def _is_written(entry: Any, account_id: Any, amount: Any) -> ColumnElement[bool]:
    return and_(
        entry.transaction_id == LedgerTransaction.id,
        entry.account_id == account_id,
        entry.amount == amount,
    )


def _one_if(is_there: ColumnElement[bool]) -> ColumnElement[int]:
    return case((is_there, 1), else_=0)


_TWO_ENTRIES = _where_other(
    select(
        literal("entries").label("what"),
        LedgerTransaction.member_id.label("member_id"),
        literal(2).label("expected"),
        (_one_if(_GIVING.id.is_not(None)) + _one_if(_TAKING.id.is_not(None))).label("found"),
    )
    .outerjoin(_GIVING, _is_written(_GIVING, LedgerTransaction.debit_account_id, -LedgerTransaction.amount))
    .outerjoin(_TAKING, _is_written(_TAKING, LedgerTransaction.credit_account_id, LedgerTransaction.amount))
    .subquery()
)

_STEPS = (
    select(
        LedgerEntry.account_id,
        LedgerEntry.amount,
        LedgerEntry.balance_after,
        func.lag(LedgerEntry.balance_after, 1, 0)
        .over(partition_by=LedgerEntry.account_id, order_by=LedgerEntry.id)
        .label("balance_before"),
    )
    .where(LedgerEntry.balance_after.is_not(None))
    .subquery()
)
_CHAIN = _where_other(
    select(
        literal("chain").label("what"),
        LedgerAccount.member_id.label("member_id"),
        (_STEPS.c.balance_before + _STEPS.c.amount).label("expected"),
        _STEPS.c.balance_after.label("found"),
    )
    .join(LedgerAccount, LedgerAccount.id == _STEPS.c.account_id)
    .subquery()
)

# Keys above zero are for what is used of a lot, those below for what is set aside.
_LOT = literal("lot")
_TAKEN_FROM_LOTS = _compare(
    _side(_LOT, Lot.member_id, Lot.id, found=Lot.used).where(Lot.available_from.is_not(None)),
    _side(_LOT, Lot.member_id, -Lot.id, found=Lot.reserved),
    _side(_LOT, Lot.member_id, Lot.id, expected=Allocation.amount)
    .join(Lot, Lot.id == Allocation.lot_id)
    .where(Allocation.state == "used"),
    _side(_LOT, Lot.member_id, -Lot.id, expected=Allocation.amount)
    .join(Lot, Lot.id == Allocation.lot_id)
    .where(Allocation.state == "reserved"),
)

_HOLD = literal("hold")
_TAKEN_BY_HOLDS = _compare(
    _side(_HOLD, Hold.member_id, Hold.id, expected=Hold.amount),
    _side(_HOLD, Hold.member_id, Hold.id, found=Allocation.amount)
    .join(Hold, Hold.id == Allocation.hold_id)
    .where(
        or_(
            and_(Hold.state == "held", Allocation.state == "reserved"),
            and_(Hold.state == "captured", Allocation.state == "used"),
            and_(Hold.state == "released", Allocation.state == "released"),
        )
    ),
)

_QUESTIONS = (
    _LOTS_AND_BALANCES,
    _ENTRIES_AND_BALANCES,
    _TWO_ENTRIES,
    _CHAIN,
    _TAKEN_FROM_LOTS,
    _TAKEN_BY_HOLDS,
)
