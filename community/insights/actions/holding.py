"""How workers share reports and files: who takes one holds it for as long as its process lives.

The hold is renewed beside the work, so that a worker that was killed lets go by itself within seconds, and
one that only takes long keeps what it has.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Generic, NamedTuple

from flask import Flask, current_app
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import SQLAlchemyError

from community.infra import clock
from community.infra.db import beside, db, unit_of_work
from community.insights.kinds.contract import Cancelled
from community.insights.queries.owed import Owed, find_owed

logger = logging.getLogger(__name__)

HOLD = timedelta(seconds=20)
BEAT_SECONDS = 5.0
ATTEMPTS = 3


class Lost(Exception):
    """It is gone, or another worker has taken it meanwhile."""


class Held(NamedTuple, Generic[Owed]):
    """A report or file and the attempt under which it is held; `is_hopeless` after too many that failed."""

    model: type[Owed]
    id: int
    attempt: int
    is_hopeless: bool


def take(model: type[Owed]) -> Held[Owed] | None:
    """Take the one that has waited longest or was let go by a worker that died; None if there is none."""
    now = clock.now()
    if find_owed(model, now=now) is None:
        return None
    with unit_of_work():
        owed = find_owed(model, now=now, locked=True)
        if owed is None:
            return None
        owed.state, owed.held_until = "running", now + HOLD
        owed.attempt_count += 1
        return Held(model, owed.id, owed.attempt_count, owed.attempt_count > ATTEMPTS)


@contextmanager
def hold(held: Held[Owed]) -> Iterator[None]:
    """Renew the hold while the work inside goes on."""
    # A site that was given one connection has no second one to renew by.
    if isinstance(db.session.get_bind(), Connection):
        yield
        return
    done = threading.Event()
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    thread = threading.Thread(target=_renew, args=(app, held, done), name="holder", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def go_on(held: Held[Owed], **noted: Any) -> None:
    """Note how far the work is, for others to see at once; Cancelled or Lost if it is not to go on."""
    with beside() as session:
        kept = session.execute(
            update(held.model)
            .where(*_mine(held))
            .values(held_until=clock.now() + HOLD, **noted)
            .returning(held.model.cancel_asked_at)
            .execution_options(synchronize_session=False)
        ).one_or_none()
    if kept is None:
        raise Lost()
    if kept.cancel_asked_at is not None:
        raise Cancelled()


def find_held(held: Held[Owed]) -> Owed | None:
    """What is held, locked; None if it is not held any more."""
    return db.session.scalar(
        select(held.model)
        .where(*_mine(held))
        .with_for_update(of=held.model)
        .execution_options(populate_existing=True)
    )


def lock_held(held: Held[Owed]) -> Owed:
    """What is held, locked; Cancelled or Lost if it is not to go on."""
    found = find_held(held)
    if found is None:
        raise Lost()
    if found.cancel_asked_at is not None:
        raise Cancelled()
    return found


def _mine(held: Held[Owed]) -> tuple[Any, ...]:
    model = held.model
    return model.id == held.id, model.state == "running", model.attempt_count == held.attempt


def _renew(app: Flask, held: Held[Owed], done: threading.Event) -> None:
    with app.app_context():
        while not done.wait(BEAT_SECONDS):
            try:
                with beside() as session:
                    session.execute(
                        update(held.model)
                        .where(*_mine(held))
                        .values(held_until=clock.now() + HOLD)
                        .execution_options(synchronize_session=False)
                    )
            except SQLAlchemyError:
                # The work itself meets the same trouble, and says so.
                logger.warning(
                    "the hold on %s %s was not renewed", held.model.__name__, held.id, exc_info=True
                )
