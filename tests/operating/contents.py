"""All that a database holds, told alike by both kinds of database and by copies of them."""

from collections.abc import Mapping
from pathlib import Path

from community.infra.copying import layout, lines, reading
from community.infra.db import db
from community.operating.copies import archive

Contents = Mapping[str, list[dict[str, lines.Cell]]]


def standing() -> Contents:
    """All rows of the database."""
    with db.engine.connect() as connection:
        reading.speak_plainly(connection)
        return {
            table.name: _rows_of(b"".join(reading.each_chunk(connection, table)), table)
            for table in layout.list_tables(connection)
        }


def kept_in(path: Path) -> Contents:
    """All rows of a copy."""
    with archive.reading(path) as copy:
        return {
            table.name: _rows_of(copy.open(archive.name_of_table(table.name)).read(), table)
            for table in copy.manifest.tables
        }


def sorted_rows(contents: Contents) -> Mapping[str, list[str]]:
    """The same for comparing: rows have no order."""
    return {table: sorted(map(repr, rows)) for table, rows in contents.items()}


def _rows_of(content: bytes, table: layout.Table) -> list[dict[str, lines.Cell]]:
    names = [column.name for column in table.columns]
    rows = lines.each_row(content.splitlines(keepends=True), table.columns)
    return [dict(zip(names, row, strict=True)) for row in rows]
