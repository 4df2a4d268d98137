"""The forms on the page of notices."""

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from community.infra.forms import Form
from community.notifications import topics
from community.notifications.actions.preferring import HOURS
from community.notifications.queries.preferences import Chosen
from community.notifications.topics import Topic


class PaceForm(Form):
    """How soon each topic comes by mail; the fields are added by `pace_form`."""

    topics: Sequence[Topic] = ()

    def paces(self) -> dict[str, str]:
        """Topic → the chosen pace."""
        return {topic.key: self[topic.key].data for topic in self.topics}


class QuietForm(Form):
    """The hours in which no notices are sent."""

    quiet_from = SelectField(_l("Quiet from"))
    quiet_until = SelectField(_l("Quiet until"))

    def hours(self) -> dict[str, int | None]:
        """The chosen hours, as the action takes them."""
        return {
            name: int(self[name].data) if self[name].data else None for name in ("quiet_from", "quiet_until")
        }


def pace_form(chosen: Chosen, *, is_staff: bool, panel_id: int | None = None, **options: Any) -> PaceForm:
    """The form with one choice for each topic, in general or for one panel."""
    asked = [topic for topic in topics.topics_for(is_staff=is_staff) if panel_id is None or topic.is_by_panel]
    fields = {topic.key: SelectField(topic.label, choices=_paces(topic, chosen, panel_id)) for topic in asked}
    standing = {
        topic.key: chosen.get((topic.key, panel_id), "" if panel_id is not None else topic.default)
        for topic in asked
    }
    form: PaceForm = type("PaceFormWithTopics", (PaceForm,), fields)(data=standing, **options)
    form.topics = asked
    return form


def quiet_form(*, quiet_from: int | None, quiet_until: int | None, **options: Any) -> QuietForm:
    """The form with the hours as they stand, written as the reader's language writes them."""
    form = QuietForm(data={"quiet_from": _data(quiet_from), "quiet_until": _data(quiet_until)}, **options)
    form.quiet_from.choices = [SelectChoice("", _l("No quiet hours")), *_hours()]
    form.quiet_until.choices = [SelectChoice("", _l("No quiet hours")), *_hours()]
    return form


def _paces(topic: Topic, chosen: Chosen, panel_id: int | None) -> list[SelectChoice]:
    choices = [SelectChoice(pace, topics.PACE_LABELS[pace]) for pace in topic.paces]
    if panel_id is None:
        return choices
    general = topics.PACE_LABELS[chosen.get((topic.key, None), topic.default)]
    return [SelectChoice("", _l("As everywhere: %(pace)s", pace=general)), *choices]


def _hours() -> list[SelectChoice]:
    return [SelectChoice(str(hour), f"{hour:02d}:00") for hour in HOURS]


def _data(hour: int | None) -> Any:
    return "" if hour is None else str(hour)
