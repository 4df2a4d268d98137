"""Moments of truth: three ratings, and levels in real units that go from better to worse."""

from typing import Any

import pytest

from community.infra.errors import Invalid
from community.surveys import kinds
from community.surveys.kinds import Asked
from tests.surveys.kinds.asking import ask, read

RATINGS = {"expected": "6", "met": "3", "matters": "7"}
LEVELS = {"excellent": "1", "satisfactory": "2,5", "worst": "10"}


def moment(**settings: Any) -> Asked:
    """A question about a wait in minutes."""
    return ask("moment", settings={"unit": {"en": "minutes"}, "asks_levels": True, **settings})


class TestMoment:
    def test_it_keeps_ratings_and_levels(self) -> None:
        assert read(moment(), RATINGS | LEVELS) == {
            "expected": 6, "met": 3, "matters": 7, "excellent": 1.0, "satisfactory": 2.5, "worst": 10.0,
        }  # fmt: skip

    def test_nothing_sent_is_no_answer(self) -> None:
        assert read(moment(), {}) is None

    def test_levels_are_left_out_where_they_are_not_asked(self) -> None:
        assert read(moment(asks_levels=False), RATINGS) == {"expected": 6, "met": 3, "matters": 7}

    @pytest.mark.parametrize("part", [*RATINGS, *LEVELS])
    def test_nothing_that_is_asked_may_be_missing(self, part: str) -> None:
        with pytest.raises(Invalid) as refusal:
            read(moment(), RATINGS | LEVELS | {part: ""})

        assert refusal.value.field == f"q7-{part}"

    def test_how_it_was_may_be_missing(self) -> None:
        without = read(moment(asks_actual=True), RATINGS | LEVELS)
        told = read(moment(asks_actual=True), RATINGS | LEVELS | {"actual": "0"})

        assert without is not None
        assert told is not None
        assert "actual" not in without
        assert told["actual"] == 0

    @pytest.mark.parametrize(("written", "volume"), [("", None), ("300", 300), (300, 300), (None, None)])
    def test_contacts_a_month_may_be_said(self, written: object, volume: int | None) -> None:
        assert kinds.of("moment").check([], {"volume": written})["volume"] == volume

    @pytest.mark.parametrize("written", ["0", "-3", "2.5", "many", "9" * 30])
    def test_no_other_number_of_contacts_is_taken(self, written: str) -> None:
        with pytest.raises(Invalid) as refusal:
            kinds.of("moment").check([], {"volume": written})

        assert refusal.value.field == "volume"

    @pytest.mark.parametrize(
        ("part", "written"),
        [("met", "0"), ("met", "8"), ("met", "3.5"), ("worst", "-1"), ("worst", "nan"), ("worst", "inf"),
         ("worst", "soon"), ("worst", "1e99"), ("worst", "1_0"), ("matters", "9" * 5000)],
    )  # fmt: skip
    def test_what_is_out_of_range_is_refused(self, part: str, written: str) -> None:
        with pytest.raises(Invalid) as refusal:
            read(moment(), RATINGS | LEVELS | {part: written})

        assert refusal.value.field == f"q7-{part}"

    @pytest.mark.parametrize(
        ("levels", "wrong"),
        [({"satisfactory": "0.5"}, "satisfactory"), ({"worst": "2"}, "worst")],
    )
    def test_less_is_better_unless_it_is_said(self, levels: dict[str, str], wrong: str) -> None:
        with pytest.raises(Invalid) as refusal:
            read(moment(), RATINGS | LEVELS | levels)

        assert refusal.value.field == f"q7-{wrong}"

    def test_more_is_better_where_it_is_said(self) -> None:
        levels = {"excellent": "90", "satisfactory": "60", "worst": "60"}

        assert read(moment(larger_is_better=True), RATINGS | levels) is not None
        with pytest.raises(Invalid):
            read(moment(larger_is_better=True), RATINGS | LEVELS)

    def test_levels_need_a_unit(self) -> None:
        with pytest.raises(Invalid) as refusal:
            kinds.of("moment").check([], {"asks_levels": True})

        assert refusal.value.field == "unit"

    def test_how_it_was_is_asked_only_with_levels(self) -> None:
        assert not kinds.of("moment").check([], {"asks_actual": True})["asks_actual"]

    def test_cells_belong_to_columns(self, app: object) -> None:
        asked = moment(asks_actual=True)
        value = read(asked, RATINGS | LEVELS)
        assert value is not None

        assert [column.code for column in kinds.of("moment").columns(asked)][-2:] == [
            "liked_worst",
            "liked_actual",
        ]
        assert kinds.of("moment").cells(asked, value) == [6, 3, 7, 1.0, 2.5, 10.0, None]

    def test_a_level_comes_back_as_it_was_typed(self) -> None:
        kind: Any = kinds.of("moment")

        assert [kind.written(each) for each in ("2,5x", 2.5, 10.0, 1_000_000, "")] == [
            "2,5x", "2.5", "10", "1000000", "",
        ]  # fmt: skip
