"""How unevenly something is spread over people: Gini, the share of the top, the Lorenz curve; pure."""

from collections import Counter
from collections.abc import Callable, Sequence
from math import ceil
from typing import TYPE_CHECKING

from community.statistics.intervals import Estimate, Interval, checked_numbers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RESAMPLES = 400
# Any number will do, as long as it stays: the same people give the same interval.
SEED = 2008


def gini(amounts: Sequence[float], *, level: float = 0.95) -> Estimate | None:
    """The Gini coefficient, 0 (all alike) to nearly 1 (one has it all), of what each person has.

    With the interval of the percentile bootstrap over people, None for fewer than two; None without people or
    if nobody has anything (Gini 1912; Efron 1979).
    """
    return _estimated(amounts, _gini, level=level)


def top_share(amounts: Sequence[float], part: float, *, level: float = 0.95) -> Estimate | None:
    """The share, 0 to 1, of everything that the top `part` of the people have, who have most.

    A fraction of a person counts as one. Interval and None as in `gini`.
    """
    if not 0 < part < 1:
        raise ValueError("The top is a part of the people, not nobody and not all.")

    def share(values: "Floats", times: "Floats") -> float:
        import numpy as np

        many = int(times.sum())
        # Those with most come first; the last value that still belongs to the top counts as far as it does.
        above = np.minimum(times[::-1].cumsum(), _top(many, part))
        taken = np.diff(above, prepend=0.0)
        return float((taken * values[::-1]).sum() / (times * values).sum())

    return _estimated(amounts, share, level=level)


def count_top(people: int, part: float) -> int:
    """How many people the top `part` is; a fraction of a person counts as one."""
    return _top(people, part)


def lorenz(amounts: Sequence[float], *, steps: int = 20) -> list[tuple[float, float]]:
    """Points of the Lorenz curve: which share of everything the lower share of the people have.

    From (0, 0) to (1, 1) in even steps of people; empty if nobody has anything (Lorenz 1905).
    """
    ordered = sorted(_checked(amounts))
    total = sum(ordered)
    if not total:
        return []
    points, held, at = [(0.0, 0.0)], 0.0, 0
    for step in range(1, steps + 1):
        until = step * len(ordered) / steps
        while at < int(until):
            held += ordered[at]
            at += 1
        part = until - at
        more = ordered[at] * part if part and at < len(ordered) else 0.0
        points.append((step / steps, min(1.0, (held + more) / total)))
    return points


def _estimated(
    amounts: Sequence[float], of: Callable[["Floats", "Floats"], float], *, level: float
) -> Estimate | None:
    import numpy as np

    counted = Counter(_checked(amounts))
    values: Floats = np.array(sorted(counted), dtype=float)
    times: Floats = np.array([counted[value] for value in sorted(counted)], dtype=float)
    people = len(amounts)
    if not people or not (values * times).sum():
        return None
    value = of(values, times)
    if people < 2:
        return Estimate(value, None, None, float(people))
    rng = np.random.default_rng(SEED)
    # Many people have the same: drawing how often each amount comes is drawing people, only quicker.
    drawn = [
        of(values, each.astype(float))
        for each in rng.multinomial(people, times / people, size=RESAMPLES)
        if (each * values).any()
    ]
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    interval = Interval(min(float(low), value), max(float(high), value))
    return Estimate(value, interval, float(np.std(drawn, ddof=1)) if len(drawn) > 1 else None, float(people))


def _gini(values: "Floats", times: "Floats") -> float:
    """Twice the area between the Lorenz curve and the line on which all have alike."""
    people = times.sum()
    # The mean place of those who have the same amount, counted from 1.
    places = times.cumsum() - (times - 1) / 2
    held = values * times
    return float(max(0.0, (2 * (places * held).sum() / held.sum() - people - 1) / people))


def _top(people: int, part: float) -> int:
    return max(1, ceil(people * part - 1e-9))


def _checked(amounts: Sequence[float]) -> list[float]:
    return checked_numbers(amounts, least=0)
