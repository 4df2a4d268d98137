"""What points that are still out will cost the company one day, and what that rests on.

Liability = outstanding points x cost of one x expected redemption, and expected redemption = 1 - breakage,
where breakage = expired / (expired + redeemed) of closed cohorts (methods 4.1). A cohort is what opened to
be spent in one quarter; it is closed once the quarter is over and nothing of it is left. Before the first
points expire only cohorts that were spent fast are closed, so the estimate begins too high, not too low.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

# Below so many points that were spent or expired, what closed cohorts say is chance.
LEAST_MEASURED = 1000


@dataclass(frozen=True)
class Cohort:
    """Points that opened in the quarter from `begins_at` on, and where they went; all counts are points."""

    begins_at: datetime
    granted: int
    redeemed: int
    expired: int
    is_closed: bool

    @property
    def breakage(self) -> float | None:
        """The share that expired of what expired or was redeemed, 0 to 1; None while nothing was either."""
        return breakage_of([self])


@dataclass(frozen=True)
class Outstanding:
    """Points that members have: waiting, free to spend, and set aside; `owed` are those members owe back.

    What members owe lowers nothing: it is paid by points that are still to be earned.
    """

    pending: int = 0
    available: int = 0
    held: int = 0
    owed: int = 0

    @property
    def total(self) -> int:
        """All that may be spent one day; what waits counts as though all of it were accepted."""
        return self.pending + self.available + self.held


@dataclass(frozen=True)
class Liability:
    """The estimate with its parts; money in the currency's smallest unit, for `outstanding.total` points."""

    outstanding: Outstanding
    cost_per_thousand: int
    expected_redemption: float
    is_measured: bool
    amount: int


def estimate(
    outstanding: Outstanding,
    *,
    cohorts: Sequence[Cohort],
    cost_per_thousand: int,
    assumed_redemption: float,
) -> Liability:
    """The liability; the redemption assumed is used until closed cohorts say better. Source: methods 4.1."""
    measured = expected_redemption(cohorts)
    share = assumed_redemption if measured is None else measured
    return Liability(
        outstanding=outstanding,
        cost_per_thousand=cost_per_thousand,
        expected_redemption=share,
        is_measured=measured is not None,
        amount=cost_of(outstanding.total, cost_per_thousand=cost_per_thousand, share=share),
    )


def expected_redemption(cohorts: Sequence[Cohort]) -> float | None:
    """1 - breakage of all closed cohorts together, or None while they hold too little to say."""
    closed = [cohort for cohort in cohorts if cohort.is_closed]
    if sum(cohort.redeemed + cohort.expired for cohort in closed) < LEAST_MEASURED:
        return None
    breakage = breakage_of(closed)
    return None if breakage is None else 1 - breakage


def breakage_of(cohorts: Sequence[Cohort]) -> float | None:
    """expired / (expired + redeemed), summed over the cohorts. Source: methods 4.1."""
    expired = sum(cohort.expired for cohort in cohorts)
    gone = expired + sum(cohort.redeemed for cohort in cohorts)
    return expired / gone if gone else None


def cost_of(points: int, *, cost_per_thousand: int, share: float = 1.0) -> int:
    """What so many points cost if this share of them is spent, in the currency's smallest unit, rounded."""
    return round(points * cost_per_thousand * share / 1000)


def quarters(since: datetime, until: datetime) -> list[datetime]:
    """The first moments (UTC) of the quarters, from that of `since` to that of `until`."""
    first, last = quarter_of(since), quarter_of(until)
    found = [first]
    while found[-1] < last:
        found.append(_after(found[-1]))
    return found


def quarter_of(moment: datetime) -> datetime:
    """The first moment (UTC) of the quarter that holds this one."""
    moment = moment.astimezone(UTC)
    return datetime(moment.year, (moment.month - 1) // 3 * 3 + 1, 1, tzinfo=UTC)


def _after(quarter: datetime) -> datetime:
    is_last = quarter.month == 10
    return datetime(quarter.year + is_last, 1 if is_last else quarter.month + 3, 1, tzinfo=UTC)
