"""Which tier somebody reaches, keeps or leaves, and when."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.loyalty.tiers import (
    Score,
    Step,
    Terms,
    Verdict,
    judge,
    months_between,
    period_began,
    period_ends,
    reached,
)

LADDER = (Step(1, 0, 0), Step(2, 200, 1), Step(3, 600, 3))
TERMS = Terms(window_days=365, period_months=3, keep_share=0.8, grace_days=30)
# In the second quarter; the first one ended with March.
NOW = datetime(2026, 4, 10, 12, tzinfo=UTC)
IN_MARCH, IN_APRIL = NOW - timedelta(days=20), NOW - timedelta(days=1)


def score(points: int, months: int = 12) -> Score:
    """So many points, earned in so many months."""
    return Score(points, months, points)


def seen(points: int, place: int, **values: object) -> Verdict:
    """What is decided about somebody on this step, last counted in this quarter if not said otherwise."""
    known = {"grace_until": None, "counted_at": IN_APRIL, "now": NOW} | values
    return judge(LADDER, score(points), TERMS, place=place, **known)  # type: ignore[arg-type]


class TestReached:
    @pytest.mark.parametrize(
        ("points", "months", "place"),
        [(0, 0, 0), (199, 12, 0), (200, 1, 1), (200, 0, 0), (600, 2, 1), (600, 3, 2), (9999, 12, 2)],
    )
    def test_it_takes_the_points_and_the_months(self, points: int, months: int, place: int) -> None:
        assert reached(LADDER, score(points, months)) == place


class TestUp:
    def test_at_once_and_over_several_steps(self) -> None:
        assert seen(700, 0) == Verdict(2, None, "reached")

    def test_it_ends_the_days_of_grace(self) -> None:
        assert seen(600, 1, grace_until=NOW + timedelta(days=3)) == Verdict(2, None, "reached")


class TestDown:
    def test_not_within_a_period(self) -> None:
        assert seen(0, 2) == Verdict(2, None, "")

    def test_a_share_of_the_points_keeps_the_tier(self) -> None:
        assert seen(480, 2, counted_at=IN_MARCH) == Verdict(2, None, "")
        assert seen(479, 2, counted_at=IN_MARCH).news == "grace"

    def test_the_period_ends_with_days_of_grace(self) -> None:
        assert seen(10, 2, counted_at=IN_MARCH) == Verdict(2, NOW + timedelta(days=30), "grace")

    def test_grace_is_told_of_once(self) -> None:
        until = NOW + timedelta(days=5)
        assert seen(10, 2, counted_at=IN_MARCH, grace_until=until) == Verdict(2, until, "")

    def test_one_step_when_grace_is_over(self) -> None:
        assert seen(10, 2, grace_until=NOW) == Verdict(1, None, "period_ended")

    def test_what_is_earned_in_time_keeps_the_tier(self) -> None:
        assert seen(480, 2, grace_until=NOW) == Verdict(2, None, "")

    def test_without_grace_it_is_at_once(self) -> None:
        terms = Terms(window_days=365, period_months=3, keep_share=0.8, grace_days=0)
        verdict = judge(LADDER, score(0), terms, place=2, grace_until=None, counted_at=IN_MARCH, now=NOW)
        assert verdict == Verdict(1, None, "period_ended")

    def test_nobody_leaves_the_lowest(self) -> None:
        assert seen(0, 0, counted_at=IN_MARCH) == Verdict(0, None, "")

    @given(
        points=st.integers(0, 1000),
        place=st.integers(0, 2),
        days_ago=st.integers(0, 400),
        grace=st.none() | st.integers(-40, 40),
    )
    def test_never_more_than_one_step_and_never_below_what_is_reached(
        self, points: int, place: int, days_ago: int, grace: int | None
    ) -> None:
        until = None if grace is None else NOW + timedelta(days=grace)
        verdict = seen(points, place, grace_until=until, counted_at=NOW - timedelta(days=days_ago))
        assert verdict.place >= place - 1
        assert verdict.place >= reached(LADDER, score(points)) or verdict.place == place
        assert (verdict.grace_until is not None) <= (verdict.place == place > 0)

    @given(
        points=st.integers(0, 1000),
        place=st.integers(0, 2),
        days_ago=st.integers(0, 400),
        grace=st.none() | st.integers(-40, 40),
    )
    def test_counting_again_changes_nothing(
        self, points: int, place: int, days_ago: int, grace: int | None
    ) -> None:
        until = None if grace is None else NOW + timedelta(days=grace)
        first = seen(points, place, grace_until=until, counted_at=NOW - timedelta(days=days_ago))
        again = seen(points, first.place, grace_until=first.grace_until, counted_at=NOW)
        assert again == first._replace(news="")


class TestTerms:
    @pytest.mark.parametrize(("threshold", "share", "needed"), [(600, 0.8, 480), (10, 0.7, 7), (7, 0.5, 4)])
    def test_what_keeps_a_step_is_a_whole_number(self, threshold: int, share: float, needed: int) -> None:
        terms = Terms(window_days=365, period_months=3, keep_share=share, grace_days=30)
        assert terms.needed_to_keep(Step(1, threshold, 0)) == needed


class TestPeriods:
    def test_quarters_begin_with_january(self) -> None:
        assert period_began(NOW, 3) == datetime(2026, 4, 1, tzinfo=UTC)
        assert period_ends(NOW, 3) == datetime(2026, 7, 1, tzinfo=UTC)

    def test_a_year_ends_with_december(self) -> None:
        assert period_began(NOW, 12) == datetime(2026, 1, 1, tzinfo=UTC)
        assert period_ends(datetime(2026, 12, 31, 23, tzinfo=UTC), 12) == datetime(2027, 1, 1, tzinfo=UTC)

    @given(st.datetimes(timezones=st.just(UTC)).filter(lambda at: 1 < at.year < 9999), st.integers(1, 12))
    def test_each_moment_lies_in_one(self, moment: datetime, months: int) -> None:
        assert period_began(moment, months) <= moment < period_ends(moment, months)
        assert period_began(period_ends(moment, months), months) == period_ends(moment, months)

    def test_months_between_cover_all_of_it(self) -> None:
        start = datetime(2025, 12, 20, tzinfo=UTC)
        months = months_between(start, datetime(2026, 2, 3, tzinfo=UTC))
        assert [begins.date().isoformat() for begins, _ends in months] == [
            "2025-12-20",
            "2026-01-01",
            "2026-02-01",
        ]
        assert all(one[1] == next_one[0] for one, next_one in pairwise(months))
        assert months[-1][1] == datetime(2026, 2, 3, tzinfo=UTC)
