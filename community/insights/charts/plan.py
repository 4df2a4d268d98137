"""What a figure's chart shows: its rows as points with values, intervals and words; not how it looks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil, floor, log10

from flask_babel import gettext as _

from community.feedback import wording
from community.insights import writing
from community.insights.figures import Cell, CellKind, Chart, Column, Figure, Row
from community.insights.writing import Style

FEELINGS = ("pos", "neu", "mixed", "neg")
# More than these say nothing at a glance; the table has them all.
MOST_NAMES = 20
MOST_SERIES = 6
MOST_SLOPES = 12
FEWEST_SCATTERED = 3


@dataclass(frozen=True)
class Point:
    """A row as it is drawn; `words` and `interval` are its value as it is written."""

    name: str
    series: str
    value: float
    low: float | None
    high: float | None
    words: str
    interval: str
    # The point in words, for who points at it.
    told: str
    # The other measure where there are two, or the step where names are numbers.
    other: float = 0.0
    # "pos", "neg" … where the colours mean feelings.
    feeling: str = ""
    # Of the test of the value, corrected for all the tests of its table.
    p: float | None = None

    @property
    def least(self) -> float:
        """Where the point and its interval begin."""
        return self.value if self.low is None else min(self.low, self.value)

    @property
    def most(self) -> float:
        """Where the point and its interval end."""
        return self.value if self.high is None else max(self.high, self.value)


@dataclass(frozen=True)
class Plan:
    """The points of a figure, what they are measured in, and how much of it is left to the table."""

    chart: Chart
    points: Sequence[Point]
    names: Sequence[str]
    series: Sequence[str]
    measure: Column
    other: Column | None
    # The names as days, if they are days, or as numbers.
    days: Sequence[date]
    steps: Sequence[float]
    left_out: int

    @property
    def kind(self) -> CellKind:
        """What the values are measured in."""
        return self.measure.kind

    @property
    def is_monthly(self) -> bool:
        """Whether the days are the first ones of months."""
        return len(self.days) > 1 and all(each.day == 1 for each in self.days)

    @property
    def least(self) -> float:
        """Where the lowest interval begins."""
        return min(each.least for each in self.points)

    @property
    def most(self) -> float:
        """Where the highest interval ends."""
        return max(each.most for each in self.points)


@dataclass(frozen=True)
class _Columns:
    measure: Column
    named: Column
    series: Column | None
    other: Column | None


def plan(figure: Figure) -> Plan | None:
    """What the figure's chart shows in the present language; None if there is nothing to draw."""
    chart = figure.chart
    columns = _columns(figure, chart) if chart else None
    if chart is None or columns is None:
        return None
    style = writing.style_of(figure)
    found = [
        _point(figure, row, columns, style=style)
        for row in figure.rows
        if not row.is_hidden and _is_number(row.cells.get(columns.measure.key))
    ]
    points = [each for each in found if each is not None]
    # Days without a figure keep their place.
    days = [
        str(row.cells[columns.named.key])
        for row in figure.rows
        if columns.named.kind == "date" and row.cells.get(columns.named.key)
    ]
    # One or two points show no pattern.
    enough = FEWEST_SCATTERED if chart.shape == "scatter" else 1
    return _kept(chart, columns, points, days=days) if len(points) >= enough else None


def ticks(low: float, high: float, *, most: int = 6, is_whole: bool = False) -> list[float]:
    """Round numbers evenly apart, the first at most `low`, the last at least `high`."""
    if high <= low:
        high = low + 1
    rough = (high - low) / max(1, most - 1)
    power = 10 ** floor(log10(rough))
    step = float(next(each * power for each in (1, 2, 2.5, 5, 10) if each * power >= rough * 0.999))
    if is_whole:
        step = max(1.0, float(ceil(step)))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return [round(step * index, 10) for index in range(first, last + 1)]


def _columns(figure: Figure, chart: Chart) -> _Columns | None:
    """Which column is measured, which names the points; along and up may be either."""
    x, y, colour = (_find(figure, key) for key in (chart.x, chart.y, chart.colour))
    if chart.shape == "heat":
        # The colour is what is measured, along and up are names.
        return _Columns(colour, x, y, None) if colour and x else None
    if x is None or y is None:
        return None
    if writing.is_number(x.kind) and writing.is_number(y.kind):
        if chart.shape == "scatter":
            return _Columns(y, figure.columns[0], colour, x)
        return _Columns(y, x, colour, None)
    measure, named = (y, x) if writing.is_number(y.kind) else (x, y)
    return _Columns(measure, named, colour, None) if writing.is_number(measure.kind) else None


def _kept(chart: Chart, columns: _Columns, points: Sequence[Point], *, days: Sequence[str]) -> Plan:
    names = list(dict.fromkeys([*(each.name for each in points), *days]))
    series = list(dict.fromkeys(each.series for each in points if each.series))
    is_time = columns.named.kind == "date"
    kept_names = names if is_time or chart.shape == "lines" else names[:MOST_NAMES]
    limit = {"slope": MOST_SLOPES, "heat": MOST_NAMES}.get(chart.shape, MOST_SERIES)
    kept_series = series[:limit]
    if is_time:
        kept_names = sorted(kept_names)
    place = {each.name: each.other for each in points}
    known, known_series = set(kept_names), {*kept_series, ""}
    return Plan(
        chart,
        [each for each in points if each.name in known and each.series in known_series],
        kept_names,
        kept_series,
        columns.measure,
        columns.other,
        [date.fromisoformat(each[:10]) for each in kept_names] if is_time else (),
        [place[each] for each in kept_names] if writing.is_number(columns.named.kind) else (),
        max(len(names) - len(kept_names), len(series) - len(kept_series)),
    )


def _point(figure: Figure, row: Row, columns: _Columns, *, style: Style) -> Point | None:
    chart, measure = figure.chart, columns.measure
    assert chart
    along = columns.other or (columns.named if writing.is_number(columns.named.kind) else None)
    other = row.cells.get(along.key) if along else 0.0
    if not _is_number(other):
        return None
    low, high = _interval(figure, row, chart, measure)
    words = writing.write_cell(figure, row, measure, style=style)
    between = ""
    if low is not None and high is not None:
        between = writing.interval(low, high, measure.kind, is_fine=measure.key in style.fine)
    called = writing.write_cell(figure, row, columns.named, style=style)
    series = writing.write_cell(figure, row, columns.series, style=style) if columns.series else ""
    return Point(
        str(row.cells.get(columns.named.key) or "") if columns.named.kind == "date" else called,
        series,
        _float(row.cells.get(measure.key)),
        low,
        high,
        words,
        between,
        _told(called, series, words, between),
        other=_float(other),
        feeling=_feeling(row, series or called) if chart.palette == "sentiment" else "",
        p=_p(figure, row, chart),
    )


def _told(name: str, series: str, words: str, between: str) -> str:
    who = _("%(name)s, %(group)s", name=name, group=series) if series else name
    said = _("%(value)s (%(interval)s)", value=words, interval=between) if between else words
    return str(_("%(name)s: %(value)s", name=who, value=said))


def _interval(figure: Figure, row: Row, chart: Chart, measure: Column) -> tuple[float | None, float | None]:
    """The two ends, in cells of their own or together in one."""
    own = (each.key for each in figure.columns if each.kind == "interval" and each.of == measure.key)
    low, high = row.cells.get(chart.low or next(own, "")), row.cells.get(chart.high)
    if isinstance(low, list | tuple):
        return (float(low[0]), float(low[1])) if len(low) == 2 else (None, None)
    return (_float(low), _float(high)) if _is_number(low) and _is_number(high) else (None, None)


def _p(figure: Figure, row: Row, chart: Chart) -> float | None:
    """What stands right behind the interval that is drawn, if that is a p-value: it judges the same."""
    keys = [each.key for each in figure.columns]
    behind = keys.index(chart.high) + 1 if chart.high in keys else len(keys)
    if behind == len(keys) or figure.columns[behind].kind != "p":
        return None
    found = row.cells.get(keys[behind])
    return _float(found) if _is_number(found) else None


def _feeling(row: Row, said: str) -> str:
    """Which feeling a row is of: as its texts are found, else by the word for it."""
    found = (row.texts or {}).get("sentiment")
    if found in FEELINGS:
        return str(found)
    return next((each for each in FEELINGS if str(wording.SENTIMENTS[each]) == said), "")


def _find(figure: Figure, key: str) -> Column | None:
    return next((each for each in figure.columns if each.key == key), None)


def _is_number(value: Cell) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _float(value: Cell) -> float:
    assert isinstance(value, int | float)
    return float(value)
