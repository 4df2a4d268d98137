"""Likeness: texts that say nearly the same come first, in English and in Chinese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.analysis.likeness import likeness, profile


class TestLikeness:
    def test_the_same_text_is_wholly_alike(self) -> None:
        assert likeness("Dark mode, please", "dark MODE please!") == pytest.approx(1)

    def test_texts_that_share_nothing_are_not_alike(self) -> None:
        assert likeness("深色模式", "refund") == 0

    def test_nothing_is_like_an_empty_text(self) -> None:
        assert likeness("", "") == 0
        assert likeness("...", "dark mode") == 0

    def test_a_rewording_is_more_alike_than_another_wish_in_english(self) -> None:
        wish = profile("Dark mode for the mobile app")
        assert likeness(wish, "Please add a dark mode to the app") > 2 * likeness(
            wish, "Free returns by post"
        )

    def test_a_rewording_is_more_alike_than_another_wish_in_chinese(self) -> None:
        wish = profile("移动应用的深色模式")
        assert likeness(wish, "希望手機應用有深色模式") > 2 * likeness(wish, "延长退货的时间")

    @given(st.text(), st.text())
    def test_it_is_the_same_both_ways_and_between_nothing_and_one(self, one: str, other: str) -> None:
        assert 0 <= likeness(one, other) <= 1
        assert likeness(one, other) == pytest.approx(likeness(other, one))
