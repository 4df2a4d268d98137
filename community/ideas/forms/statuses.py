"""Forms in which owners say what becomes of an idea."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField
from wtforms.validators import Optional

from community.ideas import statuses
from community.ideas.actions.responses import MOST
from community.ideas.actions.statuses import MESSAGE_MOST, REASON_MOST, list_gaps
from community.infra import clock
from community.infra.forms import BlockField, Form, known_choice, length, required, sometimes_needed
from community.infra.versions import VersionedForm

LABELS = {
    "submitted": _l("New"),
    "under_review": _l("Under review"),
    "planned": _l("Planned"),
    "in_progress": _l("In progress"),
    "delivered": _l("Delivered"),
    "declined": _l("Declined"),
}


class StatusForm(Form):
    """The next step of an idea and what its supporters are told."""

    status = SelectField(
        _l("Next step"), id="status-next", validate_choice=False, validators=[required(), known_choice]
    )
    message = BlockField(
        _l("Message to its supporters"),
        id="status-message",
        validators=[required(), length(most=MESSAGE_MOST)],
    )
    promised_on = DateField(_l("Promised by"), id="status-promised-on", validators=[Optional()])
    reason = BlockField(_l("Why not"), id="status-reason", validators=[length(most=REASON_MOST)])
    look_again_on = DateField(
        _l("Look at it again on"),
        id="status-look-again-on",
        validators=[sometimes_needed()],
        default=lambda: statuses.suggested_look_again_on(clock.today()),
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Find all that is wrong at once: the fields one by one, and what this step needs of them."""
        super().validate(extra_validators)
        for refusal in list_gaps(
            self["status"].data or "",
            message=self.message.data or "",
            reason=self.reason.data or "",
            promised_on=self.promised_on.data,
            look_again_on=self.look_again_on.data,
        ):
            if not self[refusal.field or ""].errors:
                self.refuse(refusal)
        return not self.errors

    def offer(self, status: str) -> "StatusForm":
        """Offer the steps that follow from where the idea stands."""
        self.status.choices = [(each, LABELS[each]) for each in statuses.MOVES[status]]
        return self


class ResponseForm(VersionedForm):
    """The company's answer; `pinned` is the number of the one that is there when the form is opened."""

    body = BlockField(_l("Our answer"), id="response-body", validators=[required(), length(most=MOST)])

    def __init__(self, *args: Any, pinned: int | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self._pinned = pinned

    def fingerprint(self) -> str:
        """Another answer is another version, also if it says the same."""
        return str(self._pinned or "none")
