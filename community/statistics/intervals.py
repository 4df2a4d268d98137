"""Shares, scores, means and medians of answers, each with its interval; plain Python, quick for a page.

What cannot be (more than all, a number below nothing, no number at all) raises ValueError. Where nobody
answered, or too few for the figure, the answer is None: the whole result, or only its interval. Everywhere
`level` is the two-sided confidence, `n_eff` the effective size after weighting (Kish 1992; the number of
answers if not given), and `population` the size of the closed panel that the answers came from; without it
the panel counts as endless.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf, isfinite, sqrt
from typing import Literal

from community.statistics.distributions import (
    checked_level,
    normal_p,
    one_sided_z_of,
    rank_limits,
    t_of,
    z_of,
)

Reporting = Literal["hidden", "marked", "shown"]
Method = Literal["z", "t", "chi2", "exact"]

# Fewer answers than this could be traced to a person.
MIN_SHOWN = 10
# Fewer than this say too little to be shown without a mark.
MIN_SOLID = 30

# What sums of floats may be off by.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Interval:
    """A range of values, both ends within."""

    low: float
    high: float

    def contains(self, value: float) -> bool:
        """Whether the value lies within."""
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Estimate:
    """A figure, its interval, its standard error, and the effective number of answers that both rest on."""

    value: float
    interval: Interval | None
    se: float | None
    n: float


@dataclass(frozen=True)
class Difference:
    """What came after minus what was before, with its interval and the test of "nothing changed"."""

    value: float
    interval: Interval | None
    se: float | None
    # None where no test exists, as between figures without any spread; an exact test has no statistic.
    statistic: float | None
    p: float | None
    df: float | None
    method: Method


@dataclass(frozen=True)
class Part:
    """`count` of `n`; both may be effective numbers."""

    count: float
    n: float


@dataclass(frozen=True)
class Sample:
    """The mean and the standard deviation of `n` values; `n` may be an effective number."""

    mean: float
    sd: float
    n: float


def reporting(n: int) -> Reporting:
    """Whether figures from `n` answers are hidden (fewer than 10), marked (fewer than 30) or shown."""
    if n < 0:
        raise ValueError("The number of answers is negative.")
    if n < MIN_SHOWN:
        return "hidden"
    return "marked" if n < MIN_SOLID else "shown"


def wilson(count: float, n: float, *, level: float = 0.95, population: int | None = None) -> Interval | None:
    """The interval of a share, 0 to 1, from `count` of `n`; None if `n` is 0 (Wilson 1927)."""
    z = z_of(level)
    part = _part(count, n)
    return _wilson(part, _effective(n, population=population), z) if part is not None else None


def wilson_low(count: float, n: float, *, level: float = 0.95, population: int | None = None) -> float | None:
    """What a share, 0 to 1, is at least, one-sided at `level`; None if `n` is 0 (Wilson 1927)."""
    limits = _one_sided(count, n, level=level, population=population)
    return limits.low if limits else None


def wilson_high(
    count: float, n: float, *, level: float = 0.95, population: int | None = None
) -> float | None:
    """What a share, 0 to 1, is at most, one-sided at `level`; None if `n` is 0 (Wilson 1927)."""
    limits = _one_sided(count, n, level=level, population=population)
    return limits.high if limits else None


def share(
    count: float,
    n: float,
    *,
    n_eff: float | None = None,
    level: float = 0.95,
    population: int | None = None,
) -> Estimate | None:
    """The share, 0 to 1, of `count` in `n` with its Wilson interval; None if `n` is 0 (Wilson 1927).

    Of weighted answers `count` and `n` are sums of weights with the mean one, and `n_eff` is at most `n`.
    """
    z = z_of(level)
    part = _part(count, n)
    if part is None:
        return None
    enough = _effective(n, n_eff=n_eff, population=population)
    return Estimate(part, _wilson(part, enough, z), sqrt(part * (1 - part) / enough), float(n_eff or n))


def top_box(
    counts: Sequence[float],
    k: int,
    *,
    n_eff: float | None = None,
    level: float = 0.95,
    population: int | None = None,
) -> Estimate | None:
    """The share, 0 to 1, of the `k` highest points of a scale with its Wilson interval; None without answers.

    `counts` holds the answers per point, the lowest point first; the satisfied of CSAT are `k` = 2 of 5.
    """
    if not 1 <= k < len(counts):
        raise ValueError("The top box holds at least one point of the scale, and not all.")
    checked_numbers(counts, least=0)
    return share(sum(counts[-k:]), sum(counts), n_eff=n_eff, level=level, population=population)


def nps(
    promoters: float,
    detractors: float,
    *,
    n: float,
    n_eff: float | None = None,
    level: float = 0.95,
    population: int | None = None,
) -> Estimate | None:
    """The Net Promoter Score in points, -100 to 100, from those at 9 and 10, those at 0 to 6, and all `n`.

    The standard error is the plain one; the interval is the adjusted Wald one, with three answers added, 3/4
    to each side (Rocks 2016), and reaches at least to the score itself. None if `n` is 0.
    """
    z = z_of(level)
    above, below = _part(promoters, n), _part(detractors, n)
    if above is None or below is None:
        return None
    if promoters + detractors > n * (1 + _ROUNDING):
        raise ValueError("Promoters and detractors are more than all who answered.")
    enough = _effective(n, n_eff=n_eff, population=population)
    score = above - below
    padding = 1 + 3 / enough
    padded_above, padded_below = (above + 0.75 / enough) / padding, (below + 0.75 / enough) / padding
    middle = padded_above - padded_below
    half = z * _score_se(padded_above, padded_below, enough + 3)
    interval = _within(Interval(100 * (middle - half), 100 * (middle + half)), 100 * score, -100, 100)
    return Estimate(100 * score, interval, 100 * _score_se(above, below, enough), float(n_eff or n))


def nps_difference(before: Estimate, after: Estimate) -> Difference:
    """The difference of two independent scores in points, with z and p from their plain standard errors.

    The interval joins those of the two scores and has their level (MOVER; Zou and Donner 2008). z and p are
    None if neither score has any spread.
    """
    if before.interval is None or after.interval is None or before.se is None or after.se is None:
        raise ValueError("Both scores need an interval and a standard error.")
    value = after.value - before.value
    interval = joined(before.value, before.interval, after.value, after.interval)
    se = sqrt(before.se**2 + after.se**2)
    z = value / se if se else None
    return Difference(value, interval, se, z, normal_p(z) if z is not None else None, None, "z")


def mean(
    value: float,
    sd: float | None,
    *,
    n: float,
    n_eff: float | None = None,
    level: float = 0.95,
    population: int | None = None,
) -> Estimate | None:
    """A mean, in the units of its values, with Student's interval (Gosset 1908); None if `n` is 0.

    `sd` is the standard deviation of the sample, with `n` - 1; from a single answer there is no interval.
    """
    checked_level(level)
    checked_numbers((value,))
    whole = _effective(n, n_eff=n_eff) if _is_some(n) else 0.0
    if not whole:
        return None
    if whole <= 1:
        return Estimate(value, None, None, whole)
    if sd is None:
        raise ValueError("A mean of several answers needs their standard deviation.")
    checked_numbers((sd,), least=0)
    se = sd / sqrt(_effective(n, n_eff=n_eff, population=population))
    half = t_of(level, whole - 1) * se if se else 0.0
    return Estimate(value, Interval(value - half, value + half) if half < inf else None, se, whole)


def median(values: Sequence[float], *, level: float = 0.95) -> Estimate | None:
    """The median, in the units of the values, with the interval of its order statistics; None without values.

    The interval has at least the confidence `level` and needs six values for .95 (David and Nagaraja 2003).
    """
    checked_level(level)
    ordered = sorted(checked_numbers(values))
    n = len(ordered)
    if not n:
        return None
    # Half of each, for their sum may be too large for a float.
    middle = ordered[n // 2] if n % 2 else ordered[n // 2 - 1] / 2 + ordered[n // 2] / 2
    ranks = rank_limits(n, 0.5, level=level)
    interval = Interval(ordered[ranks.low - 1], ordered[ranks.high - 1]) if ranks else None
    return Estimate(middle, interval, None, float(n))


def finite_population_factor(n: float, population: int) -> float:
    """What a standard error shrinks to, 0 to 1, if `n` of `population` members answered (Cochran 1977)."""
    if not (isfinite(n) and 0 <= n <= population):
        raise ValueError("No more can answer than the panel has members.")
    return sqrt((population - n) / (population - 1)) if population > 1 else 0.0


def joined(before: float, before_interval: Interval, after: float, after_interval: Interval) -> Interval:
    """The interval of `after` - `before` from those of two independent figures (Newcombe 1998)."""
    value = after - before
    down = sqrt((after - after_interval.low) ** 2 + (before_interval.high - before) ** 2)
    up = sqrt((after_interval.high - after) ** 2 + (before - before_interval.low) ** 2)
    return Interval(value - down, value + up)


def checked_numbers(values: Iterable[float], *, least: float | None = None) -> list[float]:
    """The values as plain floats; ValueError if one is no finite number, or below `least`."""
    numbers = [float(value) for value in values]
    if not all(map(isfinite, numbers)):
        raise ValueError("Every value has to be a finite number.")
    if least is not None and numbers and min(numbers) < least:
        raise ValueError(f"No value may be below {least:g}.")
    return numbers


def _part(count: float, n: float) -> float | None:
    """The share of `count` in `n`, or None if `n` is 0."""
    some = _is_some(n)
    if not (isfinite(count) and 0 <= count <= n * (1 + _ROUNDING)):
        raise ValueError("A count lies between nothing and all who answered.")
    return min(1.0, count / n) if some else None


def _is_some(n: float) -> bool:
    if not (isfinite(n) and n >= 0):
        raise ValueError("The number of answers has to be a finite number and not negative.")
    return n > 0


def _effective(n: float, *, n_eff: float | None = None, population: int | None = None) -> float:
    """How many answers out of an endless panel say as much; infinite if the whole panel answered."""
    if n_eff is not None and not 0 < n_eff <= n * (1 + _ROUNDING):
        raise ValueError("The effective size lies above nothing and is at most the number of answers.")
    size = float(n if n_eff is None else n_eff)
    if population is None:
        return size
    factor = finite_population_factor(n, population)
    return size / factor**2 if factor else inf


def _wilson(part: float, n: float, z: float) -> Interval:
    growth = z * z / n
    centre = (part + growth / 2) / (1 + growth)
    half = z * sqrt(part * (1 - part) / n + growth / (4 * n)) / (1 + growth)
    return _within(Interval(centre - half, centre + half), part, 0.0, 1.0)


def _one_sided(count: float, n: float, *, level: float, population: int | None) -> Interval | None:
    z = one_sided_z_of(level)
    part = _part(count, n)
    if part is None:
        return None
    if z < 0:
        raise ValueError("A one-sided level of confidence is at least one half.")
    return _wilson(part, _effective(n, population=population), z)


def _score_se(above: float, below: float, n: float) -> float:
    return sqrt(max(0.0, above + below - (above - below) ** 2) / n)


def _within(interval: Interval, value: float, least: float, most: float) -> Interval:
    """The interval, cut to what the figure can be and, against rounding, never without its value."""
    return Interval(max(least, min(interval.low, value)), min(most, max(interval.high, value)))
