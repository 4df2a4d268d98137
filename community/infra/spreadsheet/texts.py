"""Tables in text files: CSV with any usual delimiter, and JSON Lines."""

import csv
import json
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from community.infra.spreadsheet.encodings import encoding_of
from community.infra.spreadsheet.sheet import MOST_COLUMNS, Row, Unreadable, name_columns

_DELIMITERS = (",", "\t", ";", "|")
# Stands in no text: a file of one column is not cut at its commas.
_NONE = "\x1f"
# Longer lines come in pieces, so that a file without line ends does not fill the memory.
_LINE = 1_000_000
# What a row that cannot be read shows of itself.
_SHOWN = 1_000
_SNIFFED_ROWS = 50
# Bytes that are no text arrive as half characters.
_BAD_BYTE = re.compile("[\udc80-\udcff]")


def open_text(path: Path) -> "CsvSheet | JsonLinesSheet":
    """The table in a text file, by its first character; Unreadable if it is none."""
    encoding = encoding_of(path)
    if encoding is None:
        raise Unreadable("no_table")
    first = next((line.strip() for line in _lines(path, encoding) if line.strip()), "")
    if not first:
        raise Unreadable("empty")
    if first.startswith("{"):
        return JsonLinesSheet(path, encoding)
    return CsvSheet(path, encoding)


class CsvSheet:
    """A CSV file whose first row names the columns."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._path, self._encoding = path, encoding
        self._delimiter = self._sniff()
        self.columns = name_columns(next(self._records())[1])
        if not self.columns:
            raise Unreadable("no_table")

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        """The rows behind number `after`."""
        records = self._records()
        next(records)
        width = len(self.columns)
        for number, (line, cells, trouble) in enumerate(records, start=1):
            if number <= after:
                continue
            if any(cell.strip() for cell in cells[width:]):
                joined = [*cells[: width - 1], " ".join(cells[width - 1 :])]
                yield Row(number, line, _clean(joined), trouble or "wide")
            else:
                fitted = cells[:width] + [""] * (width - len(cells))
                is_bad = any(_BAD_BYTE.search(cell) for cell in fitted)
                yield Row(number, line, _clean(fitted), trouble or ("undecodable" if is_bad else ""))

    def _records(self) -> Iterator[tuple[int, list[str], str]]:
        """Where each row that has any cells stands, counting blank ones, its cells and its trouble."""
        used: list[str] = []

        def noted() -> Iterator[str]:
            for line in _lines(self._path, self._encoding):
                used.append(line)
                yield line

        reader = csv.reader(noted(), delimiter=self._delimiter)
        for line in count(1):
            used.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield line, ["".join(used)[:_SHOWN]], "broken"
                continue
            if any(cell.strip() for cell in cells):
                yield line, cells, "broken" if _is_unclosed(used) else ""

    def _sniff(self) -> str:
        """The delimiter that cuts the first rows most evenly into the most cells."""

        def evenness(delimiter: str) -> tuple[int, int]:
            self._delimiter = delimiter
            widths = []
            for _line, cells, _trouble in self._records():
                widths.append(len(cells))
                if len(widths) == _SNIFFED_ROWS:
                    break
            return (sum(width == widths[0] for width in widths), widths[0]) if widths[0] > 1 else (0, 1)

        best = max(_DELIMITERS, key=evenness)
        return best if evenness(best) > (0, 1) else _NONE


class JsonLinesSheet:
    """A file with one JSON object a line; its columns are the keys of the first objects."""

    def __init__(self, path: Path, encoding: str) -> None:
        self._path, self._encoding = path, encoding
        keys: dict[str, None] = {}
        for place, (_number, line) in enumerate(self._written()):
            found = _object_in(line)
            if found is not None:
                keys |= dict.fromkeys(found)
            if place == _SNIFFED_ROWS:
                break
        if not keys:
            raise Unreadable("no_table")
        if len(keys) > MOST_COLUMNS:
            raise Unreadable("too_many_columns")
        self._keys = tuple(keys)
        self.columns = name_columns(list(keys))

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        """The rows behind number `after`."""
        for number, (place, line) in enumerate(self._written(), start=1):
            if number <= after:
                continue
            found = _object_in(line)
            if _BAD_BYTE.search(line):
                yield Row(number, place, self._shown(found, line), "undecodable")
            elif found is None:
                yield Row(number, place, self._shown(None, line), "not_json")
            else:
                yield Row(number, place, self._shown(found, line))

    def _written(self) -> Iterator[tuple[int, str]]:
        """The lines that are not blank, with their places in the file."""
        lines = enumerate(_lines(self._path, self._encoding), start=1)
        return ((place, line) for place, line in lines if line.strip())

    def _shown(self, found: dict[str, Any] | None, line: str) -> list[str]:
        if found is None:
            return _clean([line.strip()[:_SHOWN], *[""] * (len(self._keys) - 1)])
        return _clean([_as_cell(found.get(key)) for key in self._keys])


def _lines(path: Path, encoding: str) -> Iterator[str]:
    with path.open(encoding=encoding, errors="surrogateescape", newline="") as file:
        try:
            while line := file.readline(_LINE):
                yield line
        except UnicodeError:
            # UTF-16 cannot go on behind half a character.
            yield "\udcff"


def _is_unclosed(used: list[str]) -> bool:
    """Whether the file ended within quotation marks: then the row has swallowed all that followed."""
    return len(used) > 1 and "".join(used).count('"') % 2 == 1


def _object_in(line: str) -> dict[str, Any] | None:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _as_cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def _clean(cells: list[str]) -> list[str]:
    """Without half characters, which no database takes."""
    return [cell.encode("utf-8", "replace").decode("utf-8") if not cell.isascii() else cell for cell in cells]
