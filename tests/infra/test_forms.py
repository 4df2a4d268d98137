"""What reaches an action of a form that was sent in part."""

from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from wtforms.validators import Optional

from community.infra.forms import BlockField, Form, LineField, NumberField, length, required


class Note(Form):
    """A note with all that a text field may be."""

    title = LineField("Title", [required()])
    more = LineField("More")
    body = BlockField("Body", [length(most=5)])
    weight = NumberField("Weight", [Optional()])


def sent(app: Flask, fields: dict[str, str], **standing: Any) -> Note:
    """The form as these fields fill it in."""
    with app.test_request_context(method="POST"):
        form = Note(MultiDict(fields), meta={"csrf": False}, data=standing)
        form.validate()
        return form


class TestTexts:
    def test_one_that_was_left_out_is_empty(self, app: Flask) -> None:
        form = sent(app, {"title": "Bread"})

        assert (form.title.data, form.more.data, form.body.data) == ("Bread", "", "")
        assert not form.errors

    @pytest.mark.parametrize("fields", [{}, {"title": " "}])
    def test_one_that_is_needed_is_asked_for_all_the_same(self, app: Flask, fields: dict[str, str]) -> None:
        assert set(sent(app, fields).errors) == {"title"}

    def test_what_stands_there_stays_where_nothing_is_sent_for_it(self, app: Flask) -> None:
        assert sent(app, {"title": "Bread"}, body="Dark").body.data == "Dark"
        assert sent(app, {"title": "Bread", "body": ""}, body="Dark").body.data == ""

    def test_a_number_that_was_left_out_stays_too(self, app: Flask) -> None:
        assert sent(app, {"title": "Bread"}, weight=750).weight.data == 750
