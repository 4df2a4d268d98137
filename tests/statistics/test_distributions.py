"""The plain curves against scipy, and the ranks of order statistics against the binomial itself."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from community.statistics.distributions import (
    beta_share,
    binomial_share,
    chi2_p,
    normal_p,
    one_sided_z_of,
    rank_limits,
    sign_p,
    t_of,
    t_p,
    z_of,
)

# No deadline: the machine may be busy with other tests.
quick = settings(max_examples=40, deadline=None)

LEVELS = st.floats(0.5, 0.999)


class TestNormal:
    def test_it_knows_the_usual_values(self) -> None:
        assert z_of(0.95) == pytest.approx(1.959964, abs=1e-6)
        assert one_sided_z_of(0.95) == pytest.approx(1.644854, abs=1e-6)

    @quick
    @given(st.floats(-8, 8))
    def test_its_chance_is_that_of_scipy(self, z: float) -> None:
        assert normal_p(z) == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-9)

    @quick
    @given(st.floats(0, 60))
    def test_chi_squared_is_that_of_scipy(self, value: float) -> None:
        assert chi2_p(value) == pytest.approx(stats.chi2.sf(value, 1), rel=1e-9)

    @pytest.mark.parametrize("level", [0, 1, -0.1, 95, math.nan])
    def test_a_level_lies_between_nothing_and_one(self, level: float) -> None:
        with pytest.raises(ValueError, match="level of confidence"):
            z_of(level)


class TestStudent:
    @quick
    @given(LEVELS, st.floats(0.3, 1e6))
    def test_the_value_is_that_of_scipy(self, level: float, df: float) -> None:
        assert t_of(level, df) == pytest.approx(stats.t.ppf((1 + level) / 2, df), rel=1e-7)

    @quick
    @given(st.floats(-50, 50), st.floats(0.3, 1e6))
    def test_the_chance_is_that_of_scipy(self, t: float, df: float) -> None:
        assert t_p(t, df) == pytest.approx(2 * stats.t.sf(abs(t), df), rel=1e-7, abs=1e-300)

    def test_endless_freedom_is_the_normal_curve(self) -> None:
        assert t_of(0.95, math.inf) == z_of(0.95)
        assert t_p(2.0, math.inf) == normal_p(2.0)

    def test_hardly_any_freedom_has_no_end(self) -> None:
        assert t_of(0.95, 1e-4) == math.inf


class TestBinomial:
    @quick
    @given(st.integers(1, 20_000), st.floats(0.001, 0.999), st.data())
    def test_the_chance_is_that_of_scipy(self, n: int, chance: float, data: st.DataObject) -> None:
        count = data.draw(st.integers(-1, n))
        assert binomial_share(count, n, chance) == pytest.approx(
            stats.binom.cdf(count, n, chance), rel=1e-7, abs=1e-12
        )

    @quick
    @given(st.integers(0, 200), st.data())
    def test_the_sign_test_is_that_of_scipy(self, n: int, data: st.DataObject) -> None:
        count = data.draw(st.integers(0, n))
        wanted = stats.binomtest(count, n).pvalue if n else 1.0
        assert sign_p(count, n) == pytest.approx(wanted, rel=1e-9)

    @quick
    @given(st.floats(0, 1), st.floats(0.1, 500), st.floats(0.1, 500))
    def test_the_beta_function_is_that_of_scipy(self, x: float, a: float, b: float) -> None:
        assert beta_share(x, a, b) == pytest.approx(special.betainc(a, b, x), rel=1e-7, abs=1e-12)


class TestRankLimits:
    def test_the_worked_example(self) -> None:
        ranks = rank_limits(100, 0.30)
        assert ranks is not None
        assert (ranks.low, ranks.high) == (21, 40)
        assert ranks.coverage == pytest.approx(0.963, abs=5e-4)

    def test_a_median_needs_six_values(self) -> None:
        assert rank_limits(5, 0.5) is None
        six = rank_limits(6, 0.5)
        assert six is not None
        assert (six.low, six.high, six.coverage) == (1, 6, pytest.approx(0.96875))

    def test_where_one_side_has_no_rank_the_other_takes_all_of_the_risk(self) -> None:
        ranks = rank_limits(10, 0.3)
        assert ranks is not None
        assert (ranks.low, ranks.high) == (1, 7)
        mirrored = rank_limits(10, 0.7)
        assert mirrored is not None
        assert (mirrored.low, mirrored.high) == (4, 10)
        assert ranks.coverage == pytest.approx(mirrored.coverage)

    @quick
    @given(st.integers(1, 3000), st.floats(0.02, 0.98), LEVELS)
    def test_the_ranks_cover_what_they_promise(self, n: int, q: float, level: float) -> None:
        ranks = rank_limits(n, q, level=level)
        if ranks is None:
            assert 1 - q**n - (1 - q) ** n < level + 1e-9
            return
        assert 1 <= ranks.low < ranks.high <= n
        covered = stats.binom.cdf(ranks.high - 1, n, q) - stats.binom.cdf(ranks.low - 1, n, q)
        assert ranks.coverage == pytest.approx(covered, abs=1e-9)
        assert covered >= level - 1e-9

    @quick
    @given(st.integers(1, 3000), st.floats(0.02, 0.98), LEVELS)
    def test_the_rank_of_the_quantile_lies_within(self, n: int, q: float, level: float) -> None:
        ranks = rank_limits(n, q, level=level)
        if ranks is not None:
            assert ranks.low <= math.ceil(n * q) <= ranks.high
            assert ranks.low <= math.floor(n * q) + 1 <= ranks.high

    def test_no_values_have_no_ranks(self) -> None:
        assert rank_limits(0, 0.5) is None

    @pytest.mark.parametrize(("n", "q"), [(10, 0.0), (10, 1.0), (-1, 0.5), (10, math.nan)])
    def test_nonsense_is_refused(self, n: int, q: float) -> None:
        with pytest.raises(ValueError, match=r"quantile|negative"):
            rank_limits(n, q)
