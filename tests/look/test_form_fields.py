"""Forms say what belongs to which field, to eyes and to screen readers alike."""

from collections.abc import Iterator

import pytest
from flask import Flask, render_template_string
from flask_babel import Babel
from flask_wtf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Form, RadioField, SelectChoice, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from tests.conftest import Client

PAGE = "{% import 'components/form.html' as macros %}"


class IdeaForm(Form):
    title = StringField("Title", [InputRequired("Please fill this in."), Length(max=120)])
    body = TextAreaField("More", [Optional(), Length(max=200)])
    panel = SelectField("Panel", choices=[SelectChoice("families", "Young families")])
    reader = RadioField(
        "Who sees it", choices=[SelectChoice("all", "Everybody"), SelectChoice("staff", "The team")]
    )
    is_kept = BooleanField("Keep me signed in")
    # As all forms of the site have it.
    standing = ()


@pytest.fixture
def page() -> Iterator[Flask]:
    app = Flask(__name__, template_folder="../../templates")
    app.secret_key = "for these pages only"
    app.jinja_env.undefined = StrictUndefined
    Babel(app)
    CSRFProtect(app)
    with app.test_request_context("/"):
        yield app


def draw(source: str, form: Form) -> str:
    return render_template_string(PAGE + source, sent=form)


@pytest.mark.usefixtures("page")
class TestField:
    def test_a_label_belongs_to_its_field(self) -> None:
        html = draw("{{ macros.field(sent.title) }}", IdeaForm())
        assert 'for="title"' in html
        assert 'id="title"' in html

    def test_hint_and_error_are_announced_with_the_field(self) -> None:
        form = IdeaForm(MultiDict({"title": ""}))
        form.validate()
        html = draw("{{ macros.field(sent.title, hint='One sentence.') }}", form)
        assert 'aria-describedby="title-hint title-error"' in html
        assert 'aria-invalid="true"' in html
        assert 'id="title-error">Please fill this in.' in html

    def test_a_field_without_error_is_not_called_wrong(self) -> None:
        html = draw("{{ macros.field(sent.title) }}", IdeaForm(MultiDict({"title": "Cards"})))
        assert "aria-invalid" not in html
        assert 'value="Cards"' in html

    def test_what_was_typed_comes_back_as_text(self) -> None:
        html = draw("{{ macros.field(sent.body) }}", IdeaForm(MultiDict({"body": "</textarea><b>bold"})))
        assert "<b>" not in html

    def test_a_long_text_is_counted_and_never_cut_by_the_browser(self) -> None:
        html = draw("{{ macros.field(sent.body) }}", IdeaForm())
        assert 'data-behaviour="counter"' in html
        assert 'data-most="200"' in html
        assert "maxlength" not in html

    def test_counting_joins_the_behaviours_a_field_has(self) -> None:
        html = draw("{{ macros.field(sent.body, data_behaviour='similar') }}", IdeaForm())
        assert 'data-behaviour="similar counter"' in html

    def test_choices_stand_in_a_group_with_a_legend(self) -> None:
        html = draw("{{ macros.field(sent.reader) }}", IdeaForm())
        assert "<fieldset" in html
        assert "Who sees it" in html.split("<legend")[1].split("</legend>")[0]
        assert html.count('type="radio"') == 2

    def test_a_select_and_a_checkbox_have_one_label_each(self) -> None:
        html = draw("{{ macros.field(sent.panel) }}{{ macros.field(sent.is_kept) }}", IdeaForm())
        assert html.count("<label") == 2
        assert "<select" in html
        assert 'type="checkbox"' in html

    def test_only_optional_fields_are_marked(self) -> None:
        assert "optional" in draw("{{ macros.field(sent.body) }}", IdeaForm())
        assert "optional" not in draw("{{ macros.field(sent.title) }}", IdeaForm())


@pytest.mark.usefixtures("page")
class TestErrors:
    def test_the_summary_leads_to_each_field(self) -> None:
        form = IdeaForm(MultiDict({"title": ""}))
        form.validate()
        html = draw("{{ macros.errors(sent) }}", form)
        assert 'href="#title"' in html
        assert 'href="#reader"' in html

    def test_there_is_none_when_nothing_is_wrong(self) -> None:
        assert draw("{{ macros.errors(sent) }}", IdeaForm()).strip() == ""


class TestErrorsInChinese:
    @pytest.mark.parametrize(
        ("language", "said"), [("en", "</a>: "), ("zh-Hans", "</a>：请"), ("zh-Hant", "</a>：請")]
    )
    def test_the_colon_is_that_of_the_language(self, client: Client, language: str, said: str) -> None:
        page = client.post("/join", data={"email": ""}, headers={"Accept-Language": language}).text
        assert said in page.partition('class="error-summary"')[2].partition("</ul>")[0]
