from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.loyalty.months import months_after
from community.loyalty.taking import take


@dataclass(frozen=True)
class Pot:
    id: int
    free: int
    expires_at: datetime | None = None
    available_from: datetime | None = None


def on(day: int) -> datetime:
    return datetime(2026, 5, day, tzinfo=UTC)


def taken(*pots: Pot, amount: int, first_id: int | None = None) -> list[tuple[int, int]]:
    return [(pot.id, part) for pot, part in take(pots, amount, first_id=first_id)[0]]


class TestTake:
    def test_what_expires_first_goes_first(self) -> None:
        assert taken(Pot(1, 5, on(9)), Pot(2, 5, on(3)), amount=7) == [(2, 5), (1, 2)]

    def test_what_never_expires_goes_last(self) -> None:
        assert taken(Pot(1, 5), Pot(2, 5, on(30)), amount=6) == [(2, 5), (1, 1)]

    def test_of_those_that_expire_together_the_older_goes_first(self) -> None:
        assert taken(Pot(1, 5, on(9), on(2)), Pot(2, 5, on(9), on(1)), amount=6) == [(2, 5), (1, 1)]

    def test_and_of_those_that_came_together_the_lower_number(self) -> None:
        assert taken(Pot(2, 5, on(9), on(1)), Pot(1, 5, on(9), on(1)), amount=6) == [(1, 5), (2, 1)]

    def test_one_lot_can_be_asked_for_before_all_others(self) -> None:
        assert taken(Pot(1, 5, on(1)), Pot(2, 5), amount=6, first_id=2) == [(2, 5), (1, 1)]

    def test_empty_lots_are_passed_over(self) -> None:
        assert taken(Pot(1, 0, on(1)), Pot(2, 5), amount=3) == [(2, 3)]

    def test_what_is_missing_is_said(self) -> None:
        assert take([Pot(1, 5)], 8)[1] == 3

    @given(
        st.lists(st.tuples(st.integers(0, 20), st.none() | st.integers(1, 30)), max_size=12),
        st.integers(0, 100),
    )
    def test_it_takes_all_that_is_asked_or_all_there_is(
        self, pots: list[tuple[int, int | None]], amount: int
    ) -> None:
        lots = [Pot(id_, free, day and on(day)) for id_, (free, day) in enumerate(pots)]
        parts, missing = take(lots, amount)
        assert sum(part for _lot, part in parts) + missing == amount
        assert missing == max(0, amount - sum(lot.free for lot in lots))
        assert all(0 < part <= lot.free for lot, part in parts)
        # Nothing stays in a lot while one that expires later is touched.
        touched = {lot.id: part for lot, part in parts}
        for lot in lots:
            for other in lots:
                if (
                    other.id in touched
                    and lot.expires_at
                    and (other.expires_at is None or lot.expires_at < other.expires_at)
                ):
                    assert touched.get(lot.id, 0) == lot.free


class TestMonthsAfter:
    @pytest.mark.parametrize(
        ("moment", "months", "expected"),
        [
            ((2026, 3, 15), 24, (2028, 3, 15)),
            ((2026, 11, 30), 3, (2027, 2, 28)),
            ((2027, 12, 31), 2, (2028, 2, 29)),
            ((2026, 12, 1), 1, (2027, 1, 1)),
            ((2026, 1, 31), 11, (2026, 12, 31)),
            ((2026, 3, 31), -1, (2026, 2, 28)),
        ],
    )
    def test_it_is_the_same_day_or_the_last_of_the_month(
        self, moment: tuple[int, int, int], months: int, expected: tuple[int, int, int]
    ) -> None:
        assert months_after(datetime(*moment, 8, tzinfo=UTC), months) == datetime(*expected, 8, tzinfo=UTC)
