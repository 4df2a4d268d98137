"""A database that is built anew while the old one stands, and takes its place as a whole or not at all."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from sqlalchemy import Connection, Engine, create_engine, event, make_url, pool

from community.infra.db import db, engine_options, prepare_engine
from community.infra.files import sync_folder


@contextmanager
def replaced() -> Iterator[None]:
    """Inside, all that asks for the site's database gets the new one; it is the site's when this ends well.

    On SQLite the new one is an empty file beside the old one. On PostgreSQL it is the old one in one
    transaction, also around units of work and migrations. For a process that does nothing else.
    """
    db.session.remove()
    engine = db.engine
    with _new_file(engine) if engine.dialect.name == "sqlite" else _one_transaction(engine):
        yield


@contextmanager
def by_hand() -> Iterator[Connection]:
    """A transaction for whoever fills whole tables of the new database and sees to all references."""
    bind = _bind()
    if isinstance(bind, Connection):
        yield bind
        return
    # Nobody else has the file, and a half filled one is thrown away: it is written without any care.
    db.session.remove()
    bind.dispose()
    engine = create_engine(bind.url, poolclass=pool.NullPool)

    @event.listens_for(engine, "connect")
    def set_up(connection: object, _record: object) -> None:
        connection.isolation_level = None  # type: ignore[attr-defined]
        for pragma in ("foreign_keys = OFF", "journal_mode = OFF", "synchronous = OFF"):
            connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

    @event.listens_for(engine, "begin")
    def open_transaction(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN")

    with engine.begin() as connection:
        yield connection


def _bind() -> Engine | Connection:
    return db.engines[None]


def _use(bind: Engine | Connection) -> None:
    # What the extension keeps for the app, and calls a mapping.
    cast(dict[None, Engine | Connection], db.engines)[None] = bind


@contextmanager
def _new_file(engine: Engine) -> Iterator[None]:
    path = Path(engine.url.database or "")
    part = path.with_name(f".{path.name}.part")
    _remove(part)
    part.touch(mode=0o600)
    url = make_url(f"sqlite:///{part}")
    new = create_engine(url, **engine_options(str(url)))
    prepare_engine(new)
    _use(new)
    try:
        yield
        db.session.remove()
        with new.connect() as connection:
            # All in the one file.
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
        new.dispose()
        engine.dispose()
        _make_alike(part, path)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        # SQLite would take what an old log beside it says for the newest part of the new one.
        _remove(path)
        part.replace(path)
        sync_folder(path.parent)
    finally:
        db.session.remove()
        new.dispose()
        _remove(part)
        # Nobody stands in that line any more; in the one of the site's own file somebody may.
        part.with_name(f"{part.name}-turns").unlink(missing_ok=True)
        _use(engine)


@contextmanager
def _one_transaction(engine: Engine) -> Iterator[None]:
    try:
        with engine.connect() as connection, connection.begin():
            _use(connection)
            yield
            db.session.remove()
    finally:
        db.session.remove()
        _use(engine)


def _make_alike(new: Path, old: Path) -> None:
    """Who could open the old one, and nobody else, can open the new one."""
    if old.exists():
        about = old.stat()
        if os.geteuid() == 0:
            os.chown(new, about.st_uid, about.st_gid)
        new.chmod(stat.S_IMODE(about.st_mode))


def _remove(path: Path) -> None:
    for ending in ("-wal", "-shm", "-journal", ""):
        path.with_name(path.name + ending).unlink(missing_ok=True)
