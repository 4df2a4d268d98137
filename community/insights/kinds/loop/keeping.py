"""Whether cases kept their service levels, by the customer's clock and by the company's; pure."""

from bisect import bisect_right
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from community.cases import clocks
from community.cases.clocks import Hours
from community.insights.kinds.measures import Counted
from community.insights.queries.loop import Line
from community.statistics.survival import Wait

DeadlineName = Literal["answer", "resolution"]
DEADLINES: tuple[DeadlineName, ...] = ("answer", "resolution")

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


class WorkClock:
    """The company's clock over a span of time, quick to read for many cases; see cases/clocks.py."""

    def __init__(self, start: datetime, end: datetime, *, hours: Hours) -> None:
        self._spells = list(clocks.working_spells(start, end, hours=hours))
        self._begins = [begins for begins, _ends in self._spells]
        self._before = [timedelta()]
        for begins, ends in self._spells:
            self._before.append(self._before[-1] + max(ends - begins, timedelta()))

    def between(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time between two moments of the span lies within working hours."""
        return max(self._until(end) - self._until(start), timedelta())

    def _until(self, moment: datetime) -> timedelta:
        at = bisect_right(self._begins, moment) - 1
        if at < 0:
            return timedelta()
        begins, ends = self._spells[at]
        return self._before[at] + max(min(moment, ends) - begins, timedelta())


@dataclass(frozen=True)
class Deadline:
    """One of the two deadlines of a case, and when it was met."""

    opened_at: datetime
    due_at: datetime
    # None while it is still to come.
    done_at: datetime | None

    def is_past(self, now: datetime) -> bool:
        """Whether it is time to ask: what is not due yet can still be kept or not."""
        return self.due_at <= now

    @property
    def is_kept(self) -> bool:
        """Whether it was done in time, as the customer counts."""
        return self.done_at is not None and self.done_at <= self.due_at

    def is_kept_at_work(self, work: WorkClock) -> bool:
        """Whether it was done in so many hours if only working hours count."""
        if self.done_at is None:
            return False
        return work.between(self.opened_at, self.done_at) <= self.due_at - self.opened_at

    def wait(self, now: datetime) -> Wait:
        """How many days the customer waited for it, or has waited so far."""
        waited = ((self.done_at or now) - self.opened_at) / DAY
        return Wait(max(0.0, waited), self.done_at is not None)

    def wait_at_work(self, work: WorkClock, now: datetime) -> Wait:
        """How many working hours that were."""
        return Wait(work.between(self.opened_at, self.done_at or now) / HOUR, self.done_at is not None)


def answer_of(line: Line) -> Deadline:
    """The first answer; a case that was closed without one owes none any more."""
    done_at = line.answered_at or (None if line.is_open else line.resolved_at)
    return Deadline(line.opened_at, line.first_due_at, done_at)


def resolution_of(line: Line) -> Deadline:
    """The resolution; of a case that was opened again the last one, and when that was due."""
    return Deadline(line.opened_at, line.resolve_due_at, None if line.is_open else line.resolved_at)


def kept(
    lines: Iterable[Line], deadline: DeadlineName, *, now: datetime, work: WorkClock | None = None
) -> Counted:
    """Deadlines ("answer", "resolution") that were kept, of those past; at work if its clock is given."""
    past = [(line, each) for line in lines if (each := deadline_of(line, deadline)).is_past(now)]
    count = sum(each.is_kept if work is None else each.is_kept_at_work(work) for _line, each in past)
    return Counted(count, len(past), len(people_in([line for line, _each in past])))


def deadline_of(line: Line, deadline: DeadlineName) -> Deadline:
    """The deadline that is called "answer" or "resolution"."""
    return answer_of(line) if deadline == "answer" else resolution_of(line)


def people_in(lines: Sequence[Line]) -> frozenset[Hashable]:
    """Everybody whose words are in the cases."""
    return frozenset().union(*(line.people for line in lines))
