from datetime import UTC, datetime

import pytest
from flask import Flask, render_template_string
from flask_babel import lazy_gettext
from markupsafe import Markup

from community.infra import language


class TestFromBrowser:
    @pytest.mark.parametrize(
        ("header", "locale"),
        [
            ("zh-CN,zh;q=0.9,en;q=0.8", "zh_Hans"),
            ("zh", "zh_Hans"),
            ("zh-TW", "zh_Hant"),
            ("zh-HK,en;q=0.5", "zh_Hant"),
            ("zh-Hant-CN", "zh_Hant"),
            ("zh-Hans-TW", "zh_Hans"),
            ("en-GB", "en"),
            ("fr-FR, zh-TW;q=0.3", "zh_Hant"),
            ("fr", "en"),
            ("", "en"),
            ("xx-yy-zz;q=banana", "en"),
        ],
    )
    def test_it_takes_the_first_language_we_speak(self, app: Flask, header: str, locale: str) -> None:
        with app.test_request_context(headers={"Accept-Language": header}):
            assert language.choose_locale() == locale

    def test_a_visitors_choice_comes_before_the_browser(self, app: Flask) -> None:
        with app.test_request_context(headers={"Cookie": "locale=zh_Hant", "Accept-Language": "en"}):
            assert language.choose_locale() == "zh_Hant"

    def test_a_choice_we_do_not_know_is_no_choice(self, app: Flask) -> None:
        with app.test_request_context(headers={"Cookie": "locale=../../etc", "Accept-Language": "zh-CN"}):
            assert language.choose_locale() == "zh_Hans"


class TestTextsTranslatedLater:
    def test_what_is_filled_in_is_text_on_a_page(self, app: Flask) -> None:
        text = lazy_gettext("Hello %(name)s", name="<img src=x onerror=alert(1)>")
        shown = "Hello &lt;img src=x onerror=alert(1)&gt;"
        with app.test_request_context():
            for template in ("{{ text }}", "{{ text ~ '' }}", "{{ [text]|join(' ') }}", "{{ text|e }}"):
                assert render_template_string(template, text=text) == shown, template
            assert Markup("<b>%s</b>") % text == f"<b>{shown}</b>"


class TestListed:
    @pytest.mark.parametrize(("tag", "shown"), [("en", "One, Two, Three"), ("zh-CN", "One、Two、Three")])
    def test_each_language_sets_its_own_mark_between(self, app: Flask, tag: str, shown: str) -> None:
        with app.test_request_context(headers={"Accept-Language": tag}):
            assert language.listed(["One", "Two", "Three"]) == shown


class TestTextIn:
    def test_it_falls_back_to_english_then_to_any(self, app: Flask) -> None:
        assert language.text_in({"zh_Hans": "你好", "en": "Hello"}, "zh_Hant") == "Hello"
        assert language.text_in({"zh_Hans": "你好"}, "en") == "你好"
        assert language.text_in({}, "en") == ""


class TestShowMoment:
    @pytest.mark.parametrize(
        ("tag", "words"), [("en", "Nov 18, 2026, 1:06\u202fAM"), ("zh-CN", "2026年11月18日 01:06")]
    )
    def test_it_is_written_to_the_minute(self, app: Flask, tag: str, words: str) -> None:
        with app.test_request_context(headers={"Accept-Language": tag}):
            assert language.show_moment(datetime(2026, 11, 18, 1, 6, 13, tzinfo=UTC)) == words
