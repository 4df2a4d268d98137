"""A claim about what will change until the next wave."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, ListWidget

from community.infra.forms import BlockField, Form, length, required
from community.surveys import measuring
from community.surveys.actions.comparing import MOST_HYPOTHESIS, Claim
from community.surveys.models import Comparison
from community.surveys.queries.comparing import Cut, Tracked

METRICS: Mapping[str, Any] = {
    "share": _l("Share: how many gave one of the answers below"),
    "mean": _l("Mean of the answers"),
    "nps": _l("NPS: promoters (9 and 10) less detractors (0 to 6)"),
}
EXPECTS: Mapping[str, Any] = {
    "up": _l("It goes up"),
    "down": _l("It goes down"),
    "any": _l("It moves, whichever way"),
}


class ClaimForm(Form):
    """What is expected of one question, among whom, and when the change ships."""

    hypothesis = BlockField(
        _l("What you expect, and why"), validators=[required(), length(most=MOST_HYPOTHESIS)]
    )
    metric = RadioField(_l("What is measured"), validators=[required()])
    options = SelectMultipleField(
        _l("Answers whose share is meant"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    expects = RadioField(_l("Which way"), validators=[required()])
    cut = SelectField(_l("Whom the change reaches"), validators=[Optional()])
    untouched_cut = SelectField(_l("Whom it does not reach"), validators=[Optional()])
    change_on = DateField(_l("Day on which the change ships"), validators=[Optional()])

    def chosen(self) -> tuple[str, ...]:
        """The answers whose share is meant; a number has none to choose from."""
        return tuple(self.options.data or ()) if "options" in self else ()

    def claim(self, code: str) -> Claim:
        """What was filled in, about this question."""
        return Claim(
            hypothesis=self.hypothesis.data or "",
            question_code=code,
            metric=self.metric.data or "",
            options=self.chosen(),
            expects=self.expects.data or "any",
            cut=self.cut.data or "",
            untouched_cut=self.untouched_cut.data or "",
            change_on=self.change_on.data,
        )


def claim_form(tracked: Tracked, *, cuts: Sequence[Cut], written: Comparison | None = None) -> ClaimForm:
    """The form for one question, filled in with what was written before."""
    form = ClaimForm(obj=written)
    form.metric.choices = [(metric, METRICS[metric]) for metric in tracked.metrics]
    if len(tracked.metrics) == 1 and form.metric.data is None:
        form.metric.data = tracked.metrics[0]
    form.expects.choices = list(EXPECTS.items())
    if form.expects.data is None:
        form.expects.data = "up"
    if "share" in tracked.metrics:
        form.options.choices = measuring.choices_of(tracked.asked)
    else:
        del form.options
    form.cut.choices = [("", _l("Everybody")), *cuts]
    form.untouched_cut.choices = [("", _l("Nobody to compare with")), *cuts]
    return form
