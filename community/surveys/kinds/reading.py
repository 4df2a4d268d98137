"""What the kinds share when they check what staff write and read what members send."""

from collections.abc import Mapping, Sequence
from typing import Any

from babel.lists import format_list
from flask_babel import lazy_gettext as _l

from community.infra import language
from community.infra.errors import Invalid
from community.surveys.kinds.contract import Asked, Option

MOST_OPTIONS = 40
MOST_OTHER = 200


def refused(asked: Asked, message: object, *, part: str = "") -> Invalid:
    """The refusal of an answer, beside the question or one of its parts."""
    return Invalid(message, field=f"{asked.field}-{part}" if part else asked.field)


def unknown(asked: Asked, *, part: str = "") -> Invalid:
    """The refusal of something that was not among what could be chosen."""
    return refused(asked, _l("Please choose one of the answers."), part=part)


def check_options(options: Sequence[Mapping[str, Any]], *, least: int, most: int = MOST_OPTIONS) -> None:
    """Invalid if there are too few or too many options, or two that are the same."""
    if len(options) < least:
        raise Invalid(_l("Please write at least %(least)d answers.", least=least), field="options")
    if len(options) > most:
        raise Invalid(_l("Please write at most %(most)d answers.", most=most), field="options")
    if len({option["key"] for option in options}) < len(options):
        raise Invalid(_l("Two answers are the same."), field="options")
    if sum(bool(option.get("is_other")) for option in options) > 1:
        raise Invalid(_l("Only one answer can ask for words of one’s own."), field="options")


def check_no_other(options: Sequence[Mapping[str, Any]]) -> None:
    """Invalid if an option asks for words of one's own where there is no room for them."""
    if any(option.get("is_other") for option in options):
        raise Invalid(_l("This kind of question has no room for other answers."), field="options")


def whole_number(asked: Asked, written: str, *, low: int, high: int, part: str = "") -> int:
    """A whole number within the bounds; Invalid for anything else."""
    try:
        number = int(written.strip())
    except ValueError:
        number = low - 1
    # A browser sends a handful of figures; more can only be meant to do harm.
    if len(written) > 20 or not low <= number <= high:
        message = _l("Please give a whole number from %(low)d to %(high)d.", low=low, high=high)
        raise refused(asked, message, part=part)
    return number


def option_named(options: Sequence[Option], key: object) -> Option | None:
    """The option with this key, if there is one."""
    return next((option for option in options if option.key == key), None)


def listed(words: Sequence[str]) -> str:
    """Words joined as the reader's language joins them."""
    return format_list(list(words), locale=language.current_locale())
