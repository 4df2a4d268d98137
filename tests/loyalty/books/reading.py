"""Everything that stands in the books, and breaking off in the middle of writing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select

from community.infra.db import Base, db
from community.loyalty.models import (
    Allocation,
    Debt,
    Hold,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Lot,
    Wallet,
)
from community.loyalty.queries import checking

TABLES: tuple[type[Base], ...] = (
    Wallet, LedgerAccount, LedgerTransaction, LedgerEntry, Lot, Hold, Allocation, Debt,
)  # fmt: skip


class Crash(Exception):
    """The process was killed; nobody catches this."""


@contextmanager
def crash_before(number: int) -> Iterator[None]:
    """Break off when statement `number` (from 1) is about to be sent."""
    sent = 0

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        nonlocal sent
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent += 1
            if sent == number:
                raise Crash

    engine = db.engine
    event.listen(engine, "before_cursor_execute", count)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", count)


def all_rows() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of the books."""
    db.session.rollback()
    return {
        table.__tablename__: [
            tuple(row)
            for row in db.session.execute(
                select(*table.__table__.columns).order_by(*table.__table__.primary_key.columns)
            )
        ]
        for table in TABLES
    }


def ensure_balanced() -> checking.Findings:
    """Add the books up and find that they do."""
    findings = checking.look_through()
    assert findings.mismatches == []
    assert findings.mismatch_count == 0
    return findings
