"""What pages read, asked with little around it: statements compiled once, plain rows, no transaction."""

import logging
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Dialect, Engine, Select, Table, literal_column

from community.infra.db import asking_again, db, is_apart

logger = logging.getLogger(__name__)

Line = tuple[Any, ...]
Convert = Callable[[Any], Any]


def at_most(number: int) -> ColumnElement[int]:
    """A limit that is written out: PostgreSQL keeps a plan only if it knows how few rows are meant.

    Else it plans each time anew, which takes longer than the reading.
    """
    return literal_column(str(number))


class Reading:
    """A statement for what most requests ask; it costs a third of the same statement in the session.

    It sees what is committed, as every statement does by itself on PostgreSQL; inside of a unit of work or of
    one view it is part of that. Lists of values (`IN`) cannot be given to it.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._asked = cache(lambda dialect: _Asked(statement, dialect))

    def list(self, **values: Any) -> Sequence[Line]:
        """All its rows."""
        bind: Engine | Connection = db.engine
        # A test has given the session a connection, whose transaction this has to be part of.
        if isinstance(bind, Connection):
            return [tuple(row) for row in bind.execute(self._statement, values)]
        if not is_apart():
            db.session.flush()
            return self._in_session(values)
        try:
            return self._beside_session(bind, values)
        except bind.dialect.loaded_dbapi.Error as error:
            # Asked once more in the ordinary way, it fails in the ordinary way.
            logger.warning("a statement beside the session failed: %s", type(error).__name__)
            return self._in_session(values)

    def find(self, **values: Any) -> Line | None:
        """Its first row, None if there is none."""
        return next(iter(self.list(**values)), None)

    def _beside_session(self, engine: Engine, values: dict[str, Any]) -> Sequence[Line]:
        asked: _Asked = self._asked(engine.dialect)
        with asking_again():
            connection = engine.raw_connection()
        try:
            return asked.list(connection.driver_connection, values)
        except engine.dialect.loaded_dbapi.Error as error:
            connection.invalidate(error)
            raise
        finally:
            connection.close()

    def _in_session(self, values: dict[str, Any]) -> Sequence[Line]:
        return [tuple(row) for row in db.session.execute(self._statement, values)]


class _Asked:
    """The statement as one kind of database is asked, and what becomes of its answers."""

    def __init__(self, statement: Select[*tuple[Any, ...]], dialect: Dialect) -> None:
        self._dialect = dialect
        self._compiled: Any = statement.compile(dialect=dialect)
        assert not self._compiled.post_compile_params
        self._is_prepared = not statement.get_execution_options().get("is_planned_anew")
        self._types = [each["type"] for each in statement.column_descriptions]
        self._given: dict[str, Convert] = {
            name: convert
            for bound, name in self._compiled.bind_names.items()
            if (convert := bound.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        }
        self._taken: list[tuple[int, Convert]] | None = None

    def list(self, driver: Any, values: dict[str, Any]) -> Sequence[Line]:
        asked = self._compiled.construct_params(values)
        for name, convert in self._given.items():
            asked[name] = convert(asked[name])
        if self._dialect.name == "sqlite":
            cursor = driver.execute(
                self._compiled.string, [asked[name] for name in self._compiled.positiontup]
            )
        else:
            driver.autocommit = True
            try:
                cursor = driver.execute(self._compiled.string, asked, prepare=self._is_prepared)
            finally:
                driver.autocommit = False
        rows: list[Line] = cursor.fetchall()
        if self._taken is None:
            self._taken = list(self._find_converters(cursor.description))
        return [self._converted(row, self._taken) for row in rows] if self._taken else rows

    def _find_converters(self, described: Sequence[Any]) -> Iterator[tuple[int, Convert]]:
        for place, (kind, column) in enumerate(zip(self._types, described, strict=True)):
            convert = kind.dialect_impl(self._dialect).result_processor(self._dialect, column[1])
            if convert is not None:
                yield place, convert

    @staticmethod
    def _converted(row: Line, converters: Sequence[tuple[int, Convert]]) -> Line:
        values = list(row)
        for place, convert in converters:
            values[place] = convert(values[place])
        return tuple(values)


def split(row: Line, *tables: Table) -> Sequence[Line]:
    """The row in parts: as many columns as each of the tables has, and what is left."""
    parts, begin = [], 0
    for table in tables:
        end = begin + len(table.c)
        parts.append(row[begin:end])
        begin = end
    return [*parts, row[begin:]]
