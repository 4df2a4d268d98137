"""What explains an outcome: by hand, against all orders one by one, and against an independent library."""

from itertools import permutations

import numpy as np
import pytest
import statsmodels.api as sm

from community.statistics.drivers import drivers, lmg


def r2_of(correlations: np.ndarray, chosen: tuple[int, ...]) -> float:
    """R² of the outcome, the last one, on those that were chosen."""
    if not chosen:
        return 0.0
    at = list(chosen)
    among, with_it = correlations[np.ix_(at, at)], correlations[at, -1]
    return float(with_it @ np.linalg.solve(among, with_it))


def people(n: int = 600, *, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Who speaks of which of four topics, and how content they are; the first two weigh."""
    rng = np.random.default_rng(seed)
    x = (rng.random((n, 4)) < [0.4, 0.3, 0.3, 0.2]).astype(float)
    x[:, 2] = np.where(rng.random(n) < 0.5, x[:, 1], x[:, 2])
    return x, 3.5 - 1.0 * x[:, 0] + 0.6 * x[:, 1] + rng.normal(0, 1, n)


class TestLmg:
    def test_two_predictors_by_hand(self) -> None:
        # r1 = .6, r2 = .5, r12 = .4: R² = (.36 + .25 - 2 × .6 × .5 × .4) / .84 = .440476…;
        # the first alone .36, after the second .440476 - .25 = .190476: on average .275238.
        parts = lmg([[1, 0.4, 0.6], [0.4, 1, 0.5], [0.6, 0.5, 1]])
        assert list(parts) == pytest.approx([0.2752381, 0.1652381], abs=1e-7)

    def test_it_is_the_mean_over_all_orders(self) -> None:
        rng = np.random.default_rng(7)
        correlations = np.corrcoef(rng.normal(size=(50, 5)) @ rng.normal(size=(5, 5)), rowvar=False)
        wanted = np.zeros(4)
        orders = list(permutations(range(4)))
        for order in orders:
            for place, at in enumerate(order):
                gain = r2_of(correlations, order[: place + 1]) - r2_of(correlations, order[:place])
                wanted[at] += gain / len(orders)
        assert list(lmg(correlations)) == pytest.approx(list(wanted), abs=1e-9)

    def test_the_same_thing_twice_shares_what_it_explains(self) -> None:
        assert list(lmg([[1, 1, 0.6], [1, 1, 0.6], [0.6, 0.6, 1]])) == pytest.approx([0.18, 0.18])

    def test_more_than_twelve_are_too_many(self) -> None:
        with pytest.raises(ValueError, match="12 predictors"):
            lmg(np.eye(14))


class TestDrivers:
    def test_r2_and_effects_are_those_of_statsmodels(self) -> None:
        x, y = people()
        found = drivers(x, y)
        assert found is not None
        fit = sm.OLS(y, sm.add_constant(x)).fit(cov_type="HC1", use_t=True)
        assert found.r2 == pytest.approx(fit.rsquared)
        assert sum(each.explained for each in found.drivers) == pytest.approx(found.r2)
        assert [each.effect for each in found.drivers] == pytest.approx(list(fit.params[1:]))
        assert [each.p for each in found.drivers] == pytest.approx(list(fit.pvalues[1:]), abs=1e-9)
        assert found.p == pytest.approx(sm.OLS(y, sm.add_constant(x)).fit().f_pvalue)
        low, high = fit.conf_int()[1]
        assert found.drivers[0].effect_interval is not None
        assert (found.drivers[0].effect_interval.low, found.drivers[0].effect_interval.high) == pytest.approx(
            (low, high)
        )

    def test_what_weighs_is_found_and_its_interval_holds_it(self) -> None:
        x, y = people()
        found = drivers(x, y)
        assert found is not None
        shares = [each.share for each in found.drivers]
        assert shares.index(max(shares)) == 0  # type: ignore[type-var]
        assert sum(shares) == pytest.approx(1)  # type: ignore[arg-type]
        for each in found.drivers:
            assert each.share_interval is not None
            assert each.share is not None
            assert 0 <= each.share_interval.low <= each.share <= each.share_interval.high <= 1
        assert found.drivers[0].share_interval.low > found.drivers[3].share_interval.high  # type: ignore[union-attr]
        assert found == drivers(x, y)

    def test_people_are_compared_within_their_stratum(self) -> None:
        x, y = people()
        strata = (np.arange(len(y)) % 3).tolist()
        shifted = y + 5 * np.arange(len(y)) % 15
        found, dummies = drivers(x, shifted, strata=strata), np.eye(3)[strata]
        assert found is not None
        fit = sm.OLS(shifted, np.column_stack([x, dummies])).fit(cov_type="HC1", use_t=True)
        assert [each.effect for each in found.drivers] == pytest.approx(list(fit.params[:4]))
        assert [each.p for each in found.drivers] == pytest.approx(list(fit.pvalues[:4]), abs=1e-9)

    def test_all_together_are_tested_within_strata(self) -> None:
        x, _outcome = people(80)
        noise = np.random.default_rng(8).normal(0, 1, 80)
        strata = (np.arange(80) % 3).tolist()
        found, dummies = drivers(x, noise, strata=strata), np.eye(3)[strata]
        assert found is not None
        wide = sm.OLS(noise, np.column_stack([x, dummies])).fit()
        assert found.p == pytest.approx(wide.compare_f_test(sm.OLS(noise, dummies).fit())[1])
        assert found.p > 0.05
        # What the bootstrap alone would not say.
        assert found.r2_interval.low > 0

    def test_intervals_of_many_are_those_of_all_in_blocks(self) -> None:
        found = drivers(*people(9000))
        assert found is not None
        width = found.r2_interval.high - found.r2_interval.low
        # As wide as the usual standard error of R² says: 2 × 1.96 × sqrt(4 R² (1 - R²)² / n).
        assert width == pytest.approx(3.92 * (4 * found.r2 * (1 - found.r2) ** 2 / 9000) ** 0.5, rel=0.15)

    def test_nothing_to_explain_is_no_answer(self) -> None:
        x, y = people()
        assert drivers(x, np.ones(len(y))) is None
        assert drivers(np.zeros_like(x), y) is None

    def test_a_topic_that_is_another_one_has_no_effect_of_its_own(self) -> None:
        x, y = people()
        found = drivers(np.column_stack([x, x[:, 0]]), y)
        assert found is not None
        assert found.drivers[4].effect is None
        assert found.drivers[4].explained == pytest.approx(found.drivers[0].explained)
