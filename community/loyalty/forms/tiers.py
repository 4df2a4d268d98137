"""What staff fill in about tiers: what each is called and takes, and how all are counted."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import ValidationError

from community.infra.forms import BlockField, CountField, Form, between, required
from community.infra.translated import in_languages, spread, texts
from community.loyalty.models import TIER_LOOKS, Programme, Tier

NAME_MOST, BENEFITS_MOST = 40, 500
POINTS_MOST = 1_000_000
LOOKS = {"plain": _l("Plain"), "silver": _l("Silver"), "gold": _l("Gold"), "green": _l("Green")}


class TierForm(Form):
    """A tier as staff write it."""

    threshold = CountField(_l("Points it takes"), [required(), between(0, POINTS_MOST)])
    active_months = CountField(
        _l("Months in which some were earned"), [required(), between(0, 12)], default=0
    )
    look = RadioField(
        _l("Look"), choices=[SelectChoice(look, LOOKS[look]) for look in TIER_LOOKS], default="plain"
    )

    def validate_name_en(self, field: Any) -> None:
        """In one language at least."""
        if not any(texts(self, "name").values()):
            raise ValidationError(_("Please fill this in."))

    def values(self) -> dict[str, Any]:
        """What the action is to set."""
        return {
            "name": _given(self, "name"),
            "benefits": _given(self, "benefits"),
            "threshold": self.threshold.data,
            "active_months": self.active_months.data,
            "look": self.look.data,
        }


in_languages(TierForm, "name", _l("What it is called"), most=NAME_MOST)
in_languages(TierForm, "benefits", _l("What it brings"), most=BENEFITS_MOST, field=BlockField)


class TermsForm(Form):
    """How tiers are counted."""

    tier_window_days = CountField(_l("Points count for so many days"), [required(), between(30, 1096)])
    tier_period_months = CountField(
        _l("Tiers are looked at every so many months"), [required(), between(1, 12)]
    )
    keep_percent = CountField(
        _l("This much of its points keeps a tier, in per cent"), [required(), between(1, 100)]
    )
    tier_grace_days = CountField(_l("Days of grace before a step down"), [required(), between(0, 366)])

    def values(self) -> dict[str, Any]:
        """What the action is to set."""
        return {
            "tier_window_days": self.tier_window_days.data,
            "tier_period_months": self.tier_period_months.data,
            "tier_keep_share": self.keep_percent.data / 100,
            "tier_grace_days": self.tier_grace_days.data,
        }


def tier_form(tier: Tier | None) -> TierForm:
    """The form of a tier, or of a new one."""
    if tier is None:
        return TierForm()
    kept = {"threshold": tier.threshold, "active_months": tier.active_months, "look": tier.look}
    return TierForm(data=kept | spread("name", tier.name) | spread("benefits", tier.benefits))


def terms_form(settings: Programme) -> TermsForm:
    """The form, filled with what is set."""
    return TermsForm(obj=settings, data={"keep_percent": round(settings.tier_keep_share * 100)})


def _given(form: TierForm, name: str) -> dict[str, str]:
    return {locale: words for locale, words in texts(form, name).items() if words}
