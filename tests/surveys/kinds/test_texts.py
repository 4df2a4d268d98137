"""Answers in words."""

import pytest

from community.infra.errors import Invalid
from community.surveys import kinds
from tests.surveys.kinds.asking import ask, read


class TestWords:
    def test_a_line_is_cleaned(self) -> None:
        assert read(ask("short_text"), {"": "  quite\n good "}) == {"text": "quite good"}

    def test_a_text_keeps_its_lines(self) -> None:
        assert read(ask("long_text"), {"": "Good.\r\n\r\nBut late. "}) == {"text": "Good.\n\nBut late."}

    def test_blanks_are_no_answer(self) -> None:
        assert read(ask("long_text"), {"": " \n\u200b "}) is None

    def test_length_counts_characters(self) -> None:
        asked = ask("short_text", settings={"most": 3})

        assert read(asked, {"": "很好吃"}) == {"text": "很好吃"}
        with pytest.raises(Invalid):
            read(asked, {"": "很好吃啊"})

    def test_it_is_listened_to(self) -> None:
        assert kinds.of("long_text").texts(ask("long_text"), {"text": "Late again."}) == ["Late again."]
