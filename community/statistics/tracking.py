"""What changed from one wave to the next, with interval and test; and what many tests together are worth.

Impossible input raises ValueError, comparisons with nobody are None, as in `intervals`; every difference is
what came after minus what was before, in the units of the figures. Shares and sizes of weighted waves are
given at their effective size (Kish 1992).
"""

from collections.abc import Sequence
from math import ceil, inf, isfinite, sqrt
from typing import Literal

from community.statistics.distributions import (
    checked_level,
    chi2_p,
    normal_p,
    one_sided_z_of,
    sign_p,
    t_of,
    t_p,
    z_of,
)
from community.statistics.intervals import (
    Difference,
    Estimate,
    Interval,
    Part,
    Sample,
    checked_numbers,
    joined,
    wilson,
)

Verdict = Literal["up", "down", "no change found"]

# Fewer who changed their mind than this are counted out exactly.
MIN_CHI2 = 25


def newcombe(before: Part, after: Part, *, level: float = 0.95) -> Interval | None:
    """The interval of the difference of two independent shares, -1 to 1; None if one has no answers.

    The hybrid of the two Wilson intervals (Newcombe 1998, method 10).
    """
    first, second = wilson(before.count, before.n, level=level), wilson(after.count, after.n, level=level)
    if first is None or second is None:
        return None
    return joined(before.count / before.n, first, after.count / after.n, second)


def two_shares(before: Part, after: Part, *, level: float = 0.95) -> Difference | None:
    """The difference of the shares of two independent waves, -1 to 1; None if one has no answers.

    z and p are those of the pooled test, None where all or none of both waves agree; the interval is
    Newcombe's and the standard error the one of the difference, unpooled (Newcombe 1998; Fleiss 1981).
    """
    interval = newcombe(before, after, level=level)
    if interval is None:
        return None
    first, second = before.count / before.n, after.count / after.n
    pooled = (before.count + after.count) / (before.n + after.n)
    spread = sqrt(max(0.0, pooled * (1 - pooled)) * (1 / before.n + 1 / after.n))
    se = sqrt(_share_variance(first, before.n) + _share_variance(second, after.n))
    return _z_difference(second - first, interval, se, spread)


def mcnemar(lost: int, gained: int, *, n: int, level: float = 0.95) -> Difference | None:
    """The difference of two shares of the same `n` people, -1 to 1; None if `n` is 0.

    `lost` said yes before and no after, `gained` the other way round. The test is McNemar's chi-squared
    without correction, or the exact binomial if fewer than 25 changed (McNemar 1947); the interval is the
    adjusted Wald one with one added to both counts, and reaches at least to the difference (Bonett and Price
    2012).
    """
    if lost < 0 or gained < 0 or lost + gained > n:
        raise ValueError("Those who changed lie between nothing and all who answered twice.")
    z = z_of(level)
    if not n:
        return None
    value = (gained - lost) / n
    middle, changed = (gained - lost) / (n + 2), (lost + gained + 2) / (n + 2)
    half = z * sqrt((changed - middle**2) / (n + 2))
    interval = Interval(max(-1.0, min(middle - half, value)), min(1.0, max(middle + half, value)))
    se = sqrt(max(0.0, (lost + gained) / n - value**2) / n)
    moved = lost + gained
    if moved < MIN_CHI2:
        return Difference(value, interval, se, None, sign_p(lost, moved), None, "exact")
    chi2 = (lost - gained) ** 2 / moved
    return Difference(value, interval, se, chi2, chi2_p(chi2), 1.0, "chi2")


def two_means(before: Sample, after: Sample, *, level: float = 0.95) -> Difference | None:
    """The difference of the means of two independent waves; None unless both have more than one answer.

    Degrees of freedom after Welch and Satterthwaite, for waves that need not spread alike (Welch 1947).
    """
    checked_level(level)
    first, second = _mean_variance(before), _mean_variance(after)
    if first is None or second is None:
        return None
    both = first + second
    df = both**2 / (first**2 / (before.n - 1) + second**2 / (after.n - 1)) if both else inf
    return _t_difference(after.mean - before.mean, sqrt(both), df, level)


def paired_means(mean: float, sd: float, *, n: float, level: float = 0.95) -> Difference | None:
    """The change of a mean from the change of each of `n` people, after minus before; None unless n > 1.

    `mean` and `sd` are those of the changes (paired t-test; Gosset 1908).
    """
    checked_level(level)
    variance = _mean_variance(Sample(mean, sd, n))
    return _t_difference(mean, sqrt(variance), n - 1, level) if variance is not None else None


def overlap_variance(v1: float, v2: float, *, rho: float, n1: float, n2: float, both: float) -> float:
    """The variance of the difference of two figures whose waves share `both` people: of n1 and of n2.

    `v1` and `v2` are the squared standard errors, `rho` the correlation of the answers of those in both
    waves: v1 + v2 - 2 rho sqrt(v1 v2) both / sqrt(n1 n2) (Kish 1965).
    """
    checked_numbers((v1, v2, n1, n2, both), least=0)
    if not -1 <= rho <= 1:
        raise ValueError("A correlation lies between -1 and 1.")
    if not (n1 and n2 and both <= min(n1, n2)):
        raise ValueError("Those in both waves cannot be more than those in one.")
    return max(0.0, v1 + v2 - 2 * rho * sqrt(v1 * v2) * both / sqrt(n1 * n2))


def overlapping(
    before: Estimate,
    after: Estimate,
    *,
    rho: float,
    n1: float,
    n2: float,
    both: float,
    level: float = 0.95,
) -> Difference:
    """The difference of two figures, of any kind, of waves that share `both` people, with z, p and interval.

    Everything as in `overlap_variance`; ValueError if a figure has no standard error (Kish 1965).
    """
    first, second = _squared(before.se), _squared(after.se)
    se = sqrt(overlap_variance(first, second, rho=rho, n1=n1, n2=n2, both=both))
    return _normal_difference(after.value - before.value, se, level)


def difference_in_differences(
    changed: Difference, untouched: Difference, *, level: float = 0.95
) -> Difference:
    """How much more changed where something was done than where nothing was: first change minus second.

    The two changes are independent and their variances add; ValueError if one has no standard error (Card and
    Krueger 1994).
    """
    se = sqrt(_squared(changed.se) + _squared(untouched.se))
    return _normal_difference(changed.value - untouched.value, se, level)


def size_per_wave(share: float, delta: float, *, level: float = 0.95, power: float = 0.8) -> int:
    """How many answers each of two independent waves needs so that a change of `delta` is found.

    `share` is the share expected, 0 to 1, `delta` the change in the same units, `power` the chance to find
    it: 2 p (1 - p) (z_a/2 + z_b)^2 / delta^2, rounded up (Fleiss 1981).
    """
    if not 0 < abs(delta) <= 1:
        raise ValueError("The change to find is not nothing, and at most the whole.")
    return max(1, ceil(_needed(share, level=level, power=power) / delta**2))


def detectable_change(share: float, n: float, *, level: float = 0.95, power: float = 0.8) -> float:
    """The smallest change, 0 to 1, that two waves of `n` find; see `size_per_wave` (Fleiss 1981)."""
    if not (isfinite(n) and n > 0):
        raise ValueError("A wave has at least one answer.")
    return sqrt(_needed(share, level=level, power=power) / n)


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """The p-values, in the order given, corrected so that all together err as seldom as one (Holm 1979)."""
    order = _sorted(p_values)
    adjusted, most, m = [0.0] * len(order), 0.0, len(order)
    for rank, at in enumerate(order):
        most = max(most, min(1.0, (m - rank) * p_values[at]))
        adjusted[at] = most
    return tuple(adjusted)


def benjamini_hochberg(p_values: Sequence[float]) -> tuple[float, ...]:
    """The p-values, in the order given, corrected for the share of false finds (Benjamini, Hochberg 1995)."""
    order = _sorted(p_values)
    adjusted, least, m = [0.0] * len(order), 1.0, len(order)
    for rank in range(m, 0, -1):
        at = order[rank - 1]
        least = min(least, p_values[at] * m / rank)
        adjusted[at] = max(least, p_values[at])
    return tuple(adjusted)


def verdict(interval: Interval | None, *, p: float | None = None, level: float = 0.95) -> Verdict:
    """What the interval of a change says in words; "no change found" is a result, too.

    A change is found if zero lies outside of the interval and, where a corrected `p` is given, that is small
    enough for the same `level`.
    """
    checked_level(level)
    if interval is None or interval.contains(0) or (p is not None and p > 1 - level):
        return "no change found"
    return "up" if interval.low > 0 else "down"


def _share_variance(share: float, n: float) -> float:
    return max(0.0, share * (1 - share)) / n


def _mean_variance(sample: Sample) -> float | None:
    """The squared standard error of a mean; None from one answer or none."""
    checked_numbers((sample.mean,))
    checked_numbers((sample.sd, sample.n), least=0)
    return sample.sd**2 / sample.n if sample.n > 1 else None


def _squared(se: float | None) -> float:
    if se is None:
        raise ValueError("Both figures need a standard error.")
    return se * se


def _normal_difference(value: float, se: float, level: float) -> Difference:
    half = z_of(level) * se
    # Without any spread there is nothing to judge the change by.
    return _z_difference(value, Interval(value - half, value + half) if se else None, se, se)


def _z_difference(value: float, interval: Interval | None, se: float, spread: float) -> Difference:
    z = value / spread if spread else None
    return Difference(value, interval, se, z, normal_p(z) if z is not None else None, None, "z")


def _t_difference(value: float, se: float, df: float, level: float) -> Difference:
    if not se:
        return Difference(value, None, se, None, None, None, "t")
    half, t = t_of(level, df) * se, value / se
    return Difference(value, Interval(value - half, value + half), se, t, t_p(t, df), df, "t")


def _needed(share: float, *, level: float, power: float) -> float:
    if not 0 < share < 1:
        raise ValueError("The share expected lies between 0 and 1, without them.")
    if not 0.5 <= power < 1:
        raise ValueError("The chance to find a change is at least one half, and less than one.")
    return 2 * share * (1 - share) * (z_of(level) + one_sided_z_of(power)) ** 2


def _sorted(p_values: Sequence[float]) -> list[int]:
    """The numbers of the p-values, the smallest first."""
    if not all(0 <= p <= 1 for p in p_values):
        raise ValueError("A p-value lies between 0 and 1.")
    return sorted(range(len(p_values)), key=lambda at: p_values[at])
