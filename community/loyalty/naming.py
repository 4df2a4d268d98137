"""What kinds and states of rewards and redemptions are called."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l


class KindWords(NamedTuple):
    """What a kind of reward is called, for staff what it means, for members what happens next."""

    label: Any
    use: Any
    after: Any


KINDS: Mapping[str, KindWords] = {
    "voucher": KindWords(
        _l("Voucher"),
        _l("Each gives a code from your list, at once."),
        _l("You get your code at once."),
    ),
    "donation": KindWords(
        _l("Donation"),
        _l("The company gives to a good cause in the member's name."),
        _l("We pass it on, and tell you when it is done."),
    ),
    "physical": KindWords(
        _l("Something that is sent"),
        _l("We ask for the address, and forget it 30 days after it was sent."),
        _l("We send it to you, and tell you when it is on its way."),
    ),
    "early_access": KindWords(
        _l("Early access"),
        _l("Trying something before others; tell the member how when you hand it over."),
        _l("We open it for you, and tell you how to get there."),
    ),
    "coffee": KindWords(
        _l("Coffee with the team"),
        _l("A talk with the people behind the products, in person or by video."),
        _l("We write to you to find a day."),
    ),
}
REWARD_STATES: Mapping[str, Any] = {
    "draft": _l("Draft"),
    "offered": _l("Offered"),
    "withdrawn": _l("No longer offered"),
}
REDEMPTION_STATES: Mapping[str, Any] = {
    "waiting": _l("Waiting"),
    "fulfilled": _l("Handed over"),
    "released": _l("Given back"),
}
