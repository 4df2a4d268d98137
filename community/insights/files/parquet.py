"""A report's figures as Parquet: the long table (`tidy`) with types, and what was asked in its metadata."""

import json
from pathlib import Path

from community.insights.files import tidy
from community.insights.files.material import Material


def write(path: Path, material: Material) -> int:
    """Write the file and say how many rows it has."""
    # Only workers write files: pages must not wait for this to load.
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {
        "row_number": pa.int32(),
        "value": pa.float64(),
        "low": pa.float64(),
        "high": pa.float64(),
        "n": pa.int64(),
        "people": pa.int64(),
        "is_kept_back": pa.bool_(),
    }
    fields = [pa.field(name, types.get(name, pa.string())) for name in tidy.TidyRow._fields]
    rows = list(tidy.rows(material.snapshot))
    columns = [pa.array([row[place] for row in rows], field.type) for place, field in enumerate(fields)]
    table = pa.Table.from_arrays(columns, schema=pa.schema(fields, metadata=_metadata(material)))
    pq.write_table(table, path, compression="zstd")
    return len(rows)


def _metadata(material: Material) -> dict[str, str]:
    snapshot = material.snapshot
    return {
        "title": snapshot.title,
        "kind": snapshot.kind,
        "data_at": snapshot.data_at,
        "settings": json.dumps(snapshot.settings, sort_keys=True),
        "filters": json.dumps(snapshot.filters, ensure_ascii=False),
        "fingerprint": material.fingerprint,
        "version": str(snapshot.version),
    }
