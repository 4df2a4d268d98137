"""Browsers that only ask once, and what was changed by it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event
from werkzeug.test import TestResponse

from community.infra.db import db
from tests.access.doors import FORBIDDEN, IN, NOT_FOUND, SIGN_IN
from tests.conftest import Client

# A script is told in a line why it is not let in; a page around it says the same more slowly.
QUICK = {"X-Fragment": "1"}


class Caller:
    """Somebody's browser: each request is the first one of theirs."""

    def __init__(self, app: Flask, browser: Client | None) -> None:
        self._client = app.test_client(use_cookies=False)
        cookie = browser.get_cookie("session") if browser is not None else None
        self._headers = QUICK | ({"Cookie": f"session={cookie.value}"} if cookie is not None else {})

    def ask(self, method: str, path: str, *, form: Mapping[str, Any] | None = None) -> TestResponse:
        """The answer to one request."""
        data = form if method == "POST" else None
        return self._client.open(path, method=method, data=data, headers=self._headers, buffered=True)


def answer_of(response: TestResponse) -> str:
    """The kind of answer, as doors give it; a status for any other."""
    if response.status_code == 303 and response.headers["Location"].startswith("/sign-in"):
        return SIGN_IN
    known = {403: FORBIDDEN, 404: NOT_FOUND}
    # Refused forms and conflicts are answers to somebody who was let in.
    is_in = response.status_code < 400 or response.status_code in (409, 422)
    return known.get(response.status_code, IN if is_in else str(response.status_code))


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done to the database inside was not done."""
    db.session.commit()
    with db.engines[None].begin_nested() as nested:  # type: ignore[attr-defined]
        yield
        db.session.commit()
        nested.rollback()


@contextmanager
def changed() -> Iterator[list[str]]:
    """The statements that change a row while this is open."""
    found: list[str] = []

    def note(_connection: object, cursor: Any, statement: str, *_rest: object) -> None:
        if statement.startswith(("INSERT", "UPDATE", "DELETE")) and cursor.rowcount:
            found.append(statement)

    engine = db.engine
    event.listen(engine, "after_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "after_cursor_execute", note)
