"""Changes that belong together: one statement for PostgreSQL, where each alone is a way there and back.

SQLite, which is no further away than a call, is given one after the other.
"""

from functools import cache
from typing import Any

from sqlalchemy import Delete, Executable, Insert, Update

from community.infra.db import db

Change = Insert | Update | Delete


def do_together(*changes: Change, **values: Any) -> None:
    """Make changes that do not rest on each other; each takes what it needs of the values by name.

    The statements are built once, at import, and no name of a value is that of a column in them.
    """
    for statement in _sent(changes, is_one_by_one=db.engine.dialect.name == "sqlite"):
        db.session.execute(statement, values)


@cache
def _sent(changes: tuple[Change, ...], *, is_one_by_one: bool) -> tuple[Executable, ...]:
    *others, last = changes
    if is_one_by_one or not others:
        return changes
    return (last.add_cte(*(each.cte(f"change_{place}") for place, each in enumerate(others))),)
