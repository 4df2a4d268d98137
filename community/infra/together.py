"""Changes that belong together: one statement for PostgreSQL, where each alone is a way there and back.

SQLite, which is no further away than a call, is given one after the other.
"""

from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Delete,
    Executable,
    Insert,
    Update,
    bindparam,
    insert,
    literal_column,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from community.infra.db import Base, db, table_of

Change = Insert | Update | Delete


class _NextId(FunctionElement[int]):
    type = BigInteger()
    inherit_cache = True


def new_row(model: type[Base], *taken: str, **columns: Any) -> Insert:
    """An insert of one row; what is not given is as the model has it.

    `taken` are columns that take their value by the name of `new_` and theirs.
    """
    given: dict[str, Any] = {name: bindparam(f"new_{name}") for name in taken}
    return insert(table_of(model)).values(fixed_values(model) | given | columns)


def fixed_values(model: type[Base]) -> dict[str, Any]:
    """What a row has that is given nothing else; SQLAlchemy leaves it out of parts of a larger statement."""
    return {
        each.name: each.default.arg
        for each in table_of(model).c
        if isinstance(each.default, ScalarElementColumnDefault)
    }


def next_id(model: type[Base]) -> ColumnElement[int]:
    """In a select, the number of the table's next row, so that rows that name each other go together.

    Only inside of a unit of work: SQLite's answer is true for as long as nobody else writes.
    """
    return _NextId(literal_column(model.__tablename__))


def do_together(*changes: Change, **values: Any) -> None:
    """Make changes that do not rest on each other; each takes what it needs of the values by name.

    The statements are built once, at import, and no name of a value is that of a column in them.
    """
    for statement in _sent(changes, is_one_by_one=db.engine.dialect.name == "sqlite"):
        db.session.execute(statement, values)


@cache
def _sent(changes: tuple[Change, ...], *, is_one_by_one: bool) -> tuple[Executable, ...]:
    *others, last = changes
    if is_one_by_one or not others:
        return changes
    return (last.add_cte(*(each.cte(f"change_{place}") for place, each in enumerate(others))),)


@compiles(_NextId, "postgresql")
def _taken(element: _NextId, compiler: SQLCompiler, **options: Any) -> str:
    return f"nextval(pg_get_serial_sequence('{compiler.process(element.clauses, **options)}', 'id'))"


@compiles(_NextId, "sqlite")
def _counted(element: _NextId, compiler: SQLCompiler, **options: Any) -> str:
    # The name is that of a table of ours.
    return f"(SELECT coalesce(max(id), 0) + 1 FROM {compiler.process(element.clauses, **options)})"  # noqa: S608
