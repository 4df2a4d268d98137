"""Numbers and days: mean, median and how they spread."""

from collections import Counter
from collections.abc import Sequence
from math import ceil, floor, log10

from community.statistics.weighting import weighted_median
from community.surveys.kinds.contract import Value
from community.surveys.tallies.sums import (
    Answered,
    Comparing,
    Counted,
    Figures,
    FromSums,
    Marks,
    Sums,
    estimate,
    rounded,
    weights_of,
)

MOST_BARS = 12
# More months than this are counted by the year.
MOST_MONTHS = 24


class Numbers(FromSums):
    """Mean, median and histogram."""

    def marks(self, asked: Counted, value: Value) -> Marks:
        """The number in the mean."""
        return Marks((), (("mean", float(value["number"])),))

    def compared(self, asked: Counted) -> dict[str, Comparing]:
        """The mean."""
        return {"mean": "mean"}

    def figures(self, asked: Counted, sums: Sums, *, population: int | None) -> Figures:
        """The mean with Student's interval."""
        return {"mean": sums.mean("mean", population=population)}

    def more(self, asked: Counted, answered: Sequence[Answered], *, is_weighted: bool) -> Figures:
        """The median with the interval of its order statistics, and a histogram of people."""
        numbers = [float(each.value["number"]) for each in answered]
        found = weighted_median(numbers, weights_of(answered, is_weighted=is_weighted))
        bars = histogram(numbers, decimals=int(asked.settings.get("decimals") or 0))
        return {"median": estimate(found), "histogram": bars}


class Days(FromSums):
    """How many named a day in each month, or in each year where they spread over many."""

    def marks(self, asked: Counted, value: Value) -> Marks:
        """Nothing is added up."""
        return Marks(())

    def figures(self, asked: Counted, sums: Sums, *, population: int | None) -> Figures:
        """Nothing but how many answered."""
        return {}

    def more(self, asked: Counted, answered: Sequence[Answered], *, is_weighted: bool) -> Figures:
        """The times with how many named each, the earliest first."""
        months = Counter(str(each.value["date"])[:7] for each in answered)
        if len(months) > MOST_MONTHS:
            months = Counter(str(each.value["date"])[:4] for each in answered)
        return {"times": [[name, n] for name, n in sorted(months.items())]}


def histogram(numbers: Sequence[float], *, decimals: int = 0) -> list[list[float | int | None]]:
    """Bars of equal width as [from, to, how many]; a number on an edge is in the bar that begins there."""
    if not numbers:
        return []
    low, high = min(numbers), max(numbers)
    width = _width(high - low, least=10.0**-decimals)
    first = floor(low / width)
    count = floor(high / width) - first + 1
    bars = [0] * count
    for number in numbers:
        # Against the rounding of the division the last bar takes what would lie behind it.
        bars[min(count - 1, max(0, floor(number / width) - first))] += 1
    return [
        [rounded((first + at) * width), rounded((first + at + 1) * width), n] for at, n in enumerate(bars)
    ]


def _width(spread: float, *, least: float) -> float:
    """A width of 1, 2 or 5 times a power of ten with which the bars are not too many."""
    wanted = max(spread / (MOST_BARS - 1), least)
    power = 10.0 ** floor(log10(wanted))
    steps = (step * power for step in (1, 2, 5, 10))
    return next(step for step in steps if step >= wanted or ceil(wanted / step) <= 1)
