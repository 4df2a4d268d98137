"""The form with which members object to a text."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from community.infra.forms import BlockField, Form, known_choice, length, required
from community.moderation.actions.flagging import NOTE_LENGTH
from community.moderation.flags import LABELS


class FlagForm(Form):
    """What is wrong with a text, and whatever helps to see it."""

    subject = HiddenField()
    reason = RadioField(
        _l("What is wrong with it?"),
        choices=[SelectChoice(key, label) for key, label in LABELS.items()],
        validate_choice=False,
        validators=[required(), known_choice],
    )
    note = BlockField(_l("What should a moderator know?"), validators=[Optional(), length(most=NOTE_LENGTH)])
