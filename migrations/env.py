"""Runs the migrations on the app's database and tells Alembic which differences are none."""

import importlib
import pkgutil
from typing import Any

from alembic import context
from flask import current_app

import community
from community.infra import migrations, search
from community.infra.db import db

migrate = current_app.extensions["migrate"]

# The tables of all domains, also of those that no page imports.
for module in pkgutil.walk_packages(community.__path__, "community."):
    if module.name.endswith(".models"):
        importlib.import_module(module.name)


def is_ours(_object: Any, name: str | None, kind: str, _reflected: bool, _compared: Any) -> bool:
    """Leave out what search keeps beside our tables."""
    if name is None:
        return True
    return not (
        (kind == "table" and search.is_search_table(name))
        or (kind == "index" and search.is_search_index(name))
        or (kind == "column" and search.is_search_column(name))
    )


def run() -> None:
    """Bring the database to the asked revision, each migration in a transaction of its own."""
    with migrations.tables_in_change() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            include_object=is_ours,
            transaction_per_migration=True,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


run()
