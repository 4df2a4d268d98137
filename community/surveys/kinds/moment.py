"""Moments of truth: what was expected, what was met, how much it matters; and in real units what would do.

Value: {"expected", "met", "matters": 1..7, and where it is asked "excellent", "satisfactory", "worst" and
perhaps "actual": numbers in settings["unit"]}. Settings: "asks_levels", "unit" {locale: words},
"larger_is_better", "asks_actual", "volume" (contacts a month, None if unknown; Parasuraman, Zeithaml &
Berry).
"""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from flask_babel import format_decimal
from flask_babel import lazy_gettext as _l

from community.infra import language
from community.infra.errors import Invalid
from community.surveys.kinds import written
from community.surveys.kinds.contract import Asked, Cell, Column, Sent, Value
from community.surveys.kinds.reading import refused, whole_number

LOW, HIGH = 1, 7
RATINGS = ("expected", "met", "matters")
# From better to worse.
LEVELS = ("excellent", "satisfactory", "worst")
MOST = 1e9
MOST_UNIT = 40
MOST_VOLUME = 1_000_000_000

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

    # What the parts are called.
    names = NAMES

    def read_settings(self, sent: Sent, standing: Mapping[str, Any]) -> dict[str, Any]:
        """What staff filled in."""
        ticks = written.sent_ticks(sent, ("asks_levels", "larger_is_better", "asks_actual"))
        volume = written.sent_lines(sent, ("volume",))
        return {**ticks, **volume, "unit": written.sent_texts(sent, "unit")}

    def check(self, options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
        """Levels in real units need a unit."""
        unit = written.texts(settings, "unit", most=MOST_UNIT)
        asks_levels = written.tick(settings, "asks_levels", otherwise=bool(unit))
        if asks_levels and not unit:
            raise Invalid(_l("Please say in which unit, for example minutes."), field="unit")
        return {
            "asks_levels": asks_levels,
            "unit": unit,
            "larger_is_better": written.tick(settings, "larger_is_better"),
            "asks_actual": asks_levels and written.tick(settings, "asks_actual"),
            "volume": _volume(settings),
        }

    def parts_of(self, asked: Asked) -> list[str]:
        """What is asked for, in order."""
        levels = LEVELS if asked.settings["asks_levels"] else ()
        actual = ("actual",) if asked.settings["asks_actual"] else ()
        return [*RATINGS, *levels, *actual]

    def written(self, level: object) -> str:
        """A level as it stands in its field: as it was sent, or a stored number without empty decimals."""
        return f"{level:f}".rstrip("0").rstrip(".") if isinstance(level, int | float) else str(level)

    def parse(self, asked: Asked, sent: Sent) -> Value | None:
        """All of it or nothing; levels stand in the order that better to worse has."""
        given = {name: raw.strip() for name, raw in self.raw(asked, sent).items()}
        if not any(given.values()):
            return None
        value: Value = {}
        for name, raw in given.items():
            if name == "actual" and not raw:
                continue
            if not raw:
                raise refused(asked, _l("Please fill this in."), part=name)
            if name in RATINGS:
                value[name] = whole_number(asked, raw, low=LOW, high=HIGH, part=name)
            else:
                value[name] = _level(asked, raw, part=name)
        if asked.settings["asks_levels"]:
            _check_order(asked, value)
        return value

    def raw(self, asked: Asked, sent: Sent) -> Value:
        """As it was sent."""
        return {name: sent.get(f"{asked.field}-{name}", "") for name in self.parts_of(asked)}

    def words(self, asked: Asked, value: Value) -> str:
        """Each part with its name."""
        unit = language.text_in(asked.settings["unit"])
        said = []
        for name in self.parts_of(asked):
            if name in value:
                number = str(format_decimal(value[name]))
                said.append(f"{NAMES[name]}: {number}" + (f" {unit}" if name not in RATINGS else ""))
        return "; ".join(said)

    def columns(self, asked: Asked) -> list[Column]:
        """One for each part that is asked."""
        unit = language.text_in(asked.settings["unit"])
        columns = []
        for name in self.parts_of(asked):
            in_unit = f" ({unit})" if name not in RATINGS else ""
            columns.append(Column(f"{asked.code}_{name}", f"{asked.text}: {NAMES[name]}{in_unit}"))
        return columns

    def cells(self, asked: Asked, value: Value) -> list[Cell]:
        """The cells of `columns`."""
        return [value.get(name) for name in self.parts_of(asked)]

    def texts(self, asked: Asked, value: Value) -> list[str]:
        """There are none."""
        return []


def _volume(settings: Mapping[str, Any]) -> int | None:
    if settings.get("volume") in (None, ""):
        return None
    return written.whole(settings, "volume", least=1, most=MOST_VOLUME)


def _level(asked: Asked, raw: str, *, part: str) -> float:
    try:
        # Whoever types on a phone may be offered only a comma.
        number = float(raw[:40].replace(",", "."))
    except ValueError:
        number = float("nan")
    if not isfinite(number) or not 0 <= number <= MOST or "_" in raw:
        raise refused(asked, _l("Please give a number, for example 2.5."), part=part)
    return number


def _check_order(asked: Asked, value: Value) -> None:
    best, middle, worst = (value[level] for level in LEVELS)
    if asked.settings["larger_is_better"]:
        best, middle, worst = -best, -middle, -worst
    if best > middle:
        message = _l("What is satisfactory cannot be better than what is excellent.")
        raise refused(asked, message, part="satisfactory")
    if middle > worst:
        message = _l("The worst you would accept cannot be better than what is satisfactory.")
        raise refused(asked, message, part="worst")
