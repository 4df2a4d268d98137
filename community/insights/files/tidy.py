"""The figures of a report as one long table for machines: a row for each cell, the same in CSV and Parquet.

One table per figure would need one file per figure, or a file that no program reads as a table; in a long
one every number has the same few columns beside it, whatever the kind of report.
"""

from collections.abc import Iterator
from typing import NamedTuple

from community.insights.figures import Cell, Column, Figure, Row, Section, Snapshot


class TidyRow(NamedTuple):
    """One cell of one figure. Names and titles are in the report's language, keys are the same in all."""

    section: str
    section_title: str
    figure: str
    figure_title: str
    # The place of the row in its figure, counted from 1, and its name: its first cell.
    row_number: int
    row: str
    # Empty where the row is kept back, because too few people are in it.
    column: str
    column_title: str
    kind: str
    # A number, or else words ("date": an ISO day).
    value: float | None
    text: str
    # The interval around the value, 95 in 100.
    low: float | None
    high: float | None
    # What the whole figure rests on.
    n: int
    unit: str
    people: int | None
    is_kept_back: bool


def rows(snapshot: Snapshot) -> Iterator[TidyRow]:
    """All cells of all figures, in the order they are read; an interval stands beside what it belongs to."""
    for section in snapshot.sections:
        for figure in section.figures:
            yield from _rows_of(section, figure)


def _rows_of(section: Section, figure: Figure) -> Iterator[TidyRow]:
    name, *others = figure.columns
    valued = {column.key for column in others if column.kind != "interval"}
    intervals: dict[str, str] = {}
    for column in others:
        if column.kind == "interval" and column.of in valued:
            intervals.setdefault(column.of, column.key)
    # An interval around nothing, or a second one around the same, stands for itself.
    shown = [column for column in others if column.key not in intervals.values()]
    for number, row in enumerate(figure.rows, start=1):
        title = str(row.cells.get(name.key, ""))
        if row.is_hidden:
            yield _tidy(section, figure, number, title, None, row, None)
            continue
        # A figure of names alone still says which.
        for column in shown or [name]:
            yield _tidy(section, figure, number, title, column, row, intervals.get(column.key))


def _tidy(
    section: Section,
    figure: Figure,
    number: int,
    title: str,
    column: Column | None,
    row: Row,
    interval: str | None,
) -> TidyRow:
    cell = row.cells.get(column.key) if column is not None else None
    low, high = _pair(row.cells.get(interval)) if interval else _pair(cell)
    return TidyRow(
        section=section.key,
        section_title=section.title,
        figure=figure.key,
        figure_title=figure.title,
        row_number=number,
        row=title,
        column=column.key if column is not None else "",
        column_title=column.title if column is not None else "",
        kind=column.kind if column is not None else "",
        value=float(cell) if isinstance(cell, int | float) else None,
        text=cell if isinstance(cell, str) else "",
        low=low,
        high=high,
        n=figure.n,
        unit=figure.unit,
        people=figure.people,
        is_kept_back=row.is_hidden,
    )


def _pair(cell: Cell) -> tuple[float | None, float | None]:
    return (cell[0], cell[1]) if isinstance(cell, list) and len(cell) == 2 else (None, None)
