"""What conditions can say, and how they read."""

import pytest
from flask import Flask

from community.surveys import conditions
from community.surveys.models import QUESTION_KINDS


class TestLeaf:
    @pytest.mark.parametrize(
        ("comparison", "value", "stored"),
        [
            ("is", "2", {"question": "q", "is": "2"}),
            ("includes", "2", {"question": "q", "includes": "2"}),
            ("at_least", "7", {"question": "q", "at_least": 7}),
            ("at_most", "2,5", {"question": "q", "at_most": 2.5}),
            ("answered", "", {"question": "q", "is_answered": True}),
            ("not_answered", "", {"question": "q", "is_answered": False}),
        ],
    )
    def test_it_is_stored_and_read_back(self, comparison: str, value: str, stored: dict[str, object]) -> None:
        assert conditions.leaf("q", comparison, value) == stored
        assert conditions.read_leaf(stored)[:2] == ("q", comparison)

    @pytest.mark.parametrize(
        ("comparison", "value"),
        [
            ("is", ""),
            ("at_least", ""),
            ("at_least", "many"),
            ("at_least", "nan"),
            ("at_most", "1e30"),
            ("like", "2"),
        ],
    )
    def test_what_is_not_whole_is_none(self, comparison: str, value: str) -> None:
        assert conditions.leaf("q", comparison, value) is None


class TestWords:
    def test_every_kind_can_be_asked_whether_it_was_answered(self) -> None:
        assert all("answered" in conditions.comparisons_of(kind) for kind in QUESTION_KINDS)

    def test_it_reads_as_a_sentence(self, app: Flask) -> None:
        condition = {"any": [{"question": "solved", "is": "no"}, {"question": "csat", "at_most": 2}]}
        named = {"solved": ("Solved?", {"yes": "Yes", "no": "No"}), "csat": ("Satisfied?", {})}
        assert conditions.describe(condition, named) == "“Solved?” is No or “Satisfied?” is at most 2"

    def test_a_code_is_renamed(self) -> None:
        condition = {"all": [{"question": "a", "is": "1"}, {"question": "b", "is": "1"}]}
        assert list(conditions.codes_in(conditions.with_code_renamed(condition, "a", "c"))) == ["c", "b"]
        assert conditions.with_code_renamed(None, "a", "c") is None
