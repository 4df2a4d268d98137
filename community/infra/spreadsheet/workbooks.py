"""Tables in XLSX files: the first sheet, values only; formulas are not worked out."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.parsers import expat

from community.infra.spreadsheet.sheet import MOST_COLUMNS, Row, Unreadable, name_columns

# What a file may unpack to: the zip's own directory says how much each part holds, and unpacking stops there.
_MOST_BYTES = 300 * 1024 * 1024
# Texts that several cells share are held in memory as a whole.
_MOST_SHARED_BYTES = 64 * 1024 * 1024
_MOST_PARTS = 2_000
# Excel's own limit; a row may claim to be number ten billion.
_MOST_ROWS = 1_048_576
_BLOCK = 64 * 1024
_DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, expat.ExpatError)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def open_workbook(path: Path) -> "WorkbookSheet":
    """The first sheet of an XLSX file; Unreadable if the file is another zip, damaged or a bomb."""
    try:
        with zipfile.ZipFile(path) as archive:
            _check(archive)
    except _DAMAGED as error:
        raise Unreadable("broken_workbook") from error
    return WorkbookSheet(path)


class WorkbookSheet:
    """The first sheet of a workbook; its first row that is not blank names the columns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        first = next(self._filled(), None)
        if first is None:
            raise Unreadable("empty")
        self.columns = name_columns(first)

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        """The rows behind number `after`."""
        width = len(self.columns)
        filled = self._filled()
        next(filled)
        for number, cells in enumerate(filled, start=1):
            if number <= after:
                continue
            # Notes beside the table belong to no column.
            yield Row(number, cells[:width] + [""] * (width - len(cells)))

    def _filled(self) -> Iterator[list[str]]:
        # Only whoever opens such a file pays for the library.
        from openpyxl import load_workbook

        # A damaged file fails in whatever part of it the library comes upon: its errors are not one family.
        try:
            with (
                # A stored file's name says nothing; the library would look at how it ends.
                self._path.open("rb") as file,
                closing(load_workbook(file, read_only=True, data_only=True, keep_links=False)) as book,
            ):
                if not book.worksheets:
                    raise Unreadable("empty")
                sheet = book.worksheets[0]
                # What the file says of its own size need not be true.
                sheet.reset_dimensions()
                for values in sheet.iter_rows(max_row=_MOST_ROWS, max_col=MOST_COLUMNS + 1, values_only=True):
                    if any(value is not None for value in values):
                        cells = [_as_cell(value) for value in values]
                        if any(cells):
                            yield cells
        except Unreadable:
            raise
        except Exception as error:
            raise Unreadable("broken_workbook") from error


def _check(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise Unreadable("no_table")
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_BYTES:
        raise Unreadable("too_large")
    for part in parts:
        if part.filename.lower().endswith("sharedstrings.xml") and part.file_size > _MOST_SHARED_BYTES:
            raise Unreadable("too_large")
        if part.filename.lower().endswith((".xml", ".rels")):
            _check_part(archive, part)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse XML with declarations of its own, which can make megabytes out of a few letters."""
    seen = {"root": False}
    parser = expat.ParserCreate()

    def declared(*_what: object) -> None:
        raise Unreadable("broken_workbook")

    def began(*_what: object) -> None:
        seen["root"] = True

    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = began
    with archive.open(part) as file:
        while not seen["root"] and (block := file.read(_BLOCK)):
            parser.Parse(block, False)


def _as_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, timedelta):
        return str(value)
    # Excel writes characters that XML does not have as _x000D_.
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), str(value)).encode("utf-8", "replace").decode()
