"""Normal, Student, beta and binomial chances in plain Python, quick to import and to compute."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import lru_cache
from math import comb, erfc, exp, inf, lgamma, log, log1p, sqrt
from statistics import NormalDist

_NORMAL = NormalDist()
# From here on Student's curve and the normal one are the same to seven digits.
_MANY = 1e7
_TINY = 1e-300
# The square of more leaves the range of a float.
_ENDLESS = 1e150
_CLOSE = 1e-15
# The fraction needs about the root of its larger parameter; this is enough for a thousand million answers.
_MOST_STEPS = 200_000


@dataclass(frozen=True)
class Ranks:
    """Two ranks, counted from 1, between whose values a quantile lies with the chance `coverage`."""

    low: int
    high: int
    coverage: float


def z_of(level: float) -> float:
    """The normal value that a share `level` of the curve stays within, on both sides; 1.96 for .95."""
    return _NORMAL.inv_cdf((1 + checked_level(level)) / 2)


def one_sided_z_of(level: float) -> float:
    """The normal value that a share `level` of the curve stays below; 1.645 for .95."""
    return _NORMAL.inv_cdf(checked_level(level))


def normal_p(z: float) -> float:
    """The two-sided chance of a normal value at least this far from zero."""
    return erfc(abs(z) / sqrt(2))


def chi2_p(value: float) -> float:
    """The chance of a chi-squared value, one degree of freedom, at least this large."""
    return erfc(sqrt(value / 2))


def t_p(t: float, df: float) -> float:
    """The two-sided chance of a Student value at least this far from zero; `df` > 0 need not be whole."""
    if df >= _MANY:
        return normal_p(t)
    if abs(t) > _ENDLESS:
        return 0.0
    whole = df + t * t
    return _beta_share(df / whole, t * t / whole, df / 2, 0.5)


@lru_cache(maxsize=1024)
def t_of(level: float, df: float) -> float:
    """The Student value that a share `level` of the curve stays within, on both sides; `df` > 0."""
    z = z_of(level)
    if df >= _MANY:
        return z
    beyond = 1 - level
    low, high = z, 2 * z
    while t_p(high, df) > beyond:
        low, high = high, high * high + high
        if high > _ENDLESS:
            return inf
    while high - low > 1e-12 * high:
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if t_p(middle, df) > beyond else (low, middle)
    return (low + high) / 2


def binomial_share(count: int, n: int, chance: float) -> float:
    """The chance of at most `count` successes in `n` trials that each succeed with `chance`."""
    if count < 0:
        return 0.0
    if count >= n:
        return 1.0
    return beta_share(1 - chance, n - count, count + 1)


def sign_p(count: int, n: int) -> float:
    """The two-sided chance of a split at least as uneven as `count` of `n`, if both sides are alike."""
    low = min(count, n - count)
    return min(1.0, 2 * sum(comb(n, k) for k in range(low + 1)) / (1 << n))


def rank_limits(n: int, q: float, *, level: float = 0.95) -> Ranks | None:
    """The ranks whose values hold the quantile `q`, 0 to 1, of what `n` sorted values were drawn from.

    Exact from the binomial: at most half of what `level` leaves lies beyond each rank, or, where one side has
    no rank left to give, all of it beyond the other. None if `n` is too small for any pair (order statistics;
    David and Nagaraja 2003).
    """
    checked_level(level)
    if not 0 < q < 1:
        raise ValueError("A quantile lies between 0 and 1, without them.")
    if n < 0:
        raise ValueError("The number of values is negative.")
    if not n:
        return None

    def below(count: int) -> float:
        return binomial_share(count, n, q)

    beyond = (1 - level) / 2
    low = bisect_right(range(n), beyond, key=below)
    high = bisect_left(range(n), 1 - beyond, key=below) + 1
    if low < 1:
        low, high = 1, bisect_left(range(n), level + below(0), key=below) + 1
    elif high > n:
        low, high = bisect_right(range(n), below(n - 1) - level, key=below), n
    if low < 1 or high > n:
        return None
    return Ranks(low, high, below(high - 1) - below(low - 1))


def beta_share(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), 0 to 1, by its continued fraction (DLMF 8.17)."""
    return _beta_share(x, 1 - x, a, b)


def beta_quantile(share: float, a: float, b: float) -> float:
    """The value, 0 to 1, that a share of the curve Beta(a, b) lies below; `a` and `b` above nothing."""
    if not (0 < share < 1 and a > 0 and b > 0):
        raise ValueError("A quantile lies within a curve that has two sides.")
    low, high, value = 0.0, 1.0, a / (a + b)
    constant = lgamma(a + b) - lgamma(a) - lgamma(b)
    for _ in range(200):
        beyond = beta_share(value, a, b) - share
        low, high = (low, value) if beyond > 0 else (value, high)
        height = exp(constant + (a - 1) * log(value) + (b - 1) * log1p(-value))
        # Newton's step, or the middle where that would lead out of what is known.
        following = value - beyond / height if height > _TINY else low
        if not low < following < high:
            following = (low + high) / 2
        if abs(following - value) <= _CLOSE * value or following in (low, high):
            break
        value = following
    return value


def checked_level(level: float) -> float:
    """The level of confidence as it was given; ValueError unless it lies between 0 and 1."""
    if not 0 < level < 1:
        raise ValueError("A level of confidence lies between 0 and 1, without them.")
    return level


def _beta_share(x: float, rest: float, a: float, b: float) -> float:
    """I_x(a, b); `rest` is 1 - x, on its own because a small one would be lost in the difference."""
    if x <= 0:
        return 0.0
    if rest <= 0:
        return 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(rest))
    # The fraction runs fast only on this side of the mean.
    if x > (a + 1) / (a + b + 2):
        return 1.0 - front / (b * _fraction(rest, b, a))
    return front / (a * _fraction(x, a, b))


def _fraction(x: float, a: float, b: float) -> float:
    """The fraction 1 + d1/(1 + d2/(1 + …)) of the beta function, from the front (Lentz 1976)."""
    value, c, d = 1.0, 1.0, 0.0
    for step in range(1, _MOST_STEPS):
        m = step // 2
        if step % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 + term * d or _TINY
        c = 1 + term / c or _TINY
        d = 1 / d
        value *= c * d
        if abs(c * d - 1) < _CLOSE:
            break
    return value
