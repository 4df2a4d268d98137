"""Moments of truth and the 70 % standard: worked numbers, independent libraries, what must always hold."""

import json
import math
from dataclasses import asdict

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from community.statistics.intervals import Interval, share
from community.statistics.standards import (
    CurvePoint,
    ExperienceStandard,
    Zone,
    acceptance,
    acceptance_curve,
    acceptance_curves,
    compliance,
    dimension_gap,
    experience_standard,
    item_gap,
    outcome,
    overall_gap,
    priority,
    satisfied_at,
    standard,
    zone,
)
from community.statistics.weighting import effective_size

# No deadline: the machine may be busy with other tests.
quick = settings(max_examples=40, deadline=None)

HUNDRED = [float(second) for second in range(1, 101)]
TOLERANCES = st.lists(st.integers(0, 40).map(float), min_size=1, max_size=80)


def served(n: int, *, seed: int) -> tuple[list[float], list[bool]]:
    """Waits of 0 to 20 minutes, and whether people were satisfied: 70 % of them at 5.767 minutes."""
    dice = np.random.default_rng(seed)
    waits = dice.uniform(0, 20, n)
    content = dice.uniform(size=n) < 1 / (1 + np.exp(-(2 - 0.2 * waits)))
    return waits.tolist(), content.tolist()


class TestItemGap:
    def test_experience_minus_expectation_by_hand(self) -> None:
        found = item_gap([5, 4, 6, 3], [6, 6, 6, 5])
        assert found is not None
        assert found.gap.value == pytest.approx(-1.25)
        assert (found.experienced.value, found.expected.value) == (4.5, 5.75)
        assert found.meeting == share(1, 4)

    @quick
    @given(st.lists(st.tuples(st.integers(1, 7), st.integers(1, 7)), min_size=3, max_size=50))
    def test_it_is_the_paired_test_of_scipy(self, pairs: list[tuple[int, int]]) -> None:
        met, wished = [p for p, _e in pairs], [e for _p, e in pairs]
        found = item_gap(met, wished)
        assert found is not None
        if len({p - e for p, e in pairs}) == 1:
            assert found.p is None
            return
        wanted = stats.ttest_rel(met, wished)
        limits = wanted.confidence_interval()
        assert found.p == pytest.approx(wanted.pvalue)
        assert found.gap.interval == Interval(pytest.approx(limits.low), pytest.approx(limits.high))

    def test_of_times_the_shorter_is_the_better(self) -> None:
        found = item_gap([10, 20, 30], [15, 20, 20], larger_is_better=False)
        assert found is not None
        assert found.gap.value == pytest.approx(-5 / 3)
        assert found.meeting.value == pytest.approx(2 / 3)

    def test_weights_move_it(self) -> None:
        found = item_gap([1, 5], [5, 5], weights=[1, 3])
        assert found is not None
        assert found.gap.value == pytest.approx(-1)
        assert found.meeting.value == pytest.approx(0.75)
        assert found.gap.n == pytest.approx(effective_size([1, 3]))

    def test_nobody_has_no_gap(self) -> None:
        assert item_gap([], []) is None

    def test_every_experience_needs_its_expectation(self) -> None:
        with pytest.raises(ValueError, match="its expectation"):
            item_gap([1, 2], [1])


class TestGapsTogether:
    def test_a_dimension_is_the_mean_of_its_items(self) -> None:
        assert dimension_gap([-1.5, -0.5, 0.5]) == pytest.approx(-0.5)
        assert dimension_gap([]) is None

    def test_all_dimensions_count_by_their_points(self) -> None:
        gaps, points = {"speed": -1.0, "care": 0.5}, {"speed": 75, "care": 25}
        assert overall_gap(gaps, points) == pytest.approx(-0.625)
        assert overall_gap(gaps, {"care": 3}) == 0.5
        assert overall_gap(gaps, {}) is None

    @pytest.mark.parametrize("points", [{"price": 10}, {"speed": -10}])
    def test_nonsense_is_refused(self, points: dict[str, float]) -> None:
        with pytest.raises(ValueError, match=r"No gap is given|below 0"):
            overall_gap({"speed": -1.0}, points)


class TestZone:
    def test_between_adequate_and_desired(self) -> None:
        assert zone(5, adequate=4, desired=6) == Zone(1, -1, 0.5)

    def test_of_times_the_shorter_is_the_better(self) -> None:
        assert zone(10, adequate=20, desired=5, larger_is_better=False) == Zone(10, -5, pytest.approx(2 / 3))

    def test_a_zone_without_width_has_no_position(self) -> None:
        assert zone(5, adequate=4, desired=4) == Zone(1, 1, None)

    def test_nobody_desires_less_than_is_adequate(self) -> None:
        with pytest.raises(ValueError, match="desired"):
            zone(5, adequate=6, desired=4)


class TestPriority:
    def test_what_matters_falls_short_and_happens_often_comes_first(self) -> None:
        assert priority(6, -1.5, volume=200) == pytest.approx(1800)

    def test_what_is_better_than_expected_can_wait(self) -> None:
        assert priority(7, 0.5, volume=10_000) == 0

    def test_nonsense_is_refused(self) -> None:
        with pytest.raises(ValueError, match="below 0"):
            priority(6, -1, volume=-1)


class TestAcceptance:
    def test_whoever_accepts_worse_accepts_better(self) -> None:
        assert acceptance([10, 20, 30, 40], 20) == share(3, 4)
        assert acceptance([10, 20, 30, 40], 20, larger_is_better=True) == share(2, 4)

    def test_the_curve_falls_from_all_to_those_who_accept_the_worst(self) -> None:
        found = acceptance_curve([10, 20, 20, 40])
        assert found == (CurvePoint(10, 1), CurvePoint(20, 0.75), CurvePoint(40, 0.25))

    def test_where_larger_is_better_it_rises(self) -> None:
        found = acceptance_curve([10, 20, 20, 40], larger_is_better=True)
        assert found == (CurvePoint(10, 0.25), CurvePoint(20, 0.75), CurvePoint(40, 1))

    @quick
    @given(TOLERANCES, st.booleans(), st.data())
    def test_every_point_of_the_curve_is_the_share_that_accepts_it(
        self, tolerances: list[float], larger: bool, data: st.DataObject
    ) -> None:
        weights = data.draw(st.lists(st.floats(0.1, 9), min_size=len(tolerances), max_size=len(tolerances)))
        for point in acceptance_curve(tolerances, weights=weights, larger_is_better=larger):
            found = acceptance(tolerances, point.at, weights=weights, larger_is_better=larger)
            assert found is not None
            assert found.value == pytest.approx(point.share)

    def test_three_curves_stand_side_by_side(self) -> None:
        found = acceptance_curves(excellent=[1, 2], satisfactory=[3, 4], worst=[5, 6])
        assert [curve[0].at for curve in (found.excellent, found.satisfactory, found.worst)] == [1, 3, 5]

    def test_nobody_accepts_anything(self) -> None:
        assert acceptance([], 20) is None
        assert acceptance_curve([]) == ()
        assert acceptance_curve([20], weights=[0]) == ()


class TestStandard:
    def test_of_a_hundred_the_interval_runs_from_the_21st_to_the_40th(self) -> None:
        found = standard(HUNDRED)
        assert found is not None
        assert found.value == 31
        assert found.interval == Interval(21, 40)
        assert found.achieved.value == pytest.approx(0.70)

    @quick
    @given(TOLERANCES, st.floats(0.05, 0.95))
    def test_it_is_the_furthest_level_that_enough_accept(
        self, tolerances: list[float], wanted: float
    ) -> None:
        found = standard(tolerances, share=wanted)
        assert found is not None
        n = len(tolerances)

        def accepting(at: float) -> float:
            return sum(worst >= at for worst in tolerances) / n

        assert accepting(found.value) >= wanted - 1e-9
        assert all(accepting(worst) < wanted + 1e-9 for worst in tolerances if worst > found.value)
        assert found.achieved.value == pytest.approx(accepting(found.value))
        if found.interval:
            assert found.interval.contains(found.value)

    @quick
    @given(TOLERANCES, st.data())
    def test_the_more_have_to_accept_it_the_stricter_it_is(
        self, tolerances: list[float], data: st.DataObject
    ) -> None:
        weights = data.draw(st.lists(st.floats(0.1, 9), min_size=len(tolerances), max_size=len(tolerances)))
        found = [standard(tolerances, share=each / 20, weights=weights) for each in range(1, 20)]
        values = [each.value for each in found if each]
        assert values == sorted(values, reverse=True)
        assert len(values) == 19

    @quick
    @given(TOLERANCES, st.data())
    def test_where_larger_is_better_it_is_the_mirror_image(
        self, tolerances: list[float], data: st.DataObject
    ) -> None:
        weights = data.draw(st.lists(st.integers(1, 9), min_size=len(tolerances), max_size=len(tolerances)))
        one = standard(tolerances, weights=weights)
        other = standard([-worst for worst in tolerances], weights=weights, larger_is_better=True)
        assert one is not None
        assert other is not None
        assert other.value == -one.value
        assert other.achieved == one.achieved
        assert (other.interval is None) == (one.interval is None)
        if one.interval:
            assert other.interval == Interval(-one.interval.high, -one.interval.low)

    def test_weighted_answers_have_the_interval_of_the_curve(self) -> None:
        weights = [1.0, 3.0] * 50
        found = standard(HUNDRED, weights=weights)
        assert found is not None
        assert found.value == 31
        # n_eff = 200^2 / 500 = 80, and 0.3 +- 1.96 sqrt(0.3 x 0.7 / 80) = 0.1996 to 0.4004.
        assert found.achieved.n == pytest.approx(80)
        assert found.interval == Interval(20, 41)

    def test_it_covers_the_truth_as_often_as_it_says(self) -> None:
        dice = np.random.default_rng(3)
        truth = float(stats.expon.ppf(0.30))
        for weighted in (False, True):
            hits = 0
            for _ in range(400):
                drawn = dice.exponential(size=150)
                weights = dice.choice([1.0, 2.0, 3.0], size=150) if weighted else None
                found = standard(drawn.tolist(), weights=None if weights is None else weights.tolist())
                assert found is not None
                assert found.interval is not None
                hits += found.interval.contains(truth)
            assert 0.92 <= hits / 400 <= 0.99

    def test_a_few_answers_have_a_standard_but_no_interval(self) -> None:
        found = standard([10, 20, 30])
        assert found is not None
        assert (found.value, found.interval) == (10, None)

    def test_nobody_has_no_standard(self) -> None:
        assert standard([]) is None

    @pytest.mark.parametrize("wanted", [0, 1, 70, math.nan])
    def test_the_share_is_a_share(self, wanted: float) -> None:
        with pytest.raises(ValueError, match="share to be satisfied"):
            standard(HUNDRED, share=wanted)

    def test_it_can_be_stored_as_it_is(self) -> None:
        found = standard(HUNDRED)
        assert found is not None
        assert json.loads(json.dumps(asdict(found)))["interval"] == {"low": 21, "high": 40}


class TestExperienceStandard:
    def test_the_curve_is_that_of_statsmodels(self) -> None:
        waits, content = served(400, seed=1)
        found = experience_standard(waits, content, seed=5, resamples=50)
        wanted = sm.Logit(np.array(content, dtype=float), sm.add_constant(np.array(waits))).fit(disp=0)
        assert found is not None
        assert (found.intercept, found.slope) == pytest.approx(tuple(wanted.params), rel=1e-6)
        assert found.value == pytest.approx((math.log(0.7 / 0.3) - wanted.params[0]) / wanted.params[1])

    def test_the_share_wanted_is_satisfied_there(self) -> None:
        waits, content = served(400, seed=1)
        found = experience_standard(waits, content, seed=5, resamples=50)
        assert found is not None
        assert found.value is not None
        assert satisfied_at(found.value, found) == pytest.approx(0.70)
        assert satisfied_at(1e9, found) == 0
        assert satisfied_at(-1e9, found) == 1

    def test_its_interval_covers_the_truth_as_often_as_it_says(self) -> None:
        truth = (2 - math.log(0.7 / 0.3)) / 0.2
        hits = 0
        for seed in range(40):
            found = experience_standard(*served(300, seed=seed), seed=seed, resamples=200)
            assert found is not None
            assert found.interval is not None
            hits += found.interval.contains(truth)
        assert hits >= 34

    def test_the_seed_decides_the_draws(self) -> None:
        waits, content = served(80, seed=2)
        one = experience_standard(waits, content, seed=5, resamples=100)
        assert one == experience_standard(waits, content, seed=5, resamples=100)
        assert one != experience_standard(waits, content, seed=6, resamples=100)

    def test_the_interval_is_that_of_resampling_one_by_one(self) -> None:
        waits, content = served(300, seed=4)
        found = experience_standard(waits, content, seed=5, resamples=600)
        dice = np.random.default_rng(99)
        values = []
        for _ in range(200):
            rows = dice.integers(0, 300, 300)
            fit = sm.Logit(np.array(content, float)[rows], sm.add_constant(np.array(waits)[rows])).fit(disp=0)
            values.append((math.log(0.7 / 0.3) - fit.params[0]) / fit.params[1])
        low, high = np.quantile(values, [0.025, 0.975])
        assert found is not None
        assert found.interval is not None
        assert found.interval.low == pytest.approx(low, abs=0.5)
        assert found.interval.high == pytest.approx(high, abs=0.5)

    def test_where_larger_is_better_satisfaction_has_to_rise(self) -> None:
        waits, content = served(400, seed=1)
        speeds = [-wait for wait in waits]
        found = experience_standard(speeds, content, seed=5, resamples=50, larger_is_better=True)
        mirrored = experience_standard(waits, content, seed=5, resamples=50)
        assert found is not None
        assert mirrored is not None
        assert mirrored.value is not None
        assert found.value == pytest.approx(-mirrored.value)

    def test_if_waiting_makes_nobody_less_content_there_is_no_standard(self) -> None:
        waits, content = served(400, seed=1)
        found = experience_standard(waits, content, seed=5, resamples=50, larger_is_better=True)
        assert found is not None
        assert (found.value, found.interval, found.is_extrapolated) == (None, None, False)

    def test_a_level_that_nobody_met_is_marked_as_a_guess(self) -> None:
        waits, content = served(400, seed=1)
        near = [(wait, each) for wait, each in zip(waits, content, strict=True) if wait > 10]
        found = experience_standard([w for w, _c in near], [c for _w, c in near], seed=5, resamples=200)
        assert found is not None
        assert found.is_extrapolated

    @pytest.mark.parametrize(("waits", "content"), [
        ([], []), ([1.0, 2.0], [True, False]), ([3.0] * 9, [True, False, True] * 3),
        ([1.0, 2.0, 3.0, 4.0], [True] * 4), ([1.0, 2.0, 3.0, 4.0], [True, True, False, False]),
        ([1.0, 2.0, 2.0, 4.0], [True, True, False, False]),
    ])  # fmt: skip
    def test_where_no_curve_exists_there_is_none(self, waits: list[float], content: list[bool]) -> None:
        assert experience_standard(waits, content, seed=5) is None

    def test_a_curve_that_few_draws_share_has_no_interval(self) -> None:
        waits, content = [1.0, 2.0, 3.0, 4.0, 5.0], [True, False, True, False, False]
        found = experience_standard(waits, content, seed=5, resamples=200)
        assert isinstance(found, ExperienceStandard)
        assert found.value is not None
        assert found.interval is None

    @pytest.mark.parametrize(("waits", "resamples"), [([1.0], 10), ([1.0, math.nan], 10), ([1.0, 2.0], 0)])
    def test_nonsense_is_refused(self, waits: list[float], resamples: int) -> None:
        with pytest.raises(ValueError, match=r"\.$"):
            experience_standard(waits, [True, False], seed=5, resamples=resamples)


class TestOutcome:
    @pytest.mark.parametrize(
        ("count", "n"), [(26, 30), (41, 50), (78, 100), (151, 200), (296, 400), (724, 1000)]
    )
    def test_the_smallest_counts_that_pass(self, count: int, n: int) -> None:
        assert [outcome(x, n).verdict for x in (count, count - 1)] == ["pass", "not proven"]  # type: ignore[union-attr]

    @pytest.mark.parametrize(
        ("count", "n"), [(16, 30), (29, 50), (62, 100), (129, 200), (264, 400), (676, 1000)]
    )
    def test_the_largest_counts_that_fail(self, count: int, n: int) -> None:
        assert [outcome(x, n).verdict for x in (count, count + 1)] == ["fail", "not proven"]  # type: ignore[union-attr]

    @quick
    @given(st.integers(1, 500), st.data())
    def test_more_satisfied_people_never_make_it_worse(self, n: int, data: st.DataObject) -> None:
        count = data.draw(st.integers(0, n - 1))
        order = ("fail", "not proven", "pass")
        here, better = outcome(count, n), outcome(count + 1, n)
        assert here is not None
        assert better is not None
        assert order.index(here.verdict) <= order.index(better.verdict)
        assert here.low <= count / n <= here.high

    def test_nobody_proves_nothing(self) -> None:
        assert outcome(0, 0) is None


class TestCompliance:
    def test_the_share_of_contacts_within_the_standard(self) -> None:
        assert compliance([10, 20, 30, 40], 30) == share(3, 4)
        assert compliance([10, 20, 30, 40], 30, larger_is_better=True) == share(2, 4)

    def test_no_contacts_have_none(self) -> None:
        assert compliance([], 30) is None
