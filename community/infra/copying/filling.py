"""Filling empty tables from lines: without triggers, references and indexes, which are set up again after."""

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, BinaryIO

from psycopg.errors import ForeignKeyViolation
from sqlalchemy import Connection, text

from community.infra.copying.layout import Table, is_sqlite, list_tables, quoted
from community.infra.copying.lines import each_row

_CHUNK = 1 << 18
_SQLITE_GUARDS = """
SELECT type, name, sql FROM sqlite_schema
 WHERE type IN ('trigger', 'index') AND sql IS NOT NULL ORDER BY type
"""
_SQLITE_SEARCHES = "SELECT name FROM sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE%USING fts5%'"
_REFERENCES = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
 WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
"""
_INDEXES = """
SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
 WHERE indrelid IN
       (SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r')
   AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid)
"""
_NUMBERED = """
SELECT table_name, column_name, pg_get_serial_sequence(quote_ident(table_name), column_name)
  FROM information_schema.columns
 WHERE table_schema = current_schema()
   AND pg_get_serial_sequence(quote_ident(table_name), column_name) IS NOT NULL
"""


class BrokenReference(Exception):
    """A row refers to one that is not there."""


@contextmanager
def laid_bare(connection: Connection) -> Iterator[None]:
    """Empty tables that take any row; at the end all guards stand again, and references are checked."""
    with _bare_sqlite(connection) if is_sqlite(connection) else _bare_postgresql(connection):
        yield


def fill(connection: Connection, table: Table, lines: BinaryIO) -> None:
    """Put all rows into an empty table that was laid bare."""
    name = quoted(connection, table.name)
    columns = quoted(connection, *(column.name for column in table.columns))
    driver: Any = connection.connection.driver_connection
    if is_sqlite(connection):
        marks = ", ".join("?" * len(table.columns))
        rows = each_row(io.BufferedReader(lines, _CHUNK), table.columns)  # type: ignore[type-var]
        driver.executemany(f"INSERT INTO {name} ({columns}) VALUES ({marks})", rows)  # noqa: S608
        return
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {name} ({columns}) FROM STDIN (ENCODING 'UTF8')") as target,
    ):
        while chunk := lines.read(_CHUNK):
            target.write(chunk)


def count_on(connection: Connection, last_numbers: Mapping[str, int]) -> None:
    """Give out no number again that stands in a row or was given out before; SQLite goes by its rows."""
    if is_sqlite(connection):
        return
    for table, column, sequence in connection.execute(text(_NUMBERED)).all():
        newest = connection.scalar(
            text(f"SELECT max({quoted(connection, column)}) FROM {quoted(connection, table)}")  # noqa: S608
        )
        if last := max(newest or 0, last_numbers.get(f"{table}.{column}", 0)):
            connection.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})


@contextmanager
def _bare_sqlite(connection: Connection) -> Iterator[None]:
    driver: Any = connection.connection.driver_connection
    searches = [name for (name,) in driver.execute(_SQLITE_SEARCHES)]
    guards = driver.execute(_SQLITE_GUARDS).fetchall()
    for kind, name, _sql in guards:
        driver.execute(f"DROP {kind} {quoted(connection, name)}")
    for table in list_tables(connection):
        driver.execute(f"DELETE FROM {quoted(connection, table.name)}")  # noqa: S608
    yield
    for _kind, _name, sql in guards:
        driver.execute(sql)
    for name in searches:
        driver.execute(f"INSERT INTO {name} ({name}) VALUES ('rebuild')")  # noqa: S608
    if broken := driver.execute("PRAGMA foreign_key_check").fetchone():
        raise BrokenReference(
            f"row {broken[1]} of {broken[0]} refers to a row of {broken[2]} that is not there"
        )


@contextmanager
def _bare_postgresql(connection: Connection) -> Iterator[None]:
    # The driver's own: it looks for no places of parameters in definitions that hold a %.
    driver: Any = connection.connection.driver_connection
    tables = [quoted(connection, table.name) for table in list_tables(connection)]
    references = driver.execute(_REFERENCES).fetchall()
    indexes = driver.execute(_INDEXES).fetchall()
    for table, name, _definition in references:
        driver.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for name, _definition in indexes:
        driver.execute(f"DROP INDEX {name}")
    for table in tables:
        driver.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    driver.execute(f"TRUNCATE {', '.join(tables)}")
    yield
    for _name, definition in indexes:
        driver.execute(definition)
    for table, name, definition in references:
        try:
            driver.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        except ForeignKeyViolation as error:
            raise BrokenReference(str(error.diag.message_detail)) from error
    for table in tables:
        driver.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    # What the planner does not know of new tables it would guess for a while.
    driver.execute("ANALYZE")
