"""What a person decides about a response, and why; what its author says to that."""

from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from community.infra.forms import BlockField, Form, length, required
from community.surveys.actions.judging import MOST_REASON, MOST_REPLY, MOST_TOLD


class JudgingForm(Form):
    """One of the decisions that are possible now, and the reason."""

    decision = RadioField(_l("Decision"), validators=[required()])
    reason = BlockField(_l("Why"), validators=[required(), length(most=MOST_REASON)])
    told = BlockField(_l("What we tell the member"), validators=[length(most=MOST_TOLD)])


class ReplyForm(Form):
    """What a member says to their answers not counting."""

    reply = BlockField(_l("Your reply"), validators=[required(), length(most=MOST_REPLY)])


def judging_form(*, is_excluded: bool, has_reply: bool = False) -> JudgingForm:
    """The form with what can be decided now; a reply that waits can also be answered by leaving it out."""
    form = JudgingForm()
    restored = ("restored", _l("Take it in again: it counts from now on"))
    form.decision.choices = (
        [restored, *([("excluded", _l("Leave it out"))] if has_reply else [])]
        if is_excluded
        else [
            ("kept", _l("Keep it: there is a good explanation")),
            ("excluded", _l("Exclude it: it stays stored and no longer counts")),
        ]
    )
    return form
