"""Which questions are asked, in which order, with which words."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.surveys import logic, ordering, paths, piping
from community.surveys.kinds import Asked, Option

ANSWERS: dict[str, dict[str, Any]] = {
    "colour": {"choice": "red"},
    "reasons": {"choices": ["price", "care"]},
    "nps": {"number": 7},
}


@dataclass
class Step:
    """A question as far as paths look at it."""

    code: str
    page: int = 1
    condition: dict[str, Any] | None = None
    is_required: bool = True


def when(code: str, **test: object) -> dict[str, Any]:
    """A condition of one part."""
    return {"all": [{"question": code, **test}]}


class TestConditions:
    @pytest.mark.parametrize(
        ("part", "is_met"),
        [
            ({"question": "colour", "is": "red"}, True),
            ({"question": "colour", "is": "green"}, False),
            ({"question": "reasons", "includes": "care"}, True),
            ({"question": "reasons", "includes": "speed"}, False),
            ({"question": "nps", "at_least": 7}, True),
            ({"question": "nps", "at_least": 8}, False),
            ({"question": "nps", "at_most": 7}, True),
            ({"question": "nps", "at_most": 6.5}, False),
            ({"question": "nps", "is": "7"}, True),
            ({"question": "nps", "is_answered": True}, True),
            ({"question": "when", "is_answered": False}, True),
            ({"question": "when", "is": "today"}, False),
            ({"question": "when", "at_most": 5}, False),
            ({"question": "colour", "at_least": 1}, False),
        ],
    )
    def test_each_test_looks_at_the_answer(self, part: dict[str, Any], is_met: bool) -> None:
        assert logic.holds({"all": [part]}, ANSWERS) is is_met

    def test_all_and_any_differ(self) -> None:
        parts = [{"question": "colour", "is": "red"}, {"question": "nps", "at_least": 9}]

        assert not logic.holds({"all": parts}, ANSWERS)
        assert logic.holds({"any": parts}, ANSWERS)

    def test_without_a_condition_everything_is_asked(self) -> None:
        assert logic.holds(None, {})


class TestPaths:
    def test_an_answer_opens_the_way_to_a_question(self) -> None:
        steps = [Step("colour"), Step("why", 2, when("colour", **{"is": "red"})), Step("end", 3)]

        assert [step.code for step in paths.walk(steps, ANSWERS)] == ["colour", "why", "end"]
        assert [step.code for step in paths.walk(steps, {})] == ["colour", "end"]

    def test_an_answer_off_the_path_decides_nothing(self) -> None:
        steps = [
            Step("nps"),
            Step("colour", condition=when("nps", at_least=9)),
            Step("why", condition=when("colour", **{"is": "red"})),
        ]

        assert [step.code for step in paths.walk(steps, ANSWERS)] == ["nps"]

    def test_pages_without_questions_are_passed_over(self) -> None:
        path = [Step("a", 1), Step("b", 4), Step("c", 4), Step("d", 9)]

        assert paths.pages_of(path) == [1, 4, 9]
        assert paths.page_after(path, 1) == 4
        assert paths.page_after(path, 9) is None
        assert paths.page_before(path, 4) == 1
        assert paths.page_before(path, 1) is None

    def test_nobody_comes_past_what_must_be_answered(self) -> None:
        path = [Step("colour", 1), Step("when", 2), Step("end", 3)]

        assert paths.reachable(path, ANSWERS, page=3) == 2
        assert paths.reachable(path, {}, page=3) == 1
        assert paths.reachable(path, ANSWERS | {"when": {"date": "2026-01-01"}}, page=99) == 3
        assert paths.reachable(path, ANSWERS, page=0) == 1
        assert paths.reachable([], {}, page=1) is None

    def test_a_begun_answer_is_still_open(self) -> None:
        path = [Step("colour", 1), Step("end", 2)]
        begun = {"colour": {"sets": [], "is_begun": True}, "end": {"choice": "red"}}

        assert paths.first_open(path, begun) is path[0]
        assert paths.first_open([Step("colour", is_required=False), path[1]], begun) is None

    @given(st.lists(st.booleans(), max_size=6), st.sets(st.sampled_from("abcdef")))
    def test_a_path_keeps_the_order_and_repeats_nothing(self, links: list[bool], answered: set[str]) -> None:
        steps = [
            Step(code, page, when("abcdef"[max(page - 2, 0)], is_answered=True) if is_linked else None)
            for page, (code, is_linked) in enumerate(zip("abcdef", links, strict=False), start=1)
        ]
        codes = [step.code for step in paths.walk(steps, {code: {"number": 1} for code in answered})]

        assert codes == sorted(set(codes))


class TestPiping:
    def test_an_answer_stands_in_the_text(self) -> None:
        assert piping.pipe("You said {{ colour }}. Why {{colour}}?", {"colour": "Red"}) == (
            "You said Red. Why Red?"
        )

    def test_what_was_not_answered_is_left_open(self) -> None:
        assert piping.pipe("You said {{colour}}.", {}) == "You said …."

    def test_a_long_answer_is_only_recalled(self) -> None:
        assert len(piping.pipe("{{why}}", {"why": "word " * 100})) == piping.MOST

    def test_a_long_answer_is_shortened_once_however_often_it_is_repeated(self) -> None:
        class Long(str):
            times = 0

            def split(self, *separators: object) -> list[str]:
                Long.times += 1
                return super().split()

        piping.pipe("{{why}} " * 60, {"why": Long("word " * 100)})

        assert Long.times == 1

    def test_an_answer_brings_no_further_answers(self) -> None:
        assert piping.pipe("{{a}}", {"a": "{{b}}", "b": "secret"}) == "{{b}}"

    def test_it_knows_which_codes_a_text_repeats(self) -> None:
        assert piping.codes_in("{{ a }} and {{b_2}} and {c}") == {"a", "b_2"}


def question(code: str) -> Asked:
    return Asked(id=1, code=code, kind="nps", version_id=1, text=code)


class TestOrdering:
    @given(st.integers(1, 2**31))
    def test_one_seed_is_one_order(self, seed: int) -> None:
        things = list(range(20))

        first = ordering.shuffled(things, seed=seed, name="q")
        assert first == ordering.shuffled(things, seed=seed, name="q")
        assert sorted(first) == things

    def test_each_place_comes_about_as_often(self) -> None:
        firsts = [ordering.shuffled("abc", seed=seed, name="q")[0] for seed in range(1, 3001)]

        assert all(900 < firsts.count(letter) < 1100 for letter in "abc")

    def test_other_stays_last(self) -> None:
        options = (Option("else", "Else", is_other=True), Option("a", "A"), Option("b", "B"))

        lasts = {ordering.shuffle_options(options, seed=seed, name="q")[-1].key for seed in range(1, 50)}
        assert lasts == {"else"}

    def test_a_question_that_others_look_at_keeps_its_place(self) -> None:
        questions = [question(code) for code in "abcd"]

        orders = {
            "".join(
                each.code for each in ordering.shuffle_questions(questions, seed=seed, fixed=frozenset("b"))
            )
            for seed in range(1, 200)
        }
        assert {order[1] for order in orders} == {"b"}
        assert {order.replace("b", "") for order in orders} == {"acd", "adc", "cad", "cda", "dac", "dca"}
