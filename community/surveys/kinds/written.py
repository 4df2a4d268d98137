"""Settings as a form sends them, brought into the one form in which they are kept."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l

from community.config import LOCALES
from community.infra.errors import Invalid
from community.infra.text import clean_line
from community.surveys.kinds.contract import Sent

# What fields of settings are called in the form of a question.
PREFIX = "settings-"


def sent_lines(sent: Sent, names: Sequence[str]) -> dict[str, Any]:
    """What stands in the fields of these settings, cleaned."""
    return {name: clean_line(sent.get(PREFIX + name, "")) for name in names}


def sent_ticks(sent: Sent, names: Sequence[str]) -> dict[str, Any]:
    """Which of these boxes are ticked."""
    return {name: bool(sent.get(PREFIX + name, "")) for name in names}


def sent_texts(sent: Sent, name: str) -> dict[str, str]:
    """What stands in the fields of this setting, which has one for each language."""
    given = {locale: clean_line(sent.get(f"{PREFIX}{name}-{locale}", "")) for locale in LOCALES}
    return {locale: words for locale, words in given.items() if words}


def whole(
    settings: Mapping[str, Any], name: str, *, least: int, most: int, otherwise: int | None = None
) -> int:
    """A whole number within bounds, `otherwise` if it was left open; Invalid for anything else."""
    raw = settings.get(name)
    if raw in (None, "") and otherwise is not None:
        return otherwise
    try:
        number = int(str(raw)[:20])
    except ValueError:
        number = least - 1
    if not least <= number <= most:
        message = _l("Please give a whole number from %(low)d to %(high)d.", low=least, high=most)
        raise Invalid(message, field=name)
    return number


def one_of(settings: Mapping[str, Any], name: str, values: Collection[str], *, otherwise: str) -> str:
    """One of the written-down words, `otherwise` if it was left open; Invalid for any other."""
    value = settings.get(name) or otherwise
    if value not in values:
        raise Invalid(_l("Please choose one of the options."), field=name)
    return str(value)


def tick(settings: Mapping[str, Any], name: str, *, otherwise: bool = False) -> bool:
    """Whether a box is ticked, `otherwise` if nothing was said of it."""
    return bool(settings.get(name, otherwise))


def texts(settings: Mapping[str, Any], name: str, *, most: int) -> dict[str, str]:
    """Words in some languages; Invalid if they are too long."""
    given = settings.get(name) or {}
    kept = {locale: str(given[locale]) for locale in LOCALES if given.get(locale)}
    if any(len(words) > most for words in kept.values()):
        raise Invalid(_l("Please use at most %(most)d characters.", most=most), field=name)
    return kept
