"""Table files from people: CSV, JSON Lines and XLSX, read row by row, and CSV written for them."""

from pathlib import Path

from community.infra.spreadsheet.sheet import WHY_UNREADABLE, Row, Sheet, Unreadable
from community.infra.spreadsheet.texts import open_text
from community.infra.spreadsheet.workbooks import open_workbook
from community.infra.spreadsheet.writing import as_written, csv_lines

__all__ = ["WHY_UNREADABLE", "Row", "Sheet", "Unreadable", "as_written", "csv_lines", "open_sheet"]

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
