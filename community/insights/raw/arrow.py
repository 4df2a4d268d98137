"""Columns as Arrow has them, put together from bytes.

Given a list, `pyarrow.array` asks whether it is one of pandas, for which it loads that: 50 MB that nothing of
this needs. Loaded only where Parquet is written.
"""

from array import array
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any

import pyarrow

from community.insights.raw.columns import Kind

_TEXT = pyarrow.string()
_TYPES = {
    "int": pyarrow.int64(),
    "float": pyarrow.float64(),
    "moment": pyarrow.timestamp("s", "UTC"),
    "yes_no": pyarrow.bool_(),
    "word": _TEXT,
    "free": _TEXT,
}
_NUMBERS = {"int": "q", "float": "d"}


def type_of(kind: Kind) -> Any:
    """What a column of that kind is in Arrow."""
    return _TYPES[kind]


def array_of(kind: Kind, cells: Sequence[Any]) -> Any:
    """The cells of a column of that kind; None is a cell without anything."""
    if kind == "yes_no":
        return _array(_TYPES[kind], len(cells), None, _bits(cell == "yes" for cell in cells))
    filled = _bits(cell is not None for cell in cells) if None in cells else None
    if kind in _NUMBERS:
        numbers = array(_NUMBERS[kind], [cell or 0 for cell in cells])
        return _array(_TYPES[kind], len(cells), filled, numbers)
    written = [(cell or "").encode() for cell in cells]
    ends = array("i", accumulate(map(len, written), initial=0))
    texts = _array(_TEXT, len(cells), filled, ends, b"".join(written))
    return texts.cast(_TYPES[kind]) if kind == "moment" else texts


def _array(type_: Any, length: int, *buffers: Any) -> Any:
    return pyarrow.Array.from_buffers(
        type_, length, [None if each is None else pyarrow.py_buffer(each) for each in buffers]
    )


def _bits(each: Iterable[bool]) -> bytes:
    """A bit for each, the first one lowest."""
    signs = "".join("1" if is_so else "0" for is_so in each)
    return int(signs[::-1], 2).to_bytes((len(signs) + 7) // 8, "little")
