"""Files for tests as people bring them: CSV, JSON Lines, XLSX, in the encodings of the world."""

import csv
import io
import json
from collections.abc import Iterable, Sequence

from openpyxl import Workbook


def csv_bytes(rows: Iterable[Sequence[object]], *, encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """A CSV file."""
    target = io.StringIO(newline="")
    csv.writer(target, delimiter=delimiter).writerows(rows)
    return target.getvalue().encode(encoding)


def json_lines(records: Iterable[object]) -> bytes:
    """A JSON Lines file."""
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def xlsx_bytes(rows: Iterable[Sequence[object]]) -> bytes:
    """A workbook with one sheet."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
