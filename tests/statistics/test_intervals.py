"""Shares, scores, means and medians: the worked numbers, independent libraries, and what must always hold."""

import math
import subprocess
import sys
from dataclasses import asdict
from json import dumps

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

import community
from community.statistics.intervals import (
    Estimate,
    Interval,
    finite_population_factor,
    mean,
    median,
    nps,
    nps_difference,
    reporting,
    share,
    top_box,
    wilson,
    wilson_high,
    wilson_low,
)

# No deadline: the machine may be busy with other tests.
quick = settings(max_examples=40, deadline=None)

LEVELS = st.floats(0.5, 0.999)


@st.composite
def parts(draw: st.DrawFn) -> tuple[float, float]:
    """A count and an effective number of answers; both need not be whole."""
    n = draw(st.floats(0.01, 20_000))
    return draw(st.floats(0, 1)) * n, n


class TestReporting:
    def test_few_answers_are_hidden_and_some_are_marked(self) -> None:
        told = [reporting(n) for n in (0, 9, 10, 29, 30, 1000)]
        assert told == ["hidden", "hidden", "marked", "marked", "shown", "shown"]

    def test_fewer_than_nobody_is_nonsense(self) -> None:
        with pytest.raises(ValueError, match="negative"):
            reporting(-1)


class TestWilson:
    @pytest.mark.parametrize(("count", "n", "low", "high"), [(8, 10, 0.49, 0.94), (160, 200, 0.74, 0.85)])
    def test_the_worked_examples(self, count: int, n: int, low: float, high: float) -> None:
        interval = wilson(count, n)
        assert interval is not None
        assert (round(interval.low, 2), round(interval.high, 2)) == (low, high)

    @quick
    @given(st.integers(1, 5000), LEVELS, st.data())
    def test_it_is_that_of_statsmodels(self, n: int, level: float, data: st.DataObject) -> None:
        count = data.draw(st.integers(0, n))
        interval = wilson(count, n, level=level)
        assert interval is not None
        wanted = proportion_confint(count, n, alpha=1 - level, method="wilson")
        assert (interval.low, interval.high) == pytest.approx(wanted, abs=1e-9)

    @quick
    @given(parts(), LEVELS)
    def test_it_holds_the_share_and_stays_a_share(self, part: tuple[float, float], level: float) -> None:
        count, n = part
        interval = wilson(count, n, level=level)
        assert interval is not None
        assert 0 <= interval.low <= interval.high <= 1
        assert interval.contains(count / n)

    @quick
    @given(parts())
    def test_one_sided_limits_are_the_ends_of_a_narrower_interval(self, part: tuple[float, float]) -> None:
        both = wilson(*part, level=0.90)
        assert both is not None
        assert wilson_low(*part) == pytest.approx(both.low)
        assert wilson_high(*part) == pytest.approx(both.high)

    def test_nobody_has_no_interval(self) -> None:
        assert wilson(0, 0) is None
        assert wilson_low(0, 0) is None
        assert wilson_high(0, 0) is None

    @pytest.mark.parametrize(
        ("count", "n"), [(11, 10), (-1, 10), (1, -10), (math.nan, 10), (1, math.nan), (1, 0), (1, math.inf)]
    )
    def test_nonsense_is_refused(self, count: float, n: float) -> None:
        with pytest.raises(ValueError, match=r"count|number of answers"):
            wilson(count, n)

    def test_one_sided_confidence_below_one_half_is_refused(self) -> None:
        with pytest.raises(ValueError, match="one half"):
            wilson_low(1, 2, level=0.4)


class TestFinitePopulationFactor:
    def test_it_shrinks_with_the_part_of_the_panel_that_answered(self) -> None:
        assert finite_population_factor(1, 400) == 1
        assert finite_population_factor(100, 400) == pytest.approx(math.sqrt(300 / 399))
        assert finite_population_factor(400, 400) == 0
        assert finite_population_factor(1, 1) == 0

    def test_more_than_all_cannot_answer(self) -> None:
        with pytest.raises(ValueError, match="more can answer"):
            finite_population_factor(401, 400)

    @pytest.mark.parametrize("found", [
        share(30, 50, population=50), nps(30, 10, n=50, population=50), mean(3.5, 1.2, n=50, population=50),
    ])  # fmt: skip
    def test_when_everybody_answered_nothing_is_left_open(self, found: Estimate) -> None:
        assert found.se == 0
        assert found.interval is not None
        assert (found.interval.low, found.interval.high) == pytest.approx((found.value, found.value))

    @quick
    @given(st.integers(2, 300), st.integers(0, 300))
    def test_a_closed_panel_is_known_better_than_an_endless_one(self, n: int, others: int) -> None:
        closed, endless = wilson(n // 2, n, population=n + others), wilson(n // 2, n)
        assert closed is not None
        assert endless is not None
        assert endless.low <= closed.low + 1e-12
        assert closed.high <= endless.high + 1e-12

    def test_the_standard_error_is_multiplied_by_it(self) -> None:
        plain, closed = share(60, 100), share(60, 100, population=400)
        assert plain is not None
        assert closed is not None
        assert plain.se is not None
        assert closed.se == pytest.approx(plain.se * finite_population_factor(100, 400))


class TestShare:
    def test_it_is_the_part_with_its_wilson_interval(self) -> None:
        found = share(160, 200)
        assert found == Estimate(0.8, wilson(160, 200), pytest.approx(math.sqrt(0.16 / 200)), 200)

    def test_weighted_answers_count_as_many_as_they_are_worth(self) -> None:
        found = share(40, 100, n_eff=75)
        assert found is not None
        assert found.value == 0.4
        assert found.interval == wilson(30, 75)
        assert found.n == 75

    @pytest.mark.parametrize("n_eff", [0, -1, 101, math.nan])
    def test_they_are_worth_at_most_their_number(self, n_eff: float) -> None:
        with pytest.raises(ValueError, match="effective size"):
            share(40, 100, n_eff=n_eff)

    def test_it_can_be_stored_as_it_is(self) -> None:
        found = share(8, 10)
        assert found is not None
        assert '"interval": {"low": 0.49' in dumps(asdict(found))

    def test_nobody_has_no_share(self) -> None:
        assert share(0, 0) is None


class TestTopBox:
    def test_csat_is_the_two_highest_of_five(self) -> None:
        assert top_box([5, 10, 25, 90, 70], 2) == share(160, 200)

    def test_nobody_has_none(self) -> None:
        assert top_box([0, 0, 0], 1) is None

    @pytest.mark.parametrize("k", [0, 5, -1])
    def test_it_is_a_part_of_the_scale(self, k: int) -> None:
        with pytest.raises(ValueError, match="top box"):
            top_box([1, 1, 1, 1, 1], k)

    def test_no_point_has_fewer_than_no_answers(self) -> None:
        with pytest.raises(ValueError, match="below 0"):
            top_box([1, -1, 3], 1)


class TestNps:
    def test_the_worked_example(self) -> None:
        found = nps(90, 50, n=200)
        assert found is not None
        assert found.value == pytest.approx(20)
        assert found.interval is not None
        assert (round(found.interval.low), round(found.interval.high)) == (9, 31)

    def test_its_error_is_that_of_the_mean_of_plus_and_minus_one(self) -> None:
        found = nps(90, 50, n=200)
        answers = np.array([100.0] * 90 + [-100.0] * 50 + [0.0] * 60)
        assert found is not None
        assert found.value == pytest.approx(answers.mean())
        assert found.se == pytest.approx(answers.std() / math.sqrt(200))

    @quick
    @given(st.integers(1, 2000), LEVELS, st.data())
    def test_the_interval_holds_the_score_and_stays_a_score(
        self, n: int, level: float, data: st.DataObject
    ) -> None:
        promoters = data.draw(st.integers(0, n))
        detractors = data.draw(st.integers(0, n - promoters))
        found = nps(promoters, detractors, n=n, level=level)
        assert found is not None
        assert found.interval is not None
        assert -100 <= found.interval.low <= found.value <= found.interval.high <= 100

    @quick
    @given(st.integers(1, 500), st.data())
    def test_turning_everybody_round_turns_the_score_round(self, n: int, data: st.DataObject) -> None:
        promoters = data.draw(st.integers(0, n))
        detractors = data.draw(st.integers(0, n - promoters))
        one, other = nps(promoters, detractors, n=n), nps(detractors, promoters, n=n)
        assert one is not None
        assert other is not None
        assert one.interval is not None
        assert other.interval is not None
        assert one.value == pytest.approx(-other.value)
        assert one.interval.low == pytest.approx(-other.interval.high)

    def test_it_covers_the_truth_as_often_as_it_says(self) -> None:
        n, chances = 30, (0.55, 0.15, 0.30)
        covered = 0.0
        for promoters in range(n + 1):
            for detractors in range(n + 1 - promoters):
                found = nps(promoters, detractors, n=n)
                assert found is not None
                assert found.interval is not None
                if found.interval.contains(40):
                    counts = (promoters, detractors, n - promoters - detractors)
                    covered += stats.multinomial.pmf(counts, n, chances)
        assert covered == pytest.approx(0.95, abs=0.015)

    def test_weighted_answers_count_as_many_as_they_are_worth(self) -> None:
        weighted, plain = nps(90, 50, n=200, n_eff=100), nps(45, 25, n=100)
        assert weighted == plain

    def test_nobody_has_no_score(self) -> None:
        assert nps(0, 0, n=0) is None

    def test_both_together_are_at_most_all(self) -> None:
        with pytest.raises(ValueError, match="more than all"):
            nps(6, 5, n=10)


class TestNpsDifference:
    def test_z_is_the_difference_over_the_root_of_both_squared_errors(self) -> None:
        before, after = nps(90, 50, n=200), nps(110, 40, n=200)
        assert before is not None
        assert after is not None
        found = nps_difference(before, after)
        wanted = 15 / math.hypot(before.se or 0, after.se or 0)
        assert found.value == pytest.approx(15)
        assert found.statistic == pytest.approx(wanted)
        assert found.p == pytest.approx(2 * stats.norm.sf(wanted))

    @quick
    @given(st.integers(1, 300), st.integers(1, 300), st.data())
    def test_the_interval_holds_the_difference(self, n1: int, n2: int, data: st.DataObject) -> None:
        before = nps(data.draw(st.integers(0, n1)), 0, n=n1)
        after = nps(0, data.draw(st.integers(0, n2)), n=n2)
        assert before is not None
        assert after is not None
        found = nps_difference(before, after)
        assert found.interval is not None
        assert -200 <= found.interval.low <= found.value <= found.interval.high <= 200

    def test_without_any_spread_there_is_an_interval_but_no_test(self) -> None:
        everybody = nps(20, 0, n=20)
        assert everybody is not None
        found = nps_difference(everybody, everybody)
        assert found.interval is not None
        assert found.interval.low < 0 < found.interval.high
        assert (found.statistic, found.p) == (None, None)

    def test_figures_without_an_interval_are_refused(self) -> None:
        with pytest.raises(ValueError, match="interval"):
            nps_difference(Estimate(20, None, None, 1), Estimate(20, None, None, 1))


class TestMean:
    @quick
    @given(st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=40), LEVELS)
    def test_it_is_that_of_scipy(self, values: list[float], level: float) -> None:
        sd = float(np.std(values, ddof=1))
        found = mean(float(np.mean(values)), sd, n=len(values), level=level)
        assert found is not None
        assert found.interval is not None
        assert found.interval.contains(found.value)
        if sd > 1e-6:
            wanted = stats.t.interval(level, len(values) - 1, np.mean(values), stats.sem(values))
            assert (found.interval.low, found.interval.high) == pytest.approx(wanted, rel=1e-6, abs=1e-6)

    def test_weighted_answers_have_fewer_degrees_of_freedom(self) -> None:
        assert mean(3.5, 1.2, n=100, n_eff=50) == mean(3.5, 1.2, n=50)

    def test_one_answer_has_no_interval(self) -> None:
        assert mean(4, None, n=1) == Estimate(4, None, None, 1)

    def test_two_answers_of_almost_the_worth_of_one_have_none_either(self) -> None:
        found = mean(4, 1, n=2, n_eff=1.0001)
        assert found is not None
        assert found.interval is None

    def test_nobody_has_no_mean(self) -> None:
        assert mean(0, None, n=0) is None

    @pytest.mark.parametrize(("value", "sd", "n"), [
        (math.nan, 1, 10), (1, math.nan, 10), (1, -1, 10), (1, 1, -1), (1, None, 10), (1, 1, math.inf),
    ])  # fmt: skip
    def test_nonsense_is_refused(self, value: float, sd: float | None, n: float) -> None:
        with pytest.raises(ValueError, match=r"finite|below|deviation"):
            mean(value, sd, n=n)


class TestMedian:
    @quick
    @given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=60), LEVELS)
    def test_it_lies_within_its_interval_and_the_interval_within_the_values(
        self, values: list[float], level: float
    ) -> None:
        found = median(values, level=level)
        assert found is not None
        assert found.value == pytest.approx(float(np.median(np.array(values) / 2)) * 2) or len(values) == 1
        if found.interval:
            assert min(values) <= found.interval.low <= found.value <= found.interval.high <= max(values)

    def test_its_interval_runs_between_two_of_the_values(self) -> None:
        found = median(list(range(1, 101)))
        assert found == Estimate(50.5, Interval(40, 61), None, 100)

    def test_five_values_are_too_few_for_an_interval(self) -> None:
        assert median([1, 2, 3, 4, 5]) == Estimate(3, None, None, 5)

    def test_no_values_have_no_median(self) -> None:
        assert median([]) is None

    def test_a_value_is_a_number(self) -> None:
        with pytest.raises(ValueError, match="finite"):
            median([1, math.nan])


class TestThePage:
    def test_it_needs_none_of_the_large_libraries(self) -> None:
        # The site itself may load them for its jobs, so that its package stays out of this.
        script = (
            "import sys, types\n"
            "site = sys.modules['community'] = types.ModuleType('community')\n"
            f"site.__path__ = {list(community.__path__)!r}\n"
            "from community.statistics import intervals, kano, standards, tracking, weighting\n"
            "intervals.mean(3, 1, n=20), intervals.nps(9, 3, n=20), intervals.median(range(9))\n"
            "tracking.two_means(intervals.Sample(3, 1, 20), intervals.Sample(4, 1, 20))\n"
            "standards.standard(range(40), weights=[1, 2] * 20), kano.summary([('like', 'dislike')] * 9)\n"
            "sys.exit(any(name in sys.modules for name in ('numpy', 'scipy', 'pandas')))\n"
        )
        assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
