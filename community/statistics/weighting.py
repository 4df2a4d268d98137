"""Weights that give a sample the shape of the customers: raking, the effective size, and weighted figures.

Impossible input raises ValueError and figures from nobody are None, as in `intervals`. Weights are one number
per answer, in the order of the answers; None weighs all alike. Only their ratios matter to a figure.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import fsum, sqrt
from typing import TYPE_CHECKING, TypeVar

from community.statistics.distributions import checked_level, rank_limits, z_of
from community.statistics.intervals import Estimate, Interval, checked_numbers, mean, nps, share

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Codes = NDArray[np.intp]

Answer = TypeVar("Answer", bound=Hashable)

MOST_LOOPS = 50
TOLERANCE = 1e-6
# Categories with fewer answers than this should be merged with another.
SMALL_CATEGORY = 20

# Trimming moves the mean that the bounds hang on; it settles within a few rounds.
_MOST_TRIMS = 200
_SETTLED = 1e-12
# What sums of floats may be off by.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class SmallCategory:
    """A category of a margin, and how few answered in it."""

    margin: str
    category: str
    n: int


@dataclass(frozen=True)
class Raking:
    """The weights of a sample, with the mean one, and how they came about."""

    # One per respondent, in their order.
    weights: tuple[float, ...]
    # Whether every target was met to one millionth, with no weight beyond the bounds.
    converged: bool
    loops: int
    # The largest difference between a target share and the one reached.
    deviation: float
    # The share of each category of each margin in the weighted sample.
    reached: Mapping[str, Mapping[str, float]]
    # How many weights lie at one of the bounds.
    trimmed: int
    n_eff: float
    deff: float
    small: tuple[SmallCategory, ...]


class EmptyCategory(ValueError):
    """A target asks for categories in which nobody answered: merge them with others, or leave them out."""

    def __init__(self, categories: Sequence[tuple[str, str]]) -> None:
        self.categories = tuple(categories)
        super().__init__(f"Nobody answered in {_listed(self.categories)}.")


class UntargetedCategory(ValueError):
    """Somebody answered in categories without a target: give them one, or leave the category unknown."""

    def __init__(self, categories: Sequence[tuple[str, str]]) -> None:
        self.categories = tuple(categories)
        super().__init__(f"No target above nothing is given for {_listed(self.categories)}.")


def rake(
    columns: Mapping[str, Sequence[str | None]],
    targets: Mapping[str, Mapping[str, float]],
    *,
    start: Sequence[float] | None = None,
    least: float = 0.3,
    most: float = 3.0,
) -> Raking:
    """Weights with which the categories of every margin have the shares of its targets.

    `columns` holds per margin the category of each respondent, `targets` per margin the share or the size of
    each category; columns without targets are left out. Iterative proportional fitting from `start` (design
    weights, or one each); every loop ends with trimming to `least` and `most` times the mean weight; it is
    done when all targets are met to one millionth, or after 50 loops. If the targets cannot be met within the
    bounds, the bounds hold and the deviation says by how much. Whoever has no category (None) keeps the
    weight as it stands in that margin, and its targets are those of the others. Raises EmptyCategory and
    UntargetedCategory (Deming and Stephan 1940; trimming: Izrael, Battaglia and Frankel 2009).
    """
    import numpy as np

    if not 0 <= least < 1 < most:
        raise ValueError("Weights are trimmed to a range around their mean.")
    margins = _margins(columns, targets)
    n = len(margins[0].codes)
    weights = np.array(checked_weights(start, n))
    if not weights.all():
        raise ValueError("A design weight lies above nothing.")
    loops, deviation = 0, 1.0
    while loops < MOST_LOOPS and deviation >= TOLERANCE:
        loops += 1
        for margin in margins:
            weights = weights * margin.factors(weights)
        weights = _trimmed(weights, least, most)
        deviation = max(margin.deviation(weights) for margin in margins)
    trimmed = (weights <= least * (1 + _ROUNDING)) | (weights >= most * (1 - _ROUNDING))
    listed = tuple(float(weight) for weight in weights)
    n_eff = effective_size(listed)
    small = tuple(
        SmallCategory(margin.name, category, count)
        for margin in margins
        for category, count in margin.counts().items()
        if count < SMALL_CATEGORY
    )
    reached = {
        margin.name: dict(zip(margin.categories, map(float, margin.reached(weights)), strict=True))
        for margin in margins
    }
    return Raking(
        listed,
        converged=deviation < TOLERANCE,
        loops=loops,
        deviation=deviation,
        reached=reached,
        trimmed=int(trimmed.sum()),
        n_eff=n_eff,
        deff=n / n_eff,
        small=small,
    )


def effective_size(weights: Sequence[float]) -> float:
    """How many equal answers say as much as these with their weights: (sum w)^2 / sum w^2 (Kish 1992).

    0 if there are none, or if all weigh nothing.
    """
    known = checked_weights(weights, len(weights))
    most = max(known, default=0.0)
    if not most:
        return 0.0
    # Against the largest, so that no square leaves the range of a float.
    parts = [weight / most for weight in known]
    return min(float(len(parts)), fsum(parts) ** 2 / fsum(part * part for part in parts))


def design_effect(weights: Sequence[float]) -> float | None:
    """How many of these say as much as one equal answer: n / n_eff; None without answers (Kish 1992)."""
    n_eff = effective_size(weights)
    return sum(weight > 0 for weight in weights) / n_eff if n_eff else None


def weighted_share(
    flags: Sequence[bool],
    weights: Sequence[float] | None = None,
    *,
    level: float = 0.95,
    population: int | None = None,
) -> Estimate | None:
    """The weighted share, 0 to 1, of the answers whose flag is set, with its Wilson interval at n_eff.

    None without answers (Wilson 1927; Kish 1992).
    """
    size = _size_of(weights, len(flags))
    if size is None:
        return None
    count = fsum(weight for weight, flag in zip(size.weights, flags, strict=True) if flag)
    return size.share_of(count, level=level, population=population)


def weighted_shares(
    answers: Sequence[Answer],
    weights: Sequence[float] | None = None,
    *,
    level: float = 0.95,
    population: int | None = None,
) -> dict[Answer, Estimate]:
    """The weighted share, 0 to 1, of every answer that somebody gave, with its Wilson interval at n_eff.

    In the order in which the answers first come; empty without answers (Wilson 1927; Kish 1992).
    """
    size = _size_of(weights, len(answers))
    if size is None:
        return {}
    sums: dict[Answer, float] = {}
    for answer, weight in zip(answers, size.weights, strict=True):
        if weight:
            sums[answer] = sums.get(answer, 0.0) + weight
    return {
        answer: size.share_of(count, level=level, population=population) for answer, count in sums.items()
    }


def weighted_mean(
    values: Sequence[float],
    weights: Sequence[float] | None = None,
    *,
    level: float = 0.95,
    population: int | None = None,
) -> Estimate | None:
    """The weighted mean, in the units of the values, with Student's interval at n_eff; None without answers.

    Gosset 1908; Kish 1992.
    """
    numbers = checked_numbers(values)
    size = _size_of(weights, len(numbers))
    if size is None:
        return None
    sd = weighted_sd(numbers, size.weights)
    return mean(_centre(numbers, size), sd, n=size.n, n_eff=size.n_eff, level=level, population=population)


def weighted_nps(
    answers: Sequence[int],
    weights: Sequence[float] | None = None,
    *,
    level: float = 0.95,
    population: int | None = None,
) -> Estimate | None:
    """The weighted Net Promoter Score in points, -100 to 100, of answers from 0 to 10; None without answers.

    With its adjusted Wald interval at n_eff (Rocks 2016; Kish 1992).
    """
    if not all(0 <= answer <= 10 for answer in answers):
        raise ValueError("The answers to a recommendation question run from 0 to 10.")
    size = _size_of(weights, len(answers))
    if size is None:
        return None
    promoters = fsum(weight for weight, answer in zip(size.weights, answers, strict=True) if answer >= 9)
    detractors = fsum(weight for weight, answer in zip(size.weights, answers, strict=True) if answer <= 6)
    return nps(promoters, detractors, n=size.n, n_eff=size.n_eff, level=level, population=population)


def weighted_sd(values: Sequence[float], weights: Sequence[float] | None = None) -> float | None:
    """The standard deviation of the customers that weighted answers stand for, in the units of the values.

    Unbiased in its square: sum w (x - m)^2 / (sum w - sum w^2 / sum w); None from fewer than two answers.
    """
    numbers = checked_numbers(values)
    size = _size_of(weights, len(numbers))
    if size is None or size.n_eff <= 1:
        return None
    centre = _centre(numbers, size)
    squares = fsum(w * (x - centre) ** 2 for w, x in zip(size.weights, numbers, strict=True))
    return sqrt(squares / size.n * size.n_eff / (size.n_eff - 1))


def quantile_span(
    values: Sequence[float], q: float, *, weights: Sequence[float] | None = None
) -> Interval | None:
    """The lowest and the highest value that can be called the quantile `q`, 0 to 1; None without answers.

    Up to the low end lies at least the share `q` of the weights, below the high end at most `q`. The two are
    the same unless a share ends exactly at `q`, as at the median of an even number of values.
    """
    steps = _steps(values, weights)
    return Interval(steps.first_reaching(q), steps.first_beyond(q)) if steps else None


def quantile_interval(
    values: Sequence[float], q: float, *, weights: Sequence[float] | None = None, level: float = 0.95
) -> Interval | None:
    """The interval of the quantile `q`, 0 to 1, in the units of the values; None if there are too few.

    Of equal answers by the exact binomial ranks of the order statistics (David and Nagaraja 2003); of
    weighted ones by the interval of the share `q` at n_eff, read back through the weighted curve (Woodruff
    1952).
    """
    checked_level(level)
    if not 0 < q < 1:
        raise ValueError("A quantile lies between 0 and 1, without them.")
    steps = _steps(values, weights)
    if steps is None:
        return None
    if len(set(steps.weights)) == 1:
        ranks = rank_limits(len(steps.values), q, level=level)
        return Interval(steps.values[ranks.low - 1], steps.values[ranks.high - 1]) if ranks else None
    half = z_of(level) * sqrt(q * (1 - q) / effective_size(steps.weights))
    if half >= min(q, 1 - q):
        return None
    return Interval(steps.first_reaching(q - half), steps.first_beyond(q + half))


def weighted_median(
    values: Sequence[float], weights: Sequence[float] | None = None, *, level: float = 0.95
) -> Estimate | None:
    """The weighted median, in the units of the values, with its interval; None without answers."""
    span = quantile_span(values, 0.5, weights=weights)
    if span is None:
        return None
    interval = quantile_interval(values, 0.5, weights=weights, level=level)
    n_eff = effective_size(checked_weights(weights, len(values)))
    return Estimate(span.low / 2 + span.high / 2, interval, None, n_eff)


def checked_weights(weights: Sequence[float] | None, n: int) -> list[float]:
    """The weights as plain floats, one each if None; ValueError unless there are `n`, none negative."""
    if weights is None:
        return [1.0] * n
    if len(weights) != n:
        raise ValueError("There has to be one weight per answer.")
    return checked_numbers(weights, least=0)


@dataclass(frozen=True)
class _Size:
    """Weights with the mean one over the `n` answers that weigh anything, and their effective size."""

    weights: list[float]
    n: int
    n_eff: float

    def share_of(self, count: float, *, level: float, population: int | None) -> Estimate:
        found = share(min(count, self.n), self.n, n_eff=self.n_eff, level=level, population=population)
        assert found is not None
        return found


def _size_of(weights: Sequence[float] | None, n: int) -> _Size | None:
    known = checked_weights(weights, n)
    n_eff = effective_size(known)
    if not n_eff:
        return None
    most, counted = max(known), sum(weight > 0 for weight in known)
    scale = counted / fsum(weight / most for weight in known)
    return _Size([weight / most * scale for weight in known], counted, min(n_eff, counted))


def _centre(numbers: Sequence[float], size: _Size) -> float:
    return fsum(weight * x for weight, x in zip(size.weights, numbers, strict=True)) / size.n


@dataclass(frozen=True)
class _Steps:
    """Sorted values that weigh anything, their weights, and the share of all weight up to each."""

    values: list[float]
    weights: list[float]
    shares: list[float]

    def first_reaching(self, part: float) -> float:
        return self.values[min(bisect_left(self.shares, part - _ROUNDING), len(self.values) - 1)]

    def first_beyond(self, part: float) -> float:
        return self.values[min(bisect_right(self.shares, part + _ROUNDING), len(self.values) - 1)]


def _steps(values: Sequence[float], weights: Sequence[float] | None) -> _Steps | None:
    numbers = checked_numbers(values)
    known = checked_weights(weights, len(numbers))
    pairs = sorted((x, weight) for x, weight in zip(numbers, known, strict=True) if weight)
    if not pairs:
        return None
    ordered = [weight for _x, weight in pairs]
    total = fsum(ordered)
    return _Steps([x for x, _weight in pairs], ordered, [part / total for part in accumulate(ordered)])


@dataclass(frozen=True)
class _Margin:
    """One margin in numbers: the category of each respondent, and one number more for unknown."""

    name: str
    categories: tuple[str, ...]
    targets: "Floats"
    codes: "Codes"

    def sums(self, weights: "Floats") -> "Floats":
        import numpy as np

        sums = np.bincount(self.codes, weights, len(self.categories) + 1)[:-1]
        return np.asarray(sums, dtype=np.float64)

    def factors(self, weights: "Floats") -> "Floats":
        """What brings the weights of each category to its target, one factor per respondent."""
        import numpy as np

        sums = self.sums(weights)
        return np.append(self.targets * sums.sum() / sums, 1.0)[self.codes]

    def reached(self, weights: "Floats") -> "Floats":
        """The share of each category."""
        sums = self.sums(weights)
        shares: Floats = sums / sums.sum()
        return shares

    def deviation(self, weights: "Floats") -> float:
        """The largest difference between a target share and the one reached."""
        return float(abs(self.targets - self.reached(weights)).max())

    def counts(self) -> dict[str, int]:
        """How many answered in each category."""
        import numpy as np

        counts = np.bincount(self.codes, minlength=len(self.categories) + 1)
        return {category: int(count) for category, count in zip(self.categories, counts[:-1], strict=True)}


def _margins(
    columns: Mapping[str, Sequence[str | None]], targets: Mapping[str, Mapping[str, float]]
) -> list[_Margin]:
    """The margins that have targets; refuses what cannot be raked."""
    if not targets:
        raise ValueError("Raking needs the targets of at least one margin.")
    if missing := sorted(targets.keys() - columns.keys()):
        raise ValueError(f"No categories are given for {', '.join(missing)}.")
    if len({len(columns[name]) for name in targets}) > 1:
        raise ValueError("Every margin needs one category per respondent.")
    given = {name: {category for category in columns[name] if category is not None} for name in targets}
    for target in targets.values():
        checked_numbers(target.values(), least=0)
    wanted = {name: {key: size for key, size in target.items() if size} for name, target in targets.items()}
    if empty := [(name, key) for name, sizes in wanted.items() for key in sizes if key not in given[name]]:
        raise EmptyCategory(empty)
    if extra := [(name, key) for name in wanted for key in sorted(given[name] - wanted[name].keys())]:
        raise UntargetedCategory(extra)
    if not all(wanted.values()):
        raise ValueError("Every margin needs a target above nothing.")
    return [_coded(name, columns[name], sizes) for name, sizes in wanted.items()]


def _coded(name: str, column: Sequence[str | None], sizes: Mapping[str, float]) -> _Margin:
    import numpy as np

    number: dict[str | None, int] = {category: at for at, category in enumerate(sizes)}
    codes = np.array([number.get(category, len(number)) for category in column], dtype=np.intp)
    shares = np.array(list(sizes.values()), dtype=float)
    return _Margin(name, tuple(sizes), shares / shares.sum(), codes)


def _trimmed(weights: "Floats", least: float, most: float) -> "Floats":
    """The weights within `least` and `most` times their mean, which is one."""
    weights = weights / weights.mean()
    for _ in range(_MOST_TRIMS):
        within = weights.clip(least, most)
        middle = float(within.mean())
        weights = within / middle
        if abs(middle - 1) < _SETTLED:
            break
    return weights


def _listed(categories: Sequence[tuple[str, str]]) -> str:
    return ", ".join(f"{margin}: {category}" for margin, category in categories)
