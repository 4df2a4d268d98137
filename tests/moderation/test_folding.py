"""Blocked words, however they are written."""

import pytest

from community.moderation.folding import Blocked, find, fold_term


def found(text: str, *terms: str) -> list[str]:
    """The parts of the text in which the terms are found."""
    return [
        text[hit.start : hit.end] for hit in find(text, [Blocked(term, fold_term(term)) for term in terms])
    ]


class TestWordsOfLetters:
    @pytest.mark.parametrize(
        "written",
        [
            "CASINO",
            "Cásïnô",
            "ｃａｓｉｎｏ",
            "𝓬𝓪𝓼𝓲𝓷𝓸",
            "🅒🅐🅢🅘🅝🅞",
            "cаsinо",  # Cyrillic а and о
            "cαsιno",  # Greek α and ι
            "ᴄᴀsɪɴᴏ",
            "c4s1n0",
            "ca$!no",
            "c@sino",
            "cas\u200bino",
            "cas\u00adino",
            "casiiiino",
            "c a s i n o",
            "c.a.s.i.n.o",
            "c  a  s  i  n  o",
            "ca-si.no",
            "ca_sino",
            "c*s*no",
            "casinos",
        ],
    )
    def test_they_are_found_in_disguise(self, written: str) -> None:
        assert found(f"Try our {written}, friend", "casino") == [written]

    @pytest.mark.parametrize("written", ["spams", "spammed", "spammer", "SPAMMING"])
    def test_simple_endings_belong_to_them(self, written: str) -> None:
        assert found(f"no {written} here", "spam") == [written]

    @pytest.mark.parametrize(
        ("text", "term"),
        [
            ("as good as a first class assessment", "ass"),
            ("Scunthorpe has therapists", "rapist"),
            ("the 4 of us, 1 by 1", "aof"),
            ("a b c of cooking", "bco"),
            ("room 101 and flat 4a", "loi"),
            ("** important **", "it"),
            ("Please look at this. It is late", "thisit"),
        ],
    )
    def test_parts_of_other_words_are_not(self, text: str, term: str) -> None:
        assert found(text, term) == []

    def test_phrases_are_found_over_any_gap_between_their_words(self) -> None:
        assert found("FREE -- m0neys for all", "free money") == ["FREE -- m0neys"]
        assert found("free of charge, money later", "free money") == []

    def test_each_word_is_told_once_in_the_order_of_the_text(self) -> None:
        assert found("pills and a casino and pills", "casino", "pills") == ["pills", "casino"]


class TestChineseWords:
    @pytest.mark.parametrize(
        "written", ["加微信", "加 微 信", "加，微。信", "加·微-信", "加微\u200b信", "加\n微信"]
    )
    def test_they_are_found_inside_a_text_and_over_signs(self, written: str) -> None:
        assert found(f"想了解的请{written}号看看", "加微信") == [written]

    def test_either_script_finds_the_other(self) -> None:
        assert found("請大家支持法輪功學員", "法轮功") == ["法輪功"]
        assert found("请大家支持法轮功学员", "法輪功") == ["法轮功"]

    def test_letters_at_their_ends_are_whole(self) -> None:
        assert found("加Ｖ看看，加video不算", "加v") == ["加Ｖ"]
        assert found("请加video", "加v") == []

    def test_characters_far_apart_are_no_word(self) -> None:
        assert found("我们加班的时候很微妙，信不信由你", "加微信") == []


class TestTerms:
    def test_signs_alone_cannot_be_looked_for(self) -> None:
        assert fold_term("***") == fold_term(" — ") == ""

    def test_a_long_text_and_a_thousand_words_take_no_time(self) -> None:
        words = [Blocked(term, fold_term(term)) for n in range(1000) for term in (f"word{n}x", f"词语{n}号")]
        text = "a b c d e f g h 加微信的人很多。 " * 400
        assert find(text, words) == []
