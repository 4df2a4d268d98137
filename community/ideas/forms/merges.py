"""The form in which a moderator joins one idea to another."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import InputRequired

from community.infra.forms import Form, IdField


class MergeForm(Form):
    """Which idea to join this one to."""

    into = IdField(_l("Idea to join it to"), validators=[InputRequired(_l("Choose an idea."))])
