"""Moments of truth: what was expected, what was met, how much it matters; and in real units what would do.

Value: {"expected", "met", "matters": 1..7, and where it is asked "excellent", "satisfactory", "worst" and
perhaps "actual": numbers in settings["unit"]}. Settings: "asks_levels", "unit" {locale: words},
"larger_is_better", "asks_actual" (Parasuraman, Zeithaml & Berry; zones of tolerance).
"""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.infra import language
from community.infra.errors import Invalid
from community.surveys.kinds import written
from community.surveys.kinds.base import Asked, Cell, Column, Sent, Value

SCALE = range(1, 8)
RATINGS = ("expected", "met", "matters")
LEVELS = ("excellent", "satisfactory", "worst")
MOST = 1e9
MOST_UNIT = 40

NAMES: Mapping[str, Any] = {
    "expected": _l("What you expected"),
    "met": _l("What you met"),
    "matters": _l("How much it matters to you"),
    "excellent": _l("Excellent would be"),
    "satisfactory": _l("Satisfactory would be"),
    "worst": _l("The worst you would still accept"),
    "actual": _l("How it was the last time"),
}


class Moment:
    """What did you expect, what did you meet, and how much does it matter?"""

    def read_settings(self, sent: Sent, standing: Mapping[str, Any]) -> dict[str, Any]:
        """What staff filled in."""
        ticks = written.sent_ticks(sent, ("asks_levels", "larger_is_better", "asks_actual"))
        return {**ticks, "unit": written.sent_texts(sent, "unit")}

    def check(self, options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
        """Levels in real units need a unit."""
        unit = written.texts(settings, "unit", most=MOST_UNIT)
        asks_levels = written.tick(settings, "asks_levels")
        if asks_levels and not unit:
            raise Invalid(
                _("Please say in which unit, for example minutes."), field=f"{written.PREFIX}unit-en"
            )
        return {
            "asks_levels": asks_levels,
            "unit": unit,
            "larger_is_better": written.tick(settings, "larger_is_better"),
            "asks_actual": asks_levels and written.tick(settings, "asks_actual"),
        }

    def parse(self, asked: Asked, sent: Sent) -> Value | None:
        """All of it or nothing; Invalid if levels are not in the order that better to worse has."""
        given = {name: (sent.get(f"{asked.field}-{name}") or "").strip() for name in _names(asked)}
        if not any(given.values()):
            return None
        value: Value = {}
        for name, raw in given.items():
            field = f"{asked.field}-{name}"
            if name == "actual" and not raw:
                continue
            if not raw:
                raise Invalid(_("Please fill this in."), field=field)
            value[name] = _rating(raw, field=field) if name in RATINGS else _level(raw, field=field)
        if asked.settings["asks_levels"]:
            _check_order(value, larger_is_better=asked.settings["larger_is_better"], field=asked.field)
        return value

    def words(self, asked: Asked, value: Value) -> str:
        """Each part with its name."""
        unit = language.text_in(asked.settings["unit"])
        return "; ".join(
            f"{name}: {value[key]:g}" + (f" {unit}" if key not in RATINGS else "")
            for key, name in NAMES.items()
            if key in value
        )

    def columns(self, asked: Asked) -> list[Column]:
        """One for each part that is asked."""
        unit = language.text_in(asked.settings["unit"])
        return [
            Column(f"{asked.code}_{name}", f"{NAMES[name]}" + (f" ({unit})" if name not in RATINGS else ""))
            for name in _names(asked)
        ]

    def cells(self, asked: Asked, value: Value) -> list[Cell]:
        """The cells of `columns`."""
        return [value.get(name) for name in _names(asked)]

    def texts(self, asked: Asked, value: Value) -> list[str]:
        """Nothing in their own words."""
        return []


def _names(asked: Asked) -> list[str]:
    actual = ["actual"] if asked.settings["asks_actual"] else []
    return [*RATINGS, *(LEVELS if asked.settings["asks_levels"] else ()), *actual]


def _rating(raw: str, *, field: str) -> int:
    if raw not in map(str, SCALE):
        raise Invalid(_("Please choose one of the options."), field=field)
    return int(raw)


def _level(raw: str, *, field: str) -> float:
    try:
        # Whoever types on a phone may be offered only a comma.
        number = float(raw.replace(",", "."))
    except ValueError:
        number = float("nan")
    if not isfinite(number) or not 0 <= number <= MOST:
        raise Invalid(_("Please give a number, for example 2.5."), field=field)
    return number


def _check_order(value: Value, *, larger_is_better: bool, field: str) -> None:
    best, middle, worst = (value[level] for level in LEVELS)
    if larger_is_better:
        best, middle, worst = -best, -middle, -worst
    if not best <= middle:
        raise Invalid(
            _("What is satisfactory cannot be better than what is excellent."), field=f"{field}-satisfactory"
        )
    if not middle <= worst:
        raise Invalid(
            _("The worst you would accept cannot be better than what is satisfactory."),
            field=f"{field}-worst",
        )
