"""How well two orders of the same things agree; plain Python.

Impossible input raises ValueError; what too few things cannot tell is None, as in `intervals`.
"""

from collections import Counter
from collections.abc import Sequence
from math import atanh, sqrt, tanh

from community.statistics.distributions import z_of
from community.statistics.intervals import Estimate, Interval, checked_numbers

# An order of fewer things has no interval.
MIN_KENDALL, MIN_SPEARMAN = 5, 4


def places(values: Sequence[float]) -> tuple[int, ...]:
    """The place of each value, 1 for the largest; equal values share the best place of theirs."""
    numbers = checked_numbers(values)
    first: dict[float, int] = {}
    for place, value in enumerate(sorted(numbers, reverse=True), start=1):
        first.setdefault(value, place)
    return tuple(first[value] for value in numbers)


def kendall(one: Sequence[float], other: Sequence[float], *, level: float = 0.95) -> Estimate | None:
    """Kendall's tau-b of two measures of the same things, -1 to 1; None if all are alike in one of them.

    The interval is that of Fisher's z with the variance 0.437 / (n - 4) (Kendall 1945; Fieller, Hartley and
    Pearson 1957), None for fewer than five things or where the orders are the same or opposite.
    """
    first, second = _checked(one, other)
    n = len(first)
    pairs = n * (n - 1) // 2
    tied_first, tied_second = _tied(first), _tied(second)
    if pairs in (tied_first, tied_second):
        return None
    tied_both = _tied(list(zip(first, second, strict=True)))
    order = [pair[1] for pair in sorted(zip(first, second, strict=True))]
    # Of the pairs that are tied in neither, those in the opposite order are the swaps of sorting.
    _sorted, swaps = _merge_sorted(order)
    score = pairs - tied_first - tied_second + tied_both - 2 * swaps
    tau = score / sqrt((pairs - tied_first) * (pairs - tied_second))
    return _with_interval(tau, n, sqrt(0.437 / (n - 4)) if n >= MIN_KENDALL else None, level)


def spearman(one: Sequence[float], other: Sequence[float], *, level: float = 0.95) -> Estimate | None:
    """Spearman's rho of two measures of the same things, -1 to 1; None if all are alike in one of them.

    The interval is that of Fisher's z with the variance (1 + rho^2 / 2) / (n - 3) (Spearman 1904; Bonett and
    Wright 2000), None for fewer than four things or where the orders are the same or opposite.
    """
    first, second = (_mean_ranks(each) for each in _checked(one, other))
    n = len(first)
    if len(set(first)) < 2 or len(set(second)) < 2:
        return None
    middle = (n + 1) / 2
    shared = sum((x - middle) * (y - middle) for x, y in zip(first, second, strict=True))
    spread = sqrt(sum((x - middle) ** 2 for x in first) * sum((y - middle) ** 2 for y in second))
    rho = max(-1.0, min(1.0, shared / spread))
    return _with_interval(rho, n, sqrt((1 + rho**2 / 2) / (n - 3)) if n >= MIN_SPEARMAN else None, level)


def _checked(one: Sequence[float], other: Sequence[float]) -> tuple[list[float], list[float]]:
    if len(one) != len(other):
        raise ValueError("Two orders are of the same things.")
    return checked_numbers(one), checked_numbers(other)


def _tied(values: Sequence[object]) -> int:
    """How many pairs of the values are equal."""
    return sum(count * (count - 1) // 2 for count in Counter(values).values())


def _merge_sorted(values: Sequence[float]) -> tuple[list[float], int]:
    """The values in order, and how many pairs stood the other way round (Knight 1966)."""
    if len(values) < 2:
        return list(values), 0
    middle = len(values) // 2
    left, left_swaps = _merge_sorted(values[:middle])
    right, right_swaps = _merge_sorted(values[middle:])
    merged: list[float] = []
    swaps, at = left_swaps + right_swaps, 0
    for value in right:
        while at < len(left) and left[at] <= value:
            merged.append(left[at])
            at += 1
        swaps += len(left) - at
        merged.append(value)
    return merged + left[at:], swaps


def _mean_ranks(values: Sequence[float]) -> list[float]:
    """The rank of each value, 1 for the smallest; equal values share the mean of theirs."""
    counts, below, rank = Counter(values), 0, {}
    for value in sorted(counts):
        rank[value] = below + (counts[value] + 1) / 2
        below += counts[value]
    return [rank[value] for value in values]


def _with_interval(value: float, n: int, se: float | None, level: float) -> Estimate:
    z = z_of(level)
    if se is None or abs(value) >= 1:
        return Estimate(value, None, None, float(n))
    around = atanh(value)
    return Estimate(value, Interval(tanh(around - z * se), tanh(around + z * se)), None, float(n))
