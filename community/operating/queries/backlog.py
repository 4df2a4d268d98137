"""What waits to be done, and how long already: counted from small indexes of what is unfinished."""

from datetime import datetime
from typing import NamedTuple

from flask import current_app
from sqlalchemy import func, select

from community.activity.models import OwedReaction
from community.feedback.models import FeedbackItem, ReadingBatch
from community.infra import clock, jobs
from community.infra.db import db
from community.infra.mail import OutgoingMail

_is_owed = OwedReaction.state == "owed"
_is_waiting = OutgoingMail.state == "waiting"

_BACKLOG = select(
    select(func.count()).where(_is_owed).scalar_subquery().label("reactions_owed"),
    select(func.min(OwedReaction.due_at)).where(_is_owed).scalar_subquery().label("reactions_due_since"),
    select(func.count())
    .where(OwedReaction.state == "set_aside")
    .scalar_subquery()
    .label("reactions_set_aside"),
    select(func.count()).where(FeedbackItem.state == "waiting").scalar_subquery().label("texts_waiting"),
    select(func.count()).where(FeedbackItem.state == "failed").scalar_subquery().label("texts_failed"),
    select(ReadingBatch.read_at)
    .order_by(ReadingBatch.id.desc())
    .limit(1)
    .scalar_subquery()
    .label("texts_read_at"),
    select(func.count()).where(_is_waiting).scalar_subquery().label("mails_waiting"),
    select(func.min(OutgoingMail.due_at)).where(_is_waiting).scalar_subquery().label("mails_due_since"),
    select(func.count()).where(OutgoingMail.state == "failed").scalar_subquery().label("mails_failed"),
)


class Backlog(NamedTuple):
    """Numbers of things, and since when the first of them could have been done (None: nothing is owed)."""

    reactions_owed: int
    reactions_due_since: datetime | None
    reactions_set_aside: int
    texts_waiting: int
    texts_failed: int
    texts_read_at: datetime | None
    mails_waiting: int
    mails_due_since: datetime | None
    mails_failed: int


def count_backlog() -> Backlog:
    """What is unfinished at this moment."""
    return Backlog._make(db.session.execute(_BACKLOG).one())


def list_late_jobs() -> dict[str, float]:
    """Each regular job that has its time, and by how many seconds it is late."""
    work: jobs.Work = current_app.extensions["work"]
    now = clock.now()
    next_at = {row.name: row.next_at for row in db.session.scalars(select(jobs.ScheduledJob))}
    names = [name for name in map(jobs.name_of, work.schedule) if name in next_at]
    return {name: seconds_since(next_at[name], now=now) for name in names}


def seconds_since(moment: datetime | None, *, now: datetime) -> float:
    """How long ago that was; 0 for what lies ahead, and for None."""
    return max(0.0, (now - moment).total_seconds()) if moment is not None else 0.0
