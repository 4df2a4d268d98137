"""How well two orders agree, against scipy; and the places of values."""

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from community.statistics.intervals import Estimate
from community.statistics.ranks import kendall, places, spearman

quick = settings(max_examples=60, deadline=None)

PAIRS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=40)
Measure = Callable[[list[float], list[float]], Estimate | None]


@pytest.mark.parametrize(("measure", "theirs"), [(kendall, stats.kendalltau), (spearman, stats.spearmanr)])
class TestAgreement:
    @quick
    @given(PAIRS)
    def test_it_is_that_of_scipy(self, measure: Measure, theirs: Any, pairs: list[tuple[int, int]]) -> None:
        one, other = [float(a) for a, _b in pairs], [float(b) for _a, b in pairs]
        if len(set(one)) < 2 or len(set(other)) < 2:
            assert measure(one, other) is None
            return
        found = measure(one, other)
        assert found is not None
        assert found.value == pytest.approx(theirs(one, other).statistic, abs=1e-9)

    def test_the_same_order_and_the_opposite_one(self, measure: Measure, theirs: Any) -> None:
        forward = [float(each) for each in range(9)]
        same, opposite = measure(forward, forward), measure(forward, forward[::-1])
        assert same is not None
        assert opposite is not None
        assert (same.value, opposite.value) == pytest.approx((1, -1))
        assert same.interval is opposite.interval is None

    def test_other_things_are_refused(self, measure: Measure, theirs: Any) -> None:
        with pytest.raises(ValueError, match="same things"):
            measure([1.0, 2.0], [1.0])


class TestIntervals:
    def test_they_are_those_of_fishers_z(self) -> None:
        one, other = [float(each) for each in range(20)], [float(each ^ 5) for each in range(20)]
        tau, rho = kendall(one, other), spearman(one, other)
        assert tau is not None
        assert rho is not None
        assert tau.interval is not None
        assert rho.interval is not None
        z = stats.norm.ppf(0.975)
        assert math.atanh(tau.interval.high) - math.atanh(tau.value) == pytest.approx(z * (0.437 / 16) ** 0.5)
        wide = ((1 + rho.value**2 / 2) / 17) ** 0.5
        assert math.atanh(rho.value) - math.atanh(rho.interval.low) == pytest.approx(z * wide)


class TestPlaces:
    def test_the_largest_comes_first_and_equals_share_the_best_place(self) -> None:
        assert places([3, 8, 3, 1, 8]) == (3, 1, 3, 5, 1)
