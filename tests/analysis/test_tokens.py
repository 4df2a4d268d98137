"""Words for search: written and asked for the same way, in any script, pointing back to the original text."""

import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.analysis import tokens
from community.analysis.tokens import Term, excerpt, highlight, index_terms, query_terms, spans


def finds(query: str, text: str) -> bool:
    """Whether a search for all terms of the query would find the text."""
    indexed = index_terms(text)
    asked = query_terms(query)
    return bool(asked) and all(
        any(term.value == word or (term.is_prefix and word.startswith(term.value)) for word in indexed)
        for term in asked
    )


class TestIndexTerms:
    def test_it_stems_latin_words_and_keeps_numbers(self) -> None:
        assert index_terms("Running shoes, size 42!") == ["run", "shoe", "size", "42"]

    def test_it_cuts_chinese_into_overlapping_pairs_and_keeps_the_last_character(self) -> None:
        assert index_terms("下載速度") == ["下载", "载速", "速度", "度"]

    def test_it_separates_scripts_that_stand_side_by_side(self) -> None:
        assert index_terms("app下载v2") == ["app", "下载", "载", "v2"]

    def test_it_cuts_korean_as_it_cuts_chinese(self) -> None:
        assert index_terms("한국어 앱") == ["한국", "국어", "어", "앱"]

    def test_it_keeps_the_marks_of_indic_words(self) -> None:
        assert index_terms("हिन्दी") == ["हिन्दी"]

    def test_it_reads_contractions_as_they_are_also_typed(self) -> None:
        assert index_terms("Don’t lose the user's data") == ["dont", "lose", "the", "user", "data"]

    def test_repeated_words_stay_so_that_they_count(self) -> None:
        assert index_terms("dark dark mode") == ["dark", "dark", "mode"]

    def test_a_very_long_text_keeps_its_different_words_first(self) -> None:
        text = "again " * tokens.MAX_INDEX_TERMS + "needle"
        assert index_terms(text) == ["again", "needl"]

    def test_it_never_gives_more_terms_than_allowed(self) -> None:
        assert len(index_terms(" ".join(f"w{number}" for number in range(30_000)))) == tokens.MAX_INDEX_TERMS

    def test_an_endless_word_is_cut_in_the_same_way_when_asked_for(self) -> None:
        assert finds("9" * 500, "9" * 700)
        assert len(index_terms("9" * 700)[0]) == tokens.MAX_TERM_LENGTH

    @given(st.text())
    def test_its_terms_hold_only_letters_digits_and_marks(self, text: str) -> None:
        for term in index_terms(text):
            assert term
            # "C": Chinese characters that are younger than Python's tables.
            assert all(char.isalnum() or unicodedata.category(char)[0] in "MC" for char in term)
            assert not any(char.isascii() and not char.isalnum() for char in term)


class TestQueryTerms:
    def test_one_chinese_character_asks_for_all_that_begins_with_it(self) -> None:
        assert query_terms("店") == [Term("店", is_prefix=True)]

    def test_each_term_is_asked_for_once(self) -> None:
        assert query_terms("more more MORE colours") == [Term("more"), Term("colour")]

    def test_words_that_are_everywhere_are_left_out_if_others_remain(self) -> None:
        assert query_terms("a mode for the night") == [Term("mode"), Term("night")]
        assert query_terms("to be or not to be") == [Term("to"), Term("be"), Term("or"), Term("not")]

    def test_there_is_a_bound(self) -> None:
        assert (
            len(query_terms("深色模式" * 100 + " ".join(str(n) for n in range(100))))
            <= tokens.MAX_QUERY_TERMS
        )

    @pytest.mark.parametrize("text", ["", " ", "!?", "___", "😀", "\u200b", "'"])
    def test_without_words_there_is_nothing_to_ask(self, text: str) -> None:
        assert query_terms(text) == []


class TestFinding:
    @pytest.mark.parametrize(
        ("query", "text"),
        [
            ("exporting report", "Export of all reports as CSV"),
            ("體驗", "新的体验中心"),
            ("体验", "新的體驗中心"),
            ("速", "下载速度"),
            ("度", "下载速度"),
            ("ＡＰＰ", "the app"),
            ("ガラス", "ｶﾞﾗｽの器"),
            ("cafe\u0301", "Café"),
            ("𠮷野家", "去𠮷野家吃饭"),
        ],
    )
    def test_it_finds_what_is_meant(self, query: str, text: str) -> None:
        assert finds(query, text)

    @pytest.mark.parametrize(
        ("query", "text"), [("速载", "下载速度"), ("port", "report"), ("中文", "中国 文字")]
    )
    def test_it_does_not_find_what_is_not_there(self, query: str, text: str) -> None:
        assert not finds(query, text)

    @given(st.text(min_size=1, max_size=20))
    def test_a_text_is_found_by_itself(self, text: str) -> None:
        assert not query_terms(text) or finds(text, text)


class TestSpans:
    def test_they_point_into_the_original_text(self) -> None:
        text = "Ａ ﬁne ｶﾞﾗｽ, the user’s 體驗"
        assert [text[span.start : span.end] for span in spans(text)] == [
            "Ａ",
            "ﬁne",
            "ｶﾞﾗ",
            "ﾗｽ",
            "ｽ",
            "the",
            "user’s",
            "體驗",
            "驗",
        ]

    @given(st.text(alphabet=st.characters() | st.sampled_from("ﬁeＡ\u0301\u200b體驗'")))
    def test_they_are_never_empty_and_never_outside(self, text: str) -> None:
        for span in spans(text):
            assert 0 <= span.start < span.end <= len(text)


class TestHighlight:
    def test_it_marks_the_words_as_they_were_written(self) -> None:
        assert highlight("Exports of the report", "export") == "<mark>Exports</mark> of the report"

    def test_it_joins_pairs_into_one_mark(self) -> None:
        assert highlight("新的體驗店", "体验店") == "新的<mark>體驗店</mark>"

    def test_one_character_marks_only_itself(self) -> None:
        assert highlight("我爱中国人", "中") == "我爱<mark>中</mark>国人"

    def test_it_escapes_everything_else(self) -> None:
        assert highlight("<b>dark</b> & more", "dark") == "&lt;b&gt;<mark>dark</mark>&lt;/b&gt; &amp; more"

    def test_without_a_query_it_only_escapes(self) -> None:
        assert highlight("a < b", "") == "a &lt; b"

    @given(st.text(), st.text(max_size=10))
    def test_the_text_itself_stays_as_it_is(self, text: str, query: str) -> None:
        marked = highlight(text, query)
        assert marked.replace("<mark>", "").replace("</mark>", "") == highlight(text, "")


class TestExcerpt:
    def test_a_short_text_comes_whole_on_one_line(self) -> None:
        assert excerpt("one\n\n two", "two", 20) == "one two"

    def test_it_shows_the_place_of_the_first_hit(self) -> None:
        text = "before " * 50 + "needle " + "after " * 50
        found = excerpt(text, "needles", 60)
        assert "needle" in found
        assert found.startswith("…before")
        assert found.endswith("after…")

    def test_it_counts_characters_not_bytes(self) -> None:
        found = excerpt("字" * 300 + "针" + "尾" * 300, "针", 60)
        assert "针" in found
        assert len(found) == 60

    @given(st.text(max_size=400), st.text(max_size=5), st.integers(10, 100))
    def test_it_is_never_longer_than_asked(self, text: str, query: str, length: int) -> None:
        assert len(excerpt(text, query, length)) <= length


class TestCost:
    def test_the_stemmer_is_loaded_only_when_a_latin_word_needs_it(self) -> None:
        program = (
            "from community.analysis import nltk_light, tokens; stems = nltk_light.english_stem.cache_info; "
            "tokens.index_terms('深色模式 42'); assert stems().currsize == 0; "
            "tokens.index_terms('modes'); assert stems().currsize == 1"
        )
        subprocess.run([sys.executable, "-c", program], check=True)
