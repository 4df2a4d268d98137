"""Asking for all feedback of some panels as a file."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, RadioField
from wtforms.fields.choices import SelectChoice

from community.feedback import wording
from community.infra import clock
from community.infra.forms import Form, required
from community.insights.forms.taking_away import Format
from community.insights.queries.choices import Choices
from community.insights.scope import Scope
from community.surveys.forms.building import BoxesField

FORMATS: Mapping[str, Format] = {
    "csv": Format("CSV", _l("Opens everywhere; nothing in it is run as a formula.")),
    "xlsx": Format(
        "Excel (XLSX)", _l("Typed cells under frozen heads; a further sheet after each million texts.")
    ),
    "jsonl": Format("JSON Lines", _l("For programs: one object for each text.")),
    "parquet": Format("Parquet", _l("For data tools: typed, and the smallest.")),
}
DEFAULT_DAYS = 365


class FeedbackFileForm(Form):
    """Which texts, in which form, with whose names."""

    panel_ids = BoxesField(_l("Panels"), coerce=int)
    from_on = DateField(_l("First day"), [required()])
    until_on = DateField(_l("Last day"), [required()])
    segment_ids = BoxesField(_l("Segments"), coerce=int)
    topic_ids = BoxesField(_l("Topics"), coerce=int)
    languages = BoxesField(
        _l("Languages"), choices=[SelectChoice(*each) for each in wording.LANGUAGES.items()]
    )
    format = RadioField(_l("Kind of file"), [required()])
    has_bom = BooleanField(_l("CSV with a mark in front, by which old versions of Excel know UTF-8"))
    has_people = BooleanField(_l("With names and e-mail addresses of the authors"))

    def validate(self, extra_validators: Any = None) -> bool:
        """Some panel is needed."""
        is_fine = bool(super().validate(extra_validators))
        if not self.panel_ids.data:
            self.panel_ids.errors = [_l("Please choose at least one panel.")]
            return False
        return is_fine

    def scope(self) -> Scope:
        """What was chosen."""
        return Scope(
            panel_ids=tuple(sorted(self.panel_ids.data)),
            from_on=self.from_on.data,
            until_on=self.until_on.data,
            segment_ids=tuple(sorted(self.segment_ids.data)),
            topic_ids=tuple(sorted(self.topic_ids.data)),
            languages=tuple(sorted(self.languages.data)),
        )


def feedback_file_form(
    choices: Choices, *, can_have_people: bool, like: Mapping[str, Any]
) -> FeedbackFileForm:
    """The form with what this viewer can choose, filled in with what they looked at before."""
    today = clock.today()
    first: dict[str, Any] = {
        "panel_ids": [panel_id for panel_id, _name in choices.panels],
        "from_on": today - timedelta(days=DEFAULT_DAYS),
        "until_on": today,
        "format": "csv",
    }
    form = FeedbackFileForm(data={**first, **like})
    form.panel_ids.choices = [SelectChoice(*each) for each in choices.panels]
    form.segment_ids.choices = [SelectChoice(*each) for each in choices.segments]
    form.topic_ids.choices = [SelectChoice(*each) for each in choices.topics]
    form.format.choices = [SelectChoice(key, each.name) for key, each in FORMATS.items()]
    if not can_have_people:
        del form.has_people
    return form
