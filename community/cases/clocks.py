"""The two clocks of a case: the customer's, which never stops, and the company's, which counts working hours.

The customer's clock is the time on the wall from the moment we had their words until their case is resolved.
Nights, weekends and holidays count, and so does the time in which we wait for an answer of theirs: what they
came with is still not done. Service levels and due times go by this clock. Who has to come back because it
did not help waits no longer than for a first answer.

The company's clock counts the same stretch in working hours. It is shown beside the first and decides
nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from community.cases.models import Case, ServiceLevel, WorkingHours

# Without a service level that fits.
ANSWER_HOURS = 72.0
RESOLVE_HOURS = 240.0
REMIND_AT_SHARE = 0.75

CLOSED = ("resolved", "verified")


@dataclass(frozen=True)
class Hours:
    """When the company works: whole days by weekday (Monday is 0), minutes of the day, days off."""

    zone: ZoneInfo
    weekdays: frozenset[int]
    from_minute: int
    until_minute: int
    holidays: frozenset[date]

    @classmethod
    def of(cls, row: WorkingHours) -> "Hours":
        """The hours that stand in the database."""
        return cls(
            zone=ZoneInfo(row.time_zone),
            weekdays=frozenset(row.weekdays),
            from_minute=row.from_minute,
            until_minute=row.until_minute,
            holidays=frozenset(date.fromisoformat(day) for day in row.holidays),
        )

    def are_on(self, day: date) -> bool:
        """Whether anybody works on this day."""
        return day.weekday() in self.weekdays and day not in self.holidays


class Reading(NamedTuple):
    """What both clocks show: used by the customer's, by the company's, and what is left until it is due."""

    customer: timedelta
    business: timedelta
    # Negative once overdue; None for a closed case.
    left: timedelta | None

    @property
    def is_overdue(self) -> bool:
        """Whether the customer has waited longer than they should."""
        return self.left is not None and self.left < timedelta()


def begin(case: Case, level: ServiceLevel | None) -> None:
    """Set the due times of a case by its service level, counted from `opened_at`."""
    case.service_level = level
    case.first_due_at = case.opened_at + timedelta(hours=level.answer_hours if level else ANSWER_HOURS)
    case.resolve_due_at = case.opened_at + timedelta(hours=level.resolve_hours if level else RESOLVE_HOURS)
    follow(case)


def hasten(case: Case, level: ServiceLevel) -> None:
    """Take the due times of a service level that answers sooner than the one the case has."""
    if timedelta(hours=level.answer_hours) < case.first_due_at - case.opened_at:
        begin(case, level)


def follow(case: Case, *, promised_until: datetime | None = None) -> None:
    """Bring `is_open`, due time and reminder in line with state and answer; each deadline is reminded of.

    Whoever was promised something by a day does not wait in vain before that day is over: `promised_until`.
    """
    case.is_open = case.state not in CLOSED
    if not case.is_open:
        _set_due(case, None, since=case.opened_at)
    elif case.state == "reopened":
        return
    else:
        owes_first = case.answered_at is None and not case.reopened_count
        end_at = max(case.resolve_due_at, promised_until or case.resolve_due_at)
        _set_due(case, case.first_due_at if owes_first else end_at, since=case.opened_at)


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The moment at which a day is over in a zone."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def begin_again(case: Case, *, now: datetime) -> None:
    """A reopened case is due once more, in the time that its first answer had."""
    case.is_open = True
    case.resolve_due_at = now + (case.first_due_at - case.opened_at)
    _set_due(case, case.resolve_due_at, since=now)


def wait_again(case: Case, *, now: datetime) -> None:
    """Who writes again in an answered case is due an answer once more, in the time that the first one had."""
    if case.state == "answered" and case.due_at is not None:
        soon = now + (case.first_due_at - case.opened_at)
        if soon < case.due_at:
            _set_due(case, soon, since=now)


def read(case: Case, hours: Hours, *, now: datetime) -> Reading:
    """Both clocks of a case as they stand now, or as they stood when it was resolved."""
    until = now if case.is_open else (case.resolved_at or now)
    return Reading(
        customer=max(until - case.opened_at, timedelta()),
        business=working_time(case.opened_at, until, hours=hours),
        left=case.due_at - now if case.due_at is not None else None,
    )


def working_time(start: datetime, end: datetime, *, hours: Hours) -> timedelta:
    """How much of the time between two moments lies within working hours, as their zone counts them."""
    total = timedelta()
    # Through UTC: within one zone, subtracting forgets that a clock was put forward or back.
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    for begins, ends in working_spells(start, end, hours=hours):
        total += max(min(end, ends) - max(start, begins), timedelta())
    return total


def working_spells(start: datetime, end: datetime, *, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    """When work begins and ends, in UTC, on each working day from that of one moment to that of another."""
    for day in _days(start.astimezone(hours.zone).date(), end.astimezone(hours.zone).date()):
        if hours.are_on(day):
            yield (
                _moment(day, hours.from_minute, hours.zone),
                _moment(day, hours.until_minute, hours.zone),
            )


def _set_due(case: Case, due_at: datetime | None, *, since: datetime) -> None:
    if due_at == case.due_at and (due_at is None or case.remind_at or case.reminded_at):
        return
    share = case.service_level.remind_at_share if case.service_level else REMIND_AT_SHARE
    case.due_at = due_at
    case.remind_at = since + (due_at - since) * share if due_at is not None else None
    case.reminded_at = case.escalated_at = None


def _days(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(*divmod(minute, 60)), zone).astimezone(UTC)
