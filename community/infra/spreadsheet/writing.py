"""Writing tables that a spreadsheet program shows and does not run: CSV, and XLSX without holding it all."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import isfinite
from pathlib import Path

Cell = str | float | int | None

# Where a spreadsheet program may see a formula: at the beginning, and behind what it may cut at, as
# programs of many countries cut at semicolons and break lines within texts. Blanks and quotation marks do
# not count. Apostrophes that stand there belong to it, so that ours can be told from the writer's.
_FORMULA = re.compile(r"""(\A(?='*+[\t\r])|(?:\A|[;\t\r\n])(?:[^\S\t\r\n]|")*+(?='*+[-=+@＝＋－＠]))('*+)""")
# What XML cannot hold, and what makes a text look like another one.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
# What a cell of a workbook holds at most.
MOST_IN_CELL = 32_767
_MOST_IN_SHEET_NAME = 31
_NOT_IN_SHEET_NAME = re.compile(r"[\[\]:*?/\\]")


def csv_lines(rows: Iterable[Sequence[Cell]], *, has_bom: bool = True) -> Iterator[str]:
    """The rows as lines of CSV; `has_bom` puts the mark in front by which spreadsheet programs know UTF-8."""
    target = io.StringIO()
    if has_bom:
        target.write("\ufeff")
    writer = csv.writer(target)
    for row in rows:
        writer.writerow([shown_as_text(cell) if isinstance(cell, str) else cell for cell in row])
        yield target.getvalue()
        target.seek(0)
        target.truncate()


def write_csv(path: Path, rows: Iterable[Sequence[Cell]], *, has_bom: bool = True) -> int:
    """Write the rows, the first of which names the columns, as CSV; says how many stand below it."""
    count = -1
    with path.open("w", encoding="utf-8", newline="") as file:
        for line in csv_lines(([writable(cell) for cell in row] for row in rows), has_bom=has_bom):
            file.write(line)
            count += 1
    return count


def write_workbook(path: Path, sheets: Mapping[str, Iterable[Sequence[Cell]]]) -> int:
    """Write sheets by their names, row by row; the first row of each names its columns.

    Texts are written as texts, so none is a formula or a link. Says how many rows stand in the first sheet.
    """
    # Only workers write workbooks: pages must not wait for this to load.
    import xlsxwriter

    count = 0
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        bold = book.add_format({"bold": True})
        for number, (name, rows) in enumerate(sheets.items()):
            sheet = book.add_worksheet(_NOT_IN_SHEET_NAME.sub(" ", name)[:_MOST_IN_SHEET_NAME])
            sheet.freeze_panes(1, 0)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    _write_cell(sheet, at, column, writable(cell), bold if at == 0 else None)
                if number == 0 and at > 0:
                    count += 1
    return count


def writable(cell: Cell) -> Cell:
    """The cell without what no file of tables can hold: control characters, and numbers that are none."""
    if isinstance(cell, str):
        return _UNWRITABLE.sub("", cell.replace("\r\n", "\n").replace("\r", "\n"))
    if isinstance(cell, float) and not isfinite(cell):
        return None
    return cell


def shown_as_text(cell: str) -> str:
    """The cell with an apostrophe before whatever would be a formula, wherever a program cuts it."""
    return _FORMULA.sub(r"\1'\2", cell)


def as_written(cell: str) -> str:
    """The cell without the apostrophes that `shown_as_text` put into it."""
    return _FORMULA.sub(lambda found: found[1] + found[2][1:], cell)


def _write_cell(sheet: object, row: int, column: int, cell: Cell, style: object) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, str):
        sheet.write_string(row, column, cell[:MOST_IN_CELL], style)  # type: ignore[attr-defined]
    else:
        sheet.write_number(row, column, cell, style)  # type: ignore[attr-defined]
