"""Who is kept back: small groups, what subtraction would uncover, and nothing else."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from community.insights import suppression
from community.insights.figures import Claim, Row
from community.insights.suppression import (
    keep_back,
    kept_back,
    kept_back_overlapping,
)
from tests.factories.insights import make_figure

COUNTS = st.lists(st.integers(0, 40), max_size=12)
quick = settings(max_examples=150, deadline=None)


class TestKeptBack:
    def test_a_table_of_large_groups_is_shown(self) -> None:
        assert kept_back([10, 30, 200]) == frozenset()

    def test_one_small_group_takes_the_next_smallest_with_it(self) -> None:
        assert kept_back([9, 50, 12, 80]) == {0, 2}

    def test_small_groups_that_are_enough_together_take_nobody_with_them(self) -> None:
        assert kept_back([9, 50, 4, 80]) == {0, 2}

    def test_small_groups_that_are_too_few_together_take_the_next_smallest(self) -> None:
        assert kept_back([3, 50, 4, 12]) == {0, 2, 3}

    def test_the_same_people_in_two_groups_are_counted_once(self) -> None:
        assert kept_back([9, 50, 9, 80], together=lambda groups: 9 if len(groups) == 2 else 59) == {0, 1, 2}

    def test_nobody_is_no_group(self) -> None:
        assert kept_back([0, 50, 80]) == frozenset()

    @quick
    @given(COUNTS)
    def test_what_is_kept_back_cannot_be_reckoned(self, people: list[int]) -> None:
        hidden = kept_back(people)
        assert all(at in hidden for at, count in enumerate(people) if 0 < count < 10)
        shown_to_all = [count for at, count in enumerate(people) if count and at not in hidden]
        if hidden and shown_to_all:
            assert len(hidden) > 1
            assert sum(people[at] for at in hidden) >= 10


class TestKeptBackOverlapping:
    def test_a_segment_goes_if_those_outside_are_too_few(self) -> None:
        assert kept_back_overlapping([91, 90, 9, 100, 40], of=100) == {0, 2}


class TestKeepBack:
    def test_a_row_keeps_its_name_only(self) -> None:
        rows = [Row({"topic": "Price", "n": 3}, {"topic": 1}), Row({"topic": "Staff", "n": 40}, {"topic": 2})]
        kept = keep_back(rows, {0}, named_by=("topic",))
        assert kept == [Row({"topic": "Price"}, None, is_hidden=True), rows[1]]


class TestSealed:
    def test_a_figure_of_hidden_rows_has_no_base(self) -> None:
        figure = make_figure(claims=[Claim("It rose.")])
        assert suppression.sealed(figure) is figure
        hidden = replace(figure, rows=[Row({"topic": "Price"}, is_hidden=True)])
        found = suppression.sealed(hidden)
        assert (found.n, found.people, found.claims, found.chart) == (0, None, (), None)
        assert found.rows == hidden.rows
