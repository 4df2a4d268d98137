"""Workbooks of one table of any length, written row by row as the file has them: quick, in little memory."""

import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from community.infra.spreadsheet.writing import MOST_IN_CELL, writable

# What a sheet holds at most, its head among them.
MOST_ROWS = 1_048_576
_MOMENT = 86_400
_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_AT_ONCE = 500
# The files of a workbook are the same, byte for byte, for the same cells.
_TIME = (1980, 1, 1, 0, 0, 0)

# Texts with none of these are written as they stand; "_x0041_" would be read as "A".
_ODD = re.compile(r"[&<>\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]|\A\s|\s\Z|_x[0-9A-Fa-f]{4}_|  ")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# Style 1 is bold, 2 a moment.
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="1">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class WorkbookWriter:
    """Rows under one head, frozen and with filters, on as many sheets as they need.

    Texts are written as texts, so none is a formula or a link; numbers as numbers; columns marked in `dates`
    hold moments in ISO and UTC, "2026-11-22T17:00:00Z", and become moments of the workbook.
    """

    def __init__(self, path: Path, name: str, head: Sequence[str], *, dates: Sequence[bool]) -> None:
        self._name, self._head, self._dates = name, head, dates
        self._columns = [_letters(number) for number in range(len(head))]
        self._archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED)
        self._sheet: IO[bytes] | None = None
        self._sheet_count = self._row = 0

    def __enter__(self) -> "WorkbookWriter":
        self._begin_sheet()
        return self

    def __exit__(self, error: type[BaseException] | None, *_: BaseException | TracebackType | None) -> None:
        if self._sheet is not None:
            self._end_sheet()
        if error is None:
            self._write_rest()
        self._archive.close()

    def write_rows(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write further rows."""
        written: list[str] = []
        for row in rows:
            if self._row == MOST_ROWS:
                self._write("".join(written))
                written.clear()
                self._end_sheet()
                self._begin_sheet()
            self._row += 1
            written.append(self._row_of(row))
            if len(written) == _AT_ONCE:
                self._write("".join(written))
                written.clear()
        self._write("".join(written))

    def _row_of(self, row: Sequence[Any]) -> str:
        number = self._row
        cells = [f'<row r="{number}">']
        for letters, is_date, cell in zip(self._columns, self._dates, row, strict=True):
            if cell is None or cell == "":
                continue
            if not isinstance(cell, str):
                cells.append(f'<c r="{letters}{number}"><v>{cell!r}</v></c>')
            elif is_date:
                cells.append(f'<c r="{letters}{number}" s="2"><v>{_days(cell)!r}</v></c>')
            else:
                cells.append(f'<c r="{letters}{number}" t="inlineStr"><is>{_text(cell)}</is></c>')
        cells.append("</row>")
        return "".join(cells)

    def _begin_sheet(self) -> None:
        self._sheet_count += 1
        self._row = 1
        info = _member(f"xl/worksheets/sheet{self._sheet_count}.xml")
        self._sheet = self._archive.open(info, "w", force_zip64=True)
        head = "".join(
            f'<c r="{letters}1" s="1" t="inlineStr"><is>{_text(title)}</is></c>'
            for letters, title in zip(self._columns, self._head, strict=True)
        )
        self._write(
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
            '</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>'
            f'<cols><col min="1" max="{len(self._head)}" width="16" customWidth="1"/></cols>'
            f'<sheetData><row r="1">{head}</row>'
        )

    def _end_sheet(self) -> None:
        self._write(f'</sheetData><autoFilter ref="A1:{self._columns[-1]}{self._row}"/></worksheet>')
        if self._sheet is not None:
            self._sheet.close()
            self._sheet = None

    def _write(self, text: str) -> None:
        if self._sheet is not None:
            self._sheet.write(text.encode())

    def _write_rest(self) -> None:
        numbers = range(1, self._sheet_count + 1)
        sheets = "".join(
            f'<sheet name="{_escaped(self._sheet_name(number))}" sheetId="{number}" r:id="rId{number}"/>'
            for number in numbers
        )
        links = "".join(
            f'<Relationship Id="rId{number}" Type="{_OFFICE}/worksheet" '
            f'Target="worksheets/sheet{number}.xml"/>'
            for number in numbers
        )
        parts = "".join(
            f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
            for number in numbers
        )
        rest = {
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
            f"<sheets>{sheets}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}'
            f'<Relationship Id="rId0" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
            "xl/styles.xml": _STYLES,
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>{parts}</Types>',
        }
        for name, text in rest.items():
            self._archive.writestr(_member(name), (_HEAD + text).encode())

    def _sheet_name(self, number: int) -> str:
        return self._name if number == 1 else f"{self._name} {number}"


def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _TIME)
    info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
    # The quickest: texts shrink nearly as much, in a fifth of the time.
    info._compresslevel = 1  # type: ignore[attr-defined]
    return info


def _letters(number: int) -> str:
    """The name of a column, "A" for 0, "AA" for 26."""
    above, last = divmod(number, 26)
    return (_letters(above - 1) if above else "") + chr(ord("A") + last)


def _days(moment: str) -> float:
    """Days since the beginning of a workbook's time."""
    since = datetime.fromisoformat(moment) - _EPOCH
    return since.days + since.seconds / _MOMENT


def _text(cell: str) -> str:
    cell = cell[:MOST_IN_CELL]
    if not _ODD.search(cell):
        return f"<t>{cell}</t>"
    return f'<t xml:space="preserve">{_escaped(cell)}</t>'


def _escaped(text: str) -> str:
    text = _LOOKS_ESCAPED.sub("_x005F_", str(writable(text)))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
