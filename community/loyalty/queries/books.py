"""Reading the books: accounts, transactions, balances, and what the last check found."""

from typing import NamedTuple

from sqlalchemy import bindparam, func, or_, select

from community.infra.db import db
from community.loyalty.models import MEMBER_ACCOUNTS, BooksCheck, Debt, LedgerAccount, LedgerTransaction

_TRANSACTION = select(LedgerTransaction).where(LedgerTransaction.key == bindparam("key"))
_ACCOUNTS = select(LedgerAccount.kind, LedgerAccount.id).where(
    or_(LedgerAccount.member_id == bindparam("member_id"), LedgerAccount.member_id.is_(None))
)
_OF_MEMBER = LedgerAccount.member_id == bindparam("member_id")
_BALANCES = select(
    *(
        select(LedgerAccount.balance).where(_OF_MEMBER, LedgerAccount.kind == kind).scalar_subquery()
        for kind in MEMBER_ACCOUNTS
    ),
    select(func.sum(Debt.amount - Debt.paid))
    .where(Debt.member_id == bindparam("member_id"), Debt.paid < Debt.amount)
    .scalar_subquery(),
)
NEWEST_FIRST = (BooksCheck.checked_at.desc(), BooksCheck.id.desc())
_NEWEST_CHECK = select(BooksCheck).order_by(*NEWEST_FIRST).limit(1)
_IS_BALANCED = select(BooksCheck.is_balanced).order_by(*NEWEST_FIRST).limit(1)


class Balances(NamedTuple):
    """A member's points: waiting, free to spend (below zero only after a claw-back), set aside, owed."""

    pending: int
    available: int
    held: int
    debt: int


def find_transaction(key: str) -> LedgerTransaction | None:
    """The transaction with this key."""
    return db.session.scalar(_TRANSACTION, {"key": key})


def account_ids(member_id: int) -> dict[str, int]:
    """The member's accounts and the programme's: kind → id."""
    return {row.kind: row.id for row in db.session.execute(_ACCOUNTS, {"member_id": member_id})}


def balances_of(member_id: int) -> Balances:
    """What the member has, all zero before the first points."""
    row = db.session.execute(_BALANCES, {"member_id": member_id}).one()
    return Balances(*(int(points or 0) for points in row))


def find_newest_check() -> BooksCheck | None:
    """The last look through the books."""
    return db.session.scalar(_NEWEST_CHECK)


def payouts_stopped() -> bool:
    """Whether the last look through the books found something that does not add up."""
    return db.session.scalar(_IS_BALANCED) is False
