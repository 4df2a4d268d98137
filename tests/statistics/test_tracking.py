"""Before and after: the worked numbers, independent libraries, and what must always hold."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as mcnemar_of_statsmodels
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from community.statistics.intervals import Difference, Estimate, Interval, Part, Sample, nps, share
from community.statistics.tracking import (
    benjamini_hochberg,
    detectable_change,
    difference_in_differences,
    holm,
    mcnemar,
    newcombe,
    overlap_variance,
    overlapping,
    paired_means,
    size_per_wave,
    two_means,
    two_shares,
    verdict,
)

# No deadline: the machine may be busy with other tests.
quick = settings(max_examples=40, deadline=None)

SIZES = st.integers(1, 2000)
VALUES = st.lists(st.integers(-100, 100), min_size=2, max_size=40)
CHANCES = st.lists(st.floats(0, 1), min_size=1, max_size=30)


def sample_of(values: list[int]) -> Sample:
    """What is known of the values of a wave."""
    return Sample(float(np.mean(values)), float(np.std(values, ddof=1)), len(values))


class TestTwoShares:
    @quick
    @given(SIZES, SIZES, st.data())
    def test_test_and_interval_are_those_of_statsmodels(self, n1: int, n2: int, data: st.DataObject) -> None:
        x1, x2 = data.draw(st.integers(0, n1)), data.draw(st.integers(0, n2))
        found = two_shares(Part(x1, n1), Part(x2, n2))
        assert found is not None
        assert found.interval is not None
        wanted = confint_proportions_2indep(x2, n2, x1, n1, method="newcomb", compare="diff")
        assert (found.interval.low, found.interval.high) == pytest.approx(wanted, abs=1e-9)
        if 0 < x1 + x2 < n1 + n2:
            z, p = proportions_ztest([x2, x1], [n2, n1])
            assert found.statistic == pytest.approx(z, abs=1e-9)
            assert found.p == pytest.approx(p, abs=1e-9)

    def test_newcombes_own_example(self) -> None:
        # Newcombe 1998, table II, example (a): 56 of 70 against 48 of 80.
        interval = newcombe(Part(48, 80), Part(56, 70))
        assert interval is not None
        assert (round(interval.low, 4), round(interval.high, 4)) == (0.0524, 0.3339)

    @quick
    @given(st.floats(0.5, 500), st.floats(0.5, 500), st.floats(0, 1), st.floats(0, 1))
    def test_the_interval_holds_the_difference(self, n1: float, n2: float, p1: float, p2: float) -> None:
        found = two_shares(Part(p1 * n1, n1), Part(p2 * n2, n2))
        assert found is not None
        assert found.interval is not None
        assert -1 - 1e-9 <= found.interval.low <= found.value + 1e-12
        assert found.value - 1e-12 <= found.interval.high <= 1 + 1e-9

    def test_where_all_agree_there_is_no_test(self) -> None:
        found = two_shares(Part(10, 10), Part(20, 20))
        assert found is not None
        assert (found.value, found.statistic, found.p) == (0, None, None)
        assert found.interval is not None

    def test_a_wave_that_nobody_answered_is_no_comparison(self) -> None:
        assert two_shares(Part(0, 0), Part(5, 10)) is None
        assert newcombe(Part(5, 10), Part(0, 0)) is None

    def test_nonsense_is_refused(self) -> None:
        with pytest.raises(ValueError, match="count"):
            two_shares(Part(11, 10), Part(5, 10))


class TestMcNemar:
    @quick
    @given(st.integers(0, 60), st.integers(0, 60))
    def test_it_is_that_of_statsmodels(self, lost: int, gained: int) -> None:
        found = mcnemar(lost, gained, n=200)
        assert found is not None
        exact = lost + gained < 25
        wanted = mcnemar_of_statsmodels([[40, lost], [gained, 40]], exact=exact, correction=False)
        assert found.method == ("exact" if exact else "chi2")
        assert found.p == pytest.approx(wanted.pvalue)
        assert (found.statistic is None) == exact
        if not exact:
            assert found.statistic == pytest.approx(wanted.statistic)

    def test_the_difference_is_after_minus_before(self) -> None:
        found = mcnemar(5, 15, n=100)
        assert found is not None
        assert found.value == pytest.approx(0.1)
        # (10 +- 1.96 sqrt(22 - 100 / 102)) / 102
        half = 1.959964 * math.sqrt(22 - 100 / 102)
        assert found.interval == Interval(
            pytest.approx((10 - half) / 102, abs=1e-6), pytest.approx((10 + half) / 102, abs=1e-6)
        )

    @quick
    @given(st.integers(1, 300), st.data())
    def test_the_interval_holds_the_difference(self, n: int, data: st.DataObject) -> None:
        lost = data.draw(st.integers(0, n))
        gained = data.draw(st.integers(0, n - lost))
        found = mcnemar(lost, gained, n=n)
        assert found is not None
        assert found.interval is not None
        assert -1 <= found.interval.low <= found.value <= found.interval.high <= 1

    def test_it_covers_the_truth_as_often_as_it_says(self) -> None:
        n, chances = 40, (0.10, 0.25, 0.65)
        covered = 0.0
        for lost in range(n + 1):
            for gained in range(n + 1 - lost):
                found = mcnemar(lost, gained, n=n)
                assert found is not None
                assert found.interval is not None
                if found.interval.contains(0.15):
                    covered += stats.multinomial.pmf((lost, gained, n - lost - gained), n, chances)
        assert covered == pytest.approx(0.95, abs=0.015)

    def test_nobody_has_not_changed(self) -> None:
        assert mcnemar(0, 0, n=0) is None

    @pytest.mark.parametrize(("lost", "gained", "n"), [(6, 5, 10), (-1, 5, 10), (0, 0, -1)])
    def test_nonsense_is_refused(self, lost: int, gained: int, n: int) -> None:
        with pytest.raises(ValueError, match="changed"):
            mcnemar(lost, gained, n=n)


class TestTwoMeans:
    @quick
    @given(VALUES, VALUES)
    def test_it_is_welchs_test_of_scipy_and_the_interval_of_statsmodels(
        self, before: list[int], after: list[int]
    ) -> None:
        first, second = sample_of(before), sample_of(after)
        assume(first.sd or second.sd)
        found = two_means(first, second)
        assert found is not None
        wanted = stats.ttest_ind_from_stats(
            second.mean, second.sd, second.n, first.mean, first.sd, first.n, equal_var=False
        )
        assert found.statistic == pytest.approx(wanted.statistic, abs=1e-6)
        assert found.p == pytest.approx(wanted.pvalue, abs=1e-6)
        comparison = CompareMeans(DescrStatsW(after), DescrStatsW(before))
        assert found.df == pytest.approx(comparison.dof_satt())
        limits = comparison.tconfint_diff(usevar="unequal")
        assert found.interval is not None
        assert (found.interval.low, found.interval.high) == pytest.approx(limits, rel=1e-5, abs=1e-5)

    def test_without_any_spread_there_is_no_test(self) -> None:
        assert two_means(Sample(3, 0, 5), Sample(4, 0, 5)) == Difference(1, None, 0, None, None, None, "t")

    def test_one_answer_is_no_wave(self) -> None:
        assert two_means(Sample(3, 0, 1), Sample(4, 1, 5)) is None

    def test_nonsense_is_refused(self) -> None:
        with pytest.raises(ValueError, match="below 0"):
            two_means(Sample(3, -1, 5), Sample(4, 1, 5))


class TestPairedMeans:
    @quick
    @given(VALUES, st.data())
    def test_it_is_that_of_scipy(self, before: list[int], data: st.DataObject) -> None:
        after = data.draw(st.lists(st.integers(-100, 100), min_size=len(before), max_size=len(before)))
        change = sample_of([b - a for a, b in zip(before, after, strict=True)])
        assume(change.sd)
        found = paired_means(change.mean, change.sd, n=change.n)
        assert found is not None
        wanted = stats.ttest_rel(after, before)
        limits = wanted.confidence_interval()
        assert found.statistic == pytest.approx(wanted.statistic, abs=1e-6)
        assert found.p == pytest.approx(wanted.pvalue, abs=1e-6)
        assert found.interval is not None
        assert (found.interval.low, found.interval.high) == pytest.approx(
            (limits.low, limits.high), rel=1e-5, abs=1e-5
        )

    def test_one_person_is_no_wave(self) -> None:
        assert paired_means(1, 0, n=1) is None


class TestOverlap:
    def test_nobody_in_both_waves_adds_the_variances(self) -> None:
        assert overlap_variance(4, 9, rho=0.8, n1=50, n2=80, both=0) == 13

    def test_everybody_in_both_waves_is_the_variance_of_the_change_of_each(self) -> None:
        dice = np.random.default_rng(7)
        before = dice.normal(size=200)
        after = 0.6 * before + dice.normal(size=200)
        v1, v2 = before.var(ddof=1) / 200, after.var(ddof=1) / 200
        rho = float(np.corrcoef(before, after)[0, 1])
        found = overlap_variance(v1, v2, rho=rho, n1=200, n2=200, both=200)
        assert found == pytest.approx((after - before).var(ddof=1) / 200)

    def test_it_is_right_for_a_part_in_both_waves(self) -> None:
        # 60 only before, 40 in both, 80 only after, of a normal pair with a correlation of 0.7.
        dice = np.random.default_rng(11)
        rounds, rho = 4000, 0.7
        both = dice.normal(size=(rounds, 40))
        again = rho * both + math.sqrt(1 - rho**2) * dice.normal(size=(rounds, 40))
        before = (both.sum(axis=1) + dice.normal(size=(rounds, 60)).sum(axis=1)) / 100
        after = (again.sum(axis=1) + dice.normal(size=(rounds, 80)).sum(axis=1)) / 120
        wanted = overlap_variance(1 / 100, 1 / 120, rho=rho, n1=100, n2=120, both=40)
        assert (after - before).var() == pytest.approx(wanted, rel=0.08)

    def test_people_in_both_waves_make_a_change_clearer(self) -> None:
        before, after = share(100, 200), share(118, 200)
        assert before is not None
        assert after is not None
        apart = overlapping(before, after, rho=0.6, n1=200, n2=200, both=0)
        same = overlapping(before, after, rho=0.6, n1=200, n2=200, both=200)
        assert verdict(apart.interval) == "no change found"
        assert verdict(same.interval) == "up"
        assert same.value == apart.value == pytest.approx(0.09)

    def test_without_any_spread_there_is_no_interval(self) -> None:
        sure = Estimate(1, None, 0, 20)
        found = overlapping(sure, sure, rho=0, n1=20, n2=20, both=0)
        assert (found.interval, found.statistic, found.p) == (None, None, None)

    @pytest.mark.parametrize(
        ("rho", "n1", "both"), [(1.1, 50, 10), (0.5, 50, 51), (0.5, 0, 0), (math.nan, 50, 1)]
    )
    def test_nonsense_is_refused(self, rho: float, n1: float, both: float) -> None:
        with pytest.raises(ValueError, match=r"correlation|both waves"):
            overlap_variance(1, 1, rho=rho, n1=n1, n2=80, both=both)


class TestDifferenceInDifferences:
    def test_the_variances_of_both_changes_add(self) -> None:
        changed = two_shares(Part(100, 200), Part(140, 200))
        untouched = two_shares(Part(90, 180), Part(99, 180))
        assert changed is not None
        assert untouched is not None
        found = difference_in_differences(changed, untouched)
        se = math.sqrt(0.25 / 200 + 0.21 / 200 + 0.25 / 180 + 0.2475 / 180)
        assert found.value == pytest.approx(0.15)
        assert found.se == pytest.approx(se)
        assert found.statistic == pytest.approx(0.15 / se)
        assert found.interval == Interval(
            pytest.approx(0.15 - 1.959964 * se, abs=1e-6), pytest.approx(0.15 + 1.959964 * se, abs=1e-6)
        )

    def test_what_changed_everywhere_is_no_change(self) -> None:
        change = two_shares(Part(100, 200), Part(140, 200))
        assert change is not None
        found = difference_in_differences(change, change)
        assert found.value == 0
        assert verdict(found.interval) == "no change found"

    def test_a_change_without_an_error_is_refused(self) -> None:
        change = two_shares(Part(100, 200), Part(140, 200))
        assert change is not None
        with pytest.raises(ValueError, match="standard error"):
            difference_in_differences(change, replace(change, se=None))


class TestSizePerWave:
    def test_the_worked_example(self) -> None:
        assert size_per_wave(0.65, 0.05) == pytest.approx(1430, abs=3)
        assert detectable_change(0.65, 160) == pytest.approx(0.15, abs=0.002)

    @quick
    @given(st.floats(0.01, 0.99), st.floats(0.005, 0.5), st.floats(0.8, 0.99), st.floats(0.5, 0.95))
    def test_a_wave_of_that_size_finds_the_change(
        self, expected: float, delta: float, level: float, power: float
    ) -> None:
        n = size_per_wave(expected, delta, level=level, power=power)
        assert detectable_change(expected, n, level=level, power=power) <= delta * (1 + 1e-9)
        if n > 1:
            assert detectable_change(expected, n - 1, level=level, power=power) > delta * (1 - 1e-9)

    @pytest.mark.parametrize(("expected", "delta"), [(0, 0.1), (1, 0.1), (0.5, 0), (0.5, 2)])
    def test_nonsense_is_refused(self, expected: float, delta: float) -> None:
        with pytest.raises(ValueError, match=r"share expected|change to find"):
            size_per_wave(expected, delta)

    def test_a_wave_has_answers(self) -> None:
        with pytest.raises(ValueError, match="at least one answer"):
            detectable_change(0.5, 0)


class TestManyTests:
    @pytest.mark.parametrize("seed", range(5))
    def test_they_are_those_of_statsmodels(self, seed: int) -> None:
        p_values = [float(p) for p in np.random.default_rng(seed).beta(0.3, 1, 25).round(2)]
        assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1])
        assert benjamini_hochberg(p_values) == pytest.approx(multipletests(p_values, method="fdr_bh")[1])

    @quick
    @given(CHANCES)
    def test_none_gets_smaller_and_holm_is_the_stricter(self, p_values: list[float]) -> None:
        for p, found, strict in zip(p_values, benjamini_hochberg(p_values), holm(p_values), strict=True):
            assert p <= found <= strict + 1e-12
            assert strict <= 1

    def test_none_at_all_are_none(self) -> None:
        assert holm([]) == benjamini_hochberg([]) == ()

    @pytest.mark.parametrize("p", [-0.1, 1.1, math.nan])
    def test_nonsense_is_refused(self, p: float) -> None:
        with pytest.raises(ValueError, match="p-value"):
            holm([0.5, p])


class TestVerdict:
    def test_a_change_is_found_if_zero_lies_outside(self) -> None:
        assert verdict(Interval(0.01, 0.2)) == "up"
        assert verdict(Interval(-0.2, -0.01)) == "down"
        assert verdict(Interval(-0.01, 0.2)) == "no change found"
        assert verdict(Interval(0, 0.2)) == "no change found"
        assert verdict(None) == "no change found"

    def test_a_corrected_chance_has_to_hold_as_well(self) -> None:
        assert verdict(Interval(0.01, 0.2), p=0.049) == "up"
        assert verdict(Interval(0.01, 0.2), p=0.051) == "no change found"
        assert verdict(Interval(0.01, 0.2), p=0.051, level=0.9) == "up"

    def test_it_serves_scores_as_well(self) -> None:
        before, after = nps(90, 50, n=200), nps(130, 30, n=200)
        assert before is not None
        assert after is not None
        assert verdict(overlapping(before, after, rho=0.4, n1=200, n2=200, both=80).interval) == "up"
