"""The form for the settings of the programme."""

from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision, list_currencies
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import ValidationError

from community.infra.forms import (
    CountField,
    Form,
    LineField,
    NumberField,
    between,
    length,
    required,
    sometimes_needed,
)
from community.loyalty.models import Programme

MOST = 1_000_000_000


class ProgrammeForm(Form):
    """How the programme runs; what is left empty is without limit."""

    is_open = BooleanField(_l("The programme is open"))
    points_per_day = CountField(
        _l("Most points of one member in 24 hours"), [sometimes_needed(), between(1, MOST)]
    )
    points_per_month = CountField(
        _l("Most points of one member in 30 days"), [sometimes_needed(), between(1, MOST)]
    )
    most_in_wallet = CountField(
        _l("Most points that one member can have"), [sometimes_needed(), between(1, MOST)]
    )
    budget_per_month = CountField(
        _l("Most points of all members in a calendar month"), [sometimes_needed(), between(1, MOST)]
    )
    valid_months = CountField(_l("Points expire after months"), [sometimes_needed(), between(1, 240)])
    grace_days = CountField(
        _l("Expired points that come back live on for days"), [required(), between(1, 366)]
    )
    currency = LineField(_l("Currency"), [required(), length(least=3, most=3)])
    cost_per_thousand = NumberField(
        _l("What 1,000 points cost you"), places=None, validators=[required(), between(0, 1_000_000)]
    )
    expected_redemption = CountField(
        _l("Share of all points that will be spent one day, in per cent"), [required(), between(0, 100)]
    )
    adjustment_limit = CountField(
        _l("Points that one administrator may give or take by hand alone"), [required(), between(0, MOST)]
    )
    ring_minimum = CountField(
        _l("A circle is looked at from so many votes on in 90 days"), [required(), between(2, 10_000)]
    )

    def validate_currency(self, field: Any) -> None:
        """A currency that money can be written in."""
        if field.data.upper() not in list_currencies():
            raise ValidationError(_("Please give the three letters of a currency, such as EUR."))

    def values(self) -> dict[str, Any]:
        """What the action is to set."""
        said = {name: field.data for name, field in self._fields.items() if name != "csrf_token"}
        currency = said["currency"].upper()
        return said | {
            "currency": currency,
            "cost_per_thousand": round(said["cost_per_thousand"] * 10 ** get_currency_precision(currency)),
            "expected_redemption": said["expected_redemption"] / 100,
        }


def programme_form(settings: Programme) -> ProgrammeForm:
    """The form, filled with what is set."""
    unit = Decimal(10) ** get_currency_precision(settings.currency)
    said = {column.key: getattr(settings, column.key) for column in Programme.__table__.columns}
    said["cost_per_thousand"] = settings.cost_per_thousand / unit
    said["expected_redemption"] = round(settings.expected_redemption * 100)
    return ProgrammeForm(data=said)
