"""The small rules about words: slugs, tags, and what newcomers may send."""

from datetime import UTC, datetime, timedelta

import pytest

from community.ideas import newcomers
from community.ideas.slugs import slug_of
from community.ideas.tagging import fold_tag, read_tags
from community.infra.errors import Invalid, TooMany

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def ago(**units: float) -> datetime:
    return NOW - timedelta(**units)


class TestSlugOf:
    def test_it_keeps_letters_and_digits(self) -> None:
        assert slug_of("Cards that don't fade: 2nd try!") == "cards-that-dont-fade-2nd-try"

    def test_accents_become_plain_letters(self) -> None:
        assert slug_of("Größere Umschläge für Übergrößen") == "grossere-umschlage-fur-ubergrossen"

    def test_a_chinese_title_has_none(self) -> None:
        assert slug_of("希望贺卡可以自己录音留言") == ""

    def test_a_long_one_is_cut_between_words(self) -> None:
        slug = slug_of("word " * 40)
        assert len(slug) <= 80
        assert slug.endswith("-word")


class TestReadTags:
    def test_it_takes_the_commas_of_all_our_languages(self) -> None:
        assert read_tags("paper, cards、紙張，送礼") == ["paper", "cards", "紙張", "送礼"]

    def test_one_word_in_several_spellings_is_one_tag(self) -> None:
        assert read_tags("Paper, paper, ＰＡＰＥＲ, 紙張, 纸张, #paper") == ["Paper", "紙張"]

    def test_six_are_too_many(self) -> None:
        with pytest.raises(Invalid) as refused:
            read_tags("a,b,c,d,e,f")
        assert refused.value.field == "tags"

    def test_thirty_characters_are_the_most(self) -> None:
        assert read_tags("紙" * 30) == ["紙" * 30]
        with pytest.raises(Invalid):
            read_tags("紙" * 31)

    def test_nothing_but_commas_is_nothing(self) -> None:
        assert read_tags(" , ，、 ") == []

    def test_a_folded_tag_fits_its_column(self) -> None:
        assert len(fold_tag("ﷺ" * 30)) <= 60


class TestNewcomers:
    def test_the_first_day_ends(self) -> None:
        assert newcomers.is_newcomer(ago(hours=23), now=NOW)
        assert not newcomers.is_newcomer(ago(hours=24), now=NOW)

    def test_three_ideas_are_enough_for_a_day(self) -> None:
        earlier = [ago(hours=3), ago(hours=2)]
        newcomers.check_idea(earlier, now=NOW, body="", image_count=0)
        with pytest.raises(TooMany) as refused:
            newcomers.check_idea([*earlier, ago(hours=1)], now=NOW, body="", image_count=0)
        assert refused.value.retry_after == 21 * 3600

    def test_two_minutes_lie_between_ideas(self) -> None:
        with pytest.raises(TooMany) as refused:
            newcomers.check_idea([ago(seconds=90)], now=NOW, body="", image_count=0)
        assert refused.value.retry_after == 30
        newcomers.check_idea([ago(seconds=120)], now=NOW, body="", image_count=0)

    def test_two_links_and_one_picture_go_through(self) -> None:
        body = "See https://a.example and www.b.example"
        newcomers.check_idea([], now=NOW, body=body, image_count=1)
        with pytest.raises(Invalid) as too_linked:
            newcomers.check_idea([], now=NOW, body=body + " http://c.example", image_count=0)
        with pytest.raises(Invalid) as too_pictured:
            newcomers.check_idea([], now=NOW, body="", image_count=2)
        assert (too_linked.value.field, too_pictured.value.field) == ("body", "images")

    def test_ten_comments_are_enough_for_a_day(self) -> None:
        newcomers.check_comment([ago(minutes=5)] * 9, now=NOW, body="")
        with pytest.raises(TooMany):
            newcomers.check_comment([ago(minutes=5)] * 10, now=NOW, body="")
