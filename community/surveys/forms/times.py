"""Moments that staff choose, in their own time zone."""

from datetime import UTC, datetime
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateTimeLocalField
from wtforms.validators import Optional

from community.infra import language
from community.infra.forms import Form

_REFUSED = _l("Please give a day and a time, such as 2026-03-14 09:00.")


class MomentField(DateTimeLocalField):
    """A day and a time as the viewer's clock shows it, kept in UTC."""

    data: Any

    def _value(self) -> str:
        if self.raw_data:
            return " ".join(self.raw_data)
        if self.data is None:
            return ""
        return str(self.data.astimezone(language.viewer_zone()).strftime("%Y-%m-%dT%H:%M"))

    def process_formdata(self, valuelist: list[Any]) -> None:
        """What was chosen, or what a browser without such a field sent as text."""
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        self.data = None
        try:
            local = datetime.fromisoformat(valuelist[0].strip())
        except ValueError:
            raise ValueError(_REFUSED) from None
        # Years at the ends of the calendar cannot be shown in every zone.
        if not 2000 <= local.year <= 2200:
            raise ValueError(_REFUSED)
        self.data = local.replace(tzinfo=language.viewer_zone()).astimezone(UTC)


class OpeningForm(Form):
    """When a survey opens and closes; empty means now, and when somebody closes it."""

    opens_at = MomentField(_l("Opens"), [Optional()])
    closes_at = MomentField(_l("Closes"), [Optional()])


class ClosingForm(Form):
    """When a survey closes."""

    closes_at = MomentField(_l("Closes"), [Optional()])
