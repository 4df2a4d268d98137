"""What workers owe: reports and files that wait, or that a worker which died let go of."""

from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, or_, select

from community.infra import clock
from community.infra.db import db
from community.insights.models import InsightFile, Report

UNFINISHED = ("waiting", "running")
Owed = TypeVar("Owed", Report, InsightFile)


def find_owed(model: type[Owed], *, now: datetime, locked: bool = False) -> Owed | None:
    """The one that has waited longest to be made and that no worker holds."""
    statement = (
        select(model)
        .where(model.state.in_(UNFINISHED), or_(model.held_until.is_(None), model.held_until < now))
        .order_by(model.id)
        .limit(1)
    )
    if locked:
        statement = statement.with_for_update(skip_locked=True, of=model)
        statement = statement.execution_options(populate_existing=True)
    return db.session.scalar(statement)


def seconds_until_free() -> float | None:
    """How long until what another worker holds can be taken, or None if nothing is under way."""
    times = [
        db.session.scalar(select(func.min(model.held_until)).where(model.state == "running"))
        for model in (Report, InsightFile)
    ]
    held = [each for each in times if each is not None]
    return max(0.0, (min(held) - clock.now()).total_seconds()) if held else None
