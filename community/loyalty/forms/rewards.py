"""Redeeming a reward, and what staff fill in about rewards, codes and redemptions."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError

from community.infra.errors import Invalid
from community.infra.forms import (
    BlockField,
    CountField,
    Form,
    MomentField,
    NumberField,
    length,
    required,
    sometimes_needed,
)
from community.infra.images import CleanImage, read_image
from community.infra.language import text_in
from community.infra.translated import in_languages, spread, texts
from community.infra.versions import VersionedForm
from community.loyalty import offers
from community.loyalty.actions import fulfilling, redeeming
from community.loyalty.actions import rewards as actions
from community.loyalty.actions.rewards import Settings
from community.loyalty.models import Reward, Tier
from community.loyalty.naming import KINDS

TEXTS = ("name", "text", "handover", "picture_text")
CODE_FILE_CAP = 400_000
# "x" is no address; a short one in Chinese has about so many characters.
ADDRESS_LEAST = 6


class RedemptionForm(Form):
    """A wish for a reward; `form_key` tells one filled-in form from the next."""

    form_key = HiddenField()
    cost = HiddenField()
    quantity = CountField(
        _l("How many"),
        default=1,
        validators=[
            sometimes_needed(),
            NumberRange(
                min=1,
                max=offers.MOST_AT_ONCE,
                message=_l("Please use between %(min)s and %(max)s.", min=1, max=offers.MOST_AT_ONCE),
            ),
        ],
    )
    address = BlockField(
        _l("Where should we send it?"),
        [sometimes_needed(), length(least=ADDRESS_LEAST, most=redeeming.ADDRESS_MOST)],
    )

    @property
    def cost_seen(self) -> int | None:
        """What one cost when the member agreed to it, if the form says so."""
        return _number_in(self.cost)


class RewardForm(VersionedForm):
    """A reward as staff write it; `image` holds a new picture, read and written anew."""

    # What is redeemed meanwhile is counted by itself: see `shown_stock`.
    not_compared = frozenset(("stock_left", "stock_seen"))

    kind = RadioField(
        _l("What is it?"),
        choices=[SelectChoice(kind, words.label) for kind, words in KINDS.items()],
        default="voucher",
    )
    cost = CountField(_l("Points"), [required()])
    unit_cost = NumberField(_l("What one costs us"), [Optional()])
    stock_left = CountField(_l("How many are left"), [Optional()])
    stock_seen = HiddenField()
    per_member = CountField(_l("How many each member can have"), [Optional()])
    per_days = CountField(_l("Within so many days"), [Optional()])
    tier_id = SelectField(_l("From which tier up"), coerce=int, default=0)
    panel_id = SelectField(_l("For which panel"), coerce=int, default=0)
    opens_at = MomentField(_l("Offered from"), [Optional()])
    closes_at = MomentField(_l("Offered until"), [Optional()])
    file = FileField(_l("Picture file"))
    removes_picture = BooleanField(_l("Take the picture away"))

    image: CleanImage | None = None

    def validate_file(self, field: Any) -> None:
        """A file that really is a picture, if there is one."""
        if not field.data or not getattr(field.data, "filename", ""):
            return
        try:
            self.image = read_image(field.data.stream)
        except Invalid as refusal:
            raise ValidationError(refusal.message) from refusal

    def settings(self, *, currency: str) -> Settings:
        """What was filled in, as the actions take it."""
        return {
            "name": texts(self, "name"),
            "text": texts(self, "text"),
            "handover": texts(self, "handover"),
            "picture_text": texts(self, "picture_text"),
            "cost": self.cost.data,
            "unit_cost": _in_smallest(self.unit_cost.data, currency),
            "stock_left": self.stock_left.data,
            "per_member": self.per_member.data,
            "per_days": self.per_days.data,
            "tier_id": self.tier_id.data or None,
            "panel_id": self.panel_id.data or None,
            "opens_at": self.opens_at.data,
            "closes_at": self.closes_at.data,
        }

    @property
    def shown_stock(self) -> int | None:
        """How many were left when the form was opened."""
        return _number_in(self.stock_seen)


for _name, _label, _most, _field in (
    ("name", _l("Name"), actions.NAME_MOST, None),
    ("text", _l("What it is"), actions.TEXT_MOST, BlockField),
    ("handover", _l("Once it is theirs"), actions.TEXT_MOST, BlockField),
    ("picture_text", _l("What the picture shows"), actions.PICTURE_TEXT_MOST, None),
):
    in_languages(RewardForm, _name, _label, most=_most, **({} if _field is None else {"field": _field}))


class CodesForm(Form):
    """Codes of a voucher, as lines or as a file; `leaves_out` takes those that are fine and no others."""

    codes = BlockField(_l("Codes, one in each line"))
    file = FileField(_l("Or a file"))
    leaves_out = HiddenField()


class FulfilmentForm(Form):
    """What staff write to the member with the reward: how to use it, when it comes."""

    message = BlockField(
        _l("A few words to the member"),
        [Optional(), length(most=fulfilling.MESSAGE_MOST)],
        id="fulfilment-message",
    )


class ReleaseForm(Form):
    """Why nothing comes of it."""

    message = BlockField(
        _l("Tell the member why"),
        [sometimes_needed(), length(most=fulfilling.MESSAGE_MOST)],
        id="release-message",
    )


def reward_form(
    reward: Reward | None,
    *,
    tiers: Sequence[Tier],
    panels: Sequence[tuple[int, str]],
    currency: str,
) -> RewardForm:
    """The form for a new reward, or filled in with what one says."""
    form = RewardForm(data=_data(reward, currency) if reward is not None else None)
    form.tier_id.choices = [
        SelectChoice(0, _l("Everybody")),
        # The lowest tier is everybody's.
        *(SelectChoice(tier.id, text_in(tier.name)) for tier in tiers[1:]),
    ]
    form.panel_id.choices = [
        SelectChoice(0, _l("Everybody")),
        *(SelectChoice(id_, name) for id_, name in panels),
    ]
    if reward is not None:
        del form.kind
    return form


def _data(reward: Reward, currency: str) -> dict[str, Any]:
    data: dict[str, Any] = {
        name: getattr(reward, name)
        for name in ("cost", "stock_left", "per_member", "per_days", "opens_at", "closes_at")
    }
    for name in TEXTS:
        data |= spread(name, getattr(reward, name))
    return data | {
        "unit_cost": _in_largest(reward.unit_cost, currency),
        "stock_seen": "" if reward.stock_left is None else str(reward.stock_left),
        "tier_id": reward.tier_id or 0,
        "panel_id": reward.panel_id or 0,
    }


def _number_in(field: HiddenField) -> int | None:
    """The number that was sent along unseen; whatever else stands there is none."""
    written = field.data or ""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 10 else None


def _in_smallest(amount: Decimal | None, currency: str) -> int | None:
    return None if amount is None else round(amount * 10 ** get_currency_precision(currency))


def _in_largest(amount: int | None, currency: str) -> Decimal | None:
    return None if amount is None else Decimal(amount).scaleb(-get_currency_precision(currency))
