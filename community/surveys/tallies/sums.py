"""What answers add up to: sums from which shares, means and scores follow, plain or weighted."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite, sqrt
from typing import Any, Literal, NamedTuple, Protocol

from community.statistics.intervals import (
    MIN_SHOWN,
    Difference,
    Estimate,
    Part,
    Sample,
    mean,
    nps,
    nps_difference,
    share,
)
from community.statistics.tracking import two_means, two_shares
from community.surveys.kinds.contract import Value

Figures = dict[str, Any]
# How a figure is compared between two groups.
Comparing = Literal["share", "mean", "nps"]


@dataclass(frozen=True)
class Counted:
    """A question as its answers are counted: the options of all its versions, and the newest settings."""

    id: int
    kind: str
    options: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


class Answered(NamedTuple):
    """What one response says, and how many customers it stands for beside the others."""

    person: int
    value: Value
    weight: float = 1.0


class Marks(NamedTuple):
    """What one answer adds to: the shares it counts towards, and its values in means."""

    hits: tuple[str, ...]
    values: tuple[tuple[str, float], ...] = ()


class Tally(Protocol):
    """What one kind of question comes to."""

    def tally(
        self,
        asked: Counted,
        answered: Sequence[Answered],
        *,
        marked: "Marked",
        is_weighted: bool,
        population: int | None = None,
        is_cut: bool = False,
    ) -> Figures:
        """The figures as {"plain": …, "weighted": … or None}; a cut may have fewer."""
        ...

    def compared(self, asked: Counted) -> dict[str, Comparing]:
        """Which of its figures are compared between groups, and how."""
        ...

    def marks(self, asked: Counted, value: Value) -> Marks:
        """What one answer adds to the figures that are compared."""
        ...


class _Values:
    """A running mean: weights, their squares, and the distances from one fixed value."""

    __slots__ = ("n", "squares", "sum", "sum_of_squares", "weight")

    def __init__(self) -> None:
        self.n = 0
        self.weight = self.squares = self.sum = self.sum_of_squares = 0.0

    def less(self, other: "_Values") -> "_Values":
        rest = _Values()
        rest.n = self.n - other.n
        for name in ("weight", "squares", "sum", "sum_of_squares"):
            setattr(rest, name, getattr(self, name) - getattr(other, name))
        return rest


class Sums:
    """What the answers of a group add up to; `bases` is shared by all groups of a question."""

    def __init__(self, bases: dict[str, float]) -> None:
        self.n = 0
        self.weight = self.squares = 0.0
        self.counts: dict[str, int] = {}
        self.hits: dict[str, float] = {}
        self.values: dict[str, _Values] = {}
        # Sums of squares keep their last digits only near zero, so values are counted from the first one.
        self.bases = bases

    def add(self, marks: Marks, *, times: int, weight: float, squares: float) -> None:
        """Count an answer that so many people gave, with the sums of their weights and of the squares."""
        self.n += times
        self.weight += weight
        self.squares += squares
        for name in marks.hits:
            self.counts[name] = self.counts.get(name, 0) + times
            self.hits[name] = self.hits.get(name, 0.0) + weight
        for name, value in marks.values:
            far = value - self.bases.setdefault(name, value)
            kept = self.values.get(name)
            if kept is None:
                kept = self.values[name] = _Values()
            kept.n += times
            kept.weight += weight
            kept.squares += squares
            kept.sum += weight * far
            kept.sum_of_squares += weight * far * far

    def less(self, other: "Sums") -> "Sums":
        """What is left when the answers of a part are taken out."""
        rest = Sums(self.bases)
        rest.n = self.n - other.n
        rest.weight = max(0.0, self.weight - other.weight)
        rest.squares = max(0.0, self.squares - other.squares)
        rest.counts = {name: n - other.counts.get(name, 0) for name, n in self.counts.items()}
        rest.hits = {name: max(0.0, w - other.hits.get(name, 0.0)) for name, w in self.hits.items()}
        nothing = _Values()
        rest.values = {name: kept.less(other.values.get(name, nothing)) for name, kept in self.values.items()}
        return rest

    @property
    def n_eff(self) -> float:
        """How many equal answers say as much (Kish 1992)."""
        return min(float(self.n), self.weight**2 / self.squares) if self.squares else 0.0

    def head(self) -> Figures:
        """How many answered, and how many equal answers say as much."""
        return {"n": self.n, "n_eff": rounded(self.n_eff)}

    def share(self, name: str, *, population: int | None = None) -> Figures | None:
        """The share of those who count towards `name`, with its interval; None if too few answered."""
        if self.n < MIN_SHOWN or not self.weight:
            return None
        found = share(
            min(self.hits.get(name, 0.0) * self.n / self.weight, self.n),
            self.n,
            n_eff=self.n_eff,
            population=population,
        )
        return {"count": self.counts.get(name, 0), **estimate(found)} if found else None

    def shares(
        self, prefix: str, keys: Iterable[str], *, population: int | None = None
    ) -> dict[str, Figures | None]:
        """The shares of `prefix` and each key, by key."""
        return {key: self.share(f"{prefix}.{key}", population=population) for key in keys}

    def mean(self, name: str, *, population: int | None = None) -> Figures | None:
        """The mean of the values under `name` with Student's interval; None if too few gave one."""
        sample, n = self._sample(name), self.values[name].n if name in self.values else 0
        if sample is None or n < MIN_SHOWN:
            return None
        found = mean(sample.mean, sample.sd, n=n, n_eff=sample.n, population=population)
        return {"count": n, **estimate(found)} if found else None

    def nps(self, *, population: int | None = None) -> Figures | None:
        """The score of promoters less detractors, in points."""
        found = self._nps(population)
        return estimate(found) if found else None

    def against(self, rest: "Sums", name: str, how: Comparing) -> Difference | None:
        """This group less the others in one figure; None where there is too little to compare."""
        if how == "share":
            return two_shares(rest._part(name), self._part(name)) if self.weight and rest.weight else None
        if how == "nps":
            before, after = rest._nps(None), self._nps(None)
            return nps_difference(before, after) if before and after else None
        mine, theirs = self._sample(name), rest._sample(name)
        if mine is None or theirs is None or min(mine.n, theirs.n) <= 1:
            return None
        return two_means(theirs, mine)

    def _part(self, name: str) -> Part:
        n_eff = self.n_eff
        return Part(min(n_eff, n_eff * self.hits.get(name, 0.0) / self.weight), n_eff)

    def _nps(self, population: int | None) -> Estimate | None:
        if not self.weight:
            return None
        scale = self.n / self.weight
        return nps(
            self.hits.get("promoters", 0.0) * scale,
            self.hits.get("detractors", 0.0) * scale,
            n=self.n,
            n_eff=self.n_eff,
            population=population,
        )

    def _sample(self, name: str) -> Sample | None:
        kept = self.values.get(name)
        if kept is None or kept.n < 1 or kept.weight <= 0 or kept.squares <= 0:
            return None
        n_eff = min(float(kept.n), kept.weight**2 / kept.squares)
        centre = kept.sum / kept.weight
        spread = max(0.0, kept.sum_of_squares / kept.weight - centre**2)
        sd = sqrt(spread * n_eff / (n_eff - 1)) if n_eff > 1 else 0.0
        return Sample(self.bases[name] + centre, sd, n_eff)


class FromSums:
    """A kind whose figures follow from sums alone; `more` adds what needs every single answer."""

    def marks(self, asked: Counted, value: Value) -> Marks:
        """What one answer adds to."""
        raise NotImplementedError

    def compared(self, asked: Counted) -> dict[str, Comparing]:
        """Which of its figures are compared between groups, and how."""
        return {}

    def figures(self, asked: Counted, sums: Sums, *, population: int | None) -> Figures:
        """The figures of a group."""
        raise NotImplementedError

    def more(self, asked: Counted, answered: Sequence[Answered], *, is_weighted: bool) -> Figures:
        """Figures that need every single answer."""
        return {}

    def tally(
        self,
        asked: Counted,
        answered: Sequence[Answered],
        *,
        marked: "Marked",
        is_weighted: bool,
        population: int | None = None,
        is_cut: bool = False,
    ) -> Figures:
        """The figures, plain and weighted."""

        def figures(*, is_weighted: bool) -> Figures:
            sums = marked.sums(answered, is_weighted=is_weighted)
            return {
                **sums.head(),
                # Weighted figures speak of all customers, not of the closed panel that was asked.
                **self.figures(asked, sums, population=None if is_weighted else population),
                **self.more(asked, answered, is_weighted=is_weighted),
            }

        return both_ways(figures, is_weighted=is_weighted)


class Marked:
    """What the answers of a question add up to, each worked out once however often it is asked for.

    Equal answers are one object (see queries.tallying), so objects are what is remembered. They are kept
    beside what was made of them: as long as they live no other has their id.
    """

    def __init__(self, kind: Any, asked: Counted) -> None:
        self.kind, self.asked = kind, asked
        self.bases: dict[str, float] = {}
        self._made: dict[int, tuple[Value, Any]] = {}
        self._sums: dict[tuple[int, bool], tuple[Sequence[Answered], Sums]] = {}

    def sums(self, answered: Sequence[Answered], *, is_weighted: bool) -> Sums:
        """What these answers add up to."""
        known = self._sums.get((id(answered), is_weighted))
        if known is None:
            made = self._add_up(answered, is_weighted=is_weighted)
            known = self._sums[id(answered), is_weighted] = (answered, made)
        return known[1]

    def once(self, value: Value, make: Callable[[Value], Any]) -> Any:
        """What is made of an answer; there is one sort of thing that is made for each kind."""
        known = self._made.get(id(value))
        if known is None:
            known = self._made[id(value)] = (value, make(value))
        return known[1]

    def _add_up(self, answered: Sequence[Answered], *, is_weighted: bool) -> Sums:
        totals: dict[int, list[Any]] = {}
        for _person, value, weight in answered:
            if not is_weighted:
                weight = 1.0
            total = totals.get(id(value))
            if total is None:
                totals[id(value)] = [value, 1, weight, weight * weight]
            else:
                total[1] += 1
                total[2] += weight
                total[3] += weight * weight
        sums = Sums(self.bases)
        for value, times, weight, squares in totals.values():
            sums.add(self.kind.marks(self.asked, value), times=times, weight=weight, squares=squares)
        return sums


def both_ways(figures: Callable[..., Figures], *, is_weighted: bool) -> Figures:
    """The figures with all answers counting alike, and weighted if there are weights."""
    return {
        "plain": figures(is_weighted=False),
        "weighted": figures(is_weighted=True) if is_weighted else None,
    }


def estimate(found: Estimate | None) -> Figures:
    """A figure as it is stored: its value, the ends of its interval, and its effective number."""
    if found is None:
        return {}
    return {
        "value": rounded(found.value),
        "low": rounded(found.interval.low) if found.interval else None,
        "high": rounded(found.interval.high) if found.interval else None,
        "n": rounded(found.n),
    }


def weights_of(answered: Sequence[Answered], *, is_weighted: bool) -> list[float] | None:
    """The weights in the order of the answers; None if all count alike."""
    return [each.weight for each in answered] if is_weighted else None


def rounded(number: float | None) -> float | None:
    """As it is stored: neither database's JSON knows infinity, and nobody needs more than eight places."""
    return round(float(number), 8) if number is not None and isfinite(number) else None
