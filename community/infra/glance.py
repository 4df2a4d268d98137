"""A small look into the database beside the session, for what is asked before anything else of a request."""

import time
from functools import cache
from threading import Lock
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy import Connection, Dialect, Engine, PoolProxiedConnection, Select, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.compiler import SQLCompiler

from community.infra.db import db


class Glance:
    """A statement that finds one row of plain values, asked with as little around it as the driver allows.

    Without a session, a transaction or an object for the result it costs a tenth. It takes a connection of
    its own and sees what is committed.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._compiled = cache(self._compile)

    def find(self, **values: Any) -> tuple[Any, ...] | None:
        """The row, None if there is none or the database does not answer."""
        bind: Engine | Connection = db.engine
        # A test has given the session a connection, whose transaction this has to be part of.
        if isinstance(bind, Connection):
            row = bind.execute(self._statement, values).one_or_none()
            return tuple(row) if row is not None else None
        compiled = self._compiled(bind.dialect)
        asked: Any = compiled.construct_params(values)
        if compiled.positiontup is not None:
            asked = tuple(asked[name] for name in compiled.positiontup)
        try:
            return _line(bind).ask(compiled.string, asked)
        except (SQLAlchemyError, bind.dialect.loaded_dbapi.Error):
            return None

    def _compile(self, dialect: Dialect) -> SQLCompiler:
        compiled = self._statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        return compiled


class _Look(NamedTuple):
    """What was asked last, when (`time.monotonic_ns`, before it was), and what came back."""

    statement: str
    values: Any
    asked_at: int
    row: tuple[Any, ...] | None


class _Line:
    """A connection that is kept for looks: to take one from the pool for each costs more than the look."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turn = Lock()
        self._connection: PoolProxiedConnection | None = None
        self._cursor: Any = None
        self._last = _Look("", None, 0, None)

    def ask(self, statement: str, values: Any) -> tuple[Any, ...] | None:
        """The only row."""
        came_at = time.monotonic_ns()
        with self._turn:
            # Whoever had to wait is told what was found meanwhile: it was looked up after they came.
            if self._last[:2] != (statement, values) or self._last.asked_at <= came_at:
                self._last = _Look(statement, values, time.monotonic_ns(), self._look(statement, values))
            return self._last.row

    def close(self) -> None:
        """Let go of the connection; the next look opens another one."""
        with self._turn:
            self._hang_up()

    def _look(self, statement: str, values: Any) -> tuple[Any, ...] | None:
        if self._connection is None:
            self._open()
        try:
            # All of it: a statement that is not at its end would hold on to what it sees.
            rows = self._cursor.execute(statement, values).fetchall()
        except BaseException:
            self._hang_up()
            raise
        return tuple(rows[0]) if rows else None

    def _open(self) -> None:
        self._connection = self._engine.raw_connection()
        driver: Any = self._connection.driver_connection
        if self._engine.dialect.name == "postgresql":
            # Each statement is a transaction by itself, and planned once.
            driver.autocommit, driver.prepare_threshold = True, 0
        self._cursor = driver.cursor()

    def _hang_up(self) -> None:
        if self._connection is not None:
            self._connection.invalidate()
        self._connection = self._cursor = None


def _line(engine: Engine) -> _Line:
    lines: dict[Engine, _Line] = current_app.extensions.setdefault("lines_for_looks", {})
    if engine not in lines:
        line = lines.setdefault(engine, _Line(engine))
        event.listen(engine, "engine_disposed", lambda _engine: line.close())
    return lines[engine]
