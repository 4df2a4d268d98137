"""The database: session, the one commit, and the column kinds all tables share."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from datetime import UTC, datetime
from functools import cache, partial
from typing import Annotated, Any, TypeVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Engine,
    Executable,
    ForeignKey,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    TypeDecorator,
    bindparam,
    event,
    inspect,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import InvalidatePoolError, OperationalError, SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Session, make_transient_to_detached, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from community.infra.errors import NotFound, Unavailable
from community.infra.turns import by_the_way, patience, turn

logger = logging.getLogger(__name__)


class Base(DeclarativeBase):
    """All tables; constraint names follow one pattern so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def _moment_of_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(f"{value}+00:00")


def _moment_of_driver(value: datetime | None) -> datetime | None:
    return None if value is None else value.astimezone(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in both databases; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], datetime | None]:
        """In one step: a page reads dozens of moments, and SQLAlchemy's three took five times as long."""
        return _moment_of_text if dialect.name == "sqlite" else _moment_of_driver


Row = TypeVar("Row", bound=Base)

# The largest number that fits into such a column; drivers fail at a larger one.
MAX_ID = 2**63 - 1
# SQLite numbers rows by itself only in INTEGER columns.
BigId = BigInteger().with_variant(Integer, "sqlite")

Id = Annotated[int, mapped_column(BigId, primary_key=True)]
Moment = Annotated[datetime, mapped_column(UtcDateTime())]


def reference(target: str, *, ondelete: str = "CASCADE", **options: Any) -> Any:
    """A foreign key column to `table.column`, indexed unless `index=False`."""
    options.setdefault("index", not options.get("primary_key", False))
    return mapped_column(BigId, ForeignKey(target, ondelete=ondelete), **options)


def one_of(column: str, values: Sequence[str]) -> CheckConstraint:
    """A check that a text column holds one of the written-down values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def word(length: int = 30, **options: Any) -> Any:
    """A short text column for a value from a written-down list."""
    return mapped_column(String(length), **options)


class _Database(SQLAlchemy):
    def _teardown_session(self, exc: BaseException | None) -> None:
        # Called when the answer is there already: what has hung up by now must not spoil it.
        try:
            if exc is None and self.session.registry.has():
                _end_reading(self.session())
            self.session.remove()
        except SQLAlchemyError:
            self.session.registry.clear()


db = _Database(
    model_class=Base,
    # In tests the session is bound to one connection whose outer transaction is rolled back.
    session_options={"join_transaction_mode": "create_savepoint"},
)

_HAS_BEGUN = "has_begun"


@event.listens_for(db.session, "after_begin")
def _note_begin(session: Session, *_of_it: object) -> None:
    session.info[_HAS_BEGUN] = True


_is_writing: ContextVar[bool] = ContextVar("is_writing", default=False)
_asks_again: ContextVar[bool] = ContextVar("asks_again", default=False)


@contextmanager
def unit_of_work() -> Iterator[Session]:
    """One business transaction and the only commit; nested ones join the outermost.

    What was read before is read again inside, under the lock or in the new snapshot, so that
    decisions rest on what is true now.
    """
    session = db.session()
    if session.info.get("is_working"):
        yield session
        return
    if session.info.get("is_viewing"):
        raise RuntimeError("changes were made inside of one_view")
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside of unit_of_work")
    # Ends what was read so far: nothing is pending, and all is expired and read anew.
    session.commit()
    session.info["is_working"] = True
    session.info["after_commit"] = []
    writing = _is_writing.set(True)
    try:
        with _turn_to_write():
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                raise
        followers = session.info.pop("after_commit")
    finally:
        _is_writing.reset(writing)
        session.info.pop("is_working", None)
    for follower in followers:
        follower()


@contextmanager
def one_view() -> Iterator[Session]:
    """Read everything inside as it is at one moment, however long it takes and whoever writes meanwhile.

    Nothing can be changed inside, except by `beside`.
    """
    session = db.session()
    session.commit()
    bind = session.get_bind()
    # A session that was given a connection is inside its transaction, and so in one view already.
    if isinstance(bind, Engine) and not _is_sqlite(session):
        session.connection(
            execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        )
    # The databases take their picture at the first look into a table, not at the beginning.
    session.execute(text("SELECT 1 FROM sqlite_schema LIMIT 1" if _is_sqlite(session) else "SELECT 1"))
    session.info["is_viewing"] = True
    try:
        yield session
        if session.new or session.dirty or session.deleted:
            raise RuntimeError("changes were made inside of one_view")
        session.commit()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.info.pop("is_viewing")


@contextmanager
def beside() -> Iterator[Session]:
    """A short transaction of its own beside the present one, for what others are to see at once."""
    writing = _is_writing.set(True)
    try:
        with (
            _turn_to_write(),
            Session(db.engine, join_transaction_mode="create_savepoint") as session,
            session.begin(),
        ):
            yield session
    finally:
        _is_writing.reset(writing)


@contextmanager
def if_possible() -> Iterator[None]:
    """For what is good to note while somebody reads: the page is shown also if it cannot be written now."""
    try:
        with by_the_way():
            yield
    except (OperationalError, Unavailable) as error:
        let_go()
        logger.warning("not noted by the way: %s", type(error).__name__)


def is_apart() -> bool:
    """Whether nothing is under way in the session that a look beside it would not see."""
    return not (db.session.registry.has() and {"is_working", "is_viewing"} & db.session().info.keys())


@contextmanager
def asking_again() -> Iterator[None]:
    """For whoever takes a connection and asks again if it turns out to be dead: it is not tried before."""
    before = _asks_again.set(True)
    try:
        yield
    finally:
        _asks_again.reset(before)


def _end_reading(session: Session) -> None:
    """End what was only read by a commit: at a rollback, PostgreSQL's driver forgets all it has prepared."""
    if _HAS_BEGUN not in session.info or session.new or session.dirty or session.deleted:
        return
    # Whoever was handed a row may look at it still.
    session.expire_on_commit = False
    session.commit()


def _turn_to_write() -> AbstractContextManager[None]:
    # SQLite has one writer at a time; standing in a line is fairer than its busy-wait.
    engine = db.engine.engine
    return turn(engine.url.database) if engine.dialect.name == "sqlite" else nullcontext()


def let_go() -> None:
    """Give up whatever is under way after an error, also if the database no longer hears of it."""
    try:
        db.session.rollback()
    except SQLAlchemyError:
        db.session.registry.clear()


def after_commit(function: Callable[[], None]) -> None:
    """Call the function once the present unit of work is committed; not at all if it is rolled back."""
    followers = db.session().info["after_commit"]
    if function not in followers:
        followers.append(function)


def keep_known(row: Base, *columns: str, **known: Any) -> None:
    """Let these columns be read after the commit as they are now; else one look reads the whole row again.

    For the last line of an action: what is changed behind it is not seen until the next unit of work.
    `known` are columns that were written as a row, and what they are now.
    """
    values = {column: getattr(row, column) for column in columns} | known

    def tell() -> None:
        for column, value in values.items():
            set_committed_value(row, column, value)

    after_commit(tell)


def table_of(model: type[Base]) -> Table:
    """The model's table: selects of its columns give plain rows, in half the time that entities take."""
    return model.metadata.tables[model.__tablename__]


def entity_of(model: type[Row], columns: Sequence[Any]) -> Row:
    """The session's entity from all columns of its table, just read: a third of what a query takes.

    As after a query, what the session knows of the row already stays as it is until that has expired.
    """
    session, mapper, values = (
        db.session(),
        model.__mapper__,
        dict(zip(_names_in(model), columns, strict=True)),
    )
    key = tuple(values[column.name] for column in mapper.primary_key)
    identity = mapper.identity_key_from_primary_key(key)
    known: Row | None = session.identity_map.get(identity)
    if known is not None:
        for name in values.keys() & inspect(known).unloaded:
            set_committed_value(known, name, values[name])
        return known
    entity: Row = mapper.class_manager.new_instance()
    entity.__dict__.update(values)
    # As SQLAlchemy's own loading does; `make_transient_to_detached` and `add` first ask all its relations
    # whether they lead to something new, which takes four times as long.
    state = inspect(entity)
    state.key, state.session_id = identity, session.hash_key
    session.identity_map.add(state)
    return entity


def entity_written(model: type[Row], **columns: Any) -> Row:
    """The session's entity of a row just inserted, of which this is known; the rest is read if asked for."""
    entity: Row = model.__mapper__.class_manager.new_instance()
    entity.__dict__.update(columns)
    make_transient_to_detached(entity)
    db.session.add(entity)
    return entity


@cache
def _names_in(model: type[Base]) -> tuple[str, ...]:
    return tuple(model.__mapper__.get_property_by_column(column).key for column in table_of(model).c)


def keep_read(row: Base, relation: str, value: Any) -> None:
    """Let the relation be what was read along with the row, unless the session knows it already."""
    if relation in inspect(row).unloaded:
        set_committed_value(row, relation, value)


def id_of(row: Base) -> int:
    """The number of a row that was read before; unlike `row.id` it never reads the row again."""
    identity = inspect(row).identity
    return int(identity[0]) if identity is not None else int(row.id)  # type: ignore[attr-defined]


def get_row(model: type[Row], key: int) -> Row:
    """The row with this number; NotFound if there is none."""
    row = db.session.get(model, key)
    if row is None:
        raise NotFound()
    return row


def lock(model: type[Row], key: Any) -> Row:
    """The row as it is now, locked until the unit of work ends; NotFound if it is gone."""
    row: Row | None = db.session.scalars(_locked(model), {"key": key}).one_or_none()
    if row is None:
        raise NotFound()
    return row


@cache
def _locked(model: type[Base]) -> Select[Any]:
    return (
        select(model)
        .where(model.__mapper__.primary_key[0] == bindparam("key"))
        # Not against the key: rows that only refer to this one can be written meanwhile, else whoever
        # locks an idea and records it for its panel waits in a ring with whoever locks the panel first.
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


def insert_new(model: type[Base], rows: Sequence[dict[str, Any]]) -> int:
    """Insert those rows that clash with none that is there, also one of this moment; says how many."""
    if not rows:
        return 0
    session = db.session()
    return len(session.execute(_insert_new(model, is_sqlite=_is_sqlite(session)), list(rows)).all())


@cache
def _insert_new(model: type[Base], *, is_sqlite: bool) -> Executable:
    table = table_of(model)
    statement = (sqlite.insert if is_sqlite else postgresql.insert)(table)
    return statement.on_conflict_do_nothing().returning(*table.primary_key.columns)


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def engine_options(url: str) -> dict[str, Any]:
    """What SQLAlchemy's engine is made with for this database."""
    # What somebody wrote has no place in errors, which are logged and shown to staff.
    quiet = {"hide_parameters": True}
    if url.startswith("sqlite"):
        return {"connect_args": {"timeout": 30}, **quiet}
    # Whoever holds a row for longer than that, or a machine that does not answer, is not waited for.
    waiting = {"connect_timeout": 5, "options": "-c lock_timeout=30s"}
    pool = {"pool_size": 5, "max_overflow": 5, "pool_timeout": 10}
    return {"connect_args": waiting, **pool, **quiet}


def init_app(app: Flask) -> None:
    """Bind the database to the app and set both databases up the same way."""
    app.config["SQLALCHEMY_DATABASE_URI"] = app.config["DATABASE_URL"]
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(app.config["DATABASE_URL"])
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)


def prepare_engine(engine: Engine) -> None:
    """SQLite: WAL, foreign keys, and transactions of our own (writing ones take the lock at once).

    PostgreSQL: statements with the option `is_planned_anew` get a plan for their very values each time, and a
    connection that the server has dropped is noticed before it is used.
    """
    if engine.dialect.name != "sqlite":
        event.listen(engine, "do_execute", _plan_anew_if_asked)
        event.listen(engine, "checkout", partial(_try_connection, engine.dialect))
        return

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, _record: object) -> None:
        # The driver must not open transactions of its own: `open_transaction` does.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA busy_timeout = 30000")
        # FULL: an acknowledged write outlives a power cut, not only a crash of the process.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.close()

    @event.listens_for(engine, "begin")
    def open_transaction(connection: Connection) -> None:
        if not _is_writing.get():
            connection.exec_driver_sql("BEGIN")
            return
        # Those who take turns have waited for each other already; this is for whoever else holds the file.
        wait = int(patience() * 1000)
        if connection.info.get("busy_timeout") != wait:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {wait}")
            connection.info["busy_timeout"] = wait
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _try_connection(dialect: Dialect, connection: Any, _record: object, _proxy: object) -> None:
    # What SQLAlchemy's own `pool_pre_ping` does, but for those who ask again.
    if _asks_again.get():
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _plan_anew_if_asked(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
    if not context.execution_options.get("is_planned_anew"):
        return False
    cursor.execute(statement, parameters, prepare=False)
    return True
