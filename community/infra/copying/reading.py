"""Reading whole tables as lines, as fast as the database itself copies them."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, text

from community.infra.copying.layout import Column, Table, is_sqlite, quoted
from community.infra.copying.lines import written_number

_CHUNK = 1 << 20
_FETCHED = 500
# The numbers that a sequence has given out are not given out again, also if their rows are gone.
_SEQUENCES = """
SELECT owner.relname, part.attname, pg_sequence_last_value(sequence.oid)
  FROM pg_class AS sequence
  JOIN pg_depend AS belonging ON belonging.objid = sequence.oid AND belonging.deptype IN ('a', 'i')
   AND belonging.classid = 'pg_class'::regclass AND belonging.refclassid = 'pg_class'::regclass
  JOIN pg_class AS owner ON owner.oid = belonging.refobjid
  JOIN pg_attribute AS part ON part.attrelid = owner.oid AND part.attnum = belonging.refobjsubid
 WHERE sequence.relkind = 'S' AND sequence.relnamespace = current_schema()::regnamespace
"""


def count_rows(connection: Connection, table: Table) -> int:
    """How many rows a table has."""
    return int(connection.scalar(text(f"SELECT count(*) FROM {quoted(connection, table.name)}")) or 0)  # noqa: S608


def each_chunk(connection: Connection, table: Table) -> Iterator[bytes]:
    """All rows of a table as lines (lines.py), many at once; a line break ends each and is nowhere else."""
    held = bytearray()
    for lines in (
        _from_sqlite(connection, table) if is_sqlite(connection) else _from_postgresql(connection, table)
    ):
        held += lines
        if len(held) >= _CHUNK:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def speak_plainly(connection: Connection) -> None:
    """Have PostgreSQL write moments in UTC and numbers with all their digits until the transaction ends."""
    if not is_sqlite(connection):
        for setting in (
            "timezone = 'UTC'",
            "datestyle = 'ISO'",
            "bytea_output = 'hex'",
            "extra_float_digits = 1",
        ):
            connection.execute(text(f"SET LOCAL {setting}"))


def last_numbers(connection: Connection) -> dict[str, int]:
    """The last number that was given out, by "table.column"; SQLite goes by the rows that there are."""
    if is_sqlite(connection):
        return {}
    found = connection.execute(text(_SEQUENCES))
    return {f"{table}.{column}": last for table, column, last in found if last is not None}


def _from_sqlite(connection: Connection, table: Table) -> Iterator[bytes]:
    driver: Any = connection.connection.driver_connection
    driver.create_function("written_number", 1, written_number, deterministic=True)
    cells = " || char(9) || ".join(f"ifnull({_cell(connection, column)}, '\\N')" for column in table.columns)
    cursor = driver.execute(
        f"SELECT CAST({cells} || char(10) AS BLOB) FROM {quoted(connection, table.name)}"  # noqa: S608
    )
    while rows := cursor.fetchmany(_FETCHED):
        yield b"".join(row[0] for row in rows)


def _cell(connection: Connection, column: Column) -> str:
    name = quoted(connection, column.name)
    match column.kind:
        case "text":
            return (
                f"replace(replace(replace(replace({name}, '\\', '\\\\'), char(9), '\\t'), "
                f"char(10), '\\n'), char(13), '\\r')"
            )
        case "bytes":
            return f"'\\\\x' || hex({name})"
        case "number":
            return f"written_number({name})"
    return name


def _from_postgresql(connection: Connection, table: Table) -> Iterator[bytes]:
    columns = quoted(connection, *(column.name for column in table.columns))
    driver: Any = connection.connection.driver_connection
    with (
        driver.cursor() as cursor,
        cursor.copy(
            f"COPY {quoted(connection, table.name)} ({columns}) TO STDOUT (ENCODING 'UTF8')"
        ) as lines,
    ):
        yield from lines
