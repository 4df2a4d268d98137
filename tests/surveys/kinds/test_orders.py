"""Ranking, the same scale for several rows, and points to share out."""

from typing import Any

import pytest

from community.infra.errors import Invalid
from community.surveys import kinds
from tests.surveys.kinds.asking import ask, read

THINGS = ("speed", "price", "care")
COLUMNS: list[dict[str, Any]] = [
    {"key": "low", "text": {"en": "Rarely", "zh_Hans": "很少"}},
    {"key": "mid", "text": {"en": "Sometimes", "zh_Hans": "有时"}},
    {"key": "top", "text": {"en": "Often", "zh_Hans": "经常"}},
]


class TestRanking:
    def test_places_become_an_order(self) -> None:
        sent = {"speed": "2", "price": "3", "care": "1"}

        assert read(ask("ranking", *THINGS), sent) == {"order": ["care", "speed", "price"]}

    def test_a_single_one_left_out_takes_the_free_place(self) -> None:
        assert read(ask("ranking", *THINGS), {"speed": "3", "care": "1"}) == {
            "order": ["care", "price", "speed"]
        }

    @pytest.mark.parametrize(
        ("sent", "field"),
        [
            ({"speed": "1", "price": "1", "care": "2"}, "q7-price"),
            ({"speed": "1", "price": "4", "care": "2"}, "q7-price"),
            ({"speed": "0", "price": "1", "care": "2"}, "q7-speed"),
            ({"speed": "first", "price": "1", "care": "2"}, "q7-speed"),
            ({"speed": "1"}, "q7"),
        ],
    )
    def test_it_refuses_what_is_no_order(self, sent: dict[str, str], field: str) -> None:
        with pytest.raises(Invalid) as refusal:
            read(ask("ranking", *THINGS), sent)

        assert refusal.value.field == field

    def test_no_places_are_no_answer(self) -> None:
        assert read(ask("ranking", *THINGS), {"speed": " "}) is None

    def test_it_is_told_in_words_and_in_places(self) -> None:
        value = {"order": ["care", "speed", "price"]}

        assert kinds.of("ranking").words(ask("ranking", *THINGS), value) == "Care, Speed, and Price"
        assert kinds.of("ranking").cells(ask("ranking", *THINGS), value) == [2, 3, 1]


class TestMatrix:
    def test_each_row_has_a_column(self) -> None:
        asked = ask("matrix", *THINGS, settings={"columns": COLUMNS})

        assert read(asked, {"speed": "low", "price": "top", "care": "mid"}) == {
            "rows": {"care": "mid", "price": "top", "speed": "low"}
        }

    def test_a_row_left_out_is_asked_for(self) -> None:
        asked = ask("matrix", *THINGS, settings={"columns": COLUMNS})

        with pytest.raises(Invalid) as refusal:
            read(asked, {"speed": "low", "care": "mid"})
        assert refusal.value.field == "q7-price"

    def test_where_it_may_be_left_out_some_rows_are_enough(self) -> None:
        asked = ask("matrix", *THINGS, settings={"columns": COLUMNS}, is_required=False)

        assert read(asked, {"speed": "low"}) == {"rows": {"speed": "low"}}
        assert read(asked, {}) is None

    def test_it_refuses_a_column_that_is_not_there(self) -> None:
        asked = ask("matrix", *THINGS, settings={"columns": COLUMNS}, is_required=False)

        with pytest.raises(Invalid):
            read(asked, {"speed": "never"})

    def test_cells_count_from_the_lowest_column(self) -> None:
        asked = ask("matrix", *THINGS, settings={"columns": COLUMNS})
        kind = kinds.of("matrix")

        assert kind.cells(asked, {"rows": {"speed": "top", "price": "low"}}) == [3, 1, None]
        assert kind.words(asked, {"rows": {"speed": "top"}}) == "Speed: Often"
        assert kind.columns(asked)[0].labels == {1: "Rarely", 2: "Sometimes", 3: "Often"}

    def test_only_its_own_rows_can_mean_the_opposite(self) -> None:
        asked = ask("matrix", *THINGS, settings={"columns": COLUMNS, "reversed": ["care", "taste"]})

        assert asked.settings["reversed"] == ["care"]

    def test_staff_give_it_columns(self) -> None:
        with pytest.raises(Invalid) as refusal:
            ask("matrix", *THINGS, settings={"columns": COLUMNS[:1]})

        assert refusal.value.field == "columns"


class TestAllocation:
    def test_points_add_up_and_empty_ones_are_none(self) -> None:
        assert read(ask("allocation", *THINGS), {"speed": "70", "care": "30"}) == {
            "points": {"care": 30, "price": 0, "speed": 70}
        }

    @pytest.mark.parametrize("given", ["20", "31", "-30", "30.5", "x"])
    def test_it_refuses_points_that_do_not_add_up(self, given: str) -> None:
        with pytest.raises(Invalid):
            read(ask("allocation", *THINGS), {"speed": "70", "care": given})

    def test_nothing_given_is_no_answer(self) -> None:
        assert read(ask("allocation", *THINGS), {"speed": ""}) is None

    def test_it_is_told_by_points(self) -> None:
        asked = ask("allocation", *THINGS)
        value = {"points": {"care": 30, "price": 0, "speed": 70}}

        assert kinds.of("allocation").words(asked, value) == "Speed: 70 and Care: 30"
        assert kinds.of("allocation").cells(asked, value) == [70, 0, 30]
