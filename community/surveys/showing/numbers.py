"""How figures are written: shares in per cent, means to two places, scores with their sign."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from babel.numbers import format_decimal
from flask_babel import gettext as _

from community.infra import language
from community.statistics.intervals import Estimate

# From so many answers on, tenths of a per cent say something.
FINE = 400


@dataclass(frozen=True)
class Style:
    """How a kind of figure is written, and the ends of its axis if it has a bar."""

    write: Callable[[float, float], str]
    axis: tuple[float, float] | None = None


@dataclass(frozen=True)
class Bar:
    """A bar with its whisker, each from 0 to 100 along the axis; `zero` is where bars begin."""

    zero: float
    start: float
    width: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Shown:
    """A figure in words, with its interval and its bar."""

    value: str
    interval: str
    bar: Bar | None


def share(value: float, n: float) -> str:
    """A share from 0 to 1 in per cent."""
    return _decimal(round(value, 3), "#,##0.0%") if n >= FINE else _decimal(round(value, 2), "#,##0%")


def mean(value: float, _n: float) -> str:
    """To two places."""
    return _decimal(round(value, 2), "#,##0.00")


def score(value: float, _n: float) -> str:
    """With its sign, to two places; nothing has no sign."""
    return _signed(value, "#,##0.00", places=2)


def points(value: float, _n: float) -> str:
    """To one place."""
    return _decimal(round(value, 1), "#,##0.0")


def nps(value: float, _n: float) -> str:
    """Whole points with their sign; nothing has no sign."""
    return _signed(value, "#,##0", places=0)


def moved(value: float, _n: float) -> str:
    """By how many points something moved: with its sign, to one place; nothing has no sign."""
    # Finer than the figures themselves, so that an interval close to nothing does not seem to touch it.
    return _signed(value, "#,##0.0", places=1)


def hundredth(value: float, n: float) -> str:
    """A share from 0 to 100 in per cent."""
    return share(value / 100, n)


def in_unit(unit: str, decimals: int) -> Callable[[float, float], str]:
    """A number in a unit."""
    pattern = "#,##0." + "#" * max(1, decimals)

    def write(value: float, _n: float) -> str:
        written = _decimal(value, pattern)
        return _("%(number)s %(unit)s", number=written, unit=unit) if unit else written

    return write


SHARE = Style(share, (0.0, 1.0))
NPS = Style(nps, (-100.0, 100.0))
SCORE = Style(score, (-1.0, 1.0))
PREFERENCE = Style(hundredth)


def scale(low: float, high: float) -> Style:
    """A mean on a scale from `low` to `high`."""
    return Style(mean, (low, high))


def show(found: Mapping[str, Any] | None, style: Style, *, most: float | None = None) -> Shown | None:
    """A stored figure in words; `most` is where its axis ends if the style leaves that open."""
    if not found or found.get("value") is None:
        return None
    value, low, high = found["value"], found.get("low"), found.get("high")
    n = found.get("n") or 0
    interval = ""
    if low is not None and high is not None:
        interval = _("%(low)s to %(high)s", low=style.write(low, n), high=style.write(high, n))
    axis = style.axis or ((0.0, most) if most else None)
    return Shown(style.write(value, n), interval, _bar(value, low, high, axis) if axis else None)


def share_of(found: Estimate) -> Shown:
    """A share that was just reckoned, in words, without a bar."""
    interval = ""
    if found.interval is not None:
        low, high = (share(each, found.n) for each in (found.interval.low, found.interval.high))
        interval = _("%(low)s to %(high)s", low=low, high=high)
    return Shown(share(found.value, found.n), interval, None)


def _bar(value: float, low: float | None, high: float | None, axis: tuple[float, float]) -> Bar:
    def at(number: float) -> float:
        least, most = axis
        return round(min(100.0, max(0.0, 100 * (number - least) / (most - least))), 2)

    zero = at(max(0.0, axis[0]))
    end = at(value)
    return Bar(
        zero=zero,
        start=min(zero, end),
        width=round(abs(end - zero), 2),
        low=at(low) if low is not None else None,
        high=at(high) if high is not None else None,
    )


def _signed(value: float, pattern: str, *, places: int) -> str:
    rounded = round(value, places)
    return _decimal(rounded, f"+{pattern};-{pattern}" if rounded else pattern)


def _decimal(value: float, pattern: str) -> str:
    return _written(value, pattern, language.current_locale())


# A page has hundreds of figures, most of them of the same few.
@lru_cache(maxsize=8192)
def _written(value: float, pattern: str, locale: str) -> str:
    # Rounding leaves a minus before nothing; and a true minus is as wide as the plus it stands under.
    value = 0.0 if abs(value) < 0.00005 else value
    return format_decimal(value, pattern, locale=locale).replace("-", "−")
