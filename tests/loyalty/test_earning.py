"""How much a contribution gives, told without a database."""

import pytest

from community.loyalty import earning
from community.loyalty.earning import Amount, Past
from community.loyalty.models import Programme, RuleVersion


def a_version(**values: object) -> RuleVersion:
    says: dict[str, object] = {"points": 10, "decay": 1.0, "decay_days": 7, "first_bonus": 0}
    return RuleVersion(**says | values)


def a_programme(**values: int | None) -> Programme:
    says: dict[str, int | None] = {"points_per_day": None, "points_per_month": None, "most_in_wallet": None}
    return Programme(**says | values)


def amount(past: Past, version: RuleVersion | None = None, **values: int | None) -> Amount:
    budget_left = values.pop("budget_left", None)
    return earning.amount(
        10,
        version=version or a_version(),
        programme=a_programme(**values),
        past=past,
        budget_left=budget_left,
    )


class TestAmount:
    def test_without_any_limit_it_is_what_the_rule_says(self) -> None:
        assert amount(Past(alike_today=50, points_today=9_000)) == Amount(10)

    def test_the_first_one_of_a_members_life_gives_more(self) -> None:
        rule = a_version(first_bonus=5)
        assert amount(Past(), rule) == Amount(15, bonus=5)
        assert amount(Past(alike_ever=1), rule) == Amount(10)

    @pytest.mark.parametrize(
        ("limit", "past"),
        [
            ("per_day", Past(alike_today=3)),
            ("per_week", Past(alike_this_week=3)),
            ("per_pair", Past(alike_of_pair=3)),
        ],
    )
    def test_a_limit_by_number_lets_that_many_through_and_no_more(self, limit: str, past: Past) -> None:
        assert amount(past, a_version(**{limit: 4})) == Amount(10)
        assert amount(past, a_version(**{limit: 3})) == Amount(0, limited_by=limit)

    @pytest.mark.parametrize(
        ("limit", "past"),
        [
            ("points_per_day", Past(points_today=94)),
            ("points_per_month", Past(points_this_month=94)),
            ("most_in_wallet", Past(in_wallet=94)),
        ],
    )
    def test_a_limit_by_points_gives_the_part_that_has_room(self, limit: str, past: Past) -> None:
        assert amount(past, **{limit: 104}) == Amount(10)
        assert amount(past, **{limit: 100}) == Amount(6, limited_by=limit)
        assert amount(past, **{limit: 94}) == Amount(0, limited_by=limit)
        # Staff may set a limit below what somebody has already.
        assert amount(past, **{limit: 50}) == Amount(0, limited_by=limit)

    def test_the_budget_of_all_gives_the_part_that_is_left(self) -> None:
        assert amount(Past(), budget_left=4) == Amount(4, limited_by="budget_per_month")
        assert amount(Past(), budget_left=-3) == Amount(0, limited_by="budget_per_month")

    def test_the_tightest_limit_is_the_one_that_is_named(self) -> None:
        past = Past(points_today=95, points_this_month=92)
        limited = amount(past, points_per_day=100, points_per_month=100)
        assert limited == Amount(5, limited_by="points_per_day")

    def test_what_is_cut_is_the_bonus_first(self) -> None:
        rule = a_version(first_bonus=5)
        assert amount(Past(), rule, points_per_day=12) == Amount(12, bonus=2, limited_by="points_per_day")
        assert amount(Past(), rule, points_per_day=7) == Amount(7, bonus=0, limited_by="points_per_day")

    def test_the_next_ones_alike_give_less(self) -> None:
        rule = a_version(decay=0.8)
        given = [amount(Past(alike_lately=before), rule).points for before in range(5)]
        assert given == [10, 8, 6, 5, 4]
        assert amount(Past(alike_lately=1), rule).limited_by == "alike"
        assert amount(Past(alike_lately=99), rule) == Amount(0, limited_by="alike")


class TestDiminished:
    @pytest.mark.parametrize(
        ("base", "decay", "number", "points"),
        # 100 * 0.57 is 56.99999999999999 in floating point, and 1000 * 0.7 ** 3 is 342.99999999999994.
        [(100, 0.57, 2, 57), (1000, 0.7, 4, 343), (10, 0.5, 4, 1), (10, 1.0, 50, 10), (0, 0.5, 3, 0)],
    )
    def test_it_counts_with_the_share_exactly_as_staff_wrote_it(
        self, base: int, decay: float, number: int, points: int
    ) -> None:
        assert earning.diminished(base, decay=decay, number=number) == points


class TestOnceMore:
    FIRST = Amount(15, bonus=5)

    def again(self, past: Past, **values: int | None) -> Amount:
        return earning.once_more(
            self.FIRST, version=a_version(per_day=3), programme=a_programme(**values), past=past
        )

    def test_it_is_as_much_as_before_while_there_is_room(self) -> None:
        assert self.again(Past(), points_per_day=15) == self.FIRST
        assert self.again(Past(points_today=9), points_per_day=15) == Amount(6, limited_by="points_per_day")
        assert self.again(Past(alike_today=3)) == Amount(0, limited_by="per_day")

    def test_the_bonus_for_the_first_one_is_given_once(self) -> None:
        assert self.again(Past(alike_ever=1)) == Amount(10)
