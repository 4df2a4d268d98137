"""What trends: recent support counts more, and the stored number never has to be touched again."""

from datetime import UTC, datetime, timedelta

import pytest

from community.ideas import ranking

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def after(days: float) -> datetime:
    return NOON + timedelta(days=days)


class TestTrend:
    def test_an_event_counts_half_after_a_week(self) -> None:
        two_old = ranking.trend_of(NOON, supported_at=[NOON])
        one_new = ranking.weight(after(7))
        assert two_old == pytest.approx(one_new)

    def test_recent_support_outdoes_more_of_it_long_ago(self) -> None:
        old = ranking.trend_of(NOON, supported_at=[after(1)] * 20)
        new = ranking.trend_of(after(40), supported_at=[after(41)] * 3)
        assert new > old

    def test_adding_events_one_by_one_is_the_same_as_counting_all_at_once(self) -> None:
        days = [0.5, 3, 2, 90, 89.5, 400]
        trend = ranking.weight(NOON)
        for day in days:
            trend = ranking.with_event(trend, at=after(day))
        assert trend == pytest.approx(ranking.trend_of(NOON, supported_at=map(after, days)), abs=1e-12)

    def test_the_order_of_events_does_not_matter(self) -> None:
        forward = ranking.trend_of(NOON, supported_at=[after(1), after(30)])
        backward = ranking.trend_of(NOON, supported_at=[after(30), after(1)])
        assert forward == pytest.approx(backward, abs=1e-12)

    def test_it_stays_finite_for_a_century(self) -> None:
        trend = ranking.trend_of(NOON, supported_at=[after(36_500)] * 1000)
        assert ranking.with_event(trend, at=after(36_501)) > trend

    def test_taking_back_the_only_recent_support_leaves_what_was_there_before(self) -> None:
        before = ranking.trend_of(NOON, supported_at=[after(1), after(2)])
        with_recent = ranking.with_event(before, at=after(2000))
        assert with_recent > before
        assert ranking.trend_of(NOON, supported_at=[after(1), after(2)]) == before
