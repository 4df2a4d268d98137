"""Which tier somebody reaches or keeps, by what they earned within a window of time (methods 4.2).

Only points that were earned count, less what was taken back: spending never lowers a tier. Up at once. Down
only at the end of a period, at most one step, and not before the days of grace that the member was told of.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import NamedTuple

from community.loyalty.models import Programme


class Step(NamedTuple):
    """A tier as far as counting goes; steps are given in the order of their thresholds."""

    id: int
    threshold: int
    active_months: int


class Score(NamedTuple):
    """What counts now: points within the window, months in which some were earned, and points of them that
    will still count when tiers are looked at next."""

    points: int
    months: int
    then: int


class Verdict(NamedTuple):
    """On which step somebody stands from now on, until when they may catch up, and what is new.

    `news` is "reached", "period_ended" (a step down), "grace" (a step down is near), or empty.
    """

    place: int
    grace_until: datetime | None
    news: str


@dataclass(frozen=True)
class Terms:
    """How the programme counts."""

    window_days: int
    period_months: int
    keep_share: float
    grace_days: int

    @classmethod
    def of(cls, programme: Programme) -> "Terms":
        """As the programme is set."""
        return cls(
            window_days=programme.tier_window_days,
            period_months=programme.tier_period_months,
            keep_share=programme.tier_keep_share,
            grace_days=programme.tier_grace_days,
        )

    def counts_from(self, moment: datetime) -> datetime:
        """The moment from which on points count at another moment."""
        return moment - timedelta(days=self.window_days)

    def needed_to_keep(self, step: Step) -> int:
        """How many points keep somebody on a step: fewer than it takes to reach it."""
        # Rounded first: 0.7 × 10 is a little more than 7 in binary.
        return ceil(round(self.keep_share * step.threshold, 6))


def reached(ladder: Sequence[Step], score: Score) -> int:
    """The highest step that this much reaches."""
    return max(
        (
            place
            for place, step in enumerate(ladder)
            if score.points >= step.threshold and score.months >= step.active_months
        ),
        default=0,
    )


def judge(
    ladder: Sequence[Step],
    score: Score,
    terms: Terms,
    *,
    place: int,
    grace_until: datetime | None,
    counted_at: datetime,
    now: datetime,
) -> Verdict:
    """Where somebody stands who stood on `place` when they were last counted, and what is new about it."""
    highest = reached(ladder, score)
    if highest > place:
        return Verdict(highest, None, "reached")
    if score.points >= terms.needed_to_keep(ladder[place]):
        return Verdict(place, None, "")
    if grace_until is None and counted_at < period_began(now, terms.period_months):
        grace_until = now + timedelta(days=terms.grace_days)
        if grace_until > now:
            return Verdict(place, grace_until, "grace")
    if grace_until is not None and grace_until <= now:
        return Verdict(place - 1, None, "period_ended")
    return Verdict(place, grace_until, "")


def period_began(moment: datetime, months: int) -> datetime:
    """When the period began in which a moment lies; periods follow each other from the year 0 on, in UTC."""
    return _first_of((_month_number(moment) // months) * months)


def period_ends(moment: datetime, months: int) -> datetime:
    """When the period is over in which a moment lies: tiers are looked at then."""
    return _first_of((_month_number(moment) // months + 1) * months)


def months_between(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """The calendar months, in UTC, that lie between two moments, the first and the last one cut there."""
    firsts = [_first_of(number) for number in range(_month_number(start) + 1, _month_number(end) + 1)]
    return list(zip([start, *firsts], [*firsts, end], strict=True))


def _month_number(moment: datetime) -> int:
    moment = moment.astimezone(UTC)
    return moment.year * 12 + moment.month - 1


def _first_of(month_number: int) -> datetime:
    year, month = divmod(month_number, 12)
    return datetime(year, month + 1, 1, tzinfo=UTC)
