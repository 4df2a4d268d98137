"""The texts of a scope with all that is known of each, read as a stream whose length does not matter."""

import json
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from functools import reduce
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    LargeBinary,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB

from community.feedback import queries as feedback
from community.feedback.models import FeedbackItem
from community.infra.copying.lines import written_number
from community.infra.db import db
from community.insights.queries import quotes, scopes
from community.insights.queries.scoping import in_scope
from community.insights.raw.authors import SHOWN_OF_HASH, key_of, numbering, of_member
from community.insights.raw.columns import Column, columns
from community.insights.raw.guarding import BOUNDARY_SIGN
from community.insights.scope import Scope
from community.members.models import Member

# Rows that are read at once.
BATCH = 2_000
_FEW_NAMES = 30
_MOST_KNOWN = 10_000


def count_texts(scope: Scope) -> int:
    """How many texts there are in the scope."""
    return db.session.scalar(select(func.count()).select_from(FeedbackItem).where(in_scope(scope))) or 0


def each_batch(
    scope: Scope, *, has_people: bool, secret: str
) -> Generator[Sequence[tuple[Any, ...]], None, None]:
    """The texts by panel and time, some at once, each with the cells of `columns`; to be closed."""
    layout = columns(has_people=has_people)
    values = _values(scope, has_people=has_people) | {"author": _author(secret)}
    statement = _ordered([values[column.key] for column in layout], scope, has_people=has_people)
    # The driver's own tuples: nothing in them is left to be read, and there are many.
    if _is_sqlite():
        cursor = _sqlite_cursor(statement, secret)
    else:
        cursor = db.session.connection().connection.cursor(name="texts")
        cursor.execute(*_compiled(statement))
    with closing(cursor):
        while batch := cursor.fetchmany(BATCH):
            yield batch


def each_line(scope: Scope, *, has_people: bool, secret: str) -> Generator[bytes, None, None]:
    """The same as lines of CSV that the database writes, formulas and all, for `guard_lines`; to be closed.

    In the place of `author` stand the id of one who is a member and the number of one who is none; free texts
    come behind a boundary. Until it is closed the connection is its alone: even a rollback would wait for it
    without end.
    """
    layout = columns(has_people=has_people)
    values = _values(scope, has_people=has_people)
    *free, text = (_quoted(values[column.key]) for column in layout if column.kind == "free")
    known = [
        _written(values[column.key], column)
        for column in layout
        if column.kind != "free" and column.key in values
    ]
    who = [FeedbackItem.author_id, _author(secret, is_member=False)]
    cells = [*known, *who, literal(BOUNDARY_SIGN)]
    if _is_sqlite():
        yield from _put_together(cells, free, scope, has_people=has_people, secret=secret)
        return
    copied, parameters = _compiled(_ordered([*cells, *free, text], scope, has_people=has_people))
    cursor: Any = db.session.connection().connection.cursor()
    with cursor, cursor.copy(f"COPY ({copied}) TO STDOUT (FORMAT csv)", parameters):
        yield from _copied_lines(cursor.connection.pgconn)


def _copied_lines(connection: Any) -> Generator[bytes, None, None]:
    """What a COPY sends, asked of libpq itself: for a line the driver takes five times as long."""
    # Loaded where PostgreSQL is used only.
    from psycopg import OperationalError
    from psycopg.pq import ExecStatus

    size, line = connection.get_copy_data(0)
    while size > 0:
        yield bytes(line)
        size, line = connection.get_copy_data(0)
    ends = list(iter(connection.get_result, None))
    if any(end.status != ExecStatus.COMMAND_OK for end in ends):
        raise OperationalError("; ".join(end.get_error_message() for end in ends))


def _put_together(
    cells: Sequence[Any],
    free: Sequence[Any],
    scope: Scope,
    *,
    has_people: bool,
    secret: str,
) -> Generator[bytes, None, None]:
    """SQLite writes all but the text: whether a long one needs quotes is seen sooner here than there."""
    head: Any = func.printf(",".join(["%s"] * len(cells)), *cells)
    parts = [part for cell in free for part in (literal(","), func.coalesce(cell, ""))]
    head = reduce(lambda before, part: before.op("||")(part), [*parts, literal(",")], head)
    texts = [cast(part, LargeBinary) for part in (head, type_coerce(FeedbackItem.text, String))]
    with closing(_sqlite_cursor(_ordered(texts, scope, has_people=has_people), secret)) as found:
        for begins, text in found:
            yield b"%b%b\n" % (begins, _in_quotes(text))


def _sqlite_cursor(statement: Select[Any], secret: str) -> Any:
    # SQLite knows no hashes, and not all digits of a number.
    number_of = numbering(secret)
    _driver().create_function("author_number", 1, lambda who: who and number_of(who), deterministic=True)
    number, in_quotes = _Written(_number), _Written(lambda text: _in_quotes(text.encode()).decode())
    _driver().create_function("written_number", 1, number.__getitem__, deterministic=True)
    _driver().create_function("in_quotes", 1, in_quotes.__getitem__, deterministic=True)
    return db.session.connection().execute(statement).cursor


class _Written(dict[Any, str | None]):
    """How values are written; the same few come again and again."""

    def __init__(self, write: Callable[[Any], str]) -> None:
        self._write = write

    def __missing__(self, value: Any) -> str | None:
        if len(self) >= _MOST_KNOWN:
            self.clear()
        written = self[value] = None if value is None else self._write(value)
        return written


def _driver() -> Any:
    """SQLite's own connection; what it is taught is taught for each use, as it may have been another's."""
    return db.session.connection().connection.driver_connection


def _compiled(statement: Select[Any]) -> tuple[str, Mapping[str, Any]]:
    dialect = db.session.connection().dialect
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    return str(compiled), compiled.params


def _ordered(cells: Sequence[Any], scope: Scope, *, has_people: bool) -> Select[Any]:
    statement = select(*(cell.label(f"cell_{place}") for place, cell in enumerate(cells))).where(
        in_scope(scope)
    )
    if has_people:
        statement = statement.outerjoin(Member, Member.id == FeedbackItem.author_id)
    # As the index has them: SQLite reads along it and holds none back. PostgreSQL weighs that against sorting
    # them first, which it does in files of its own if they are many; with 100,000 texts it took the index.
    return statement.order_by(FeedbackItem.panel_id, FeedbackItem.said_at, FeedbackItem.id)


def _values(scope: Scope, *, has_people: bool) -> dict[str, ColumnElement[Any]]:
    """All cells but the author's number."""
    item = FeedbackItem
    values: dict[str, Any] = {
        column.key: _value(column)
        for column in columns(has_people=False)
        if column.key != "author" and hasattr(item, column.key)
    }
    values["may_quote"] = case((quotes.may_be_quoted(), "yes"), else_="no")
    values["panel"] = _named(item.panel_id, scopes.list_panel_names(scope.panel_ids), what="panel")
    values["topic"] = _named(item.topic_id, feedback.topic_names(), what="topic")
    if has_people:
        values["author_name"] = func.coalesce(Member.display_name, func.nullif(item.author_key, ""))
        values["author_email"] = Member.email
    return values


def _value(column: Column) -> ColumnElement[Any]:
    value: ColumnElement[Any] = getattr(FeedbackItem, column.key)
    if column.kind == "float" and _is_sqlite():
        # PostgreSQL writes whole numbers without a point, and so do we.
        return case((value == cast(value, Integer), cast(value, Integer)), else_=value)
    if column.kind != "moment":
        return value
    if _is_sqlite():
        written = type_coerce(value, String)
        return func.substr(written, 1, 10) + "T" + func.substr(written, 12, 8) + "Z"
    return func.to_char(func.timezone("UTC", value), 'YYYY-MM-DD"T"HH24:MI:SS"Z"')


def _written(value: ColumnElement[Any], column: Column) -> ColumnElement[Any]:
    """A cell that needs no quotes as text; PostgreSQL sees to that by itself."""
    if not _is_sqlite():
        return value
    if column.kind == "float":
        return func.written_number(getattr(FeedbackItem, column.key))
    return type_coerce(value, String)


def _quoted(value: ColumnElement[Any]) -> ColumnElement[Any]:
    """A free text, in quotes if it needs them."""
    if not _is_sqlite():
        return func.nullif(value, "")
    return func.in_quotes(type_coerce(value, String))


def _number(value: float) -> str:
    # PostgreSQL writes whole numbers without a point, and so do we.
    return (written_number(value) or "").removesuffix(".0")


def _in_quotes(text: bytes) -> bytes:
    if b"," in text or b'"' in text or b"\n" in text or b"\r" in text or b"\0" in text:
        return b'"%b"' % text.replace(b'"', b'""')
    return text


def _named(value: Any, names: Mapping[int, str], *, what: str) -> ColumnElement[Any]:
    """The name of an id."""
    if _is_sqlite():
        _driver().create_function(f"name_of_{what}", 1, names.get, deterministic=True)
        name: ColumnElement[Any] = getattr(func, f"name_of_{what}")(value)
        return name
    if len(names) > _FEW_NAMES:
        # Asked one by one, many would take longer than all else.
        listed = literal(json.dumps(names, ensure_ascii=False))
        return cast(listed, JSONB).op("->>")(cast(value, String))
    return case(names, value=value) if names else null()


def _author(secret: str, *, is_member: bool = True) -> ColumnElement[Any]:
    """A number for the person; without `is_member` only for those who have no account here."""
    item = FeedbackItem
    from_elsewhere = (
        and_(item.author_id.is_(None), item.author_key != ""),
        literal("key ") + item.author_key,
    )
    member = (item.author_id.is_not(None), literal(of_member("")) + cast(item.author_id, String))
    who = case(from_elsewhere, member) if is_member else case(from_elsewhere)
    if _is_sqlite():
        return func.author_number(who)
    # HMAC, spelled out: PostgreSQL itself only hashes.
    key = key_of(secret)
    inner, outer = (literal(bytes(byte ^ pad for byte in key), LargeBinary) for pad in (0x36, 0x5C))
    hashed = func.sha256(outer.op("||")(func.sha256(inner.op("||")(func.convert_to(who, "UTF8")))))
    return func.left(func.encode(hashed, "hex"), SHOWN_OF_HASH)


def _is_sqlite() -> bool:
    return db.session.get_bind().dialect.name == "sqlite"
