"""Table files: CSV, JSON Lines and XLSX from people, read row by row; CSV, XLSX and SPSS for them."""

from pathlib import Path

from community.infra.spreadsheet.sheet import WHY_UNREADABLE, Row, Sheet, Unreadable
from community.infra.spreadsheet.spss import Variable, names_for, write_sav
from community.infra.spreadsheet.texts import open_text
from community.infra.spreadsheet.workbooks import open_workbook
from community.infra.spreadsheet.writing import Cell, as_written, csv_lines, write_csv, write_workbook

__all__ = [
    "WHY_UNREADABLE", "Cell", "Row", "Sheet", "Unreadable", "Variable", "as_written", "csv_lines",
    "names_for", "open_sheet", "write_csv", "write_sav", "write_workbook",
]  # fmt: skip

_ZIP = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


def open_sheet(path: Path) -> Sheet:
    """The table in a file, whatever its name ends in; Unreadable if there is none."""
    with path.open("rb") as file:
        begins = file.read(4)
    if begins == _OLD_WORKBOOK:
        raise Unreadable("old_workbook")
    sheet: Sheet = open_workbook(path) if begins == _ZIP else open_text(path)
    if next(sheet.rows(), None) is None:
        raise Unreadable("no_rows")
    return sheet
