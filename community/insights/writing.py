"""How figures are written, in the present language: the same words on the page, in files and in claims."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import cache, lru_cache
from itertools import takewhile

from babel.dates import format_skeleton
from babel.numbers import format_decimal
from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from community.infra import language
from community.insights.figures import Cell, CellKind, Claim, Column, Figure, Row

NOTHING = "–"
# Shares whose intervals are narrower than this are written to a tenth of a per cent.
FINE = 0.05
WORDS = frozenset({"text", "date"})


@dataclass(frozen=True)
class Style:
    """How columns are written: shares to a tenth of a per cent, and days that stand for their months."""

    fine: frozenset[str]
    months: frozenset[str]


@dataclass(frozen=True)
class WrittenCell:
    """A cell as it is read, and whether it stands to the right under its fellows."""

    text: str
    kind: CellKind


@dataclass(frozen=True)
class WrittenRow:
    """A row as it is read: its name, its other cells; `number` is its place among the figure's rows."""

    number: int
    name: str
    cells: Sequence[WrittenCell]
    is_hidden: bool
    has_texts: bool
    # What is behind it is a case, and not only its texts.
    is_case: bool = False


@dataclass(frozen=True)
class Written:
    """A table as it is read; the first column names the rows."""

    columns: Sequence[Column]
    rows: Sequence[WrittenRow]


def write_table(figure: Figure) -> Written:
    """The rows of a figure in words."""
    style = style_of(figure)
    return Written(figure.columns, [_row(figure, at, row, style) for at, row in enumerate(figure.rows)])


def write_cell(figure: Figure, row: Row, column: Column, *, style: Style) -> str:
    """One cell of a figure in words; nothing is a dash. `style` is the figure's `style_of`."""
    value, of = row.cells.get(column.key), _kind_of(figure, column.of)
    if isinstance(value, str) and column.key in style.months:
        return short_day(value, has_days=False)
    return write(value, column.kind, of=of, is_fine=(column.of or column.key) in style.fine)


def style_of(figure: Figure) -> Style:
    """How the figure's columns are written, each alike from top to bottom."""
    widths: dict[str, float] = {}
    months = set()
    for column in figure.columns:
        cells = [row.cells.get(column.key) for row in figure.rows if row.cells.get(column.key)]
        wide = [each[1] - each[0] for each in cells if isinstance(each, list | tuple) and len(each) == 2]
        if column.kind == "interval" and wide:
            widths[column.of] = max(wide)
        firsts = {each for each in cells if isinstance(each, str) and each[8:10] == "01"}
        if column.kind == "date" and len(firsts) > 1 and len(firsts) == len(set(map(str, cells))):
            months.add(column.key)
    return Style(frozenset(key for key, width in widths.items() if width <= FINE), frozenset(months))


def write(value: Cell, kind: CellKind, *, of: CellKind = "number", is_fine: bool = False) -> str:
    """A value in words; `of` is the unit of an interval, `is_fine` writes shares to a tenth of a per cent."""
    if value is None or value == "":
        return NOTHING
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, list | tuple):
        return interval(value[0], value[1], of, is_fine=is_fine) if len(value) == 2 else NOTHING
    if isinstance(value, str):
        return day(value) if kind == "date" else value
    return _number(value, kind, is_fine=is_fine)


def write_marks(values: Sequence[float], kind: CellKind) -> list[str]:
    """The marks along an axis: as short as they can be, points with their unit at the last."""
    if kind == "points":
        return [
            *(_signed(100 * each, places=_places(values)) for each in values[:-1]),
            write(values[-1], kind),
        ]
    if kind == "score":
        return [_signed(each, places=_places(values, unit=1)) for each in values]
    if kind == "days":
        return [number(each) for each in values]
    return [write(each, kind) for each in values]


def interval(low: float, high: float, kind: CellKind = "share", *, is_fine: bool = False) -> str:
    """An interval in words: "31–38%", "−2 to +6 pts"."""
    if kind == "share":
        pattern = "#,##0.0" if is_fine else "#,##0"
        first, last = (_decimal(100 * each, pattern) for each in (low, high))
        return str(_("%(low)s–%(high)s", low=first, high=_percent_sign(last)))
    if kind == "points":
        first, last = _signed(100 * low, places=1 if is_fine else 0), points(high, is_fine=is_fine)
        return str(_("%(low)s to %(high)s", low=first, high=last))
    if kind == "score" or low < 0:
        return str(_("%(low)s to %(high)s", low=_number(low, kind), high=_number(high, kind)))
    first = _decimal(low, _PATTERNS.get(kind, "#,##0.##"))
    return str(_("%(low)s–%(high)s", low=first, high=_number(high, kind)))


def percent(value: float, *, is_fine: bool = False) -> str:
    """A share from 0 to 1 in per cent; one that is small and not nothing to a tenth."""
    if 0 < value < 0.0005:
        return "<\u202f" + _decimal(0.001, "0.0%")
    is_small = 0 < value < 0.01 or 0.99 < value < 1
    return _decimal(value, "#,##0.0%" if is_fine or is_small else "#,##0%")


def points(value: float, *, is_fine: bool = False) -> str:
    """A difference of shares in points, with its sign: "+7 pts"."""
    return str(_("%(number)s pts", number=_signed(100 * value, places=1 if is_fine else 0)))


def score(value: float) -> str:
    """A score from -1 to 1 with its sign, to two places."""
    return _signed(value, places=2)


def count(value: float) -> str:
    """A whole number with its thousands set apart."""
    return _decimal(value, "#,##0")


def number(value: float) -> str:
    """A number to two places at most."""
    return _decimal(value, "#,##0" if abs(value) >= 1000 else "#,##0.##")


def days(value: float) -> str:
    """A span of time in days, to a tenth."""
    written = _decimal(value, "#,##0.#")
    return str(ngettext("%(number)s day", "%(number)s days", 1 if written == "1" else 2, number=written))


def chance(value: float) -> str:
    """A p-value to three places, or that it is smaller than that."""
    return "<\u202f" + _decimal(0.001, "0.000") if value < 0.001 else _decimal(value, "0.000")


def day(value: str | date) -> str:
    """An ISO day in words; what is no day stays as it is."""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value[:10])
        except ValueError:
            return str(value)
    return str(format_date(value, "medium", rebase=False))


def short_day(value: str, *, has_days: bool = True) -> str:
    """An ISO day as it stands along an axis: day and month, or the month with its year."""
    skeleton = "MMMd" if has_days else "yMMM"
    return str(format_skeleton(skeleton, date.fromisoformat(value[:10]), locale=language.current_locale()))


def moment(value: str) -> str:
    """An ISO moment in words, in UTC and saying so."""
    at = datetime.fromisoformat(value).astimezone(UTC)
    return str(_("%(day)s, %(time)s UTC", day=day(at.date()), time=at.strftime("%H:%M")))


def write_fact(value: Cell) -> str:
    """A value that stands alone, as in the sample: numbers with their thousands, words as they are."""
    return write(value, "count" if isinstance(value, int) else "number")


def mark(claim: Claim) -> str:
    """The sign before a claim: which way something went, or that nothing is proven."""
    return _MARKS.get(claim.verdict, "·")


def is_number(kind: CellKind) -> bool:
    """Whether cells of the kind stand to the right."""
    return kind not in WORDS


_MARKS: Mapping[str, str] = {"rose": "▲", "higher": "▲", "fell": "▼", "lower": "▼", "unproven": "○"}
_PATTERNS: dict[str, str] = {"count": "#,##0", "days": "#,##0.#"}
# Enough digits for any float; half a place goes to the even one, as babel writes.
_ROUNDING = Context(prec=400, rounding=ROUND_HALF_EVEN, traps=[])
_EXACT_PLACES = 12


def _row(figure: Figure, at: int, row: Row, style: Style) -> WrittenRow:
    name, *others = figure.columns
    if row.is_hidden:
        # What names it, as its topic and its group; all else is kept back.
        others = list(takewhile(lambda each: row.cells.get(each.key) and not is_number(each.kind), others))
    cells = [WrittenCell(write_cell(figure, row, each, style=style), each.kind) for each in others]
    name_words = write_cell(figure, row, name, style=style)
    texts = row.texts or {}
    return WrittenRow(at, name_words, cells, row.is_hidden, row.texts is not None, "case" in texts)


def _kind_of(figure: Figure, key: str) -> CellKind:
    return next((each.kind for each in figure.columns if each.key == key), "number")


def _number(value: float, kind: CellKind, *, is_fine: bool = False) -> str:
    match kind:
        case "share":
            return percent(value, is_fine=is_fine)
        case "points":
            return points(value, is_fine=is_fine)
        case "score":
            return score(value)
        case "days":
            return days(value)
        case "count":
            return count(value)
        case "p":
            return chance(value)
        case _:
            return number(value)


def _places(values: Sequence[float], *, unit: float = 100) -> int:
    """How many places marks need to differ."""
    return next(
        (each for each in (0, 1) if all(abs(round(unit * v, each) - unit * v) < 1e-6 for v in values)), 2
    )


def _signed(value: float, *, places: int) -> str:
    pattern = "#,##0" + (f".{'0' * places}" if places else "")
    rounded = round(value, places)
    return _decimal(rounded, f"+{pattern};-{pattern}" if rounded else pattern)


def _percent_sign(written: str) -> str:
    # As the language sets it, before or behind, with or without a space.
    return _decimal(0, "0%").replace("0", written)


def _decimal(value: float, pattern: str) -> str:
    # Without what sums of floats are off by, and then to the places that are shown at once: what is rounded
    # twice comes out too high.
    exact = Decimal(str(round(float(value), _EXACT_PLACES)))
    rounded = exact.quantize(_last_place(pattern), context=_ROUNDING)
    return _written(rounded, pattern, language.current_locale())


@cache
def _last_place(pattern: str) -> Decimal:
    """What the last place of a pattern stands for: 0.001 of "0.0%"."""
    shown = pattern.partition(";")[0]
    places = len(shown.partition(".")[2].rstrip("%")) + (2 if "%" in shown else 0)
    return Decimal(1).scaleb(-places)


# A report has thousands of figures, most of them of the same few.
@lru_cache(maxsize=8192)
def _written(value: Decimal, pattern: str, locale: str) -> str:
    # Rounding leaves a minus before nothing; and a true minus is as wide as the plus it stands under.
    value = value or Decimal(0)
    return format_decimal(value, pattern, locale=locale).replace("-", "−")
