"""Columns of Arrow, put together from bytes: the same as the library makes them of lists, without pandas."""

import subprocess
import sys

import pyarrow
import pytest

from community.insights.raw.arrow import array_of, type_of

CELLS = {
    "int": [1, None, -(2**40), 0, None, 7, 8, 9, None, 10],
    "float": [0.5, None, -1.25, 0, 3],
    "word": ["read", None, "", "waiting"],
    "free": ["你好，\n世界 👋", None, "", "=1+1", "\x1f", "e\u0301"],
    "moment": ["2026-11-23T11:45:39Z", None, "1969-12-31T23:59:59Z"],
}
IN_A_FRESH_PROCESS = """
import sys
from community.insights.raw.arrow import array_of
array_of("word", ["read", None])
array_of("int", [1, None])
array_of("moment", ["2026-11-23T11:45:39Z"])
array_of("yes_no", ["yes", "no"])
print("pandas" in sys.modules)
"""


class TestArrayOf:
    @pytest.mark.parametrize("kind", CELLS)
    @pytest.mark.parametrize("is_full", [True, False])
    def test_it_is_what_the_library_makes(self, kind, is_full):
        cells = [cell for cell in CELLS[kind] if cell is not None or not is_full]
        given = pyarrow.array(cells, "string" if kind == "moment" else type_of(kind))
        found = array_of(kind, cells)
        found.validate(full=True)
        assert found.equals(given.cast(type_of(kind)))

    def test_yes_is_true_and_all_else_is_not(self):
        cells = ["yes", "no", None] * 7
        found = array_of("yes_no", cells)
        found.validate(full=True)
        assert found.to_pylist() == [cell == "yes" for cell in cells]

    def test_it_loads_no_pandas(self):
        done = subprocess.run(
            [sys.executable, "-c", IN_A_FRESH_PROCESS], check=True, stdout=subprocess.PIPE, text=True
        )
        assert done.stdout.strip() == "False"
