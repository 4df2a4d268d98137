"""Keeping the due time of a case in line with what has happened in it, inside the caller's unit of work."""

from datetime import datetime

from community.cases import clocks
from community.cases.models import Case
from community.cases.queries import owners


def follow(case: Case) -> None:
    """Bring the clocks of a locked case in line with its state, its answer and its promise."""
    clocks.follow(case, promised_until=promised_until(case))


def promised_until(case: Case) -> datetime | None:
    """When the day of an open promise is over, as the company counts days; None without one."""
    if case.promise_state != "open" or case.promised_on is None:
        return None
    return clocks.end_of(case.promised_on, owners.company_zone())
