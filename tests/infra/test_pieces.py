"""Pieces of pages: written once for the same facts, and with nobody's token in what is kept."""

from flask import Flask, render_template_string
from flask_wtf.csrf import generate_csrf
from jinja2 import DictLoader

from community.infra import kept, language
from community.infra.kept import Shelf
from community.infra.pieces import piece

MACROS = """{% macro greet(name) %}<p>{{ _('Inbox') }} {{ name }}</p>{% endmacro %}
{% macro form() %}<input value="{{ csrf_token() }}">{% endmacro %}
{% macro nosy() %}{{ viewer }}{% endmacro %}"""


def written(app: Flask, *asked: str) -> str:
    """What a page makes of the piece."""
    loader, app.jinja_env.loader = app.jinja_env.loader, DictLoader({"_pieces.html": MACROS})
    try:
        with app.test_request_context():
            return str(piece("_pieces.html", *asked))
    finally:
        app.jinja_env.loader = loader


class TestPiece:
    def test_it_is_written_anew_for_other_facts_and_another_language(self, app: Flask) -> None:
        assert written(app, "greet", "Ana") == "<p>Inbox Ana</p>"
        assert written(app, "greet", "<b>") == "<p>Inbox &lt;b&gt;</p>"
        with app.test_request_context(), language.writing_to("zh_Hans"):
            assert "Inbox" not in render_template_string(
                "{{ piece('layouts/_pieces.html', 'visitor_tools') }}"
            )

    def test_what_is_kept_holds_nobodys_token(self, app: Flask) -> None:
        html = written(app, "form")
        with app.test_request_context():
            token = generate_csrf()
            assert token not in html
            assert kept.fill_in(html) == f'<input value="{token}">'


class TestShelf:
    def test_what_is_used_stays_and_what_is_not_goes(self) -> None:
        shelf: Shelf[int] = Shelf(10)
        shelf.keep("used", 0)
        for number in range(100):
            shelf.keep(number, number)
            assert shelf.get("used") == 0
        assert shelf.get(1) is None
        assert shelf.get(99) == 99
