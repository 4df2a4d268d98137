"""Two snapshots of one kind side by side: the same rows of the same figures, and how far they are apart."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from community.insights import writing
from community.insights.figures import Cell, CellKind, Column, Figure, Row, Snapshot
from community.insights.scope import Scope
from community.statistics.intervals import Interval, joined

COMPARED: frozenset[CellKind] = frozenset({"count", "share", "score", "number", "days"})


@dataclass(frozen=True)
class Measure:
    """One number of a row in both, in words; without interval if there is none to be had."""

    title: str
    before: str
    after: str
    change: str
    interval: str


@dataclass(frozen=True)
class ComparedRow:
    """A row that both have; without measures if it is kept back in one of them."""

    name: str
    measures: Sequence[Measure]


@dataclass(frozen=True)
class Compared:
    """A figure that both have."""

    key: str
    title: str
    rows: Sequence[ComparedRow]


@dataclass(frozen=True)
class Comparison:
    """All that both have; `missing` are the titles of figures of which no row is in both."""

    figures: Sequence[Compared]
    missing: Sequence[str]
    filters: Sequence[tuple[str, str, str]]
    sample: Sequence[tuple[str, str, str]]
    # Whether the two rest on different texts, so that an interval of the difference can be had.
    is_apart: bool


def can_compare(before: Snapshot, after: Snapshot) -> bool:
    """Whether rows of the two can be matched: their names are words of the report's language."""
    return before.kind == after.kind and before.locale == after.locale


def compare(before: Snapshot, after: Snapshot) -> Comparison:
    """What both have, in the order of `after`; differences are after minus before."""
    first = {figure.key: figure for figure in before.figures()}
    is_apart = _are_apart(before, after)
    found = [
        Compared(
            figure.key,
            figure.title,
            list(_rows(first[figure.key], figure, is_apart=is_apart)) if figure.key in first else [],
        )
        for figure in after.figures()
    ]
    return Comparison(
        figures=[each for each in found if each.rows],
        missing=[each.title for each in found if not each.rows],
        filters=_side_by_side(before.filters, after.filters),
        sample=_side_by_side(_written(before.sample), _written(after.sample)),
        is_apart=is_apart,
    )


def _rows(before: Figure, after: Figure, *, is_apart: bool) -> Iterator[ComparedRow]:
    # Along the days the two go on where the other ends: there is nothing to set side by side.
    if any(each.kind == "date" for each in after.columns):
        return
    rows, others = _by_name(before), _by_name(after)
    known = {each.key for each in before.columns}
    columns = [each for each in after.columns[1:] if each.kind in COMPARED and each.key in known]
    for name, row in others.items():
        other = rows.get(name)
        if other is None:
            continue
        words = " · ".join(each for each in name if each)
        if row.is_hidden or other.is_hidden:
            yield ComparedRow(words, [])
            continue
        measures = [_measure(column, other, row, after, is_apart=is_apart) for column in columns]
        if found := [each for each in measures if each is not None]:
            yield ComparedRow(words, found)


def _measure(column: Column, before: Row, after: Row, figure: Figure, *, is_apart: bool) -> Measure | None:
    first, second = before.cells.get(column.key), after.cells.get(column.key)
    if not (_is_number(first) and _is_number(second)):
        return None
    change = float(second) - float(first)  # type: ignore[arg-type]
    intervals = _interval(column, before, figure), _interval(column, after, figure)
    apart = None
    if is_apart and intervals[0] is not None and intervals[1] is not None:
        apart = joined(float(first), intervals[0], float(second), intervals[1])  # type: ignore[arg-type]
    unit: CellKind = "points" if column.kind == "share" else column.kind
    return Measure(
        column.title,
        writing.write(first, column.kind),
        writing.write(second, column.kind),
        _signed(change, unit),
        f"{_signed(apart.low, unit)} … {_signed(apart.high, unit)}" if apart is not None else "",
    )


def _interval(column: Column, row: Row, figure: Figure) -> Interval | None:
    of_column = next(
        (each for each in figure.columns if each.kind == "interval" and each.of == column.key), None
    )
    ends = row.cells.get(of_column.key) if of_column is not None else None
    return Interval(ends[0], ends[1]) if isinstance(ends, list | tuple) and len(ends) == 2 else None


def _signed(value: float, kind: CellKind) -> str:
    if kind in ("points", "score"):
        return writing.write(value, kind)
    written = writing.write(abs(value), kind)
    return ("+" if value > 0 else "−" if value < 0 else "") + written


def _is_number(value: Cell) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _by_name(figure: Figure) -> dict[tuple[str, ...], Row]:
    """The rows by what they are called; those that share a name cannot be told apart, and go."""
    times = Counter(_name(figure, row) for row in figure.rows)
    return {name: row for row in figure.rows if times[name := _name(figure, row)] == 1}


def _name(figure: Figure, row: Row) -> tuple[str, ...]:
    """What a row is called: its first cell, whatever that is, and the words right behind it."""
    first, *others = figure.columns
    columns = [first, *takewhile(lambda each: each.kind in writing.WORDS, others)]
    cells = [(row.cells.get(column.key), column.kind) for column in columns]
    return tuple("" if cell is None or cell == "" else writing.write(cell, kind) for cell, kind in cells)


def _written(facts: Sequence[tuple[str, Cell]]) -> list[tuple[str, str]]:
    return [(label, writing.write_fact(value)) for label, value in facts]


def _side_by_side(
    before: Sequence[tuple[str, str]], after: Sequence[tuple[str, str]]
) -> list[tuple[str, str, str]]:
    first: Mapping[str, str] = dict(before)
    second: Mapping[str, str] = dict(after)
    return [
        (label, first.get(label, writing.NOTHING), second.get(label, writing.NOTHING))
        for label in dict.fromkeys((*first, *second))
    ]


def _are_apart(before: Snapshot, after: Snapshot) -> bool:
    first, second = Scope.from_settings(before.settings), Scope.from_settings(after.settings)
    if first.survey_id is not None and first.survey_id == second.survey_id:
        # All answers of a survey are in each of its reports, whichever days they speak of.
        return False
    return (
        first.until_on < second.from_on
        or second.until_on < first.from_on
        or not set(first.panel_ids) & set(second.panel_ids)
    )
