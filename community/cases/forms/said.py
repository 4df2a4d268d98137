"""What authors write about what they said: another word, whether it helped, that it is not solved."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from community.cases.actions.helping import COMMENT_MOST
from community.cases.actions.replies import MOST
from community.infra.forms import BlockField, Form, known_choice, length, required


class WriteForm(Form):
    """Another word in the conversation."""

    body = BlockField(_l("Write to us"), id="write-body", validators=[required(), length(most=MOST)])


class HelpForm(Form):
    """The one question after a case was resolved."""

    rating = RadioField(
        _l("Did this help?"),
        choices=[
            SelectChoice("5", _l("5: yes, completely")),
            SelectChoice("4", _l("4: mostly")),
            SelectChoice("3", _l("3: partly")),
            SelectChoice("2", _l("2: hardly")),
            SelectChoice("1", _l("1: not at all")),
        ],
        validate_choice=False,
        validators=[required(), known_choice],
    )
    comment = BlockField(
        _l("Anything you want to add"), id="help-comment", validators=[Optional(), length(most=COMMENT_MOST)]
    )


class ReopenForm(Form):
    """What is still missing."""

    body = BlockField(
        _l("What is still missing?"), id="reopen-body", validators=[required(), length(most=MOST)]
    )
