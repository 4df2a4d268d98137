"""The site as its processes see it on a bad day: they can be told to die, and their clock to be wrong."""

import json
import os
import signal
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Engine

from community import create_app
from community.infra import clock
from community.infra.db import db

# In the instance folder: by how many seconds the clocks of all processes are wrong.
SHIFT = "clock-is-off"
# Started from a folder with this file in it, `flask serve` and `flask work` run the planted site.
WSGI = "from tests.bad_days.planted import make_app\n\napp = make_app()\n"

_real_time = time.time


def make_app(
    overrides: Mapping[str, Any] | None = None, *, dies: str = "", has_schedule: bool = True
) -> Flask:
    """The site; `dies` says at which commit of this process it is killed, such as "before 3" or "after 1"."""
    app = create_app(dict(overrides or {}))
    if not has_schedule:
        app.extensions["work"].schedule = {}
    _follow_wrong_clock(Path(app.config["INSTANCE"]) / SHIFT)
    if dies:
        when, number = dies.split()
        with app.app_context():
            _die_at_commit(db.engine, int(number), when=when)
    return app


def _die_at_commit(engine: Engine, number: int, *, when: str) -> None:
    commit, seen = engine.dialect.do_commit, 0

    def commit_or_die(connection: Any) -> None:
        nonlocal seen
        seen += 1
        if seen == number and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        commit(connection)
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    engine.dialect.do_commit = commit_or_die  # type: ignore[method-assign]


def _follow_wrong_clock(file: Path) -> None:
    """Let what this process takes for the time be off by what stands in the file."""

    def shift() -> float:
        try:
            return float(json.loads(file.read_text()))
        except (FileNotFoundError, ValueError):
            return 0.0

    clock.datetime = _shifted(shift)  # type: ignore[attr-defined, misc]
    time.time = lambda: _real_time() + shift()


def _shifted(shift: Callable[[], float]) -> type[datetime]:
    class Shifted(datetime):
        """A clock that somebody has set wrong."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + timedelta(seconds=shift())

    return Shifted
