"""Moments of truth in figures: gaps, what to mend first, and the service standard that 70 % are content with.

Impossible input raises ValueError, figures from nobody are None, as in `intervals`. Ratings are better the
larger they are, times and other real units the smaller they are; `larger_is_better` says so where it is
otherwise. A gap below zero always means less than was expected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import fsum, log, tanh
from typing import TYPE_CHECKING, Literal

from community.statistics.distributions import checked_level, t_p
from community.statistics.intervals import (
    Estimate,
    Interval,
    checked_numbers,
    wilson_high,
    wilson_low,
)
from community.statistics.weighting import (
    checked_weights,
    quantile_interval,
    quantile_span,
    weighted_mean,
    weighted_share,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Verdict = Literal["pass", "not proven", "fail"]

# The share that has to be content is a choice of policy, not of statistics.
SHARE = 0.70

# Enough for Newton's method wherever the curve exists; where it does not, the steps never end.
_MOST_STEPS = 30
_SETTLED = 1e-8
# So that no power leaves the range of a float.
_MOST_EXPONENT = 30.0
# Numbers held at once while resampling; 8 MB each time.
_AT_ONCE = 1_000_000


@dataclass(frozen=True)
class Gap:
    """What people met against what they expected, on one item."""

    expected: Estimate
    # The experience counts alone, too (SERVPERF; Cronin and Taylor 1992).
    experienced: Estimate
    gap: Estimate
    # The chance of a gap this large if there were none; None without any spread.
    p: float | None
    # The share, 0 to 1, that met at least what they expected.
    meeting: Estimate


@dataclass(frozen=True)
class Zone:
    """An experience in the zone between what is just adequate and what is desired."""

    adequacy: float
    superiority: float
    # 0 at adequate, 1 at desired; None if these are the same.
    position: float | None


@dataclass(frozen=True)
class CurvePoint:
    """The share, 0 to 1, that accepts a level."""

    at: float
    share: float


@dataclass(frozen=True)
class Curves:
    """How many find each level excellent, satisfactory, and still acceptable."""

    excellent: tuple[CurvePoint, ...]
    satisfactory: tuple[CurvePoint, ...]
    worst: tuple[CurvePoint, ...]


@dataclass(frozen=True)
class Standard:
    """The furthest level that at least `share` accept."""

    value: float
    interval: Interval | None
    share: float
    # The share that accepts the level, at least `share`.
    achieved: Estimate


@dataclass(frozen=True)
class ExperienceStandard:
    """The level at which `share` are satisfied by experience, and the logistic curve it is read from."""

    # None if satisfaction does not fall as the level gets worse.
    value: float | None
    interval: Interval | None
    share: float
    intercept: float
    slope: float
    # Whether the value lies beyond every level that was met, so that it is a guess.
    is_extrapolated: bool
    n: int


@dataclass(frozen=True)
class Outcome:
    """Whether enough are satisfied, by the one-sided limits of their share."""

    verdict: Verdict
    low: float
    high: float


def item_gap(
    experienced: Sequence[float],
    expected: Sequence[float],
    *,
    weights: Sequence[float] | None = None,
    level: float = 0.95,
    larger_is_better: bool = True,
) -> Gap | None:
    """The mean gap of one item, experience minus expectation, over people who told both; None without any.

    In the units of the scale, with the paired t-interval and its p, and the share that met at least the
    expectation with its Wilson interval (Parasuraman, Zeithaml and Berry 1988; Gosset 1908; Wilson 1927).
    """
    met, wished = checked_numbers(experienced), checked_numbers(expected)
    if len(met) != len(wished):
        raise ValueError("Every experience needs its expectation.")
    sign = 1 if larger_is_better else -1
    gaps = [sign * (after - before) for after, before in zip(met, wished, strict=True)]
    gap = weighted_mean(gaps, weights, level=level)
    expectation = weighted_mean(wished, weights, level=level)
    experience = weighted_mean(met, weights, level=level)
    meeting = weighted_share([gap >= 0 for gap in gaps], weights, level=level)
    if gap is None or expectation is None or experience is None or meeting is None:
        return None
    p = t_p(gap.value / gap.se, gap.n - 1) if gap.se else None
    return Gap(expectation, experience, gap, p, meeting)


def dimension_gap(gaps: Sequence[float]) -> float | None:
    """The gap of a dimension, the mean of those of its items; None without items (Parasuraman 1988)."""
    known = checked_numbers(gaps)
    return fsum(known) / len(known) if known else None


def overall_gap(gaps: Mapping[str, float], points: Mapping[str, float]) -> float | None:
    """The gap over all dimensions, each by its points out of an allocation; None if no points are given.

    Points need not sum to 100; a dimension without points weighs nothing (Parasuraman et al. 1988).
    """
    if extra := sorted(points.keys() - gaps.keys()):
        raise ValueError(f"No gap is given for {', '.join(extra)}.")
    checked_numbers(gaps.values())
    total = fsum(checked_numbers(points.values(), least=0))
    return fsum(gaps[name] * each for name, each in points.items()) / total if total else None


def zone(experienced: float, *, adequate: float, desired: float, larger_is_better: bool = True) -> Zone:
    """Where an experience lies between adequate and desired, all three in the same units.

    Adequacy (MSA) and superiority (MSS) are above zero if it is better than adequate and than desired
    (three-column SERVQUAL; Parasuraman, Zeithaml and Berry 1994).
    """
    checked_numbers((experienced, adequate, desired))
    sign = 1 if larger_is_better else -1
    if sign * desired < sign * adequate:
        raise ValueError("What is desired cannot be worse than what is adequate.")
    width = desired - adequate
    position = (experienced - adequate) / width if width else None
    return Zone(sign * (experienced - adequate), sign * (experienced - desired), position)


def priority(importance: float, gap: float, *, volume: float) -> float:
    """How much there is to mend at a moment of truth: importance x how far it falls short x contacts a month.

    0 if the gap is not below zero. A product for putting moments in order; it has no unit.
    """
    checked_numbers((importance, volume), least=0)
    checked_numbers((gap,))
    return importance * max(0.0, -gap) * volume


def acceptance(
    tolerances: Sequence[float],
    at: float,
    *,
    weights: Sequence[float] | None = None,
    level: float = 0.95,
    larger_is_better: bool = False,
) -> Estimate | None:
    """The share, 0 to 1, that accepts the level `at`, with its Wilson interval; None without answers.

    `tolerances` are the worst levels that each person accepts, in the units of `at` (Wilson 1927).
    """
    sign = -1 if larger_is_better else 1
    checked_numbers((at,))
    flags = [sign * worst >= sign * at for worst in checked_numbers(tolerances)]
    return weighted_share(flags, weights, level=level)


def acceptance_curve(
    tolerances: Sequence[float],
    *,
    weights: Sequence[float] | None = None,
    larger_is_better: bool = False,
) -> tuple[CurvePoint, ...]:
    """The share that accepts each level that somebody named, from the smallest level to the largest.

    Between two points the share is that of the worse of both; nothing if nobody answered.
    """
    sign = -1 if larger_is_better else 1
    numbers = checked_numbers(tolerances)
    known = checked_weights(weights, len(numbers))
    total = fsum(known)
    if not total:
        return ()
    held: dict[float, float] = {}
    for worst, weight in zip(numbers, known, strict=True):
        held[worst] = held.get(worst, 0.0) + weight
    points, accepting = [], 0.0
    # From the worst level on, for whoever accepts it accepts the better ones.
    for at in sorted(held, key=lambda worst: -sign * worst):
        accepting += held[at]
        points.append(CurvePoint(at, min(1.0, accepting / total)))
    return tuple(points if larger_is_better else reversed(points))


def acceptance_curves(
    *,
    excellent: Sequence[float],
    satisfactory: Sequence[float],
    worst: Sequence[float],
    weights: Sequence[float] | None = None,
    larger_is_better: bool = False,
) -> Curves:
    """The three curves of the levels up to which people call a service excellent, satisfactory, acceptable.

    Weights, if any, are those of the same people in the same order for all three.
    """
    first, second, third = (
        acceptance_curve(tolerances, weights=weights, larger_is_better=larger_is_better)
        for tolerances in (excellent, satisfactory, worst)
    )
    return Curves(first, second, third)


def standard(
    tolerances: Sequence[float],
    *,
    share: float = SHARE,
    weights: Sequence[float] | None = None,
    level: float = 0.95,
    larger_is_better: bool = False,
) -> Standard | None:
    """The furthest level that at least `share`, 0 to 1, accept: S70 for .70; None without answers.

    In the units of the tolerances, the worst level that each person accepts. Its interval is that of the
    quantile 1 - `share`: by exact binomial ranks, of weighted answers after Woodruff (1952). On the worst
    still acceptable levels it is the line of failure.
    """
    numbers = checked_numbers(tolerances)
    toward_worse = [-worst for worst in numbers] if larger_is_better else numbers
    q = 1 - _checked_share(share)
    span = quantile_span(toward_worse, q, weights=weights)
    if span is None:
        return None
    limits = quantile_interval(toward_worse, q, weights=weights, level=level)
    achieved = acceptance(toward_worse, span.high, weights=weights, level=level)
    assert achieved is not None
    if limits and larger_is_better:
        limits = Interval(-limits.high, -limits.low)
    return Standard(-span.high if larger_is_better else span.high, limits, share, achieved)


def experience_standard(
    times: Sequence[float],
    satisfied: Sequence[bool],
    *,
    seed: int,
    share: float = SHARE,
    resamples: int = 1000,
    level: float = 0.95,
    larger_is_better: bool = False,
) -> ExperienceStandard | None:
    """The level at which `share`, 0 to 1, are satisfied, from levels people met and whether they were.

    Logistic regression (Berkson 1944), read at `share`: (ln(share / (1 - share)) - a) / b; the interval is
    that of the percentiles of `resamples` draws with the `seed` (Efron 1979), and None if more of them than
    `level` leaves have no such level. None if no curve exists: too few, all of one mind, or parted cleanly.
    """
    import numpy as np

    checked_level(level)
    wanted = log(_checked_share(share) / (1 - share))
    known = np.array(checked_numbers(times))
    if len(satisfied) != len(known):
        raise ValueError("Every level that was met needs an answer.")
    if resamples < 1:
        raise ValueError("At least one resample has to be drawn.")
    if len(known) < 3 or known.min() == known.max():
        return None
    middle, spread = float(known.mean()), float(known.std())
    levels, at = np.unique((known - middle) / spread, return_inverse=True)
    cells = at + len(levels) * np.array([bool(each) for each in satisfied])
    counts = np.bincount(cells, minlength=2 * len(levels)).astype(float)
    fit = _logistic(levels, counts[None, :], np.zeros((1, 2)))
    intercept, slope = (float(each) for each in fit[0])
    if slope != slope:
        return None
    right_way = 1 if larger_is_better else -1
    value, interval = None, None
    if slope * right_way > 0:
        value = middle + spread * (wanted - intercept) / slope
        drawn = _resampled(levels, counts, fit, np.random.default_rng(seed), resamples)
        drawn = drawn[drawn[:, 1] * right_way > 0]
        if len(drawn) >= level * resamples:
            found = middle + spread * (wanted - drawn[:, 0]) / drawn[:, 1]
            low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
            interval = Interval(min(float(low), value), max(float(high), value))
    return ExperienceStandard(
        value,
        interval,
        share,
        intercept=intercept - slope * middle / spread,
        slope=slope / spread,
        is_extrapolated=value is not None and not known.min() <= value <= known.max(),
        n=len(known),
    )


def satisfied_at(level: float, fit: ExperienceStandard) -> float:
    """The share, 0 to 1, that the curve expects to be satisfied at a level (Berkson 1944)."""
    # As a tangent, for the power of a large number leaves the range of a float.
    return 0.5 + 0.5 * tanh((fit.intercept + fit.slope * level) / 2)


def outcome(count: float, n: float, *, share: float = SHARE, level: float = 0.95) -> Outcome | None:
    """Whether at least `share`, 0 to 1, are satisfied, if `count` of `n` are; None if `n` is 0.

    Passed if the lower one-sided Wilson limit reaches the share, failed if the upper one stays below it, else
    not proven; both numbers may be effective (Wilson 1927).
    """
    _checked_share(share)
    low, high = wilson_low(count, n, level=level), wilson_high(count, n, level=level)
    if low is None or high is None:
        return None
    return Outcome("pass" if low >= share else "fail" if high < share else "not proven", low, high)


def compliance(
    times: Sequence[float],
    limit: float,
    *,
    weights: Sequence[float] | None = None,
    level: float = 0.95,
    larger_is_better: bool = False,
) -> Estimate | None:
    """The share, 0 to 1, of contacts whose time kept to the standard `limit`, with its Wilson interval.

    None without contacts (Wilson 1927).
    """
    sign = -1 if larger_is_better else 1
    checked_numbers((limit,))
    flags = [sign * each <= sign * limit for each in checked_numbers(times)]
    return weighted_share(flags, weights, level=level)


def _checked_share(share: float) -> float:
    if not 0 < share < 1:
        raise ValueError("The share to be satisfied lies between 0 and 1, without them.")
    return share


def _resampled(
    levels: "Floats", counts: "Floats", fit: "Floats", dice: "np.random.Generator", resamples: int
) -> "Floats":
    """The intercepts and slopes of as many draws, with replacement, of as many people."""
    import numpy as np

    n = int(counts.sum())
    at_once = max(1, _AT_ONCE // len(counts))
    found = []
    for start in range(0, resamples, at_once):
        size = min(at_once, resamples - start)
        drawn = dice.multinomial(n, counts / n, size=size).astype(float)
        found.append(_logistic(levels, drawn, np.repeat(fit, size, axis=0)))
    return np.concatenate(found)


def _logistic(levels: "Floats", counts: "Floats", start: "Floats") -> "Floats":
    """The intercepts and slopes of many logistic curves over the same `levels`, by Newton's method.

    One row per curve; in `counts`, how many at each level were not satisfied, and then how many were. NaN
    where there is no curve.
    """
    import numpy as np

    yes = counts[:, len(levels) :]
    total = counts[:, : len(levels)] + yes
    fit = start.copy()
    moving = np.ones(len(fit), dtype=bool)
    for _ in range(_MOST_STEPS):
        exponent = np.clip(fit[moving, :1] + fit[moving, 1:] * levels, -_MOST_EXPONENT, _MOST_EXPONENT)
        chance = 1 / (1 + np.exp(-exponent))
        rest = yes[moving] - total[moving] * chance
        weight = total[moving] * chance * (1 - chance)
        w, wx, wxx = weight.sum(axis=1), weight @ levels, weight @ levels**2
        r, rx = rest.sum(axis=1), rest @ levels
        size = w * wxx - wx * wx
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            step = np.stack([(wxx * r - wx * rx) / size, (w * rx - wx * r) / size], axis=1)
        fit[moving] += step
        moving[moving] = ~(np.abs(step).max(axis=1) < _SETTLED)
        if not moving.any():
            break
    fit[moving] = np.nan
    return fit
