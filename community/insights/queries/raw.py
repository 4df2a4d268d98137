"""The texts of a scope with all that is known of each, read as a stream whose length does not matter."""

import hashlib
import hmac
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    LargeBinary,
    Select,
    String,
    case,
    cast,
    func,
    literal,
    null,
    select,
    type_coerce,
)

from community.feedback import queries as feedback
from community.feedback.models import FeedbackItem
from community.infra.db import db
from community.insights.queries import quotes, scopes
from community.insights.queries.scoping import in_scope
from community.insights.raw.columns import Column, columns
from community.insights.scope import Scope
from community.members.models import Member

# Rows that are read at once.
BATCH = 2_000
_SHOWN_OF_HASH = 16
_HASH_BLOCK = 64


def count_texts(scope: Scope) -> int:
    """How many texts there are in the scope."""
    return db.session.scalar(select(func.count()).select_from(FeedbackItem).where(in_scope(scope))) or 0


def each_batch(
    scope: Scope, *, has_people: bool, secret: str
) -> Generator[Sequence[tuple[Any, ...]], None, None]:
    """The texts by panel and time, some at once, each with the cells of `columns`; to be closed."""
    statement = _statement(scope, has_people=has_people, secret=secret)
    # The driver's own tuples: nothing in them is left to be read, and there are many.
    if _is_sqlite():
        connection = db.session.connection()
        # SQLite knows no hashes. Made anew for each use: the connection may have been another's.
        driver: Any = connection.connection.driver_connection
        driver.create_function("author_number", 1, _numbering(secret), deterministic=True)
        cursor: Any = connection.execute(statement).cursor
    else:
        cursor = db.session.connection().connection.cursor(name="texts")
        cursor.execute(*_compiled(statement))
    with closing(cursor):
        while batch := cursor.fetchmany(BATCH):
            yield batch


def can_copy() -> bool:
    """Whether the database writes lines of CSV by itself."""
    return not _is_sqlite()


def each_line(scope: Scope, *, has_people: bool, secret: str) -> Generator[bytes, None, None]:
    """The same as lines of CSV as PostgreSQL writes them, each with its end, formulas and all; to be closed.

    Until then the connection is the copy's alone: even a rollback would wait for it without end.
    """
    statement, values = _compiled(_statement(scope, has_people=has_people, secret=secret))
    cursor: Any = db.session.connection().connection.cursor()
    with cursor, cursor.copy(f"COPY ({statement}) TO STDOUT (FORMAT csv)", values) as lines:
        for line in lines:
            yield bytes(line)


def _compiled(statement: Select[Any]) -> tuple[str, Mapping[str, Any]]:
    dialect = db.session.connection().dialect
    compiled = statement.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
    return str(compiled), compiled.params


def _statement(scope: Scope, *, has_people: bool, secret: str) -> Select[Any]:
    values = _values(scope, has_people=has_people, secret=secret)
    layout = columns(has_people=has_people)
    statement = select(*(values[column.key].label(column.key) for column in layout)).where(in_scope(scope))
    if has_people:
        statement = statement.outerjoin(Member, Member.id == FeedbackItem.author_id)
    # As the index has them: neither database holds them all back to sort them first.
    return statement.order_by(FeedbackItem.panel_id, FeedbackItem.said_at, FeedbackItem.id)


def _values(scope: Scope, *, has_people: bool, secret: str) -> Mapping[str, ColumnElement[Any]]:
    item = FeedbackItem
    values: dict[str, Any] = {
        column.key: _value(column) for column in columns(has_people=False) if hasattr(item, column.key)
    }
    values["may_quote"] = case((quotes.may_be_quoted(), "yes"), else_="no")
    values["author"] = _author(secret)
    values["panel"] = _named(item.panel_id, scopes.list_panel_names(scope.panel_ids))
    values["topic"] = _named(item.topic_id, feedback.topic_names())
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


def _named(value: Any, names: Mapping[int, str]) -> ColumnElement[Any]:
    return case(names, value=value) if names else null()


def _author(secret: str) -> ColumnElement[Any]:
    """A number for the person that nobody can turn back, the same in every file of this site."""
    item = FeedbackItem
    who = case(
        (item.author_id.is_not(None), literal("member ") + cast(item.author_id, String)),
        (item.author_key != "", literal("key ") + item.author_key),
    )
    if _is_sqlite():
        return func.author_number(who)
    # HMAC, spelled out: PostgreSQL itself only hashes.
    inner, outer = (literal(bytes(byte ^ pad for byte in _key(secret)), LargeBinary) for pad in (0x36, 0x5C))
    hashed = func.sha256(outer.op("||")(func.sha256(inner.op("||")(func.convert_to(who, "UTF8")))))
    return func.left(func.encode(hashed, "hex"), _SHOWN_OF_HASH)


def _numbering(secret: str) -> Any:
    key = _key(secret)

    def number(who: str | None) -> str | None:
        return None if who is None else hmac.digest(key, who.encode(), "sha256").hex()[:_SHOWN_OF_HASH]

    return number


def _key(secret: str) -> bytes:
    """A key of its own, so that what is handed out says nothing of what else the secret signs."""
    return hashlib.sha256(f"authors of feedback {secret}".encode()).digest().ljust(_HASH_BLOCK, b"\0")


def _is_sqlite() -> bool:
    return db.session.get_bind().dialect.name == "sqlite"
