"""What staff say about a circle."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields import SelectChoice

from community.infra.forms import BlockField, Form, length, required
from community.loyalty.actions.circles import NOTE_MOST


class CircleForm(Form):
    """Whether it is a circle, and why."""

    decision = RadioField(
        _l("What is it?"),
        choices=[
            SelectChoice("dismissed", _l("No circle: their marks count")),
            SelectChoice("upheld", _l("A circle: their marks for each other count for nothing")),
        ],
        validators=[required()],
    )
    note = BlockField(_l("Why?"), validators=[required(), length(most=NOTE_MOST)])
