"""Numbers within bounds, and days."""

import pytest

from community.infra.errors import Invalid
from community.surveys import kinds
from tests.surveys.kinds.asking import ask, read


class TestNumber:
    def test_a_point_and_a_comma_are_one(self) -> None:
        asked = ask("number", settings={"decimals": 1})

        assert read(asked, {"": "2.5"}) == read(asked, {"": " 2,5 "}) == {"number": 2.5}

    @pytest.mark.parametrize("written", ["-1", "101", "1e300", "-0.01"])
    def test_it_refuses_what_lies_out_of_bounds(self, written: str) -> None:
        asked = ask("number", settings={"min": 0, "max": 100, "decimals": 4})

        with pytest.raises(Invalid):
            read(asked, {"": written})

    @pytest.mark.parametrize("written", ["nan", "inf", "-Infinity", "ten", "1_000", "0x10", "1" * 41, "1e13"])
    def test_it_refuses_what_is_no_number(self, written: str) -> None:
        with pytest.raises(Invalid):
            read(ask("number"), {"": written})

    def test_it_takes_no_more_decimals_than_asked_for(self) -> None:
        with pytest.raises(Invalid):
            read(ask("number"), {"": "2.5"})
        with pytest.raises(Invalid):
            read(ask("number", settings={"decimals": 2}), {"": "2.125"})

    def test_staff_give_bounds_that_leave_room(self) -> None:
        with pytest.raises(Invalid) as refusal:
            ask("number", settings={"min": 5, "max": 5})

        assert refusal.value.field == "max"

    def test_its_cell_is_the_number(self) -> None:
        asked = ask("number", settings={"decimals": 1})

        assert kinds.of("number").cells(asked, {"number": 2.5}) == [2.5]


class TestDay:
    def test_it_takes_a_day(self) -> None:
        assert read(ask("date"), {"": "2026-03-14"}) == {"date": "2026-03-14"}

    @pytest.mark.parametrize(
        "written", ["2026-02-30", "14.3.2026", "yesterday", "0026-01-01", "2026-03-14T10"]
    )
    def test_it_refuses_what_is_no_day(self, written: str) -> None:
        with pytest.raises(Invalid):
            read(ask("date"), {"": written})
