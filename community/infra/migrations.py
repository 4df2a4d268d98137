"""The steps from one release's tables to the next one's, kept in `migrations/`."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from sqlalchemy import Connection, Engine, inspect, text
from werkzeug.local import LocalProxy

from community.infra.db import db

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

FOLDER = Path(__file__).parents[2] / "migrations"


def init_app(app: Flask) -> None:
    """Tell Flask-Migrate where the steps are, once it is asked to walk them."""

    @cache
    def asked() -> Any:
        # Alembic is for commands: those who only answer pages do not load it.
        from flask_migrate import Migrate

        # SQLite cannot change a column in place: the table is written anew.
        Migrate(app, db, directory=str(FOLDER), render_as_batch=True, compare_type=True)
        return app.extensions["migrate"]

    app.extensions["migrate"] = LocalProxy(asked)


@contextmanager
def connected() -> Iterator[Connection]:
    """A connection to the site's database; the open one while a database is built in one transaction."""
    bind: Engine | Connection = db.engines[None]
    if isinstance(bind, Connection):
        yield bind
    else:
        with bind.connect() as connection:
            yield connection


@contextmanager
def tables_in_change() -> Iterator[Connection]:
    """A connection on which a table can be written anew without those that refer to it noticing.

    SQLite empties a table before it drops it, and what refers to its rows would go with them.
    """
    with connected() as connection:
        driver: Any = connection.connection.driver_connection
        if connection.dialect.name != "sqlite":
            yield connection
            return
        # Outside of any transaction, or else it would do nothing.
        driver.execute("PRAGMA foreign_keys = OFF")
        try:
            yield connection
            if broken := driver.execute("PRAGMA foreign_key_check").fetchone():
                raise RuntimeError(f"a row of {broken[0]} refers to one of {broken[2]} that is not there")
        finally:
            connection.rollback()
            driver.execute("PRAGMA foreign_keys = ON")


def standing(connection: Connection) -> str | None:
    """The step up to which the database was brought; None if it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def is_known(revision: str) -> bool:
    """Whether this release has that step; it has not if a newer one made it."""
    return any(step.revision == revision for step in _steps().walk_revisions())


def is_current() -> bool:
    """Whether the database has been brought to this release."""
    with connected() as connection:
        return standing(connection) == newest()


@cache
def newest() -> str | None:
    """The last step of this release, as the names of the files tell: 0007_… comes after 0006_…."""
    return max(
        (file.name.partition("_")[0] for file in (FOLDER / "versions").glob("[0-9]*.py")), default=None
    )


def _steps() -> "ScriptDirectory":
    from alembic.script import ScriptDirectory

    return ScriptDirectory(str(FOLDER))
