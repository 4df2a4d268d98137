"""What every kind of table file gives: column names, rows one by one, and why it cannot be read."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from flask_babel import lazy_gettext as _l

from community.infra.errors import Invalid
from community.infra.text import clean_line

# A table made for people has far fewer; more are a matrix, or an attack.
MOST_COLUMNS = 200

WHY_UNREADABLE: Mapping[str, Any] = {
    "empty": _l("This file is empty."),
    "no_rows": _l("There is nothing below the column names in this file."),
    "no_table": _l("This file cannot be read. Save it as CSV, JSON Lines or XLSX."),
    "old_workbook": _l(
        "This is an old or a protected Excel file. Save it as XLSX without a password, or as CSV."
    ),
    "broken_workbook": _l("This XLSX file is damaged. Open it, save it again, and try once more."),
    "too_large": _l("This file unpacks to more than we can read. Split it into parts."),
    "too_many_columns": _l(
        "This file has more than %(most)d columns. Leave out what is not needed.", most=MOST_COLUMNS
    ),
}


class Unreadable(Invalid):
    """A file that is no table we can read; `reason` is a key of `WHY_UNREADABLE`."""

    def __init__(self, reason: str) -> None:
        super().__init__(WHY_UNREADABLE[reason], field="file")
        self.reason = reason


class Row(NamedTuple):
    """A row: its number below the column names, from 1, a cell for each column, and what is wrong with it.

    `line` is the row that people see in a spreadsheet program, or the line of a JSON Lines file: blank ones
    count, and the column names do too.
    `trouble` is "" for a sound row, else "undecodable" (bytes that are no text in the file's encoding),
    "broken" (a quotation mark without its twin), "wide" (more cells than columns) or "not_json"; the cells
    of such a row are what could be read, for showing it.
    """

    number: int
    line: int
    cells: list[str]
    trouble: str = ""


class Sheet(Protocol):
    """A table file; reading it again gives the same rows with the same numbers."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, each different."""

    def rows(self, *, after: int = 0) -> Iterator[Row]:
        """The rows behind number `after`, read as they are asked for; rows without any text are left out."""


def name_columns(names: list[str]) -> tuple[str, ...]:
    """The first row as column names: blank ones get a number, repeated ones too; Unreadable if too many."""
    while names and not names[-1].strip():
        names = names[:-1]
    if len(names) > MOST_COLUMNS:
        raise Unreadable("too_many_columns")
    named: list[str] = []
    for place, name in enumerate(names, start=1):
        wanted = clean = clean_line(name)[:100] or f"#{place}"
        times = 1
        while wanted in named:
            times += 1
            wanted = f"{clean} ({times})"
        named.append(wanted)
    return tuple(named)
