"""What makes an idea trend: support that weighs less the older it is, in a form that needs no recomputing.

Forward decay (Cormode, Shkapenyuk, Srivastava and Xu, "Forward Decay: A Practical Time Decay Model for
Streaming Systems", ICDE 2009): an event at time t weighs exp((t - L) / τ) for one fixed landmark L. With time
all weights shrink by the same factor, so the order of the sums stays as it is until something happens. The
sums would outgrow any float; their logarithm grows by one each τ.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import exp, log, log1p

# After a week an event counts half.
HALF_LIFE = timedelta(days=7)
LANDMARK = datetime(2020, 1, 1, tzinfo=UTC)
_TAU = HALF_LIFE / timedelta(seconds=1) / log(2)
# Beyond this share of the sum, rounding would leave nothing exact of the others when an event is taken out.
_MOST_OF_IT = 0.999


def weight(at: datetime) -> float:
    """The logarithm of what one event at this moment weighs: the trend of an idea when it is published."""
    return (at - LANDMARK).total_seconds() / _TAU


def with_event(trend: float, *, at: datetime) -> float:
    """The trend after one more event at this moment; events may come in any order."""
    other = weight(at)
    high, low = max(trend, other), min(trend, other)
    return high + log1p(exp(low - high))


def without_event(trend: float, *, at: datetime) -> float | None:
    """The trend without one event that is in it; None if it was nearly all: then only `trend_of` knows."""
    share = exp(weight(at) - trend)
    return trend + log1p(-share) if share < _MOST_OF_IT else None


def trend_of(published_at: datetime, *, supported_at: Iterable[datetime]) -> float:
    """The trend of an idea from all its events, for when ideas are merged or little else is left."""
    weights = [weight(published_at), *map(weight, supported_at)]
    high = max(weights)
    return high + log(sum(exp(each - high) for each in weights))
