"""Those who write into one SQLite file take turns, threads and processes alike, and whoever waits comes next.

SQLite itself lets a writer that finds the file taken sleep for up to a tenth of a second and try again, while
those who came later walk past it. Here a process that waits stands in a doorway that the one before it has
left: who has just written must go through the same doorway again, and so waits for it.
"""

import fcntl
import os
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path

from flask import has_request_context
from sqlalchemy.exc import OperationalError

from community.infra.errors import Unavailable

# How long a worker waits, and how long somebody who clicks does.
PATIENCE_SECONDS = 30.0
CLICKING_SECONDS = 5.0
# After somebody has waited in vain, others only look in for a while: else all who answer pages stood in line.
STUCK_SECONDS = 5.0
GLANCE_SECONDS = 0.25
_SHORTEST_PAUSE_SECONDS = 0.0005
_LONGEST_PAUSE_SECONDS = 0.01
# Bytes of a file beside the database: locks on them belong to a process, its children do not inherit them.
_DOORWAY, _PLACE = 0, 1

_threads = threading.RLock()
_depth = 0
_stuck_until = 0.0
_is_by_the_way: ContextVar[bool] = ContextVar("is_by_the_way", default=False)


def patience() -> float:
    """How many seconds to wait for a file that somebody else writes into."""
    if _is_by_the_way.get() or (has_request_context() and time.monotonic() < _stuck_until):
        return GLANCE_SECONDS
    return CLICKING_SECONDS if has_request_context() else PATIENCE_SECONDS


@contextmanager
def by_the_way() -> Iterator[None]:
    """Inside, nobody waits to write more than a moment."""
    before = _is_by_the_way.set(True)
    try:
        yield
    finally:
        _is_by_the_way.reset(before)


@contextmanager
def turn(database: str | None) -> Iterator[None]:
    """Hold the only place from which to write into this file; Unavailable if it does not become free.

    Asked for again by the same thread it is held already. A database in memory has no other processes.
    """
    global _stuck_until
    seconds = patience()
    try:
        with _own_turn(database, seconds):
            yield
    except (Unavailable, OperationalError):
        # Who only looked in has learnt nothing about how long it takes.
        if seconds > GLANCE_SECONDS:
            _stuck_until = time.monotonic() + STUCK_SECONDS
        raise


@contextmanager
def _own_turn(database: str | None, seconds: float) -> Iterator[None]:
    global _depth
    until = time.monotonic() + seconds
    if not _threads.acquire(timeout=seconds):
        raise Unavailable()
    _depth += 1
    try:
        if _depth > 1 or not database or database == ":memory:":
            yield
        else:
            with _process_turn(database, until):
                yield
    finally:
        _depth -= 1
        _threads.release()


@contextmanager
def _process_turn(database: str, until: float) -> Iterator[None]:
    # The system lets go of a lock when its holder dies, however it dies.
    try:
        file = _opened(database)
    except OSError as error:
        # No room beside the database, or not ours to write: neither could be written into it.
        raise Unavailable() from error
    try:
        _take(file, _DOORWAY, until)
        _take(file, _PLACE, until)
        fcntl.lockf(file, fcntl.LOCK_UN, 1, _DOORWAY)
        yield
    finally:
        os.close(file)


def _opened(database: str) -> int:
    path = f"{database}-turns"
    with suppress(FileNotFoundError):
        return os.open(path, os.O_RDWR | os.O_CLOEXEC)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with suppress(OSError):
        # As SQLite does with its own: whoever may write into the database may stand in its line, also if
        # this one was made by an administrator's command.
        about = Path(database).stat()
        if os.geteuid() == 0:
            os.fchown(file, about.st_uid, about.st_gid)
        os.fchmod(file, stat.S_IMODE(about.st_mode))
    return file


def _take(file: int, byte: int, until: float) -> None:
    pause = _SHORTEST_PAUSE_SECONDS
    while True:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
        except (BlockingIOError, PermissionError):
            if time.monotonic() > until:
                raise Unavailable() from None
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)
        else:
            return
