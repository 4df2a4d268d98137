"""The steps from one release's tables to the next one's, kept in `migrations/`."""

from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import Migrate

from community.infra.db import db

FOLDER = Path(__file__).parents[2] / "migrations"


def init_app(app: Flask) -> None:
    """Give the app its `flask db` commands."""
    # SQLite cannot change a column in place: the table is written anew.
    Migrate(app, db, directory=str(FOLDER), render_as_batch=True, compare_type=True)


def is_current() -> bool:
    """Whether the database has been brought to this release."""
    with db.engine.connect() as connection:
        standing = MigrationContext.configure(connection).get_current_heads()
    return set(standing) == set(ScriptDirectory(str(FOLDER)).get_heads())
