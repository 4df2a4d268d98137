"""How often something happens: counts over days, and what changed from one period to the next."""

from dataclasses import dataclass
from math import exp, log, sqrt

from community.statistics.distributions import binomial_share, checked_level, z_of
from community.statistics.intervals import Interval, checked_numbers


@dataclass(frozen=True)
class RateRatio:
    """How many times as often it happened after as before, with its interval and the test of "as often"."""

    ratio: float
    interval: Interval
    p: float


def rate_ratio(
    before: int, after: int, *, days_before: float, days_after: float, level: float = 0.95
) -> RateRatio | None:
    """The ratio of two Poisson rates, counts over days; None if nothing happened before or after.

    p is exact: given the sum of both counts, the later one is binomial (Przyborowski and Wilenski 1940), and
    twice the smaller tail is taken. The interval is the normal one of the logarithm, whose variance is the
    sum of the two counts' inverses (Woolf 1955).
    """
    checked_level(level)
    checked_numbers((before, after), least=0)
    if not (days_before > 0 and days_after > 0):
        raise ValueError("A rate needs a time that is longer than nothing.")
    if not (before and after):
        return None
    ratio = (after / days_after) / (before / days_before)
    half = z_of(level) * sqrt(1 / before + 1 / after)
    chance, n = days_after / (days_before + days_after), before + after
    low, high = binomial_share(after, n, chance), 1 - binomial_share(after - 1, n, chance)
    return RateRatio(
        ratio, Interval(exp(log(ratio) - half), exp(log(ratio) + half)), min(1.0, 2 * min(low, high))
    )


def scaled_rate_ratio(
    before: int,
    after: int,
    *,
    people_before: int,
    people_after: int,
    days_before: float,
    days_after: float,
    level: float = 0.95,
) -> RateRatio | None:
    """The ratio of the rates of texts when people write several: what is tested are as many as the people.

    The ratio is that of the texts; p and the relative width of the interval are those of as many events as
    there are people, in proportion to the texts of both periods together (variance inflation; McCullagh and
    Nelder 1989).
    """
    if not (before and after and people_before and people_after):
        return None
    inflation = max(1.0, (before + after) / (people_before + people_after))
    found = rate_ratio(before, after, days_before=days_before, days_after=days_after, level=level)
    assert found is not None
    half = log(found.interval.high / found.ratio) * sqrt(inflation)
    fewer = rate_ratio(
        max(1, round(before / inflation)),
        max(1, round(after / inflation)),
        days_before=days_before,
        days_after=days_after,
        level=level,
    )
    assert fewer is not None
    around = log(found.ratio)
    return RateRatio(found.ratio, Interval(exp(around - half), exp(around + half)), fewer.p)
