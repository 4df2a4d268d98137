"""Places on pages that higher floors fill."""

import pytest
from flask import Flask, render_template_string
from markupsafe import Markup

from community.infra.slots import use_slots


@pytest.fixture
def bare() -> Flask:
    """An app with two places, one of which nobody fills today."""
    app = Flask(__name__)
    use_slots(
        app,
        {
            "top": (
                lambda *, name: Markup("<b>{}</b>").format(name),
                lambda *, name: Markup("<i>again</i>"),
            ),
            "empty": (),
        },
    )
    return app


class TestSlot:
    def test_its_functions_stand_in_their_order_with_the_facts_of_the_page(self, bare: Flask) -> None:
        with bare.app_context():
            made = render_template_string("{{ slot('top', name='<Ana>') }}|{{ slot('empty') }}")
        assert made == "<b>&lt;Ana&gt;</b><i>again</i>|"

    def test_a_place_on_no_line_fails(self, bare: Flask) -> None:
        with bare.app_context(), pytest.raises(KeyError):
            render_template_string("{{ slot('bottom') }}")
