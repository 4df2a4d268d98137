"""How well ideas are supported: the prior, what is proven, and support weighted by groups of customers."""

import numpy as np
import pytest
from scipy import stats

from community.statistics.distributions import beta_quantile
from community.statistics.intervals import Part
from community.statistics.support import Group, Prior, prior_of, proven, weighted_support


class TestQuantile:
    @pytest.mark.parametrize(
        ("share", "a", "b"), [(0.05, 1, 1), (0.05, 3.2, 7), (0.5, 400, 12), (0.9, 0.4, 60)]
    )
    def test_it_is_that_of_scipy(self, share: float, a: float, b: float) -> None:
        assert beta_quantile(share, a, b) == pytest.approx(stats.beta.ppf(share, a, b), rel=1e-9)

    def test_a_curve_without_sides_is_refused(self) -> None:
        with pytest.raises(ValueError, match="two sides"):
            beta_quantile(0.05, 0, 3)


class TestPrior:
    def test_it_finds_the_curve_that_shares_were_drawn_from(self) -> None:
        rng = np.random.default_rng(7)
        sizes = rng.integers(20, 200, 3000)
        counts = rng.binomial(sizes, rng.beta(3, 9, 3000))
        prior = prior_of([Part(float(u), float(n)) for u, n in zip(counts, sizes, strict=True)])
        assert (prior.a, prior.b) == pytest.approx((3, 9), rel=0.1)

    def test_ideas_that_differ_no_more_than_by_chance_are_held_to_be_alike(self) -> None:
        prior = prior_of([Part(20, 40)] * 6)
        assert (prior.a, prior.b) == (100, 100)

    def test_without_any_difference_nothing_is_known(self) -> None:
        assert prior_of([]) == prior_of([Part(3, 10)]) == prior_of([Part(0, 9), Part(0, 4)]) == Prior(1, 1)

    def test_it_never_weighs_less_than_knowing_nothing(self) -> None:
        prior = prior_of([Part(0, 30), Part(30, 30), Part(0, 30), Part(30, 30)])
        assert prior.a + prior.b == 2


class TestProven:
    def test_few_who_all_agree_prove_less_than_many_who_mostly_do(self) -> None:
        prior = Prior(1, 1)
        assert proven(Part(3, 3), prior) < proven(Part(160, 200), prior)
        assert proven(Part(160, 200), prior) == pytest.approx(stats.beta.ppf(0.05, 161, 41))


class TestWeightedSupport:
    def test_the_share_is_that_of_all_customers(self) -> None:
        found = weighted_support([Group(0.75, Part(1, 8)), Group(0.25, Part(8, 8))])
        assert found is not None
        assert found.share == pytest.approx(0.75 * 0.2 + 0.25 * 0.9)
        assert (found.least, found.spread) == pytest.approx((0.2, 0.7))

    def test_weights_need_not_add_up_to_one(self) -> None:
        parts = Part(2, 8), Part(5, 10)
        one = weighted_support([Group(3, parts[0]), Group(1, parts[1])])
        assert one == weighted_support([Group(0.75, parts[0]), Group(0.25, parts[1])])

    def test_without_weight_there_is_none(self) -> None:
        assert weighted_support([]) is None
