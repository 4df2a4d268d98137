"""Words marked in a text, and texts that are about the same."""

import time

import pytest

from community.feedback.alike import alikeness, telling_terms
from community.feedback.marking import Reason, Stretch, reasons, stretches


class TestStretches:
    def test_they_are_the_whole_text_in_its_order(self) -> None:
        text = "A lovely box, broken."
        parts = stretches(text, [[14, 20, -2.0, "word"], [2, 8, 2.5, "word"]])
        assert "".join(part.text for part in parts) == text
        assert [(part.text, part.tone) for part in parts if part.tone] == [
            ("lovely", "pos"),
            ("broken", "neg"),
        ]

    def test_marks_over_each_other_are_cut_where_they_begin_and_end(self) -> None:
        parts = stretches("not good at all", [[0, 8, -1.5, "negation"], [4, 15, 0.5, "degree"]])
        assert parts == [
            Stretch("not ", "neg", ("negation",)),
            Stretch("good", "neg", ("negation", "degree")),
            Stretch(" at all", "pos", ("degree",)),
        ]

    def test_words_without_a_feeling_are_marked_otherwise(self) -> None:
        assert stretches("my lawyer", [[3, 9, 0, "urgency:legal"]])[1].tone == "other"

    def test_a_text_of_nothing_but_marks_is_cut_as_fast_as_any(self) -> None:
        text = "good " * 4000
        marks = [[start, start + 4, 1.9, "word"] for start in range(0, len(text), 5)]
        began = time.process_time()
        parts = stretches(text, marks)
        assert time.process_time() - began < 2
        assert "".join(part.text for part in parts) == text
        assert sum(part.tone == "pos" for part in parts) == 4000

    def test_of_marks_over_each_other_the_first_that_was_found_is_named_first(self) -> None:
        parts = stretches("abcdef", [[2, 6, 1, "later"], [0, 4, 1, "longer"], [2, 4, 1, "inner"]])
        assert [(part.text, part.rules) for part in parts] == [
            ("ab", ("longer",)),
            ("cd", ("later", "longer", "inner")),
            ("ef", ("later",)),
        ]

    def test_marks_that_reach_out_of_the_text_end_with_it(self) -> None:
        assert stretches("好", [[0, 9, 1.0, "word"], [5, 9, 1.0, "word"]]) == [
            Stretch("好", "pos", ("word",))
        ]

    def test_a_text_without_marks_is_one_piece(self) -> None:
        assert stretches("Hello", []) == [Stretch("Hello", "")]


class TestReasons:
    def test_the_weightiest_come_first_and_each_is_said_once(self) -> None:
        evidence = [[0, 4, 1.0, "word"], [5, 10, -3.0, "word"], [0, 4, 1.0, "word"]]
        assert reasons("good awful", evidence) == [Reason("awful", -3.0, "word"), Reason("good", 1.0, "word")]


class TestAlikeness:
    def test_what_they_are_about_counts_and_not_how_they_say_it(self) -> None:
        asked = "The blue lamp flickers at night."
        near, far = alikeness(
            asked, ["At night my blue lamp flickers too", "The shop is closed at the weekend."]
        )
        assert near > 0.5
        assert far == 0

    def test_it_works_without_gaps_between_words(self) -> None:
        near, far = alikeness("快递太慢了，包装也破了", ["包装破了", "价格实惠"])
        assert near > far == 0

    def test_the_same_text_is_wholly_alike_and_nothing_is_alike_to_nothing(self) -> None:
        assert alikeness("blue lamp", ["blue lamp"]) == [pytest.approx(1.0)]
        assert alikeness("the", ["the", ""]) == [0.0, 0.0]

    def test_small_words_are_not_looked_for(self) -> None:
        assert telling_terms("It is the lamp and the glue") == ["lamp", "glue"]
