"""The signs of odd votes in words, with the numbers behind them."""

from collections.abc import Mapping
from typing import Any

from flask_babel import format_decimal, format_percent, ngettext
from flask_babel import gettext as _


def sign_in_words(kind: str, facts: Mapping[str, Any]) -> Any:
    """What was seen and what is usual; a kind without its numbers is only named."""
    votes = int(facts.get("votes", 0))
    of = int(facts.get("of", 0))
    if kind == "shared_origin":
        return ngettext(
            "%(num)d of %(of)d votes came from a network and browser that others voted from too.",
            "%(num)d of %(of)d votes came from networks and browsers that others voted from too.",
            votes,
            of=of,
        )
    if kind == "newborn":
        return ngettext(
            "%(num)d of %(of)d votes came from an account less than a day old; usual here is %(usual)s.",
            "%(num)d of %(of)d votes came from accounts less than a day old; usual here is %(usual)s.",
            votes,
            of=of,
            usual=format_percent(facts.get("usual", 0)),
        )
    if kind == "burst":
        return ngettext(
            "%(num)d of %(of)d votes came within half an hour; usual in that time is %(usual)s.",
            "%(num)d of %(of)d votes came within half an hour; usual in that time are %(usual)s.",
            votes,
            of=of,
            usual=format_decimal(facts.get("usual", 0)),
        )
    return _("These votes look odd.")
