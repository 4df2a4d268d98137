"""The figures by which moderation is measured."""

from datetime import timedelta

import pytest

from community.moderation.quality import Case, by_moderator, figures

HOURS = [timedelta(hours=hours) for hours in range(1, 11)]


class TestFigures:
    def test_they_count_what_was_taken_back_with_its_interval(self) -> None:
        cases = [Case(1, None, None)] * 8 + [Case(1, None, "mistake"), Case(1, None, "appeal")]
        counted = figures(cases)
        assert (counted.decided, counted.mistakes, counted.overturned) == (10, 1, 1)
        assert counted.reversed_share == 0.2
        # The known Wilson interval of 2 in 10.
        assert counted.interval is not None
        assert (counted.interval.low, counted.interval.high) == pytest.approx((0.0567, 0.5098), abs=1e-4)

    def test_times_are_of_what_somebody_waited_for(self) -> None:
        counted = figures([Case(1, waited, None) for waited in HOURS] + [Case(1, None, None)])
        assert counted.waited == 10
        assert counted.median == timedelta(hours=5, minutes=30)
        assert counted.slowest == timedelta(hours=9)

    def test_of_nothing_there_are_none(self) -> None:
        counted = figures([])
        assert (counted.reversed_share, counted.interval, counted.median, counted.slowest) == (None,) * 4

    def test_each_moderator_has_their_own_and_the_threshold_of_flags_too(self) -> None:
        own = by_moderator([Case(1, None, None), Case(2, None, "appeal"), Case(None, None, "mistake")])
        assert [own[number].reversed for number in (1, 2, None)] == [0, 1, 1]
