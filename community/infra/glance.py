"""A small look into the database beside the session, for what most requests ask before anything else."""

from functools import cache
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, Select
from sqlalchemy.sql.compiler import SQLCompiler

from community.infra.db import db


class Glance:
    """A statement that finds one row of plain values, asked with as little around it as the driver allows.

    Without a session, a transaction or an object for the result it costs a fifth. It takes a connection of
    its own and sees what is committed, so it is for the beginning of a request, before the session is used.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._compiled = cache(self._compile)

    def find(self, **values: Any) -> tuple[Any, ...] | None:
        """The row, None if there is none."""
        bind: Engine | Connection = db.engine
        # A test has given the session a connection, whose transaction this has to be part of.
        if isinstance(bind, Connection):
            row = bind.execute(self._statement, values).one_or_none()
            return tuple(row) if row is not None else None
        dialect = bind.dialect
        compiled = self._compiled(dialect)
        asked: Any = compiled.construct_params(values)
        if compiled.positiontup is not None:
            asked = tuple(asked[name] for name in compiled.positiontup)
        connection = bind.raw_connection()
        try:
            driver: Any = connection.driver_connection
            if dialect.name == "sqlite":
                found = driver.execute(compiled.string, asked).fetchone()
            else:
                driver.autocommit = True
                try:
                    found = driver.execute(compiled.string, asked, prepare=True).fetchone()
                finally:
                    driver.autocommit = False
        except dialect.loaded_dbapi.Error as error:
            connection.invalidate(error)
            # Asked once more in the ordinary way, it fails in the ordinary way.
            found = db.session.execute(self._statement, values).one_or_none()
        finally:
            connection.close()
        return tuple(found) if found is not None else None

    def _compile(self, dialect: Dialect) -> SQLCompiler:
        compiled = self._statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        return compiled
