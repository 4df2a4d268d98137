"""How unevenly something is spread: against the definitions, and at both ends."""

import random

import pytest

from community.statistics.inequality import count_top, gini, lorenz, top_share


def plain_gini(amounts: list[float]) -> float:
    """The mean of all differences over twice the mean (Gini 1912)."""
    apart = sum(abs(one - other) for one in amounts for other in amounts) / len(amounts) ** 2
    return apart / (2 * sum(amounts) / len(amounts))


class TestGini:
    def test_it_is_half_of_all_differences_over_the_mean(self) -> None:
        rng = random.Random(1)
        amounts = [float(rng.randrange(0, 50)) for _each in range(80)]
        found = gini(amounts)
        assert found is not None
        assert found.value == pytest.approx(plain_gini(amounts))

    def test_nobody_carries_more_than_another_or_one_carries_all(self) -> None:
        alike, one = gini([3.0] * 20), gini([0.0] * 19 + [7.0])
        assert alike is not None
        assert one is not None
        assert (alike.value, one.value) == (0.0, pytest.approx(0.95))

    def test_the_interval_is_the_same_each_time_and_narrower_with_more_people(self) -> None:
        few, many = [1.0, 2.0, 3.0, 10.0] * 5, [1.0, 2.0, 3.0, 10.0] * 500
        first, again, wide = gini(many), gini(many), gini(few)
        assert first == again
        assert first is not None
        assert wide is not None
        assert first.interval is not None
        assert wide.interval is not None
        assert wide.interval.low < first.interval.low < first.value < first.interval.high < wide.interval.high

    @pytest.mark.parametrize("amounts", [[], [0.0, 0.0]])
    def test_of_nothing_there_is_none(self, amounts: list[float]) -> None:
        assert gini(amounts) is None

    def test_of_one_person_there_is_no_interval(self) -> None:
        found = gini([5.0])
        assert found is not None
        assert (found.value, found.interval) == (0.0, None)

    def test_less_than_nothing_is_refused(self) -> None:
        with pytest.raises(ValueError, match="below 0"):
            gini([1.0, -1.0])


class TestTopShare:
    def test_it_is_what_those_have_who_have_most(self) -> None:
        amounts = [float(each) for each in range(1, 101)]
        found = top_share(amounts, 0.1)
        assert found is not None
        assert found.value == pytest.approx(sum(range(91, 101)) / 5050)
        assert found.interval is not None
        assert found.interval.contains(found.value)

    def test_a_part_of_a_person_is_one_person(self) -> None:
        found = top_share([1.0, 1.0, 1.0, 7.0], 0.1)
        assert found is not None
        assert (found.value, count_top(4, 0.1), count_top(40, 0.1)) == (0.7, 1, 4)

    def test_where_many_have_alike_it_takes_as_many_as_are_in_the_top(self) -> None:
        found = top_share([2.0] * 50 + [1.0] * 50, 0.2)
        assert found is not None
        assert found.value == pytest.approx(40 / 150)

    def test_all_or_nobody_is_no_top(self) -> None:
        with pytest.raises(ValueError, match="part"):
            top_share([1.0], 1.0)


class TestLorenz:
    def test_it_runs_below_the_diagonal_from_nothing_to_all(self) -> None:
        points = lorenz([1.0, 2.0, 3.0, 4.0], steps=4)
        assert points == [
            (0.0, 0.0),
            (0.25, pytest.approx(0.1)),
            (0.5, pytest.approx(0.3)),
            (0.75, pytest.approx(0.6)),
            (1.0, pytest.approx(1.0)),
        ]

    def test_between_two_people_it_is_straight(self) -> None:
        assert lorenz([1.0, 3.0, 4.0], steps=2)[1] == (0.5, pytest.approx((1 + 1.5) / 8))

    def test_of_nothing_there_is_no_curve(self) -> None:
        assert lorenz([0.0]) == []
