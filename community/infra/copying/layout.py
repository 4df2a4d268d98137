"""Which tables and columns a database has, read from the database itself: it may be of any release."""

from typing import Literal, NamedTuple

from sqlalchemy import Connection, inspect, types

from community.infra import search

VERSION_TABLE = "alembic_version"

Kind = Literal["boolean", "integer", "number", "moment", "date", "bytes", "text"]

_KINDS: tuple[tuple[tuple[type[object], ...], Kind], ...] = (
    ((types.Boolean,), "boolean"),
    ((types.Integer,), "integer"),
    ((types.Numeric, types.Float), "number"),
    ((types.DateTime,), "moment"),
    ((types.Date,), "date"),
    ((types.LargeBinary,), "bytes"),
)


class Column(NamedTuple):
    """A column and what its cells are, the same on both databases; JSON is text."""

    name: str
    kind: Kind


class Table(NamedTuple):
    """A table with rows of ours."""

    name: str
    columns: tuple[Column, ...]


def list_tables(connection: Connection) -> list[Table]:
    """All tables but what Alembic and search keep for themselves."""
    found = inspect(connection).get_multi_columns()
    return sorted(
        Table(
            name,
            tuple(
                Column(column["name"], _kind(column["type"]))
                for column in columns
                if not search.is_search_column(column["name"])
            ),
        )
        for (_schema, name), columns in found.items()
        if name != VERSION_TABLE and not search.is_search_table(name)
    )


def is_sqlite(connection: Connection) -> bool:
    """Whether it is SQLite that is asked; else it is PostgreSQL."""
    return connection.dialect.name == "sqlite"


def quoted(connection: Connection, *names: str) -> str:
    """Names of tables or columns as SQL wants them, a comma between them."""
    return ", ".join(connection.dialect.identifier_preparer.quote(name) for name in names)


def _kind(column_type: object) -> Kind:
    return next((kind for known, kind in _KINDS if isinstance(column_type, known)), "text")
