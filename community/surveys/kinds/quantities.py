"""A number in a unit, or a day."""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask_babel import format_date, format_decimal
from flask_babel import lazy_gettext as _l

from community.infra.errors import Invalid
from community.surveys.kinds.contract import Asked, Cell, Column, Sent, Value
from community.surveys.kinds.reading import refused

MOST_DECIMALS = 4
# Beyond this a float no longer tells neighbouring numbers apart.
BOUND = 10.0**12


class Number:
    """A number between `settings.min` and `settings.max`: {"number": float}."""

    def check(self, options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
        """The bounds, the unit by language, and how many decimals are taken."""
        kept: dict[str, Any] = {}
        for bound in ("min", "max"):
            if settings.get(bound) is not None:
                kept[bound] = _bound(settings[bound], field=bound)
        if "min" in kept and "max" in kept and kept["min"] >= kept["max"]:
            raise Invalid(_l("The largest number must be above the smallest."), field="max")
        decimals = settings.get("decimals") or 0
        if not isinstance(decimals, int) or not 0 <= decimals <= MOST_DECIMALS:
            message = _l("Please give a whole number from %(low)d to %(high)d.", low=0, high=MOST_DECIMALS)
            raise Invalid(message, field="decimals")
        kept["decimals"] = decimals
        unit = settings.get("unit")
        if unit:
            kept["unit"] = unit
        return kept

    def parse(self, asked: Asked, sent: Sent) -> Value | None:
        """The number, with a point or a comma before its decimals."""
        written = sent.get(asked.field, "").strip()
        if not written:
            return None
        decimals = asked.settings.get("decimals", 0)
        number = _number(written)
        if number is None:
            raise refused(asked, _l("Please give a number."))
        if round(number, decimals) != number:
            message = (
                _l("Please give at most %(count)d decimals.", count=decimals)
                if decimals
                else _l("Please give a whole number.")
            )
            raise refused(asked, message)
        self._check_bounds(asked, number)
        return {"number": number}

    def raw(self, asked: Asked, sent: Sent) -> Value:
        """As it was sent."""
        return {"number": sent.get(asked.field, "")}

    def words(self, asked: Asked, value: Value) -> str:
        """The number as the reader's language writes it."""
        return str(format_decimal(value["number"]))

    def columns(self, asked: Asked) -> list[Column]:
        """The number."""
        return [Column(asked.code, asked.text)]

    def cells(self, asked: Asked, value: Value) -> list[Cell]:
        """The number."""
        return [value["number"]]

    def texts(self, asked: Asked, value: Value) -> list[str]:
        """There are none."""
        return []

    def _check_bounds(self, asked: Asked, number: float) -> None:
        low, high = asked.settings.get("min"), asked.settings.get("max")
        is_in = (low is None or number >= low) and (high is None or number <= high) and abs(number) <= BOUND
        if is_in:
            return
        least, most = format_decimal(low or 0), format_decimal(BOUND if high is None else high)
        if low is not None and high is not None:
            message = _l("Please give a number from %(low)s to %(high)s.", low=least, high=most)
        elif low is not None and number < low:
            message = _l("Please give a number of at least %(low)s.", low=least)
        else:
            message = _l("Please give a number of at most %(high)s.", high=most)
        raise refused(asked, message)


class Day:
    """A day: {"date": "2026-03-14"}."""

    def check(self, options: Sequence[Mapping[str, Any]], settings: Mapping[str, Any]) -> dict[str, Any]:
        """There is nothing to set."""
        return {}

    def parse(self, asked: Asked, sent: Sent) -> Value | None:
        """The day."""
        written = sent.get(asked.field, "").strip()
        if not written:
            return None
        try:
            day = date.fromisoformat(written)
        except ValueError:
            raise refused(asked, _l("Please give a day as year-month-day, such as 2026-03-14.")) from None
        if day.year < 1000:
            raise refused(asked, _l("Please give the year with four figures."))
        return {"date": day.isoformat()}

    def raw(self, asked: Asked, sent: Sent) -> Value:
        """As it was sent."""
        return {"date": sent.get(asked.field, "")}

    def words(self, asked: Asked, value: Value) -> str:
        """The day as the reader's language writes it."""
        return str(format_date(date.fromisoformat(value["date"]), "long", rebase=False))

    def columns(self, asked: Asked) -> list[Column]:
        """The day as year-month-day."""
        return [Column(asked.code, asked.text, is_text=True)]

    def cells(self, asked: Asked, value: Value) -> list[Cell]:
        """The day as year-month-day."""
        return [value["date"]]

    def texts(self, asked: Asked, value: Value) -> list[str]:
        """There are none."""
        return []


def _number(written: str) -> float | None:
    """A number as people type it; None for what is none."""
    if len(written) > 40 or "_" in written:
        return None
    try:
        number = float(written.replace(",", "."))
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _bound(written: Any, *, field: str) -> float:
    number = _number(str(written))
    if number is None or abs(number) > BOUND:
        raise Invalid(_l("Please give a number."), field=field)
    return number
