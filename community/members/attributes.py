"""What profile questions and the answers to them may look like."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any, NamedTuple

from flask_babel import lazy_gettext as _l

from community.analysis.script import fold
from community.infra.errors import Invalid

CHOICE_KINDS = ("single_choice", "several_choices")
LONGEST_LABEL = 120
LONGEST_WHY = 300
LONGEST_OPTION = 80
LONGEST_TEXT = 200
MOST_OPTIONS = 40
# What the column holds with its four places behind the point.
LARGEST_NUMBER = 10**12

_NOT_IN_KEYS = re.compile(r"[^a-z0-9]+")


class Value(NamedTuple):
    """One stored part of an answer; one of its fields is filled, by the question's kind."""

    option: str | None = None
    number: float | None = None
    on: date | None = None
    text: str | None = None


def read_answer(kind: str, data: Any, *, options: Sequence[Mapping[str, Any]]) -> list[Value]:
    """What is stored for an answer; nothing for an empty one; Invalid if it does not fit the question."""
    if data is None or data == "" or data == []:
        return []
    match kind:
        case "single_choice":
            return [Value(option=_known(data, options))]
        case "several_choices":
            return [Value(option=_known(key, options)) for key in dict.fromkeys(data)]
        case "number":
            return [Value(number=_number(data))]
        case "date":
            return [Value(on=data)]
        case _:
            return [Value(text=_text(str(data)))]


def clean_texts(texts: Mapping[str, str], *, field: str, longest: int) -> dict[str, str]:
    """The texts by language without the empty ones; Invalid if there is none or one is too long."""
    kept = {locale: text.strip() for locale, text in texts.items() if text.strip()}
    if not kept:
        raise Invalid(_l("Please fill this in."), field=field)
    if any(len(text) > longest for text in kept.values()):
        raise Invalid(_l("Please use at most %(max)d characters.", max=longest), field=field)
    return kept


def merge_options(
    known: Sequence[Mapping[str, Any]], sent: Iterable[Mapping[str, str]], *, answered: set[str]
) -> list[dict[str, Any]]:
    """The options as sent: known ones keep their key; empty ones go unless somebody chose them."""
    known_keys = {str(option["key"]) for option in known}
    merged: list[dict[str, Any]] = []
    for option in sent:
        texts = {
            name: text.strip() for name, text in option.items() if name != "key" and text and text.strip()
        }
        if not texts:
            continue
        if any(len(text) > LONGEST_OPTION for text in texts.values()):
            raise Invalid(
                _l("Please use at most %(max)d characters for an option.", max=LONGEST_OPTION),
                field="options",
            )
        key = option.get("key") or ""
        if key not in known_keys or any(key == one["key"] for one in merged):
            key = new_key(
                next(iter(texts.values())), taken={*known_keys, *(str(one["key"]) for one in merged)}
            )
        merged.append({"key": key, **texts})
    if answered - {str(option["key"]) for option in merged}:
        raise Invalid(
            _l("Somebody has chosen an option that you left empty. It has to stay."), field="options"
        )
    if not 2 <= len(merged) <= MOST_OPTIONS:
        raise Invalid(_l("Please give between 2 and %(max)d options.", max=MOST_OPTIONS), field="options")
    return merged


def new_key(label: str, *, taken: set[str]) -> str:
    """A key for machines made from a label, unlike those that are taken."""
    stem = _NOT_IN_KEYS.sub("_", fold(label)).strip("_")[:30].strip("_") or "option"
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}_{number}"
    return key


def _known(key: Any, options: Sequence[Mapping[str, Any]]) -> str:
    if key not in {option["key"] for option in options}:
        raise Invalid(_l("Please choose one of the options."))
    return str(key)


def _number(data: float | Decimal) -> float:
    number = float(data)
    if not isfinite(number) or abs(number) >= LARGEST_NUMBER:
        raise Invalid(_l("This number is too large."))
    return round(number, 4)


def _text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise Invalid(_l("Please use at most %(max)d characters.", max=LONGEST_TEXT))
    return text.strip()
