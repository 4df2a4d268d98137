"""Whose marks count towards points: not everybody's, and not endlessly between two."""

from datetime import UTC, datetime, timedelta

import pytest

from community.loyalty.givers import Giver, Mark, Receiver, can_count, whose_count

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECEIVER = Receiver(1, frozenset({7}))


def giver(
    number: int = 2, *, is_active: bool = True, is_verified: bool = True, is_staff: bool = False
) -> Giver:
    return Giver(number, is_active, is_verified, is_staff)


def mark(number: int, source_id: int, *, days: float = 0) -> Mark:
    return Mark(number, source_id, NOON + timedelta(days=days))


def counted(marks: list[Mark], source_id: int, *, per_pair: int | None = 3) -> set[int]:
    givers = [giver(number) for number in {each.giver_id for each in marks}]
    return whose_count(marks, source_id=source_id, givers=givers, receiver=RECEIVER, per_pair=per_pair)


class TestCanCount:
    def test_a_member_like_any_other_counts(self) -> None:
        assert can_count(giver(), RECEIVER)

    @pytest.mark.parametrize(
        "one",
        [giver(1), giver(7), giver(is_active=False), giver(is_verified=False), giver(is_staff=True)],
        ids=["oneself", "too close", "suspended", "without an address", "staff"],
    )
    def test_these_never_do(self, one: Giver) -> None:
        assert not can_count(one, RECEIVER)


class TestWhoseCount:
    def test_each_giver_counts_once(self) -> None:
        assert counted([mark(2, 10), mark(3, 10), mark(2, 10, days=1)], 10) == {2, 3}

    def test_marks_on_other_things_do_not_count_here(self) -> None:
        assert counted([mark(2, 11), mark(3, 10)], 10) == {3}

    def test_the_fourth_for_one_and_the_same_member_within_30_days_does_not_count(self) -> None:
        marks = [mark(2, source, days=source) for source in range(1, 5)]
        assert [counted(marks, source) for source in range(1, 5)] == [{2}, {2}, {2}, set()]

    def test_after_30_days_there_is_room_again(self) -> None:
        marks = [mark(2, 1), mark(2, 2), mark(2, 3), mark(2, 4, days=29.9), mark(2, 5, days=30)]
        assert counted(marks, 4) == set()
        assert counted(marks, 5) == {2}

    def test_what_did_not_count_takes_no_room(self) -> None:
        """Somebody who likes one author a lot counts three times in any 30 days, not once and never again."""
        marks = [mark(2, source, days=3 * source) for source in range(40)]
        counting = [source for source in range(40) if counted(marks, source)]
        assert counting == [0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, 32]

    def test_a_mark_that_was_given_again_takes_no_second_place(self) -> None:
        marks = [mark(2, 1), mark(2, 1, days=1), mark(2, 1, days=2), mark(2, 2, days=3), mark(2, 3, days=4)]
        assert counted(marks, 3) == {2}

    def test_without_a_limit_all_count(self) -> None:
        marks = [mark(2, source) for source in range(50)]
        assert all(counted(marks, source, per_pair=None) == {2} for source in range(50))

    def test_who_never_counts_is_not_counted_with_whatever_marks(self) -> None:
        marks = [mark(1, 10), mark(7, 10), mark(9, 10)]
        givers = [giver(1), giver(7)]
        assert not whose_count(marks, source_id=10, givers=givers, receiver=RECEIVER, per_pair=None)
