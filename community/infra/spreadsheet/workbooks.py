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
# What the library holds in memory at once: a part as a whole, of sheets and shared texts one row or text.
_MOST_ELEMENTS = 250_000
_MOST_BYTES_AT_ONCE = 16 * 1024 * 1024
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main "
_SHEETS = "xl/worksheets/"
_TEXTS = "xl/sharedstrings.xml"
_READ = ("[content_types].xml", "xl/workbook.xml", "xl/styles.xml", "xl/theme/", "docprops/", _TEXTS, _SHEETS)
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
        self.columns = name_columns(first[1])

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        """The rows behind number `after`."""
        width = len(self.columns)
        filled = self._filled()
        next(filled)
        for number, (line, cells) in enumerate(filled, start=1):
            if number <= after:
                continue
            # Notes beside the table belong to no column.
            yield Row(number, line, cells[:width] + [""] * (width - len(cells)))

    def _filled(self) -> Iterator[tuple[int, list[str]]]:
        """The rows that are not blank, with their numbers in the sheet."""
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
                if not sheet._worksheet_path.lower().startswith(_SHEETS):
                    raise Unreadable("broken_workbook")
                # What the file says of its own size need not be true.
                sheet.reset_dimensions()
                rows = sheet.iter_rows(max_row=_MOST_ROWS, max_col=MOST_COLUMNS + 1, values_only=True)
                for line, values in enumerate(rows, start=1):
                    if any(value is not None for value in values):
                        cells = [_as_cell(value) for value in values]
                        if any(cells):
                            yield line, cells
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
    """Refuse XML that makes much out of little: by declarations of its own, or by piling up elements."""
    name = part.filename.lower()
    # What the library lets go of once it is read, which may come as often as a sheet has rows.
    piece = _MAIN + "row" if name.startswith(_SHEETS) else _MAIN + "si" if name == _TEXTS else ""
    is_read = name.startswith(_READ) or name.endswith(".rels")
    pieces = elements = begins = 0
    has_root = False
    parser = expat.ParserCreate(namespace_separator=" ")

    def declared(*_what: object) -> None:
        raise Unreadable("broken_workbook")

    def began(tag: str, attributes: dict[str, str]) -> None:
        nonlocal pieces, elements, begins, has_root
        has_root = True
        elements += 1
        if tag == piece:
            pieces, elements, begins = pieces + 1, 0, parser.CurrentByteIndex
        if elements > _MOST_ELEMENTS or pieces > _MOST_ROWS:
            raise Unreadable("too_large")
        if name == "[content_types].xml" and not _is_in_place(attributes):
            raise Unreadable("broken_workbook")

    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = began
    with archive.open(part) as file:
        while (is_read or not has_root) and (block := file.read(_BLOCK)):
            parser.Parse(block, False)
            if is_read and parser.CurrentByteIndex - begins > _MOST_BYTES_AT_ONCE:
                raise Unreadable("too_large")


def _is_in_place(attributes: dict[str, str]) -> bool:
    """Whether a part that is read as a whole has its usual name, by which it was looked through."""
    holds, name = attributes.get("ContentType", ""), attributes.get("PartName", "").lower()
    if not name:
        return True
    if holds.endswith("sharedStrings+xml"):
        return name == f"/{_TEXTS}"
    return not holds.endswith(".main+xml") or name == "/xl/workbook.xml"


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
