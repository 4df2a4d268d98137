"""Writes many rows of a table at once: COPY on PostgreSQL, one prepared statement on SQLite."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import Column, Table, text

from community.infra.db import Base, db, table_of, unit_of_work

# Indexes in random order are slow to fill from disk: SQLite may hold so many kilobytes of them meanwhile.
CACHE = 400_000


class Bulk:
    """Rows of one table; columns that are not named get their default."""

    def __init__(self, model: type[Base], *columns: str) -> None:
        self.table: Table = table_of(model)
        given = [self.table.c[name] for name in columns]
        others = [column for column in self.table.columns if column.key not in columns and column.default]
        self._readers = [_reader_of(column) for column in given]
        self._constants = tuple(_reader_of(column)(_default_of(column)) for column in others)
        names = ", ".join(f'"{column.key}"' for column in (*given, *others))
        self._is_sqlite = db.engine.dialect.name == "sqlite"
        gaps = ", ".join("?" * (len(given) + len(others)))
        self._insert = f"INSERT INTO {self.table.name} ({names}) VALUES ({gaps})"  # noqa: S608 - names of ours
        self._copy = f"COPY {self.table.name} ({names}) FROM STDIN"

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write them in the unit of work that is open."""
        ready = (
            (*(read(value) for value, read in zip(row, self._readers, strict=True)), *self._constants)
            for row in rows
        )
        with unit_of_work() as session:
            # The driver's own: SQLAlchemy knows neither COPY nor rows that are made while they are written.
            cursor: Any = session.connection().connection.cursor()
            if self._is_sqlite:
                cursor.execute(f"PRAGMA cache_size = -{CACHE}")
                cursor.executemany(self._insert, ready)
                return
            with cursor.copy(self._copy) as copy:
                for row in ready:
                    copy.write_row(row)

    def count_on(self) -> None:
        """Let PostgreSQL number the next row after those that were written with their numbers."""
        if self._is_sqlite:
            return
        name = self.table.name
        with unit_of_work() as session:
            session.execute(
                text(
                    f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), "  # noqa: S608 - a name of ours
                    f"coalesce(max(id), 0) + 1, false) FROM {name}"
                )
            )


def _reader_of(column: Column[Any]) -> Callable[[Any], Any]:
    dialect = db.engine.dialect
    read = column.type.dialect_impl(dialect).bind_processor(dialect)
    if read is None:
        return lambda value: value
    return lambda value: None if value is None else read(value)


def _default_of(column: Column[Any]) -> Any:
    default: Any = column.default
    return default.arg(None) if default.is_callable else default.arg
