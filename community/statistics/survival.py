"""How long it takes until something happens, where some still wait: the curve, its median, shares by a day.

Impossible input raises ValueError and figures from nobody are None, as in `intervals`. Times are in any one
unit and begin at nothing.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import exp, inf, isfinite, log, sqrt
from typing import NamedTuple

from community.statistics.distributions import z_of
from community.statistics.intervals import Estimate, Interval

# What sums of floats may be off by.
_ROUNDING = 1e-9


class Wait(NamedTuple):
    """How long `size` of them waited: until it happened, or so far."""

    time: float
    is_over: bool
    size: int = 1


@dataclass(frozen=True)
class Step:
    """A time at which it happened: to how many of those who waited, and the share it has happened to."""

    time: float
    at_risk: int
    over: int
    # 0 to 1, of all; with its interval.
    share: float
    interval: Interval | None
    se: float


@dataclass(frozen=True)
class Curve:
    """The share, 0 to 1, to whom it has happened by each time, as far as anybody was watched."""

    steps: tuple[Step, ...]
    n: int
    # How many had waited until the end of watching without it.
    censored: int
    # The longest time that anybody was watched.
    last: float


def kaplan_meier(waits: Iterable[Wait], *, deff: float = 1.0, level: float = 0.95) -> Curve | None:
    """The share of those it has happened to by each time it happened at; None without anybody.

    The product-limit estimate (Kaplan and Meier 1958); who still waits counts as long as they did, and those
    who were watched to a time at which it happened were at risk then. The standard error is Greenwood's
    (1926), the interval the one of the log-minus-log of the share that waits (Kalbfleisch and Prentice 1980),
    None once it has happened to all. `deff` is how many times as large the variance is because some of them
    belong together, as the texts of one person do (Kish 1992).
    """
    z = z_of(level)
    if deff < 1:
        raise ValueError("What belongs together tells no more than what does not.")
    over: Counter[float] = Counter()
    left: Counter[float] = Counter()
    for time, is_over, size in waits:
        if not (isfinite(time) and time >= 0 and size >= 0):
            raise ValueError("A wait is a finite time from nothing, of nobody or more.")
        (over if is_over else left)[time] += size
    n = over.total() + left.total()
    if not n:
        return None
    at_risk, waiting, variance = n, 1.0, 0.0
    steps: list[Step] = []
    for time in sorted(over.keys() | left.keys()):
        if happened := over[time]:
            waiting *= 1 - happened / at_risk
            variance += deff * happened / (at_risk * (at_risk - happened)) if happened < at_risk else inf
            se = waiting * sqrt(variance) if waiting else 0.0
            interval = _log_log(waiting, variance, z) if waiting else None
            steps.append(Step(time, at_risk, happened, 1 - waiting, interval, se))
        at_risk -= happened + left[time]
    return Curve(tuple(steps), n, left.total(), max(max(over, default=0.0), max(left, default=0.0)))


def share_by(curve: Curve, time: float) -> Estimate | None:
    """The share, 0 to 1, it had happened to by a time, with its interval; None if nobody was watched so long.

    Where it has happened to nobody yet the interval is None, as it is where it has happened to all.
    """
    before = [step for step in curve.steps if step.time <= time]
    if not before:
        return Estimate(0.0, None, 0.0, float(curve.n)) if time <= curve.last else None
    last = before[-1]
    if time > curve.last and last.share < 1:
        return None
    return Estimate(last.share, last.interval, last.se, float(curve.n))


def median_wait(curve: Curve) -> tuple[float | None, float | None, float | None]:
    """The time by which it has happened to half of them, and between which times that lies.

    None where it is not known yet, for the time itself or for an end of its interval: the interval holds the
    times at which a half lies within the interval of the share (Brookmeyer and Crowley 1982). Where the curve
    lies at exactly a half for a while, the median is the middle of it.
    """
    median = None
    for at, step in enumerate(curve.steps):
        if step.share >= 0.5 - _ROUNDING:
            following = curve.steps[at + 1].time if at + 1 < len(curve.steps) else step.time
            median = (step.time + following) / 2 if step.share <= 0.5 + _ROUNDING else step.time
            break
    low = next(
        (step.time for step in curve.steps if step.interval is None or step.interval.high >= 0.5), None
    )
    high = next((step.time for step in curve.steps if step.interval and step.interval.low > 0.5), None)
    return median, low, high


def _log_log(waiting: float, variance: float, z: float) -> Interval:
    """The interval of the share that it has happened to, from that of log(-log(share that waits))."""
    if waiting >= 1:
        return Interval(0.0, 0.0)
    spread = exp(z * sqrt(variance) / abs(log(waiting)))
    return Interval(1 - waiting ** (1 / spread), 1 - waiting**spread)
