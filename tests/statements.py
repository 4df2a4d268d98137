"""Listening to what is asked of the database, to show that it does not grow with the content."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from community.infra.db import db


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that are sent while this is open."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK TO")):
            sent.append(statement)

    engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
