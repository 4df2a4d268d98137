"""How long it takes: against statsmodels, a worked example, and what must always hold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from community.statistics.survival import Wait, kaplan_meier, median_wait, share_by

quick = settings(max_examples=40, deadline=None)

# Kaplan and Meier's own example: it happened after .8, 3.1, 5.4 and 9.2, four more were watched so long.
EIGHT = [Wait(each, True) for each in (0.8, 3.1, 5.4, 9.2)] + [
    Wait(each, False) for each in (1.0, 2.7, 7.0, 12.1)
]

WAITS = st.lists(
    st.tuples(st.integers(0, 12).map(float), st.booleans(), st.integers(1, 3)), min_size=2, max_size=25
)


class TestCurve:
    def test_the_worked_example_of_kaplan_and_meier(self) -> None:
        curve = kaplan_meier(EIGHT)
        assert curve is not None
        assert [round(1 - step.share, 3) for step in curve.steps] == [0.875, 0.7, 0.525, 0.262]
        assert [step.at_risk for step in curve.steps] == [8, 5, 4, 2]
        assert (curve.n, curve.censored, curve.last) == (8, 4, 12.1)

    @quick
    @given(WAITS)
    def test_shares_and_errors_are_those_of_statsmodels(self, waits: list[tuple[float, bool, int]]) -> None:
        curve = kaplan_meier(Wait(*each) for each in waits)
        times = [time for time, _over, count in waits for _each in range(count)]
        over = [int(is_over) for _time, is_over, count in waits for _each in range(count)]
        assert curve is not None
        if not any(over):
            assert curve.steps == ()
            return
        with np.errstate(all="ignore"):
            theirs = SurvfuncRight(np.array(times), np.array(over))
            errors = np.nan_to_num(theirs.surv_prob_se)
        assert [step.time for step in curve.steps] == list(theirs.surv_times)
        assert [1 - step.share for step in curve.steps] == pytest.approx(list(theirs.surv_prob), abs=1e-12)
        assert [step.se for step in curve.steps] == pytest.approx(list(errors), abs=1e-12)

    def test_what_belongs_together_widens_the_interval_and_moves_nothing(self) -> None:
        alone, together = kaplan_meier(EIGHT), kaplan_meier(EIGHT, deff=4)
        assert alone is not None
        assert together is not None
        assert [step.share for step in alone.steps] == [step.share for step in together.steps]
        assert together.steps[1].se == pytest.approx(2 * alone.steps[1].se)

    def test_nobody_has_no_curve_and_nonsense_is_refused(self) -> None:
        assert kaplan_meier([]) is None
        for nonsense in (Wait(-1, True), Wait(float("nan"), True), Wait(1, True, -1)):
            with pytest.raises(ValueError, match="finite time"):
                kaplan_meier([nonsense])
        with pytest.raises(ValueError, match="belongs together"):
            kaplan_meier(EIGHT, deff=0.5)


class TestShareBy:
    def test_it_is_known_as_far_as_anybody_was_watched(self) -> None:
        curve = kaplan_meier(EIGHT)
        assert curve is not None
        shares = [share_by(curve, time) for time in (0.5, 3.1, 9.0, 12.1, 12.2)]
        assert [each and round(each.value, 3) for each in shares] == [0.0, 0.3, 0.475, 0.738, None]

    def test_once_it_has_happened_to_all_it_stays_so(self) -> None:
        curve = kaplan_meier([Wait(2, True, 12)])
        assert curve is not None
        found = share_by(curve, 100)
        assert found is not None
        assert (found.value, found.interval) == (1.0, None)


class TestMedian:
    @quick
    @given(st.lists(st.integers(0, 40), min_size=1, max_size=30))
    def test_if_nobody_waits_it_is_the_plain_median(self, times: list[int]) -> None:
        curve = kaplan_meier(Wait(time, True) for time in times)
        assert curve is not None
        assert median_wait(curve)[0] == pytest.approx(float(np.median(times)))

    def test_the_interval_is_that_of_statsmodels(self) -> None:
        rng = np.random.default_rng(3)
        times, over = np.round(rng.exponential(6, 80), 1), rng.random(80) < 0.7
        curve = kaplan_meier(
            Wait(float(time), bool(is_over)) for time, is_over in zip(times, over, strict=True)
        )
        assert curve is not None
        with np.errstate(all="ignore"):
            theirs = SurvfuncRight(times, over.astype(int))
            limits = theirs.quantile_ci(0.5, method="cloglog")
        assert median_wait(curve) == pytest.approx((theirs.quantile(0.5), *limits))

    def test_while_most_still_wait_it_is_not_known(self) -> None:
        curve = kaplan_meier([Wait(1, True, 4), Wait(9, False, 16)])
        assert curve is not None
        assert median_wait(curve) == (None, None, None)
