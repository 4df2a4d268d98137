"""Raking reaches its targets within its bounds; weighted figures are those of the people they stand for."""

import math
from dataclasses import asdict
from itertools import product
from json import dumps
from time import process_time

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from statsmodels.stats.weightstats import DescrStatsW

from community.statistics.intervals import Interval, mean, median, nps, share
from community.statistics.weighting import (
    EmptyCategory,
    SmallCategory,
    UntargetedCategory,
    design_effect,
    effective_size,
    quantile_interval,
    quantile_span,
    rake,
    weighted_mean,
    weighted_median,
    weighted_nps,
    weighted_sd,
    weighted_share,
    weighted_shares,
)

# No deadline: the machine may be busy with other tests.
quick = settings(max_examples=40, deadline=None)

WORKED = [1.0] * 60 + [2.0] * 30 + [4.0] * 10
WEIGHTS = st.lists(st.floats(0.01, 100), min_size=2, max_size=60)


def reached(column: list[str | None], weights: tuple[float, ...]) -> dict[str | None, float]:
    """The share of each category among those that are known."""
    sums: dict[str | None, float] = {}
    for category, weight in zip(column, weights, strict=True):
        if category is not None:
            sums[category] = sums.get(category, 0.0) + weight
    return {category: value / math.fsum(sums.values()) for category, value in sums.items()}


@st.composite
def samples(draw: st.DrawFn) -> tuple[dict[str, list[str | None]], dict[str, dict[str, float]]]:
    """A sample with everybody at least once, and targets that weights within the bounds can meet."""
    cells = list(product("ab", "cde", "fg"))
    sizes = draw(st.lists(st.integers(2, 30), min_size=len(cells), max_size=len(cells)))
    wanted = draw(st.lists(st.floats(0.8, 1.25), min_size=len(cells), max_size=len(cells)))
    people = [cell for cell, size in zip(cells, sizes, strict=True) for _ in range(size)]
    columns: dict[str, list[str | None]] = {
        name: [cell[at] for cell in people] for at, name in enumerate(("age", "place", "plan"))
    }
    targets: dict[str, dict[str, float]] = {}
    for at, name in enumerate(columns):
        targets[name] = {}
        for cell, size, factor in zip(cells, sizes, wanted, strict=True):
            targets[name][cell[at]] = targets[name].get(cell[at], 0.0) + size * factor
    return columns, targets


class TestRake:
    @quick
    @given(samples())
    def test_it_reaches_its_targets_and_keeps_the_total(
        self, sample: tuple[dict[str, list[str | None]], dict[str, dict[str, float]]]
    ) -> None:
        columns, targets = sample
        found = rake(columns, targets)
        assert found.converged
        assert found.deviation < 1e-6
        assert math.fsum(found.weights) == pytest.approx(len(found.weights))
        for name, column in columns.items():
            total = sum(targets[name].values())
            wanted = {category: size / total for category, size in targets[name].items()}
            assert reached(column, found.weights) == pytest.approx(wanted, abs=1e-6)
            assert found.reached[name] == pytest.approx(wanted, abs=1e-6)

    def test_one_margin_is_the_target_over_the_sample(self) -> None:
        found = rake({"age": ["young"] * 80 + ["old"] * 120}, {"age": {"young": 50, "old": 50}})
        assert found.weights[0] == pytest.approx(0.5 / 0.4)
        assert found.weights[-1] == pytest.approx(0.5 / 0.6)
        assert (found.converged, found.loops, found.trimmed, found.small) == (True, 1, 0, ())
        assert found.n_eff == pytest.approx(effective_size(found.weights))
        assert found.deff == pytest.approx(200 / found.n_eff)

    def test_without_trimming_it_is_the_classical_fit(self) -> None:
        table = np.array([[40.0, 25.0, 10.0], [15.0, 30.0, 35.0]])
        rows, columns = np.array([0.6, 0.4]), np.array([0.25, 0.35, 0.4])
        people = [(r, c) for r in range(2) for c in range(3) for _ in range(int(table[r, c]))]
        found = rake(
            {"row": [str(r) for r, _c in people], "column": [str(c) for _r, c in people]},
            {"row": {str(r): rows[r] for r in range(2)}, "column": {str(c): columns[c] for c in range(3)}},
        )
        fitted = table / table.sum()
        for _ in range(200):
            fitted = fitted * (rows / fitted.sum(axis=1))[:, None]
            fitted = fitted * (columns / fitted.sum(axis=0))
        for (r, c), weight in zip(people, found.weights, strict=True):
            assert weight / len(people) == pytest.approx(fitted[r, c] / table[r, c], abs=1e-6)

    def test_design_weights_are_where_it_starts(self) -> None:
        start = [1.0, 2.0, 1.0, 1.0]
        found = rake({"age": ["a", "a", "b", "b"]}, {"age": {"a": 1, "b": 1}}, start=start)
        assert found.weights == pytest.approx((2 / 3, 4 / 3, 1, 1))

    def test_no_weight_leaves_the_bounds_even_if_the_targets_are_missed(self) -> None:
        column: list[str | None] = ["rare"] * 20 + ["common"] * 380
        found = rake({"age": column}, {"age": {"rare": 0.5, "common": 0.5}})
        assert not found.converged
        assert found.loops == 50
        assert max(found.weights) == pytest.approx(3)
        assert min(found.weights) >= 0.3
        assert found.trimmed == 20
        assert found.deviation == pytest.approx(0.5 - reached(column, found.weights)["rare"])

    @quick
    @given(samples(), st.lists(st.floats(0.05, 20), min_size=7, max_size=7))
    def test_whatever_the_targets_the_bounds_and_the_total_hold(
        self, sample: tuple[dict[str, list[str | None]], dict[str, dict[str, float]]], sizes: list[float]
    ) -> None:
        columns, targets = sample
        names = [(name, key) for name, target in targets.items() for key in target]
        for (name, key), size in zip(names, sizes, strict=True):
            targets[name][key] = size
        found = rake(columns, targets)
        assert min(found.weights) >= 0.3 * (1 - 1e-6)
        assert max(found.weights) <= 3 * (1 + 1e-6)
        assert math.fsum(found.weights) == pytest.approx(len(found.weights))
        assert found.converged == (found.deviation < 1e-6)

    def test_trimmed_weights_are_raked_again_until_both_hold(self) -> None:
        columns: dict[str, list[str | None]] = {
            "age": [*"a" * 5, *"a" * 95, *"b" * 95, *"b" * 305],
            "place": [*"c" * 5, *"d" * 95, *"c" * 95, *"d" * 305],
        }
        # Plain raking gives the few in both rare categories more than three times the mean.
        targets = {"age": {"a": 0.40, "b": 0.60}, "place": {"c": 0.38, "d": 0.62}}
        free = rake(columns, targets, least=0, most=1000)
        assert max(free.weights) > 3
        found = rake(columns, targets)
        assert found.converged
        assert found.trimmed == 5
        assert max(found.weights) == pytest.approx(3)

    def test_whoever_is_unknown_keeps_the_weight_in_that_margin(self) -> None:
        column: list[str | None] = ["a"] * 30 + ["b"] * 50 + [None] * 20
        found = rake({"age": column}, {"age": {"a": 0.5, "b": 0.5}})
        assert found.converged
        assert reached(column, found.weights) == pytest.approx({"a": 0.5, "b": 0.5})
        assert found.weights[-1] == pytest.approx(1)

    def test_it_names_the_categories_in_which_nobody_answered(self) -> None:
        with pytest.raises(EmptyCategory, match="age: old, place: sea") as refused:
            rake(
                {"age": ["young"], "place": ["hill"]},
                {"age": {"young": 1, "old": 1}, "place": {"hill": 1, "sea": 2}},
            )
        assert refused.value.categories == (("age", "old"), ("place", "sea"))

    def test_it_names_the_categories_that_have_no_target(self) -> None:
        with pytest.raises(UntargetedCategory, match="age: old") as refused:
            rake({"age": ["young", "old", None]}, {"age": {"young": 1, "old": 0}})
        assert refused.value.categories == (("age", "old"),)

    def test_it_warns_of_categories_with_few_answers(self) -> None:
        found = rake({"age": ["a"] * 19 + ["b"] * 20}, {"age": {"a": 1, "b": 1}})
        assert found.small == (SmallCategory("age", "a", 19),)

    def test_nobody_is_in_no_category(self) -> None:
        with pytest.raises(EmptyCategory):
            rake({"age": []}, {"age": {"a": 1}})

    @pytest.mark.parametrize(
        ("columns", "targets", "start"),
        [
            ({"age": ["a"]}, {}, None),
            ({"age": ["a"]}, {"place": {"a": 1}}, None),
            ({"age": ["a"], "place": ["a", "b"]}, {"age": {"a": 1}, "place": {"a": 1, "b": 1}}, None),
            ({"age": ["a"]}, {"age": {"a": -1}}, None),
            ({"age": ["a"]}, {"age": {"a": math.nan}}, None),
            ({"age": [None]}, {"age": {}}, None),
            ({"age": ["a"]}, {"age": {"a": 1}}, [0.0]),
            ({"age": ["a"]}, {"age": {"a": 1}}, [-1.0]),
            ({"age": ["a"]}, {"age": {"a": 1}}, [1.0, 1.0]),
        ],
    )
    def test_nonsense_is_refused(
        self, columns: dict[str, list[str | None]], targets: dict[str, dict[str, float]], start: list[float]
    ) -> None:
        with pytest.raises(ValueError, match=r"\.$"):
            rake(columns, targets, start=start)

    def test_the_bounds_lie_around_the_mean(self) -> None:
        with pytest.raises(ValueError, match="range around"):
            rake({"age": ["a"]}, {"age": {"a": 1}}, least=1.1)

    def test_ten_thousand_people_and_five_margins_are_quick(self) -> None:
        dice = np.random.default_rng(4)
        columns = {str(at): [str(each) for each in dice.integers(0, 6, 10_000)] for at in range(5)}
        # Never met, so that every loop is run.
        targets = {name: {str(at): 1.0 + 20 * (at == 0) for at in range(6)} for name in columns}
        start = process_time()
        found = rake(columns, targets)
        assert found.loops == 50
        assert process_time() - start < 3

    def test_it_can_be_stored_as_it_is(self) -> None:
        found = rake({"age": ["a", "b"]}, {"age": {"a": 1, "b": 1}})
        assert '"reached": {"age": {"a": 0.5, "b": 0.5}}' in dumps(asdict(found))


class TestEffectiveSize:
    def test_the_worked_example(self) -> None:
        assert effective_size(WORKED) == pytest.approx(75.3, abs=0.05)
        assert design_effect(WORKED) == pytest.approx(1.33, abs=0.005)

    @quick
    @given(WEIGHTS, st.floats(1e-200, 1e200))
    def test_it_is_at_most_the_number_and_depends_on_ratios_only(
        self, weights: list[float], scale: float
    ) -> None:
        n_eff = effective_size(weights)
        assert 1 - 1e-12 <= n_eff <= len(weights)
        assert effective_size([weight * scale for weight in weights]) == pytest.approx(n_eff)

    def test_equal_weights_cost_nothing(self) -> None:
        assert effective_size([0.7] * 10) == pytest.approx(10)
        assert design_effect([0.7] * 10 + [0.0]) == pytest.approx(1)

    def test_nobody_is_worth_nothing(self) -> None:
        assert effective_size([]) == 0
        assert effective_size([0, 0]) == 0
        assert design_effect([]) is None

    @pytest.mark.parametrize("weight", [-1, math.nan, math.inf])
    def test_nonsense_is_refused(self, weight: float) -> None:
        with pytest.raises(ValueError, match=r"below 0|finite"):
            effective_size([1, weight])


class TestWeightedShare:
    def test_plain_answers_have_the_plain_share(self) -> None:
        assert weighted_share([True] * 8 + [False] * 2) == share(8, 10)

    def test_its_interval_rests_on_the_effective_size(self) -> None:
        flags = [True] * 60 + [False] * 40
        found = weighted_share(flags, WORKED)
        assert found is not None
        assert found.value == pytest.approx(60 / 160)
        wanted = share(60 / 160 * effective_size(WORKED), effective_size(WORKED))
        assert wanted is not None
        assert wanted.interval is not None
        assert found.n == pytest.approx(75.29, abs=0.01)
        assert found.interval == Interval(
            pytest.approx(wanted.interval.low), pytest.approx(wanted.interval.high)
        )

    def test_nobody_has_no_share(self) -> None:
        assert weighted_share([]) is None
        assert weighted_share([True], [0.0]) is None

    def test_everybody_needs_a_weight(self) -> None:
        with pytest.raises(ValueError, match="one weight per answer"):
            weighted_share([True, False], [1.0])


class TestWeightedShares:
    @quick
    @given(WEIGHTS, st.data())
    def test_all_together_are_the_whole(self, weights: list[float], data: st.DataObject) -> None:
        answers = data.draw(st.lists(st.sampled_from("abc"), min_size=len(weights), max_size=len(weights)))
        found = weighted_shares(answers, weights)
        assert set(found) == set(answers)
        assert math.fsum(each.value for each in found.values()) == pytest.approx(1)

    def test_nobody_gave_no_answer(self) -> None:
        assert weighted_shares([]) == {}


class TestWeightedMean:
    @quick
    @given(WEIGHTS, st.data())
    def test_it_is_that_of_statsmodels(self, weights: list[float], data: st.DataObject) -> None:
        values = data.draw(st.lists(st.floats(-100, 100), min_size=len(weights), max_size=len(weights)))
        found = weighted_mean(values, weights)
        assert found is not None
        assert found.value == pytest.approx(DescrStatsW(values, weights).mean, abs=1e-7)
        if found.interval:
            assert found.interval.contains(found.value)

    def test_equal_weights_give_the_plain_interval(self) -> None:
        values = [1.0, 2.0, 4.0, 4.0, 5.0]
        found, wanted = weighted_mean(values, [3.0] * 5), mean(3.2, float(np.std(values, ddof=1)), n=5)
        assert found is not None
        assert wanted is not None
        assert asdict(found)["interval"] == pytest.approx(asdict(wanted)["interval"])

    def test_nobody_has_none(self) -> None:
        assert weighted_mean([]) is None


class TestWeightedNps:
    def test_plain_answers_have_the_plain_score(self) -> None:
        assert weighted_nps([10] * 50 + [9] * 40 + [8] * 40 + [7] * 20 + [6] * 30 + [0] * 20) == nps(
            90, 50, n=200
        )

    def test_weights_move_it(self) -> None:
        found = weighted_nps([10, 8, 0], [3, 2, 1])
        assert found is not None
        assert found.value == pytest.approx(100 * 2 / 6)
        assert found.n == pytest.approx(36 / 14)

    def test_nobody_has_no_score(self) -> None:
        assert weighted_nps([]) is None

    @pytest.mark.parametrize("answer", [-1, 11])
    def test_the_scale_runs_from_nought_to_ten(self, answer: int) -> None:
        with pytest.raises(ValueError, match="from 0 to 10"):
            weighted_nps([answer])


class TestWeightedSd:
    @quick
    @given(WEIGHTS, st.data())
    def test_it_is_the_unbiased_one_of_numpy(self, weights: list[float], data: st.DataObject) -> None:
        assume(effective_size(weights) > 1.01)
        values = data.draw(st.lists(st.floats(-100, 100), min_size=len(weights), max_size=len(weights)))
        wanted = math.sqrt(np.cov(values, aweights=weights, ddof=1))
        assert weighted_sd(values, weights) == pytest.approx(wanted, rel=1e-6, abs=1e-6)

    def test_one_answer_has_none(self) -> None:
        assert weighted_sd([3.0]) is None


class TestWeightedQuantiles:
    @quick
    @given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 5)), min_size=1, max_size=30))
    def test_a_weight_of_three_is_three_people(self, pairs: list[tuple[int, int]]) -> None:
        values, weights = [x for x, _w in pairs], [w for _x, w in pairs]
        span = quantile_span(values, 0.5, weights=weights)
        people = [x for x, w in pairs for _ in range(w)]
        assert span is not None
        assert (span.low + span.high) / 2 == pytest.approx(float(np.median(people)))

    def test_equal_weights_have_the_exact_interval(self) -> None:
        values = [float(x) for x in range(1, 101)]
        assert weighted_median(values, [2.0] * 100) == median(values)
        assert quantile_interval(values, 0.3) == Interval(21, 40)

    def test_the_weighted_interval_is_read_back_through_the_curve(self) -> None:
        # 100 answers whose weights are almost alike: 0.3 +- 1.96 sqrt(0.3 x 0.7 / 100) = 0.2102 to 0.3898.
        weights = [1.0] * 99 + [1.0000001]
        values = [float(x) for x in range(1, 101)]
        assert quantile_interval(values, 0.3, weights=weights) == Interval(22, 39)

    @quick
    @given(WEIGHTS, st.floats(0.05, 0.95), st.data())
    def test_the_interval_holds_the_quantile(
        self, weights: list[float], q: float, data: st.DataObject
    ) -> None:
        values = data.draw(st.lists(st.floats(-100, 100), min_size=len(weights), max_size=len(weights)))
        span = quantile_span(values, q, weights=weights)
        interval = quantile_interval(values, q, weights=weights)
        assert span is not None
        if interval:
            assert interval.low <= span.low <= span.high <= interval.high

    def test_too_few_have_no_interval(self) -> None:
        assert quantile_interval([1, 2, 3], 0.3, weights=[1, 2, 3]) is None

    def test_nobody_has_no_quantile(self) -> None:
        assert quantile_span([], 0.5) is None
        assert quantile_interval([], 0.5) is None
        assert weighted_median([]) is None

    def test_a_quantile_is_a_share(self) -> None:
        with pytest.raises(ValueError, match="quantile"):
            quantile_interval([1, 2], 1.0)
