"""Choosing from a list: one answer, several, or yes and no."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.infra import text
from community.infra.errors import Invalid
from community.surveys.kinds.contract import Asked, Cell, Column, Option, Sent, Value
from community.surveys.kinds.reading import (
    MOST_OTHER,
    check_options,
    listed,
    option_named,
    refused,
    unknown,
)

# The part of the form in which somebody says in their own words what "other" means.
OTHER = "other"


class Single:
    """One of several answers: {"choice": key, "other"?: words}."""

    def check(self, options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
        """At least two answers; which of them is right if the question only reminds people to read."""
        check_options(options, least=2)
        return _reminder(options, settings)

    def parse(self, asked: Asked, sent: Sent) -> Value | None:
        """The chosen answer, with words if it asks for some."""
        key = sent.get(asked.field, "") or _meant(asked, sent)
        if not key:
            return None
        option = option_named(asked.options, key)
        if option is None:
            raise unknown(asked)
        return {"choice": key} | (_own_words(asked, sent) if option.is_other else {})

    def raw(self, asked: Asked, sent: Sent) -> Value:
        """As it was sent."""
        return {"choice": sent.get(asked.field, ""), "other": sent.get(f"{asked.field}-{OTHER}", "")}

    def words(self, asked: Asked, value: Value) -> str:
        """The answer that was chosen, or the member's own."""
        option = option_named(asked.options, value["choice"])
        return str(value.get("other") or (option.text if option is not None else ""))

    def columns(self, asked: Asked) -> list[Column]:
        """The chosen answer by its number, and the member's own words."""
        labels = {number: option.text for number, option in enumerate(asked.options, start=1)}
        return [Column(asked.code, asked.text, labels=labels), *_own_column(asked)]

    def cells(self, asked: Asked, value: Value) -> list[Cell]:
        """The number of the answer, and the words."""
        keys = [option.key for option in asked.options]
        number = keys.index(value["choice"]) + 1 if value["choice"] in keys else None
        return [number, *_own_cell(asked, value)]

    def texts(self, asked: Asked, value: Value) -> list[str]:
        """What "other" means."""
        return _own_texts(value)


class Several:
    """Any of several answers: {"choices": [keys], "other"?: words}; at most `settings.most` of them."""

    def check(self, options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
        """At least two answers; how many may be chosen."""
        check_options(options, least=2)
        most = settings.get("most")
        bound = {"most": most} if isinstance(most, int) and 0 < most < len(options) else {}
        return bound | _reminder(options, settings)

    def parse(self, asked: Asked, sent: Sent) -> Value | None:
        """The chosen answers in the order they are offered in."""
        keys = {key for key in (*sent.getlist(asked.field), _meant(asked, sent)) if key}
        if not keys:
            return None
        chosen = [option for option in asked.options if option.key in keys]
        if len(chosen) < len(keys):
            raise unknown(asked)
        most = asked.settings.get("most")
        if most is not None and len(chosen) > most:
            raise refused(asked, _l("Please choose at most %(most)d answers.", most=most))
        own = _own_words(asked, sent) if any(option.is_other for option in chosen) else {}
        # In one order for all, however the options were shuffled.
        return {"choices": sorted(keys)} | own

    def raw(self, asked: Asked, sent: Sent) -> Value:
        """As it was sent."""
        return {"choices": sent.getlist(asked.field), "other": sent.get(f"{asked.field}-{OTHER}", "")}

    def words(self, asked: Asked, value: Value) -> str:
        """The answers that were chosen, with the member's own."""
        chosen = [option for option in asked.options if option.key in value["choices"]]
        return listed(
            [value["other"] if option.is_other and value.get("other") else option.text for option in chosen]
        )

    def columns(self, asked: Asked) -> list[Column]:
        """A column for each answer, and one for the member's own words."""
        labels = {0: _("not chosen"), 1: _("chosen")}
        columns = [
            Column(f"{asked.code}_{option.key}", f"{asked.text}: {option.text}", labels=labels)
            for option in asked.options
        ]
        return columns + _own_column(asked)

    def cells(self, asked: Asked, value: Value) -> list[Cell]:
        """1 for what was chosen, 0 for what was not, and the words."""
        chosen: list[Cell] = [int(option.key in value["choices"]) for option in asked.options]
        return chosen + _own_cell(asked, value)

    def texts(self, asked: Asked, value: Value) -> list[str]:
        """What "other" means."""
        return _own_texts(value)


class YesNo:
    """Yes or no: {"choice": "yes" or "no"}."""

    def check(self, options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
        """It brings its own two answers; one is right if the question only reminds people to read."""
        right = settings.get("expects")
        return {"expects": right} if right in ("yes", "no") else {}

    def parse(self, asked: Asked, sent: Sent) -> Value | None:
        """The answer."""
        choice = sent.get(asked.field, "")
        if choice not in ("", "yes", "no"):
            raise unknown(asked)
        return {"choice": choice} if choice else None

    def raw(self, asked: Asked, sent: Sent) -> Value:
        """As it was sent."""
        return {"choice": sent.get(asked.field, "")}

    def words(self, asked: Asked, value: Value) -> str:
        """Yes or no."""
        return str(_("Yes") if value["choice"] == "yes" else _("No"))

    def columns(self, asked: Asked) -> list[Column]:
        """1 for yes, 0 for no."""
        return [Column(asked.code, asked.text, labels={0: _("No"), 1: _("Yes")})]

    def cells(self, asked: Asked, value: Value) -> list[Cell]:
        """1 or 0."""
        return [int(value["choice"] == "yes")]

    def texts(self, asked: Asked, value: Value) -> list[str]:
        """There are none."""
        return []


def _meant(asked: Asked, sent: Sent) -> str:
    """The option that asks for words, if some were given: whoever writes them means it."""
    other = _other_of(asked)
    return other.key if other is not None and sent.get(f"{asked.field}-{OTHER}", "").strip() else ""


def _reminder(options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
    """The key of the right answer, which staff name by its number."""
    number = settings.get("right")
    if number in (None, ""):
        return {}
    if not isinstance(number, int) or not 1 <= number <= len(options):
        message = _l("Please give a whole number from %(low)d to %(high)d.", low=1, high=len(options))
        raise Invalid(message, field="right")
    return {"right": number, "expects": options[number - 1]["key"]}


def _own_words(asked: Asked, sent: Sent) -> dict[str, str]:
    words = text.clean_line(sent.get(f"{asked.field}-{OTHER}", ""))
    if not words:
        raise refused(asked, _l("Please say in a few words what you mean."), part=OTHER)
    if len(words) > MOST_OTHER:
        message = _l("Please use at most %(most)d characters.", most=MOST_OTHER)
        raise refused(asked, message, part=OTHER)
    return {"other": words}


def _own_column(asked: Asked) -> list[Column]:
    other = _other_of(asked)
    if other is None:
        return []
    label = _("%(answer)s, in their own words", answer=f"{asked.text}: {other.text}")
    return [Column(f"{asked.code}_own", label, is_text=True)]


def _own_cell(asked: Asked, value: Value) -> list[Cell]:
    return [value.get("other")] if _other_of(asked) is not None else []


def _own_texts(value: Value) -> list[str]:
    return [value["other"]] if value.get("other") else []


def _other_of(asked: Asked) -> Option | None:
    return next((option for option in asked.options if option.is_other), None)
