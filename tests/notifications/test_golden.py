"""Mails and notices look as they did in each language; `golden.py` says how to change that on purpose."""

from collections.abc import Iterator

import pytest
from flask import Flask

from community.config import LOCALES
from community.infra import clock
from tests.notifications import golden


@pytest.fixture(scope="module")
def writing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = golden.small_app(tmp_path_factory.mktemp("golden"))
    with app.app_context(), clock.stopped_at(golden.NOW):
        yield app


@pytest.mark.parametrize("template", sorted(golden.MAILS))
def test_a_mail_looks_as_it_did(writing: Flask, template: str) -> None:
    for locale in LOCALES:
        for name, content in golden.render_mail(template, locale).items():
            assert content == (golden.FOLDER / name).read_text(encoding="utf-8"), name


def test_a_notice_says_what_it_did(writing: Flask) -> None:
    assert golden.sentences() == (golden.FOLDER / "sentences.json").read_text(encoding="utf-8")


def test_there_is_a_picture_of_every_mail() -> None:
    assert golden.templates_of_mails() == {*golden.MAILS, *golden.ELSEWHERE}


def test_html_mails_load_nothing_and_let_nothing_in(writing: Flask) -> None:
    html = golden.render_mail("notifications/told", "en")["en/notifications.told.html"]
    assert "Yes &amp; &lt;please&gt;." in html
    for outside in ("<img", "<script", "<link", "url(", "@import"):
        assert outside not in html
