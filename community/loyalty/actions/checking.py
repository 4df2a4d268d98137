"""The daily look through the books: while the newest one found something, nothing is paid out."""

from community.activity.actions import record
from community.infra import clock
from community.infra.db import unit_of_work
from community.loyalty.models import BooksCheck
from community.loyalty.queries import checking
from community.members.models import Member


def check_books(*, by: Member | None = None) -> BooksCheck:
    """Add the books up anew and keep what was found; a mismatch stops payouts and alarms administrators."""
    # Of two that run at once, the one that began later has seen more.
    began_at = clock.now()
    # Before the unit of work: adding up takes a while, and on SQLite nobody else could write meanwhile.
    findings = checking.look_through()
    with unit_of_work() as session:
        check = BooksCheck(
            checked_at=began_at,
            is_balanced=findings.mismatch_count == 0,
            transaction_count=findings.transaction_count,
            totals=findings.totals,
            mismatches=[mismatch._asdict() for mismatch in findings.mismatches],
            mismatch_count=findings.mismatch_count,
        )
        session.add(check)
        if by is not None:
            session.flush()
            record("books.checked", subject=check, actor=by, mismatches=findings.mismatch_count)
        if not check.is_balanced:
            record("books.mismatched", subject=check, actor=by, mismatch_count=findings.mismatch_count)
    return check
