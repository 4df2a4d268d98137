"""Moments that staff choose for a survey, in their own time zone."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from community.infra.forms import Form, MomentField


class OpeningForm(Form):
    """When a survey opens and closes; empty means now, and when somebody closes it."""

    opens_at = MomentField(_l("Opens"), [Optional()])
    closes_at = MomentField(_l("Closes"), [Optional()])


class ClosingForm(Form):
    """When a survey closes."""

    closes_at = MomentField(_l("Closes"), [Optional()])
