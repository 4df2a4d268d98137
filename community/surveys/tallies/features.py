"""Features: what Kano's two questions make of each, and what MaxDiff's best and worst choices say of each."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from community.statistics import kano, maxdiff
from community.statistics.intervals import MIN_SHOWN
from community.surveys.kinds.contract import Value
from community.surveys.tallies.sums import (
    Answered,
    Comparing,
    Counted,
    Figures,
    Marked,
    Marks,
    both_ways,
    estimate,
    rounded,
    weights_of,
)

# Drawing people anew takes the most time of all; so many draws tell the ends of an interval well enough.
RESAMPLES = 60


class Kano:
    """The category of each feature with Fong's test, and how much better or worse it makes things."""

    def compared(self, asked: Counted) -> dict[str, Comparing]:
        """Categories are not compared by a test: split by segment, they are read beside each other."""
        return {}

    def marks(self, asked: Counted, value: Value) -> Marks:
        """Nothing is added up."""
        return Marks(())

    def tally(
        self,
        asked: Counted,
        answered: Sequence[Answered],
        *,
        marked: Marked,
        is_weighted: bool,
        population: int | None = None,
        is_cut: bool = False,
    ) -> Figures:
        """The features in their order, plain and weighted."""
        return both_ways(partial(self._figures, asked, answered), is_weighted=is_weighted)

    def _figures(self, asked: Counted, answered: Sequence[Answered], *, is_weighted: bool) -> Figures:
        features = {key: _feature(key, answered, is_weighted=is_weighted) for key in asked.options}
        return {"n": len(answered), "features": {key: each for key, each in features.items() if each}}


class MaxDiff:
    """Counts of best and worst, and for all answers logit utilities with their fit."""

    def compared(self, asked: Counted) -> dict[str, Comparing]:
        """The mean score of each item, person by person."""
        return {f"scores.{key}": "mean" for key in asked.options}

    def marks(self, asked: Counted, value: Value) -> Marks:
        """The score of each item with this person: best less worst, by how often it was shown."""
        shown: dict[str, int] = {}
        points: dict[str, int] = {}
        for each in value["sets"]:
            for key in each["shown"]:
                shown[key] = shown.get(key, 0) + 1
            points[each["best"]] = points.get(each["best"], 0) + 1
            points[each["worst"]] = points.get(each["worst"], 0) - 1
        return Marks((), tuple((f"scores.{key}", points.get(key, 0) / times) for key, times in shown.items()))

    def tally(
        self,
        asked: Counted,
        answered: Sequence[Answered],
        *,
        marked: Marked,
        is_weighted: bool,
        population: int | None = None,
        is_cut: bool = False,
    ) -> Figures:
        """The items in their order, plain and weighted; a cut has counts only.

        An item that fewer than ten people were shown has no figures, and none follow from sets with it.
        """
        place = {key: at for at, key in enumerate(asked.options)}
        known = [marked.once(each.value, lambda value: _choices(value, place)) for each in answered]
        keys, people = _enough(asked.options, known)

        def figures(*, is_weighted: bool) -> Figures:
            weights = weights_of(answered, is_weighted=is_weighted)
            counts = maxdiff.counts(people, item_count=len(keys), weights=weights) if keys else ()
            return {
                "n": len(answered),
                "items": {key: _count(counts[at]) for at, key in enumerate(keys)},
                "fit": None if is_cut else _fit(people, keys, weights, seed=asked.id),
            }

        return both_ways(figures, is_weighted=is_weighted)


def _feature(key: str, answered: Sequence[Answered], *, is_weighted: bool) -> dict[str, Any] | None:
    told = [(each, pair) for each in answered if (pair := each.value["pairs"].get(key))]
    pairs = [(pair["present"], pair["absent"]) for _each, pair in told]
    weights = weights_of([each for each, _pair in told], is_weighted=is_weighted)
    found = kano.summary(pairs, weights=weights) if len(pairs) >= MIN_SHOWN else None
    if found is None:
        return None
    return {
        "n": found.n,
        "category": found.category,
        "counts": dict(found.counts),
        "shares": {letter: rounded(share) for letter, share in found.shares.items()},
        "better": rounded(found.better),
        "worse": rounded(found.worse),
        "category_strength": rounded(found.category_strength),
        "total_strength": rounded(found.total_strength),
        "is_separable": found.is_separable,
        "fong_gap": rounded(found.fong_gap),
        "fong_limit": rounded(found.fong_limit),
        "is_bad_item": found.is_bad_item,
        "present": estimate(found.present),
        "absent": estimate(found.absent),
    }


def _choices(value: Value, place: dict[str, int]) -> list[maxdiff.Answer]:
    """The sets by the places of their items; a set with an item that is gone says nothing any more."""
    return [
        maxdiff.Answer(tuple(place[key] for key in each["shown"]), place[each["best"]], place[each["worst"]])
        for each in value["sets"]
        if all(key in place for key in each["shown"])
    ]


def _enough(
    keys: Sequence[str], people: Sequence[list[maxdiff.Answer]]
) -> tuple[Sequence[str], Sequence[list[maxdiff.Answer]]]:
    """The items that ten people were shown, and the sets of such items alone, by their places."""
    while True:
        counts = [0] * len(keys)
        for sets in people:
            for at in {at for each in sets for at in each.shown}:
                counts[at] += 1
        kept = [at for at, count in enumerate(counts) if count >= MIN_SHOWN]
        if len(kept) == len(keys):
            return keys, people
        place = {at: new for new, at in enumerate(kept)}
        keys = [keys[at] for at in kept]
        people = [
            [
                maxdiff.Answer(tuple(place[at] for at in each.shown), place[each.best], place[each.worst])
                for each in sets
                if all(at in place for at in each.shown)
            ]
            for sets in people
        ]


def _count(count: maxdiff.Count) -> Figures:
    return {
        "shown": rounded(count.shown),
        "best": rounded(count.best),
        "worst": rounded(count.worst),
        "score": {
            "value": rounded(count.score),
            "low": rounded(count.interval.low) if count.interval else None,
            "high": rounded(count.interval.high) if count.interval else None,
        },
    }


def _fit(
    people: Sequence[Sequence[maxdiff.Answer]],
    keys: Sequence[str],
    weights: Sequence[float] | None,
    *,
    seed: int,
) -> Figures | None:
    fit = maxdiff.fit(people, item_count=len(keys), weights=weights) if keys else None
    if fit is None:
        return None
    shares = maxdiff.bootstrap_shares(
        people, item_count=len(keys), weights=weights, seed=seed, resamples=RESAMPLES
    )
    named = zip(keys, fit.utilities, fit.standard_errors, shares, strict=True)
    return {
        "items": {
            key: {"utility": rounded(utility), "se": rounded(se), "share": estimate(share)}
            for key, utility, se, share in named
        },
        "mcfadden": rounded(fit.mcfadden),
        "predicted": rounded(fit.predicted),
        "chance": rounded(fit.chance),
        "sets": fit.sets,
        "converged": fit.converged,
    }
