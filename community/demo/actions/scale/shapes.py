"""How much each gets: few ideas have most of the votes, and most have a handful."""

from collections.abc import Iterator, Sequence
from random import Random

# Flatter than Zipf's plain law at the top, as on boards that show what is popular and what is new.
EXPONENT, HEAD = 0.9, 3


def popularity(count: int, dice: Random) -> list[float]:
    """A weight for each, falling by rank, in an order drawn by chance."""
    weights = [1 / (rank + HEAD) ** EXPONENT for rank in range(count)]
    dice.shuffle(weights)
    return weights


def shares(total: int, weights: Sequence[float], most: Sequence[int] | None = None) -> list[int]:
    """Whole shares of the total in proportion to the weights, none above its own most.

    They add up to the total, or to all that may be given if that is less.
    """
    given = [0] * len(weights)
    open_ones = [number for number, weight in enumerate(weights) if weight > 0]
    left = total if most is None else min(total, sum(most[number] for number in open_ones))
    while left and open_ones:
        scale = left / sum(weights[number] for number in open_ones)
        carried = 0.0
        before = left
        for number in open_ones:
            carried += weights[number] * scale
            share = int(carried + 1e-9)
            carried -= share
            if most is not None:
                share = min(share, most[number] - given[number])
            given[number] += share
            left -= share
        open_ones = [number for number in open_ones if most is None or given[number] < most[number]]
        if left == before and open_ones:
            given[open_ones[0]] += 1
            left -= 1
    return given


def some_of(everybody: Sequence[int], count: int, dice: Random) -> Iterator[int]:
    """So many different ones, those at the front more often: some members are there every day."""
    count = min(count, len(everybody))
    if count * 3 > len(everybody):
        yield from dice.sample(everybody, count)
        return
    drawn: set[int] = set()
    while len(drawn) < count:
        place = int(len(everybody) * dice.random() ** 1.5)
        if place not in drawn:
            drawn.add(place)
            yield everybody[place]
