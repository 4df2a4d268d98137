"""Writing rows of feedback to files whose length does not matter: CSV, JSON Lines, XLSX, Parquet."""

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from community.infra.spreadsheet.streaming import WorkbookWriter
from community.insights.raw.columns import Column
from community.insights.raw.guarding import END, Row

_BOM = b"\xef\xbb\xbf"

Batches = Iterable[Iterable[Row]]


def write_csv(path: Path, columns: Sequence[Column], lines: Iterable[bytes], *, has_bom: bool) -> None:
    """Guarded lines as CSV in UTF-8."""
    with path.open("wb", buffering=1 << 18) as file:
        file.write(_BOM if has_bom else b"")
        file.write(",".join(column.key for column in columns).encode() + END)
        file.writelines(lines)


def write_json_lines(path: Path, columns: Sequence[Column], batches: Batches) -> None:
    """One JSON object for each row, its keys in the order of the columns; texts as they stand."""
    keys = [column.key for column in columns]
    switch = keys.index("may_quote")
    write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode
    with path.open("w", encoding="utf-8", newline="") as file:
        for rows in batches:
            for row in rows:
                cells = dict(zip(keys, row, strict=True))
                cells["may_quote"] = row[switch] == "yes"
                file.write(write(cells) + "\n")


def write_workbook(path: Path, columns: Sequence[Column], batches: Batches, *, name: str) -> None:
    """Typed cells under frozen heads; what a sheet cannot hold goes on in the next one."""
    with WorkbookWriter(
        path, name, [column.key for column in columns], dates=[column.kind == "moment" for column in columns]
    ) as book:
        for rows in batches:
            book.write_rows(rows)


def write_parquet(path: Path, columns: Sequence[Column], batches: Batches) -> None:
    """Typed columns, a row group for every few thousand rows; texts as they stand."""
    # Only workers write Parquet, and it takes long to load.
    import pyarrow
    from pyarrow import parquet

    from community.insights.raw.arrow import array_of, type_of

    schema = pyarrow.schema((column.key, type_of(column.kind)) for column in columns)
    # The library's own pools keep what was freed; a worker is to be as small after it as before.
    pyarrow.set_memory_pool(pyarrow.system_memory_pool())
    with parquet.ParquetWriter(
        path,
        schema,
        compression="zstd",
        use_dictionary=[c.key for c in columns if c.kind == "word"],
        data_page_size=1 << 16,
        dictionary_pagesize_limit=1 << 16,
    ) as writer:
        for rows in in_portions(batches):
            cells = zip(*rows, strict=True)
            arrays = [array_of(column.kind, each) for column, each in zip(columns, cells, strict=True)]
            writer.write_batch(pyarrow.record_batch(arrays, schema=schema))


def in_portions(batches: Batches, *, size: int = 5_000) -> Iterator[list[Row]]:
    """All rows in lists of at least this size, but for the last one."""
    held: list[Row] = []
    for rows in chain(batches):
        held.extend(rows)
        if len(held) >= size:
            yield held
            held = []
    if held:
        yield held
