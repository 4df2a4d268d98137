"""Which of these two: strengths from the choices made between pairs, and the pair to ask about next."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import erfc, exp, isfinite, sqrt
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from community.statistics.distributions import z_of
from community.statistics.intervals import Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

# Half a win and half a loss against a reference item, which keep every strength finite.
VIRTUAL = 0.5
# An item with fewer contests than this is new: too little is known to judge it.
NEW = 5

# How often a new item goes first, while there are any.
_FOR_NEW = 0.5
# Items this near to the largest chance of being misjudged are as good as it.
_AS_GOOD = 0.9
_MOST_SWEEPS, _NEAR = 200, 1e-3
_MOST_STEPS, _CLOSE = 100, 1e-9


class Result(NamedTuple):
    """How many times, or with which weight, one item was chosen over another; by id."""

    winner: int
    loser: int
    times: float = 1


class Record(NamedTuple):
    """How many contests an item has won and lost; by id."""

    item: int
    wins: int
    losses: int


@dataclass(frozen=True)
class Strength:
    """Where an item stands among the others."""

    item: int
    # From 1; equal strengths share a rank.
    rank: int
    wins: float
    losses: float
    # Logarithm; 0 is the average of all items.
    strength: float
    se: float
    interval: Interval
    # Chance, 0..1, to be chosen over an average item.
    win_chance: float
    win_interval: Interval
    # 0..100, from wins and losses alone.
    quick: float


@dataclass(frozen=True)
class Ranking:
    """All items with their strengths, the strongest first."""

    items: tuple[Strength, ...]
    converged: bool


def strengths(results: Iterable[Result], *, items: Collection[int], level: float = 0.95) -> Ranking:
    """Bradley-Terry strengths of `items` from contests between them, with intervals.

    Each item also has half a win and half a loss against a reference item. Strengths are found by the MM
    algorithm (Bradley & Terry 1952; Hunter 2004), standard errors from the inverse information as errors of
    the difference to the average item. Raises ValueError for contests of an item with itself or with one not
    among `items`, for negative counts, and for ids given twice.
    """
    z = z_of(level)
    order = sorted(items)
    number = {item: at for at, item in enumerate(order)}
    if len(number) != len(items):
        raise ValueError("Each item is given once.")
    winners, losers, times = _contests(results, number)
    if not order:
        return Ranking((), True)
    import numpy as np

    count = len(order)
    wins: Floats = np.zeros(count)
    np.add.at(wins, winners, times)
    losses: Floats = np.zeros(count)
    np.add.at(losses, losers, times)
    found = _by_mm(winners, losers, times, wins)
    found, converged = _settled(winners, losers, times, found)
    covariance = np.linalg.inv(_information(winners, losers, times, found))
    # All are compared with their average, so the error that all share is taken out.
    covariance -= covariance.mean(axis=0)
    covariance -= covariance.mean(axis=1, keepdims=True)
    logs = np.log(found) - np.log(found).mean()
    errors = np.sqrt(np.maximum(0, np.diag(covariance)))
    best_first = np.lexsort((np.arange(count), -np.round(logs, 9)))
    ranked: list[Strength] = []
    for place, at in enumerate(best_first.tolist()):
        strength, se = float(logs[at]), float(errors[at])
        tied = bool(ranked) and abs(ranked[-1].strength - strength) < 1e-8
        low, high = strength - z * se, strength + z * se
        ranked.append(
            Strength(
                item=order[at],
                rank=ranked[-1].rank if tied else place + 1,
                wins=float(wins[at]),
                losses=float(losses[at]),
                strength=strength,
                se=se,
                interval=Interval(low, high),
                win_chance=_logistic(strength),
                win_interval=Interval(_logistic(low), _logistic(high)),
                quick=quick_score(float(wins[at]), float(losses[at])),
            )
        )
    return Ranking(tuple(ranked), converged)


def quick_score(wins: float, losses: float) -> float:
    """Chance, 0..100, to win against an item drawn at random: `100 * (wins + 1) / (wins + losses + 2)`.

    The mean of the posterior after an even prior (Salganik & Levy 2015, All Our Ideas). Raises ValueError.
    """
    _check_record(wins, losses)
    return 100 * (wins + 1) / (wins + losses + 2)


def misclassification(wins: int, losses: int, *, cut: float) -> float:
    """Chance, 0..0.5, that an item is put on the wrong side of the cut-off, a chance to win in 0..1.

    The posterior of the chance to win, after an even prior, is taken as normal with the mean and variance of
    the Beta distribution (Toubia & Florès 2007). Raises ValueError.
    """
    _check_record(wins, losses)
    _check_cut(cut)
    return _misjudged(wins, losses, cut)


def cut_for_top(records: Sequence[Record], *, top: int) -> float:
    """The cut-off, 0..1, half way between the quick scores of the `top`-th item and the next one.

    Raises ValueError unless there are more items than `top`, and `top` is one or more (Toubia & Florès 2007).
    """
    if not 1 <= top < len(records):
        raise ValueError(f"The best {top} of {len(records)} items cannot be told from the rest.")
    scores = sorted((quick_score(each.wins, each.losses) for each in records), reverse=True)
    return (scores[top - 1] + scores[top]) / 200


def next_pair(
    records: Sequence[Record],
    seen: Collection[tuple[int, int]],
    *,
    seed: int,
    epsilon: float = 0.1,
    cut: float = 0.5,
) -> tuple[int, int] | None:
    """The pair to ask a person about next, from left to right, or None if every pair has been seen.

    The one item is that with the largest chance to be on the wrong side of `cut`, a new one every other
    time, and with the chance `epsilon` any (Toubia & Florès 2007). The other is drawn at random, because an
    item's wins then tell its chance against a random one (Salganik & Levy 2015). `seen` holds the pairs that
    the person has met, in either order, skipped ones too. Raises ValueError.
    """
    _check_cut(cut)
    if not 0 <= epsilon <= 1:
        raise ValueError(f"The share of random pairs lies between 0 and 1, not at {epsilon}.")
    ids = {record.item for record in records}
    if len(ids) != len(records):
        raise ValueError("Each item is given once.")
    for record in records:
        _check_record(record.wins, record.losses)
    known = {(min(pair), max(pair)) for pair in seen if pair[0] in ids and pair[1] in ids}
    met = Counter(item for pair in known for item in pair)
    free = [record for record in records if met[record.item] < len(records) - 1]
    if not free:
        return None
    rng = Random(seed)  # noqa: S311 - must be repeatable
    one = _first(free, rng, epsilon, cut).item
    others = [
        record.item
        for record in free
        if record.item != one and (min(one, record.item), max(one, record.item)) not in known
    ]
    other = others[int(rng.random() * len(others))]
    return (one, other) if rng.random() < 0.5 else (other, one)


def _first(free: Sequence[Record], rng: Random, epsilon: float, cut: float) -> Record:
    if rng.random() < epsilon:
        return free[int(rng.random() * len(free))]
    new = [record for record in free if record.wins + record.losses < NEW]
    if new and rng.random() < _FOR_NEW:
        return new[int(rng.random() * len(new))]
    chances = [_misjudged(record.wins, record.losses, cut) for record in free]
    enough = _AS_GOOD * max(chances)
    # People who come at the same moment do not all get the same item; the less asked gains.
    worthy = [record for record, chance in zip(free, chances, strict=True) if chance >= enough]
    return rng.choices(worthy, [1 / (1 + record.wins + record.losses) for record in worthy])[0]


def _misjudged(wins: int, losses: int, cut: float) -> float:
    total = wins + losses + 2
    middle = (wins + 1) / total
    spread = sqrt(middle * (1 - middle) / (total + 1))
    return erfc(abs(middle - cut) / spread / sqrt(2)) / 2


def _check_cut(cut: float) -> None:
    if not 0 < cut < 1:
        raise ValueError(f"The cut-off is a chance to win between 0 and 1, not {cut}.")


def _check_record(wins: float, losses: float) -> None:
    if not (isfinite(wins) and isfinite(losses) and wins >= 0 and losses >= 0):
        raise ValueError(f"Wins and losses are counts from 0, not {wins} and {losses}.")


def _contests(results: Iterable[Result], number: dict[int, int]) -> "tuple[Numbers, Numbers, Floats]":
    import numpy as np

    winners: list[int] = []
    losers: list[int] = []
    times: list[float] = []
    for winner, loser, often in results:
        if winner not in number or loser not in number or winner == loser:
            raise ValueError(f"A contest is between two of the items, not between {winner} and {loser}.")
        if not (isfinite(often) and often >= 0):
            raise ValueError(f"A contest is won a number of times from 0, not {often}.")
        winners.append(number[winner])
        losers.append(number[loser])
        times.append(often)
    return np.array(winners, dtype=np.int64), np.array(losers, dtype=np.int64), np.array(times, dtype=float)


def _by_mm(winners: "Numbers", losers: "Numbers", times: "Floats", wins: "Floats") -> "Floats":
    """Strengths against the reference item, whose own is 1, to a thousandth or as near as sweeps come."""
    import numpy as np

    count = len(wins)
    found: Floats = np.ones(count)
    for _ in range(_MOST_SWEEPS):
        shares = times / (found[winners] + found[losers])
        weight: Floats = np.zeros(count)
        np.add.at(weight, winners, shares)
        np.add.at(weight, losers, shares)
        following = (wins + VIRTUAL) / (weight + 2 * VIRTUAL / (found + 1))
        following *= _scale(following)
        change = np.abs(np.log(following / found)).max()
        found = following
        if change < _NEAR:
            break
    return found


def _settled(
    winners: "Numbers", losers: "Numbers", times: "Floats", found: "Floats"
) -> "tuple[Floats, bool]":
    """The maximum itself, by Newton's steps, and whether it was reached.

    Sweeps alone would never end where two groups of items have hardly met.
    """
    import numpy as np

    for _ in range(_MOST_STEPS):
        total = found[winners] + found[losers]
        slope: Floats = VIRTUAL * (1 - found) / (1 + found)
        # As wins less expected wins, but without the digits that a difference of large counts loses.
        surprise = times * found[losers] / total
        np.add.at(slope, winners, surprise)
        np.add.at(slope, losers, -surprise)
        step = np.linalg.solve(_information(winners, losers, times, found), slope)
        longest = float(np.abs(step).max())
        found = found * np.exp(step / max(1.0, longest))
        # Or the step is nothing beside its standard error: rounding keeps it from becoming shorter.
        if longest < _CLOSE or float(slope @ step) < _CLOSE**2:
            return found, True
    return found, False


def _scale(found: "Floats") -> float:
    """What makes all items together win half of their virtual contests, as they do at the maximum.

    The reference item ties the scale so weakly that sweeps alone would take long to find it.
    """
    import numpy as np

    shift = -float(np.log(found).mean())
    for _ in range(50):
        chances = 1 / (1 + np.exp(-shift) / found)
        step = float((0.5 - chances).sum() / (chances * (1 - chances)).sum())
        shift += max(-1.0, min(1.0, step))
        if abs(step) < 1e-12:
            break
    return exp(shift)


def _information(winners: "Numbers", losers: "Numbers", times: "Floats", found: "Floats") -> "Floats":
    import numpy as np

    count = len(found)
    total = found[winners] + found[losers]
    each = times * found[winners] * found[losers] / total**2
    information: Floats = np.zeros((count, count))
    np.add.at(information, (winners, losers), -each)
    np.add.at(information, (losers, winners), -each)
    diagonal = -information.sum(axis=1) + 2 * VIRTUAL * found / (found + 1) ** 2
    information[np.arange(count), np.arange(count)] = diagonal
    return information


def _logistic(value: float) -> float:
    return 1 / (1 + exp(-max(-700.0, min(700.0, value))))
