"""Forms for what gives points: a new version of a rule, and what is decided about points that wait."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from community.infra.db import MAX_ID
from community.infra.forms import (
    BlockField,
    CountField,
    Form,
    IdField,
    between,
    length,
    required,
    sometimes_needed,
)
from community.loyalty.contributions import settings_of
from community.loyalty.models import RuleVersion

POINTS_MOST = 10_000
NOTE_MOST = 500


class RuleForm(Form):
    """What a rule says from now on; made for one rule, it has only what that rule lets staff set."""

    is_on = BooleanField(_l("Gives points"))
    points = CountField(_l("Points"), [required(), between(0, POINTS_MOST)])
    first_bonus = CountField(_l("More for the first one"), [required(), between(0, POINTS_MOST)])
    per_day = CountField(_l("At most in 24 hours"), [sometimes_needed(), between(1, 1000)])
    per_week = CountField(_l("At most in 7 days"), [sometimes_needed(), between(1, 1000)])
    decay = CountField(
        _l("Each further one gives, in per cent of the one before"), [required(), between(1, 100)]
    )
    decay_days = CountField(_l("Counted within days"), [required(), between(1, 366)])
    gate = SelectField(
        _l("When the points are theirs"),
        choices=[
            SelectChoice("acceptance", _l("Once it is accepted")),
            SelectChoice("none", _l("At once")),
        ],
    )
    supporters_needed = CountField(_l("Accepted by so many members"), [sometimes_needed(), between(1, 1000)])
    wait_days = CountField(_l("Accepted after so many days"), [sometimes_needed(), between(0, 366)])
    per_pair = CountField(
        _l("One member’s support counts for one other member in 30 days"),
        [sometimes_needed(), between(1, 1000)],
    )
    staff_earn = BooleanField(_l("Members with a role earn it too"))
    qualifies = BooleanField(_l("Counts for tiers"))
    # The version that the change was made from.
    seen = IdField(validators=[required()], widget=HiddenInput())

    def values(self) -> dict[str, Any]:
        """What the action is to set."""
        said = {
            name: field.data for name, field in self._fields.items() if name not in ("seen", "csrf_token")
        }
        if "decay" in said:
            said["decay"] = said["decay"] / 100
        return said


def rule_form(version: RuleVersion) -> RuleForm:
    """The form of a rule, filled with the version that stands."""
    said = {name: getattr(version, name) for name in settings_of(version.rule)}
    if "decay" in said:
        said["decay"] = round(said["decay"] * 100)
    form = RuleForm(data=said | {"seen": version.number})
    for name in set(form._fields) - set(said) - {"seen", "csrf_token"}:
        del form[name]
    return form


def _row_number(written: str) -> int:
    number = int(written)
    if not 0 <= number <= MAX_ID:
        raise ValueError
    return number


class DecisionForm(Form):
    """What is decided about the chosen awards; a denial says why."""

    award = SelectMultipleField(_l("Points that wait"), coerce=_row_number, validate_choice=False)
    decision = SelectField(choices=[SelectChoice("approve", _l("Approve")), SelectChoice("deny", _l("Deny"))])
    note = BlockField(_l("Why not"), [length(most=NOTE_MOST)])

    def validate_award(self, field: Any) -> None:
        """Something has to be chosen."""
        if not field.data:
            raise ValidationError(_("Choose some first: tick them in the list."))

    def validate_note(self, field: Any) -> None:
        """Nobody is denied points without a word."""
        if self.decision.data == "deny" and not field.data:
            raise ValidationError(_("Please say why. The member reads it."))
