"""MaxDiff: what the best and worst choices of people say of the items (see `designs` for what they see)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb, exp, isfinite, log, sqrt
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from community.statistics.distributions import checked_level, z_of
from community.statistics.intervals import Estimate, Interval

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]

# How far people's utilities lie from those of all, in squared units of utility.
_SPREAD_OF_PEOPLE = 3.0
# Chance, at most, that somebody who clicks at random is predicted as well as this.
_SURE = 0.05
_MOST_STEPS = 100


class Answer(NamedTuple):
    """A set as it was shown, with the best and the worst of it, by item index."""

    shown: tuple[int, ...]
    best: int
    worst: int


@dataclass(frozen=True)
class Count:
    """How often an item was shown, called best and called worst; the rest is None if it was never shown."""

    item: int
    shown: float
    best: float
    worst: float
    # (best - worst) / shown, from -1 to 1.
    score: float | None
    se: float | None
    interval: Interval | None
    # Half the logarithm of best to worst, near to a logit utility.
    ratio: float


@dataclass(frozen=True)
class Fit:
    """Logit utilities of all items and how well they tell the choices that were made."""

    # Mean 0, in item order.
    utilities: tuple[float, ...]
    standard_errors: tuple[float, ...]
    # Add up to 100.
    shares: tuple[float, ...]
    log_likelihood: float
    null_log_likelihood: float
    # 1 - log likelihood / its value when all items are alike.
    mcfadden: float
    # Shares 0..1 of the best and worst choices that the utilities predict, and that a guess would.
    predicted: float
    chance: float
    sets: int
    ridge: float
    converged: bool


@dataclass(frozen=True)
class PersonFit:
    """How many of a person's choices the other sets of the same person predict."""

    hits: int
    choices: int
    share: float
    # The share that a guess would reach: one in the number of items of a set.
    chance: float
    # Probability of as many hits, or more, for somebody who clicks at random.
    p: float
    is_like_random: bool


def counts(
    people: Sequence[Sequence[Answer]],
    *,
    item_count: int,
    weights: Sequence[float] | None = None,
    level: float = 0.95,
) -> tuple[Count, ...]:
    """Best and worst counts of each item in item order, with the score's standard error and interval.

    One row of answers per respondent, and a weight each if given. The standard error is that of a difference
    of two shares of the same answers; the interval is the adjusted Wald one of such a difference, as for the
    NPS, with the effective number of showings (Louviere; Flynn & Marley; Rocks 2016). Raises ValueError.
    """
    weights = _checked(people, item_count, weights)
    z = z_of(level)
    shown, squares = [0.0] * item_count, [0.0] * item_count
    best, worst = [0.0] * item_count, [0.0] * item_count
    for answers, weight in zip(people, weights, strict=True):
        for answer in answers:
            best[answer.best] += weight
            worst[answer.worst] += weight
            for item in answer.shown:
                shown[item] += weight
                squares[item] += weight * weight
    return tuple(
        _count(item, shown[item], squares[item], best[item], worst[item], z) for item in range(item_count)
    )


def fit(
    people: Sequence[Sequence[Answer]],
    *,
    item_count: int,
    weights: Sequence[float] | None = None,
    ridge: float = 0.1,
) -> Fit | None:
    """Utilities by maximum likelihood of the best-worst logit, or None if nobody answered.

    The best is chosen among all items of a set, the worst among those left; half of `ridge` times the sum of
    squared utilities is taken off the log likelihood, which keeps items finite that were always or never
    chosen. Utilities have the mean 0. Raises ValueError (Louviere; Flynn & Marley; McFadden 1974).
    """
    table = _table(people, item_count, weights, ridge)
    if table is None:
        return None
    import numpy as np

    utilities, information, converged = _maximise(table, table.row_weights(table.weights), ridge)
    row_weights = table.row_weights(table.weights)
    sizes = table.shown.sum(axis=1)
    likelihood = float(row_weights @ _log_likelihoods(table, utilities))
    null = float(-(row_weights @ (np.log(sizes) + np.log(sizes - 1))))
    among = np.where(table.shown > 0, utilities, np.nan)
    hits = (np.nanargmax(among, axis=1) == table.best.argmax(axis=1)) * 1.0
    hits += np.nanargmin(among, axis=1) == table.worst.argmax(axis=1)
    total = float(row_weights.sum())
    covariance = np.linalg.inv(information)
    # Only differences of utilities mean something, so the error that all share is taken out.
    covariance -= covariance.mean(axis=0)
    covariance -= covariance.mean(axis=1, keepdims=True)
    return Fit(
        utilities=tuple(utilities.tolist()),
        standard_errors=tuple(np.sqrt(np.diag(covariance)).tolist()),
        shares=display_shares(utilities.tolist(), per_set=_usual_size(people)),
        log_likelihood=likelihood,
        null_log_likelihood=null,
        mcfadden=1 - likelihood / null,
        predicted=float(row_weights @ hits) / (2 * total),
        chance=float(row_weights @ (1 / sizes)) / total,
        sets=len(table.row_of),
        ridge=ridge,
        converged=converged,
    )


def display_shares(utilities: Sequence[float], *, per_set: int) -> tuple[float, ...]:
    """Chance of each item to be best among otherwise average ones, rescaled to add up to 100 (Sawtooth).

    `e^u / (e^u + k - 1)`, with k the items of a set; utilities have the mean 0. Raises ValueError.
    """
    if per_set < 2 or not utilities or not all(map(isfinite, utilities)):
        raise ValueError("Shares need finite utilities and sets of two items or more.")
    # Written so that no utility is too large for it.
    chances = [1 / (1 + (per_set - 1) * exp(min(700.0, -each))) for each in utilities]
    total = sum(chances)
    return tuple(100 * chance / total for chance in chances)


def person_fits(
    people: Sequence[Sequence[Answer]], *, item_count: int, utilities: Sequence[float]
) -> tuple[PersonFit | None, ...]:
    """For each person how well the choices in each set follow from the person's other sets, None without any.

    The utilities of all are moved towards the person by one Newton step over the other sets, so a person with
    rare tastes is predicted and somebody who clicks at random is not: such a one is right once in as many
    times as a set has items. Like random is who is predicted no better than that (p above 0.05), and is
    nearer to it than to the usual person. A mark to look at, never a verdict by itself. Raises ValueError
    (Louviere; Flynn & Marley).
    """
    if len(utilities) != item_count or not all(map(isfinite, utilities)):
        raise ValueError("There has to be one finite utility for each item.")
    table = _table(people, item_count, None, 1.0)
    if table is None:
        return (None,) * len(people)
    hits = iter(_own_hits(table, utilities).tolist())
    rights = [int(sum(next(hits) for _ in answers)) for answers in people]
    usual = median(
        right / (2 * len(answers)) for right, answers in zip(rights, people, strict=True) if answers
    )
    return tuple(
        _person_fit(right, answers, usual) if answers else None
        for right, answers in zip(rights, people, strict=True)
    )


def bootstrap_shares(
    people: Sequence[Sequence[Answer]],
    *,
    item_count: int,
    seed: int,
    weights: Sequence[float] | None = None,
    ridge: float = 0.1,
    resamples: int = 100,
    level: float = 0.95,
) -> tuple[Estimate, ...]:
    """Display shares (0..100) in item order, with intervals from drawing people anew; () without answers.

    Whole respondents are drawn, as answers of one person hang together; the interval is that of percentiles.
    The same seed gives the same intervals. Raises ValueError (Efron 1979; Flynn & Marley).
    """
    if resamples < 20:
        raise ValueError(f"An interval needs 20 resamples at least, not {resamples}.")
    tail = (1 - checked_level(level)) / 2
    table = _table(people, item_count, weights, ridge)
    if table is None:
        return ()
    import numpy as np

    rng = np.random.default_rng(seed)
    per_set = _usual_size(people)
    whole, _information, _converged = _maximise(table, table.row_weights(table.weights), ridge)
    answered = np.flatnonzero([bool(answers) for answers in people])
    drawn = np.empty((resamples, item_count))
    for each in drawn:
        times = np.zeros(len(people))
        # Those of no weight could be all that is drawn.
        while not (times @ table.weights):
            times[answered] = rng.multinomial(len(answered), np.full(len(answered), 1 / len(answered)))
        row_weights = table.row_weights(times * table.weights)
        found, _information, _converged = _maximise(table, row_weights, ridge, start=whole)
        each[:] = display_shares(found.tolist(), per_set=per_set)
    lows, highs = np.quantile(drawn, [tail, 1 - tail], axis=0).tolist()
    errors = drawn.std(axis=0, ddof=1).tolist()
    n = float(table.weights[answered].sum() ** 2 / (table.weights[answered] ** 2).sum())
    shares = display_shares(whole.tolist(), per_set=per_set)
    return tuple(
        Estimate(share, Interval(min(low, share), max(high, share)), se, n)
        for share, low, high, se in zip(shares, lows, highs, errors, strict=True)
    )


@dataclass(frozen=True)
class _Table:
    """The different answers as rows of 0 and 1 over the items, and which of them each person gave."""

    shown: "Floats"
    best: "Floats"
    worst: "Floats"
    # For each answer given, in the order of the people: its row, and its person.
    row_of: "Numbers"
    person_of: "Numbers"
    weights: "Floats"

    def row_weights(self, weights: "Floats") -> "Floats":
        """How much each row weighs if people weigh this much."""
        import numpy as np

        totals: Floats = np.zeros(len(self.shown))
        np.add.at(totals, self.row_of, weights[self.person_of])
        return totals


def _checked(
    people: Sequence[Sequence[Answer]], item_count: int, weights: Sequence[float] | None
) -> Sequence[float]:
    """The weights, one per person, once the answers are known to make sense."""
    if item_count < 2:
        raise ValueError(f"There have to be two items to compare, not {item_count}.")
    for answer in {answer for answers in people for answer in answers}:
        shown, best, worst = answer
        if len(shown) < 2 or len(set(shown)) != len(shown) or min(shown) < 0 or max(shown) >= item_count:
            raise ValueError(f"A set shows two or more different items of {item_count}, not {shown}.")
        if best == worst or best not in shown or worst not in shown:
            raise ValueError(f"Best and worst are two items of the set, not {best} and {worst} of {shown}.")
    if weights is None:
        return [1.0] * len(people)
    if len(weights) != len(people) or not all(isfinite(each) and each >= 0 for each in weights):
        raise ValueError("There has to be one weight for each person, and none below 0.")
    if people and not any(weights):
        raise ValueError("Somebody has to have a weight above 0.")
    return weights


def _count(item: int, shown: float, squares: float, best: float, worst: float, z: float) -> Count:
    ratio = log((best + 0.5) / (worst + 0.5)) / 2
    if not shown:
        return Count(item, 0.0, 0.0, 0.0, None, None, None, ratio)
    n = shown * shown / squares
    p_best, p_worst = best / shown, worst / shown
    score = p_best - p_worst
    se = sqrt(max(0.0, p_best + p_worst - score * score) / n)
    more_best, more_worst = (p_best * n + 0.75) / (n + 3), (p_worst * n + 0.75) / (n + 3)
    middle = more_best - more_worst
    half = z * sqrt((more_best + more_worst - middle * middle) / (n + 3))
    interval = Interval(max(-1.0, min(score, middle - half)), min(1.0, max(score, middle + half)))
    return Count(item, shown, best, worst, score, se, interval, ratio)


def _table(
    people: Sequence[Sequence[Answer]], item_count: int, weights: Sequence[float] | None, ridge: float
) -> _Table | None:
    weights = _checked(people, item_count, weights)
    if not (isfinite(ridge) and ridge > 0):
        raise ValueError(f"The ridge has to be above 0, not {ridge}.")
    import numpy as np

    rows: dict[tuple[tuple[int, ...], int, int], int] = {}
    row_of: list[int] = []
    for answers in people:
        for shown, best, worst in answers:
            row_of.append(rows.setdefault((tuple(sorted(shown)), best, worst), len(rows)))
    person_of = np.repeat(np.arange(len(people)), [len(answers) for answers in people])
    weighing = np.array(weights, dtype=float)
    if not rows or not weighing[person_of].any():
        return None
    masks = np.zeros((3, len(rows), item_count))
    for at, (shown, best, worst) in enumerate(rows):
        masks[0, at, list(shown)] = masks[1, at, best] = masks[2, at, worst] = 1
    return _Table(masks[0], masks[1], masks[2], np.array(row_of), person_of, weighing)


def _maximise(
    table: _Table, row_weights: "Floats", ridge: float, start: "Floats | None" = None
) -> "tuple[Floats, Floats, bool]":
    """Utilities at the maximum, the information there, and whether it was reached: Newton's method."""
    import numpy as np

    utilities = np.zeros(table.shown.shape[1]) if start is None else start

    def height(at: "Floats") -> float:
        return float(row_weights @ _log_likelihoods(table, at) - ridge / 2 * at @ at)

    now, converged = height(utilities), False
    for _ in range(_MOST_STEPS):
        bests, worsts = _chances(table, utilities)
        slope = row_weights @ (table.best - bests - table.worst + worsts) - ridge * utilities
        information = np.diag(row_weights @ (bests + worsts) + ridge)
        for chances in (bests, worsts):
            information -= chances.T @ (row_weights[:, None] * chances)
        step = np.linalg.solve(information, slope)
        if slope @ step < 1e-10:
            converged = True
            break
        length = 1.0
        while height(utilities + length * step) < now and length > 1e-6:
            length /= 2
        utilities = utilities + length * step
        now = height(utilities)
    return utilities - utilities.mean(), information, converged


def _chances(table: _Table, utilities: "Floats") -> "tuple[Floats, Floats]":
    """For each row the chance of each item to be called best, and then worst of those left."""
    import numpy as np

    bests = table.shown * np.exp(utilities - utilities.max())
    worsts = (table.shown - table.best) * np.exp(utilities.min() - utilities)
    return bests / bests.sum(axis=1, keepdims=True), worsts / worsts.sum(axis=1, keepdims=True)


def _log_likelihoods(table: _Table, utilities: "Floats") -> "Floats":
    import numpy as np

    bests, worsts = _chances(table, utilities)
    chosen = (bests * table.best).sum(axis=1) * (worsts * table.worst).sum(axis=1)
    logs: Floats = np.log(np.maximum(chosen, 1e-300))
    return logs


def _own_hits(table: _Table, utilities: Sequence[float]) -> "Floats":
    """For each answer given, how many of its two choices the person's other answers predict."""
    import numpy as np

    everyone = np.array(utilities, dtype=float)
    bests, worsts = _chances(table, everyone)
    slopes = table.best - bests - table.worst + worsts
    curves = bests * (1 - bests) + worsts * (1 - worsts)
    people = len(table.weights)
    hits = np.zeros(len(table.row_of))
    # In portions, as there is a row of items for each answer.
    for start in range(0, people, 2000):
        low, high = np.searchsorted(table.person_of, [start, start + 2000])
        rows = table.row_of[low:high]
        if not len(rows):
            continue
        own, number = np.unique(table.person_of[low:high], return_inverse=True)
        starts = np.searchsorted(number, np.arange(len(own)))
        slope = np.add.reduceat(slopes[rows], starts)[number] - slopes[rows]
        curve = np.add.reduceat(curves[rows], starts)[number] - curves[rows]
        among = np.where(table.shown[rows] > 0, everyone + slope / (curve + 1 / _SPREAD_OF_PEOPLE), np.nan)
        hits[low:high] += np.nanargmax(among, axis=1) == table.best[rows].argmax(axis=1)
        hits[low:high] += np.nanargmin(among, axis=1) == table.worst[rows].argmax(axis=1)
    return hits


def _person_fit(hits: int, answers: Sequence[Answer], usual: float) -> PersonFit:
    choices = 2 * len(answers)
    chance = sum(1 / len(answer.shown) for answer in answers) / len(answers)
    p = _chance_of_at_least(hits, choices, chance)
    # Where sets are few, many who thought miss that mark; they are still nearer to the others.
    nearer = usual <= chance or _log_odds(hits, choices, usual, chance) < 0
    return PersonFit(hits, choices, hits / choices, chance, p, p > _SURE and nearer)


def _log_odds(hits: int, choices: int, one: float, other: float) -> float:
    """How much more so many hits speak for the one share of hits than for the other."""
    one = min(one, 1 - 1e-9)
    return hits * log(one / other) + (choices - hits) * log((1 - one) / (1 - other))


@lru_cache(maxsize=10_000)
def _chance_of_at_least(hits: int, choices: int, chance: float) -> float:
    return sum(comb(choices, k) * chance**k * (1 - chance) ** (choices - k) for k in range(hits, choices + 1))


def _usual_size(people: Iterable[Iterable[Answer]]) -> int:
    """How many items most sets show; the smaller number of two as frequent ones."""
    sizes: dict[int, int] = {}
    for answers in people:
        for answer in answers:
            sizes[len(answer.shown)] = sizes.get(len(answer.shown), 0) + 1
    return max(sizes, key=lambda size: (sizes[size], -size))
