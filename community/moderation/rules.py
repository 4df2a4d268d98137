"""What texts are screened by: the rules, what holds where nobody set them, and a panel's over the site's."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from community.infra.errors import Invalid

# Members on this trust level or above are no newcomers.
KNOWN_FROM = 1


@dataclass(frozen=True)
class Rules:
    """The rules as they hold somewhere; the defaults hold nobody's ordinary first words."""

    # Until so many of their texts were shown, what newcomers write in a panel waits.
    first_posts_wait: int = 0
    # Newcomers' texts with links wait.
    links_wait: bool = False
    personal_data_waits: bool = True
    repeated_waits: bool = True
    # More texts of one person than this within so many minutes wait; 0 is no limit.
    flood_count: int = 15
    flood_minutes: int = 10
    # Nobody writes a text worth reading in less; 0 asks for no time.
    least_seconds: int = 3
    security_is_private: bool = True
    # From this trust level on only words, personal data and security holes are looked for.
    trusted_from: int = 2
    # Within this time somebody looks at what waits.
    promise_hours: int = 24


class Asked(NamedTuple):
    """How a rule is asked for: what the field says and explains, and its bounds if it is a number."""

    label: Any
    hint: Any
    least: int = 0
    most: int = 0


RULES: Mapping[str, Asked] = {
    "first_posts_wait": Asked(
        _l("First texts that wait"),
        _l("Until so many of a new member's texts were shown, a moderator looks first. 0 switches it off."),
        0,
        20,
    ),
    "links_wait": Asked(
        _l("Links by new members wait"),
        _l("For members who are not trusted yet."),
    ),
    "personal_data_waits": Asked(
        _l("Personal data waits"),
        _l("Phone numbers, e-mail addresses, cards and ID numbers. The author is told what was found."),
    ),
    "repeated_waits": Asked(
        _l("The same text again waits"),
        _l("When somebody posts words that they posted before."),
    ),
    "flood_count": Asked(
        _l("Texts at once"),
        _l("More than this from one person in a short time wait. 0 switches it off."),
        0,
        200,
    ),
    "flood_minutes": Asked(
        _l("Within how many minutes"), _l("The short time in which texts are counted."), 1, 1440
    ),
    "least_seconds": Asked(
        _l("Least seconds of writing"),
        _l("What was sent sooner waits if something else about it is odd too. 0 switches it off."),
        0,
        60,
    ),
    "security_is_private": Asked(
        _l("Possible security holes stay private"),
        _l("Only moderators see them until somebody has looked."),
    ),
    "trusted_from": Asked(
        _l("Trusted from level"),
        _l("From this level on only blocked words, personal data and security holes are looked for."),
        1,
        3,
    ),
    "promise_hours": Asked(
        _l("Hours until somebody looks"),
        _l("What authors are told, and by what the queue is sorted."),
        1,
        336,
    ),
}


def merged(*floors: Mapping[str, Any]) -> Rules:
    """The rules where these floors' settings hold, each over those before it."""
    settings: dict[str, Any] = {}
    for floor in floors:
        settings.update({key: value for key, value in floor.items() if key in RULES})
    return Rules(**settings)


def checked(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as they are stored; Invalid for a rule nobody knows or a value beyond its bounds."""
    for key, value in settings.items():
        asked = RULES.get(key)
        # A switch is a number to Python too.
        is_known = asked is not None and isinstance(value, bool) is not is_number(key)
        if asked is None or not is_known or not isinstance(value, int):
            raise Invalid(field=key)
        if is_number(key) and not asked.least <= value <= asked.most:
            raise Invalid(
                _l("Please use between %(min)s and %(max)s.", min=asked.least, max=asked.most), field=key
            )
    return dict(settings)


_KINDS: Mapping[str, type] = {field.name: type(field.default) for field in fields(Rules)}


def is_number(key: str) -> bool:
    """Whether the rule is a number; the others are switches."""
    return _KINDS[key] is int
