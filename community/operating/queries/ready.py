"""Whether this process can serve: asked by whoever sends it requests, so quick and without side effects."""

import shutil
from pathlib import Path

from flask import current_app
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from community.infra import migrations
from community.infra.db import db

# With less than this nothing can be written any more, neither rows nor pictures.
LEAST_FREE = 20 * 1024 * 1024


def list_missing() -> list[str]:
    """What this process cannot do without and does not have, in a word each; empty if it can serve."""
    missing = []
    if not database_answers():
        missing.append("database")
    elif not _is_current():
        missing.append("migrations")
    folders = (Path(current_app.config["INSTANCE"]), Path(current_app.config["UPLOAD_DIR"]))
    if any(folder.is_dir() and shutil.disk_usage(folder).free < LEAST_FREE for folder in folders):
        missing.append("disk")
    return missing


def database_answers() -> bool:
    """Whether the database can be reached right now."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return True


def _is_current() -> bool:
    try:
        standing = db.session.execute(text("SELECT version_num FROM alembic_version")).scalars().all()
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return standing == [migrations.newest()]
