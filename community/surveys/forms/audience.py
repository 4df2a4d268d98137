"""Whom a survey asks, and how often members may be asked."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from community.infra.forms import CountField, Form, known_choice, required
from community.surveys.models import SAMPLINGS, ContactBudget, Survey

SAMPLING_LABELS = {
    "everyone": _l("Everyone"),
    "random": _l("A random sample"),
    "quotas": _l("Quotas: so many of each kind"),
}
SAMPLE_CAP = 10_000_000


def _choices(samplings: Sequence[str]) -> list[SelectChoice]:
    return [SelectChoice(name, SAMPLING_LABELS[name]) for name in samplings]


class AudienceForm(Form):
    """A segment, and everyone in it, a sample, or quotas."""

    segment_id = SelectField(_l("Segment"), coerce=int, validate_choice=False, validators=[known_choice])
    sampling = RadioField(_l("Who of them is asked"), choices=_choices(SAMPLINGS))
    sample_size = CountField(
        _l("How many are drawn"),
        [
            Optional(),
            NumberRange(1, SAMPLE_CAP, message=_l("Please use between %(min)s and %(max)s.")),
        ],
    )


def audience_form(survey: Survey, *, segments: Sequence[tuple[int, str]]) -> AudienceForm:
    """The form as the survey stands; `segments` are those the viewer may choose."""
    form = AudienceForm(
        data={
            "segment_id": survey.segment_id or 0,
            "sampling": survey.sampling,
            "sample_size": survey.sample_size,
        }
    )
    form.segment_id.choices = [
        SelectChoice(0, _l("All members of the panels")),
        *(SelectChoice(segment_id, name) for segment_id, name in segments),
    ]
    if survey.kind == "poll":
        form.sampling.choices = _choices(("everyone",))
    return form


def _between(low: int, high: int) -> list[object]:
    return [required(), NumberRange(low, high, message=_l("Please use between %(min)s and %(max)s."))]


class BudgetForm(Form):
    """The contact budget of the site."""

    invitation_limit = CountField(_l("Invitations at most"), _between(1, 100))
    per_days = CountField(_l("In so many days"), _between(1, 365))
    long_minutes = CountField(_l("A survey is long from so many minutes"), _between(1, 60))
    rest_days = CountField(_l("Days of rest after a long one"), _between(0, 365))
    remind_after_days = CountField(_l("Days until the one reminder"), _between(1, 60))

    def values(self) -> dict[str, int]:
        """What the action is to set."""
        return {name: self[name].data for name in BUDGET_FIELDS}


BUDGET_FIELDS = ("invitation_limit", "per_days", "long_minutes", "rest_days", "remind_after_days")


def budget_form(budget: ContactBudget) -> BudgetForm:
    """The form as the budget stands."""
    return BudgetForm(data={name: getattr(budget, name) for name in BUDGET_FIELDS})
