"""One answer, several answers, yes and no."""

import pytest

from community.infra.errors import Invalid
from community.surveys import kinds
from tests.surveys.kinds.asking import ask, read


class TestSingle:
    def test_it_takes_one_of_its_answers(self) -> None:
        assert read(ask("single", "red", "green"), {"": "green"}) == {"choice": "green"}

    def test_nothing_sent_is_no_answer(self) -> None:
        assert read(ask("single", "red", "green"), {}) is None

    def test_it_refuses_what_was_not_offered(self) -> None:
        with pytest.raises(Invalid) as refusal:
            read(ask("single", "red", "green"), {"": "blue"})

        assert refusal.value.field == "q7"

    def test_other_needs_words(self) -> None:
        with pytest.raises(Invalid) as refusal:
            read(ask("single", "red", "green", other="else"), {"": "else", "other": "  "})

        assert refusal.value.field == "q7-other"

    def test_whoever_only_writes_words_means_other(self) -> None:
        asked = ask("single", "red", "green", other="else")

        assert read(asked, {"other": " mint  green "}) == {"choice": "else", "other": "mint green"}

    def test_words_beside_another_answer_are_not_kept(self) -> None:
        asked = ask("single", "red", "green", other="else")

        assert read(asked, {"": "red", "other": "mint"}) == {"choice": "red"}

    def test_it_refuses_words_without_end(self) -> None:
        with pytest.raises(Invalid):
            read(ask("single", "red", "green", other="else"), {"": "else", "other": "a" * 201})

    def test_it_is_told_in_words_and_in_numbers(self) -> None:
        asked = ask("single", "red", "green", other="else")
        kind = kinds.of("single")
        own = {"choice": "else", "other": "mint"}

        assert kind.words(asked, {"choice": "green"}) == "Green"
        assert kind.words(asked, own) == "mint"
        assert [column.code for column in kind.columns(asked)] == ["liked", "liked_own"]
        assert kind.columns(asked)[0].labels == {1: "Red", 2: "Green", 3: "Else"}
        assert kind.cells(asked, {"choice": "green"}) == [2, None]
        assert kind.cells(asked, own) == [3, "mint"]
        assert kind.texts(asked, own) == ["mint"]
        assert kind.texts(asked, {"choice": "green"}) == []

    def test_staff_must_offer_a_choice(self) -> None:
        with pytest.raises(Invalid):
            ask("single", "red")
        with pytest.raises(Invalid):
            ask("single", "red", "red")


class TestSeveral:
    def test_it_takes_any_of_its_answers_in_one_order_for_all(self) -> None:
        assert read(ask("several", "red", "green", "blue"), {"": ["red", "blue"]}) == {
            "choices": ["blue", "red"]
        }

    def test_one_sent_twice_is_chosen_once(self) -> None:
        assert read(ask("several", "red", "green"), {"": ["red", "red"]}) == {"choices": ["red"]}

    def test_it_refuses_what_was_not_offered(self) -> None:
        with pytest.raises(Invalid):
            read(ask("several", "red", "green"), {"": ["red", "pink"]})

    def test_it_refuses_more_than_may_be_chosen(self) -> None:
        asked = ask("several", "red", "green", "blue", settings={"most": 2})

        assert read(asked, {"": ["red", "blue"]}) is not None
        with pytest.raises(Invalid):
            read(asked, {"": ["red", "green", "blue"]})

    def test_it_is_told_in_words_and_in_numbers(self) -> None:
        asked = ask("several", "red", "green", other="else")
        kind = kinds.of("several")
        value = {"choices": ["else", "red"], "other": "mint"}

        assert kind.words(asked, value) == "Red and mint"
        assert [column.code for column in kind.columns(asked)] == [
            "liked_red", "liked_green", "liked_else", "liked_own",
        ]  # fmt: skip
        assert kind.cells(asked, value) == [1, 0, 1, "mint"]


class TestYesNo:
    def test_it_takes_yes_or_no_and_nothing_else(self) -> None:
        asked = ask("yes_no")

        assert read(asked, {"": "yes"}) == {"choice": "yes"}
        assert read(asked, {}) is None
        with pytest.raises(Invalid):
            read(asked, {"": "maybe"})

    def test_yes_is_one_and_no_is_zero(self) -> None:
        kind = kinds.of("yes_no")

        assert kind.cells(ask("yes_no"), {"choice": "yes"}) == [1]
        assert kind.cells(ask("yes_no"), {"choice": "no"}) == [0]
        assert kind.words(ask("yes_no"), {"choice": "no"}) == "No"
