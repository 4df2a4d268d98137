"""Manner: families of words, shouting and numbers, whatever they feel like."""

import pytest

from community.analysis.learning.manner import manner


class TestManner:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("It isn't here", "It never came"),
            ("Two hours", "Two weeks"),
            ("Please", "pls"),
            ("The 3rd", "The 21st"),
            ("SUCH", "VERY"),
        ],
    )
    def test_words_of_one_family_are_one(self, one: str, other: str) -> None:
        assert manner(one) == manner(other) != manner("")

    def test_said_twice_is_more_and_three_times_is_not(self) -> None:
        once, twice, often = (manner("why " * times) for times in (1, 2, 3))
        assert sum(once) < sum(twice) == sum(often)

    def test_shouting_and_trailing_off_are_seen(self) -> None:
        quiet, loud = manner("the crane"), manner("the CRANE...")
        assert sum(a != b for a, b in zip(quiet, loud, strict=True)) == 2

    def test_a_word_is_never_part_of_another(self) -> None:
        assert manner("nothingness youth") == manner("")
