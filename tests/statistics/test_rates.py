"""Rates of two periods, against an independent library."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from community.statistics.rates import rate_ratio, scaled_rate_ratio


class TestRateRatio:
    @settings(max_examples=40, deadline=None)
    @given(st.integers(1, 3000), st.integers(1, 3000), st.integers(1, 400), st.integers(1, 400))
    def test_p_is_that_of_the_binomial(self, before: int, after: int, days: int, later: int) -> None:
        found = rate_ratio(before, after, days_before=days, days_after=later)
        assert found is not None
        chance = later / (days + later)
        tails = [
            stats.binomtest(after, before + after, chance, alternative=side).pvalue
            for side in ("less", "greater")
        ]
        assert found.p == pytest.approx(min(1, 2 * min(tails)), abs=1e-9)
        assert found.interval.low < found.ratio < found.interval.high

    def test_a_worked_example(self) -> None:
        found = rate_ratio(100, 150, days_before=30, days_after=30)
        assert found is not None
        assert found.ratio == 1.5
        # exp(log 1.5 ± 1.96 sqrt(1/100 + 1/150))
        assert (found.interval.low, found.interval.high) == pytest.approx((1.1647, 1.9319), abs=1e-4)

    def test_nothing_before_is_no_ratio(self) -> None:
        assert rate_ratio(0, 20, days_before=30, days_after=30) is None


class TestScaledRateRatio:
    def test_texts_of_few_people_prove_less(self) -> None:
        plain = rate_ratio(100, 150, days_before=30, days_after=30)
        few = scaled_rate_ratio(100, 150, people_before=20, people_after=30, days_before=30, days_after=30)
        assert plain is not None
        assert few is not None
        assert few.ratio == plain.ratio
        assert few.p > 0.05 > plain.p
        # Five texts each: as wide as from a fifth of the texts.
        fifth = rate_ratio(20, 30, days_before=30, days_after=30)
        assert fifth is not None
        assert (few.interval.low, few.p) == pytest.approx((fifth.interval.low, fifth.p))
