"""What a report is asked for with, and what a template and a schedule are kept with."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional

from community.config import LOCALES
from community.feedback import wording
from community.infra import clock, language
from community.infra.forms import Form, LineField, known_choice, length, sometimes_needed
from community.insights import periods
from community.insights.actions.asking import TITLE_MOST
from community.insights.actions.templates import NAME_MOST
from community.insights.kinds.contract import Kind
from community.insights.models import RHYTHMS, ReportTemplate
from community.insights.queries.choices import Choices
from community.insights.scope import Scope
from community.surveys.forms.building import BoxesField

DEFAULT_DAYS = 90


class BuildForm(Form):
    """What a report is about; which choices there are depends on its kind."""

    kind = HiddenField()
    panel_ids = BoxesField(_l("Panels"), coerce=int)
    survey_id = SelectField(_l("Survey"), coerce=int, validate_choice=False, validators=[known_choice])
    period = SelectField(_l("Period"), choices=[SelectChoice(*each) for each in periods.LABELS.items()])
    from_on = DateField(_l("First day"), [sometimes_needed()])
    until_on = DateField(_l("Last day"), [sometimes_needed()])
    segment_ids = BoxesField(_l("Segments"), coerce=int)
    topic_ids = BoxesField(_l("Topics"), coerce=int)
    languages = BoxesField(
        _l("Languages"), choices=[SelectChoice(*each) for each in wording.LANGUAGES.items()]
    )
    targets_id = SelectField(_l("Held against"), coerce=int)
    value_attribute = SelectField(_l("Value of a customer"))
    title = LineField(_l("Title"), [Optional(), length(most=TITLE_MOST)])
    locale = SelectField(
        _l("Language of the report"), choices=[SelectChoice(each, language.NAMES[each]) for each in LOCALES]
    )
    name = LineField(_l("Name of the template"), [length(most=NAME_MOST)])

    def validate(self, extra_validators: Any = None) -> bool:
        """The days are needed if the period is made of them, and panels if no survey says which."""
        is_fine = bool(super().validate(extra_validators))
        if "period" in self and self.period.data == "fixed":
            for field in (self.from_on, self.until_on):
                if field.data is None and not field.errors:
                    field.errors = [_l("Please fill this in.")]
                    is_fine = False
        if "survey_id" not in self and not self.panel_ids.data:
            self.panel_ids.errors = [_l("Please choose at least one panel.")]
            is_fine = False
        return is_fine

    def scope(self) -> Scope:
        """What was chosen."""
        from_on, until_on = self._days()
        return Scope(
            panel_ids=tuple(sorted(self._chosen("panel_ids", []))),
            from_on=from_on,
            until_on=until_on,
            segment_ids=tuple(sorted(self._chosen("segment_ids", []))),
            topic_ids=tuple(sorted(self._chosen("topic_ids", []))),
            languages=tuple(sorted(self._chosen("languages", []))),
            survey_id=self._chosen("survey_id", None),
            targets_id=self._chosen("targets_id", None) or None,
            value_attribute=self._chosen("value_attribute", ""),
        )

    def _days(self) -> tuple[date, date]:
        # Of a survey they are those on which it was open, which the action knows.
        if "period" not in self:
            return clock.today(), clock.today()
        if self.period.data == "fixed":
            return self.from_on.data, self.until_on.data
        return periods.days_of(self.period.data, clock.today())

    def _chosen(self, name: str, without: Any) -> Any:
        return self[name].data if name in self else without


def build_form(kind: Kind, choices: Choices, *, like: ReportTemplate | None = None) -> BuildForm:
    """The form of a kind with what this viewer can choose, filled in like a template if one is given."""
    form = BuildForm(data=_filled(kind, choices, like))
    form.panel_ids.choices = [SelectChoice(*each) for each in choices.panels]
    form.segment_ids.choices = [SelectChoice(*each) for each in choices.segments]
    form.topic_ids.choices = [SelectChoice(*each) for each in choices.topics]
    form.survey_id.choices = [SelectChoice(*each) for each in choices.surveys]
    form.targets_id.choices = [SelectChoice(0, _l("Nothing")), *(SelectChoice(*e) for e in choices.targets)]
    form.value_attribute.choices = [
        SelectChoice("", _l("None")),
        *(SelectChoice(*each) for each in choices.values),
    ]
    heeds = kind.heeds | kind.needs
    for choice, name in (
        ("segments", "segment_ids"),
        ("topics", "topic_ids"),
        ("languages", "languages"),
        ("survey", "survey_id"),
        ("targets", "targets_id"),
        ("value", "value_attribute"),
    ):
        if choice not in heeds:
            del form[name]
    if "survey" in kind.needs:
        for name in ("panel_ids", "period", "from_on", "until_on"):
            del form[name]
    return form


def _filled(kind: Kind, choices: Choices, like: ReportTemplate | None) -> dict[str, Any]:
    today = clock.today()
    data: dict[str, Any] = {
        "kind": kind.key,
        "panel_ids": [panel_id for panel_id, _name in choices.panels],
        "period": "last_90_days",
        "from_on": today - timedelta(days=DEFAULT_DAYS),
        "until_on": today - timedelta(days=1),
        "locale": language.current_locale(),
    }
    if like is None:
        return data
    scope = Scope.from_settings(like.settings)
    of_scope = {
        "panel_ids": scope.panel_ids,
        "from_on": scope.from_on,
        "until_on": scope.until_on,
        "segment_ids": scope.segment_ids,
        "topic_ids": scope.topic_ids,
        "languages": scope.languages,
        "survey_id": scope.survey_id,
        "targets_id": scope.targets_id or 0,
        "value_attribute": scope.value_attribute,
    }
    return data | of_scope | {"period": like.period, "locale": like.locale, "name": like.name}


class ScheduleForm(Form):
    """When a template is run, and who is told."""

    rhythm = RadioField(
        _l("When"), choices=[SelectChoice(each, periods.RHYTHM_LABELS[each]) for each in RHYTHMS]
    )
    recipient_ids = BoxesField(_l("Who is told"), coerce=int, validators=[DataRequired()])


def schedule_form(
    readers: Sequence[tuple[int, str]], *, rhythm: str, recipient_ids: Sequence[int]
) -> ScheduleForm:
    """The form with those who may read the report."""
    form = ScheduleForm(data={"rhythm": rhythm, "recipient_ids": recipient_ids})
    form.recipient_ids.choices = [SelectChoice(*each) for each in readers]
    return form
