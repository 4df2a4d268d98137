"""Reactions planted by tests: they leave a line in the database, fail, or end their own process."""

import os
import signal
from pathlib import Path
from typing import Any

from flask import Flask, current_app

from community import create_app
from community.activity import actions
from community.activity.models import Activity
from community.infra import clock, jobs
from community.infra.db import db
from community.infra.mail import OutgoingMail


def leave_a_line(activity: Activity) -> None:
    """Write one row, as a notice would be."""
    db.session.add(
        OutgoingMail(
            message_id=f"<line-{activity.id}-{clock.now().timestamp()}@test>",
            to_address=f"{activity.id}@example.org",
            locale="en",
            subject="line",
            body="",
            state="sent",
        )
    )


def leave_a_line_and_die_once(activity: Activity) -> None:
    """Write the row, then kill the process before the commit, the first time for each activity."""
    leave_a_line(activity)
    db.session.flush()
    mark = Path(current_app.config["INSTANCE"]) / f"died-{activity.id}"
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)


def always_die(_activity: Activity) -> None:
    """Kill whatever process follows this."""
    os.kill(os.getpid(), signal.SIGKILL)


def always_fail(_activity: Activity) -> None:
    """Raise at every try."""
    raise ZeroDivisionError("planted")


def make_app(settings: dict[str, Any]) -> Flask:
    """The site as the workers of these tests see it."""
    app = create_app(settings)
    actions.use_reactions(app, REACTIONS)
    return app


def make_app_that_never_sweeps(settings: dict[str, Any]) -> Flask:
    """The same site, whose worker looks for work only when it is woken, and once a minute."""
    jobs.SWEEP_SECONDS = 3600.0
    return make_app(settings)


REACTIONS = {
    "owed.retried": (),
    "test.followed": (leave_a_line,),
    "test.deadly": (leave_a_line_and_die_once,),
    "test.poison": (always_die,),
    "test.broken": (leave_a_line, always_fail),
}
