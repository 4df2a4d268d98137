"""Which groups of a split may be shown so that nobody can be worked out from what is shown."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from community.surveys.tallies.splits import hidden_groups


class TestPartedGroups:
    def test_groups_of_ten_and_more_are_shown(self) -> None:
        assert hidden_groups(30, {"a": 10, "b": 20}, is_parted=True) == {}

    def test_a_small_group_is_hidden_with_the_smallest_of_the_others(self) -> None:
        assert hidden_groups(46, {"a": 30, "b": 12, "c": 4}, is_parted=True) == {
            "c": "few",
            "b": "subtraction",
        }

    def test_two_small_groups_hide_each_other(self) -> None:
        assert hidden_groups(45, {"a": 30, "b": 9, "c": 6}, is_parted=True) == {"b": "few", "c": "few"}

    def test_those_who_told_nothing_are_a_group_too(self) -> None:
        assert hidden_groups(45, {"a": 30, "b": 11}, is_parted=True) == {"b": "subtraction"}

    def test_of_two_groups_of_which_one_is_small_none_is_shown(self) -> None:
        assert hidden_groups(34, {"a": 30, "b": 4}, is_parted=True) == {"b": "few", "a": "subtraction"}

    @given(sizes=st.lists(st.integers(1, 40), max_size=8), unknown=st.integers(0, 40))
    def test_what_the_shown_groups_leave_over_is_nobody_or_ten_at_least(
        self, sizes: list[int], unknown: int
    ) -> None:
        groups: Mapping[str, int] = {str(number): size for number, size in enumerate(sizes)}
        n = sum(sizes) + unknown
        hidden = hidden_groups(n, groups, is_parted=True)
        shown = [size for cut, size in groups.items() if cut not in hidden]
        assert all(size >= 10 for size in shown)
        assert n - sum(shown) == 0 or n - sum(shown) >= 10 or not shown


class TestGroupsThatOverlap:
    def test_nobody_can_be_worked_out_as_all_but_one_group(self) -> None:
        assert hidden_groups(40, {"a": 33, "b": 20, "c": 40}, is_parted=False) == {"a": "subtraction"}

    def test_small_ones_are_hidden(self) -> None:
        assert hidden_groups(40, {"a": 9, "b": 20}, is_parted=False) == {"a": "few"}
