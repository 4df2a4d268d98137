"""Why something is hidden or changed: what a moderator picks, and what its author reads."""

from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l


class Reason(NamedTuple):
    """A reason in the moderator's words, and the sentence its author is told."""

    label: Any
    sentence: Any


REASONS: dict[str, Reason] = {
    "rude": Reason(
        _l("Rude to others"),
        _l("It spoke of others in a way that hurts. Say the same about the thing, and it is welcome."),
    ),
    "personal_data": Reason(
        _l("Personal data"),
        _l("It held something that tells who or where somebody is, such as a number or an address."),
    ),
    "advertising": Reason(
        _l("Advertising"), _l("It advertised something. This is a place to talk about ideas.")
    ),
    "off_topic": Reason(
        _l("Not about this panel"), _l("It was about something this panel is not for. Another one may be.")
    ),
    "repeated": Reason(
        _l("Said already"), _l("It has been said here already. Support what is there: that counts for more.")
    ),
    "unreadable": Reason(
        _l("Cannot be understood"), _l("We could not find out what is meant. Tell us again in other words.")
    ),
    "illegal": Reason(_l("Against the law"), _l("It may not be published under the law.")),
    "security": Reason(
        _l("A security hole"),
        _l("It may help somebody to do harm. It stays between you and us, and we look into it."),
    ),
    "other": Reason(_l("Something else"), _l("It does not fit here.")),
}


def label_of(key: str | None) -> Any:
    """The reason in the moderator's words; nothing where none was given."""
    return REASONS[key].label if key in REASONS else ""


def sentence_of(key: str | None) -> Any:
    """The sentence the author reads; nothing where no reason was needed."""
    return REASONS[key].sentence if key in REASONS else ""
