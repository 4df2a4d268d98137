r"""A row in a line: PostgreSQL's text format of COPY (tabs between cells, \N for none), in UTF-8 and UTC."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from community.infra.copying.layout import Column

NOTHING = r"\N"
_ESCAPED = re.compile(r"\\(.)", re.S)
_MEANT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_MICROSECONDS_END = 26

Cell = str | int | float | bytes | None


def each_row(lines: Iterable[bytes], columns: Sequence[Column]) -> Iterator[list[Cell]]:
    """The cells of each line as SQLite keeps them."""
    told = [(place, _READ[column.kind]) for place, column in enumerate(columns) if column.kind in _READ]
    for line in lines:
        text = line.decode()[:-1]
        row: list[Any] = [None if cell == NOTHING else cell for cell in text.split("\t")]
        if "\\" in text:
            row = [cell and _ESCAPED.sub(_unescaped, cell) for cell in row]
        for place, read in told:
            if row[place] is not None:
                row[place] = read(row[place])
        yield row


def written_number(value: float | None) -> str | None:
    """A number with all its digits: SQLite itself would leave some out."""
    return None if value is None else repr(value)


def _unescaped(found: re.Match[str]) -> str:
    return _MEANT.get(found[1], found[1])


def _moment(text: str) -> str:
    text = text.removesuffix("+00")
    return (text if "." in text else f"{text}.").ljust(_MICROSECONDS_END, "0")


# What is not here SQLite takes as text and keeps as it should.
_READ: dict[str, Callable[[str], Cell]] = {
    "boolean": lambda text: int(text in ("t", "1")),
    "number": float,
    "moment": _moment,
    "bytes": lambda text: bytes.fromhex(text.removeprefix(r"\x")),
}
