"""The form with which a moderator answers for a member."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields import SelectChoice

from community.infra.forms import Form
from community.moderation.trust_words import LEVELS


class VouchForm(Form):
    """Below which level the member does not sink."""

    level = SelectField(
        _l("Does not sink below"),
        choices=[
            SelectChoice(str(level), label if level else _l("Nobody answers for them"))
            for level, label in LEVELS.items()
        ],
    )
