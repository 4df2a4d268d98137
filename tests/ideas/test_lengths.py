"""How short and how long a title may be, by the script it is written in."""

import pytest

from community.ideas.lengths import TITLE_FEWEST, TITLE_LEAST, TITLE_MOST, wrong_with_title


class TestTitles:
    @pytest.mark.parametrize(
        "title",
        [
            "Open later",
            "x" * TITLE_MOST,
            "纸" * TITLE_FEWEST,
            "紙" * TITLE_MOST,
            "夜間も開けて",
            "늦게까지요",
            # Two characters, six letters.
            "Wi-Fi 要快",
        ],
    )
    def test_these_say_enough(self, title: str) -> None:
        assert wrong_with_title(title) is None

    @pytest.mark.parametrize(
        ("title", "message"),
        [
            ("Too short", "between 10 and 120 characters."),
            ("x" * (TITLE_MOST + 1), "between 10 and 120 characters."),
            ("  Too short  ", "between 10 and 120 characters."),
            ("早点开门", "at least 10 characters; a Chinese, Japanese or Korean one counts as two."),
            ("AI 开门", "at least 10 characters; a Chinese, Japanese or Korean one counts as two."),
            # What is no letter says no more for being wide.
            ("开门！！！！！", "at least 10 characters; a Chinese, Japanese or Korean one counts as two."),
            ("😀" * (TITLE_LEAST - 1), "between 10 and 120 characters."),
            ("纸" * (TITLE_MOST + 1), "at most 120 characters."),
        ],
    )
    def test_these_are_told_the_numbers_that_hold_for_them(self, app, title: str, message: str) -> None:
        with app.test_request_context():
            assert str(wrong_with_title(title)).endswith(message)
