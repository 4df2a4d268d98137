"""Themes: what many say alike, with its words, within its topic, and whether it is growing."""

from datetime import UTC, datetime, timedelta

import pytest

from community.analysis.telling import telling_words
from community.analysis.themes import Row, themes_of, trend_of

START = datetime(2026, 3, 1, tzinfo=UTC)
END = START + timedelta(days=7)
NOISE = (
    "The windows of the shop are clean", "My grandmother sings on Sundays", "Two trains to London today",
    "A blue bicycle stands outside", "Lunch was at noon", "今天天气晴朗", "公园里有很多花", "我们去爬山",
)  # fmt: skip
DARK_MODE = (
    "Please add a dark mode to the app", "A dark mode would save my eyes", "Dark mode for the evening",
    "When will dark mode come?", "No dark mode yet?",
)  # fmt: skip
LATE = ("外卖迟到一个小时", "又迟到一个小时，面都坨了", "迟到一个小时才送来", "居然迟到一个小时")


def rows(*groups: tuple[tuple[str, ...], str | None, datetime]) -> list[Row]:
    """Rows of texts with a topic and a time, numbered in their order."""
    said = [(text, topic, at) for texts, topic, at in groups for text in texts]
    return [Row(number, text, topic, at) for number, (text, topic, at) in enumerate(said)]


class TestThemesOf:
    def test_texts_that_say_alike_are_one_theme_with_its_words(self) -> None:
        (theme,) = themes_of(rows((NOISE, None, START), (DARK_MODE, None, START)), start=START, end=END)
        assert theme.count == len(DARK_MODE)
        assert theme.words[0] == "dark mode"
        assert set(theme.ids) == set(range(len(NOISE), len(NOISE) + len(DARK_MODE)))

    def test_chinese_needs_no_spaces_between_words(self) -> None:
        (theme,) = themes_of(rows((NOISE, None, START), (LATE, None, START)), start=START, end=END)
        assert theme.count == len(LATE)
        assert "迟到" in theme.words[0]

    def test_traditional_and_simplified_say_the_same(self) -> None:
        said = ("外卖迟到一个小时", "外賣遲到一個小時", "又遲到一個小時")
        (theme,) = themes_of(rows((NOISE, None, START), (said, None, START)), start=START, end=END)
        assert theme.count == len(said)

    def test_its_words_are_in_the_script_that_people_wrote(self) -> None:
        said = ("外賣遲到一個小時", "又遲到一個小時", "居然遲到一個小時")
        (theme,) = themes_of(rows((NOISE, None, START), (said, None, START)), start=START, end=END)
        assert theme.words == ("遲到一個小時",)

    def test_a_theme_stays_within_its_topic(self) -> None:
        found = themes_of(
            rows((NOISE, None, START), (DARK_MODE[:3], "app", START), (DARK_MODE[1:4], "shop", START)),
            start=START,
            end=END,
        )
        assert sorted(str(theme.topic) for theme in found) == ["app", "shop"]

    def test_names_and_addresses_are_no_theme(self) -> None:
        said = tuple(f"@shop {text} https://shop.example/post" for text in NOISE)
        assert themes_of(rows((said, None, START)), start=START, end=END) == []

    def test_it_compares_with_the_period_before(self) -> None:
        before = START - timedelta(days=1)
        places = ("app", "shop", "board", "phone", "menu", "search", "basket", "profile", "letter", "map")
        many = tuple(f"Please add a dark mode to the {place}" for place in places)
        (theme,) = themes_of(
            rows((NOISE, None, START), (DARK_MODE[:2], None, before), (many, None, START)),
            start=START,
            end=END,
        )
        assert (theme.count, theme.count_before, theme.trend) == (len(many), 2, "growing")

    def test_what_is_outside_of_both_periods_is_left_out(self) -> None:
        long_ago = START - timedelta(days=30)
        assert (
            themes_of(rows((DARK_MODE, None, long_ago), (DARK_MODE, None, END)), start=START, end=END) == []
        )

    def test_no_texts_have_no_themes(self) -> None:
        assert themes_of([], start=START, end=END) == []


class TestTrendOf:
    @pytest.mark.parametrize(
        ("now", "before", "trend"),
        [
            (5, 4, "steady"), (3, 0, "steady"), (9, 0, "new"), (20, 6, "growing"), (6, 20, "shrinking"),
            (900, 700, "growing"), (500, 480, "steady"),
        ],
    )  # fmt: skip
    def test_a_change_counts_when_it_is_more_than_chance(self, now: int, before: int, trend: str) -> None:
        assert trend_of(now, before)[0] == trend

    def test_the_chance_is_that_of_a_fair_coin(self) -> None:
        # Ten throws with two heads or fewer, or two tails or fewer: 2 × 56 of 1,024.
        assert trend_of(8, 2)[1] == pytest.approx(112 / 1024)

    def test_the_two_ways_of_reckoning_agree_where_they_meet(self) -> None:
        assert trend_of(220, 180)[1] == pytest.approx(trend_of(221, 180)[1], abs=0.01)


class TestTellingWords:
    def test_a_word_that_all_texts_share_tells_nothing(self) -> None:
        texts = [
            f"The card {text}"
            for text in ("is torn", "was torn", "came torn", "is red", "was dear", "is big")
        ]
        (words,) = telling_words(texts, [[0, 1, 2]])
        assert words[0] in {"torn"}

    def test_of_two_phrases_inside_each_other_it_takes_the_longer(self) -> None:
        texts = ["送餐速度很慢", "送餐速度太慢", "送餐速度一般", "味道不错", "价格便宜", "老板热情"]
        (words,) = telling_words(texts, [[0, 1, 2]])
        assert words == ("送餐速度",)
