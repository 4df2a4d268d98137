"""Writing SPSS files: variables with labels, codes with theirs, and a code for what was not answered."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from community.infra.spreadsheet.writing import Cell, writable

# What SPSS takes, in bytes of UTF-8.
MOST_IN_NAME = 64
MOST_IN_LABEL = 256
MOST_IN_VALUE_LABEL = 120
MOST_IN_TEXT = 32_767
_MOST_IN_FILE_LABEL = 64

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_]+")
_RESERVED = {
    "ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH",
}  # fmt: skip


@dataclass(frozen=True)
class Variable:
    """One column; `missing` is the code among the numbers that stands for an answer that was not given."""

    name: str
    label: str
    is_text: bool = False
    labels: Mapping[int, str] = field(default_factory=dict)
    missing: int | None = None


def write_sav(
    path: Path, variables: Sequence[Variable], rows: Iterable[Sequence[Cell]], *, title: str
) -> int:
    """Write the rows, whose cells follow the variables, as an SPSS file; says how many they are.

    The table is held in memory: the library writes it as a whole.
    """
    # Only workers write such files: pages must not wait for these to load.
    import pandas
    import pyreadstat

    columns: list[list[Cell]] = [[] for _variable in variables]
    for row in rows:
        for column, variable, cell in zip(columns, variables, row, strict=True):
            column.append(_fitting(cell, is_text=variable.is_text))
    frame = pandas.DataFrame(
        {
            variable.name: pandas.Series(column, dtype="object" if variable.is_text else "float64")
            for variable, column in zip(variables, columns, strict=True)
        }
    )
    pyreadstat.write_sav(
        frame,
        str(path),
        file_label=cut(title, _MOST_IN_FILE_LABEL),
        column_labels=[cut(variable.label, MOST_IN_LABEL) for variable in variables],
        variable_value_labels={
            variable.name: {
                float(code): cut(label, MOST_IN_VALUE_LABEL) for code, label in variable.labels.items()
            }
            for variable in variables
            if variable.labels
        },
        missing_ranges={
            variable.name: [variable.missing] for variable in variables if variable.missing is not None
        },
        variable_measure={
            variable.name: "nominal" if variable.is_text or variable.labels else "scale"
            for variable in variables
        },
    )
    return len(frame)


def names_for(codes: Iterable[str]) -> list[str]:
    """A name for each code that SPSS takes, unlike all others; names that fit stay as they are."""
    names: list[str] = []
    taken: set[str] = set()
    for code in codes:
        stem = _NOT_IN_NAMES.sub("_", code).strip("_")
        if not stem or not stem[0].isalpha() or stem.upper() in _RESERVED:
            stem = f"v_{stem}" if stem else "v"
        name, number = stem[:MOST_IN_NAME].rstrip("_"), 1
        while name.upper() in taken:
            number += 1
            name = f"{stem[: MOST_IN_NAME - len(str(number)) - 1]}_{number}"
        taken.add(name.upper())
        names.append(name)
    return names


def cut(text: str, most: int) -> str:
    """As much of the text as fits into so many bytes of UTF-8, on one line, without half a character."""
    line = " ".join(str(writable(text)).split())
    return line.encode()[:most].decode(errors="ignore")


def _fitting(cell: Cell, *, is_text: bool) -> Cell:
    cell = writable(cell)
    if not is_text:
        return cell
    return "" if cell is None else str(cell).encode()[:MOST_IN_TEXT].decode(errors="ignore")
