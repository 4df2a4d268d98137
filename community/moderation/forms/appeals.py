"""The forms of appeals: what an author says against a decision, and what a moderator answers."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from community.infra.forms import BlockField, Form, known_choice, length, required
from community.moderation.actions.appealing import ANSWER_LENGTH
from community.moderation.appealing import LONGEST, SHORTEST


class AppealForm(Form):
    """Why its author thinks a decision is wrong."""

    words = BlockField(
        _l("Why should this be looked at again?"),
        validators=[required(), length(least=SHORTEST, most=LONGEST)],
    )


class HearingForm(Form):
    """What another moderator makes of it."""

    verdict = RadioField(
        _l("Is the author right?"),
        choices=[
            SelectChoice("overturned", _l("Yes: take the decision back")),
            SelectChoice("upheld", _l("No: the decision stays")),
        ],
        validate_choice=False,
        validators=[required(), known_choice],
    )
    answer = BlockField(_l("Answer to the author"), validators=[Optional(), length(most=ANSWER_LENGTH)])
