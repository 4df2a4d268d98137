"""Reading the log and what is owed to it."""

from datetime import datetime

from sqlalchemy import func, select

from community.activity.models import LEASE_SECONDS, Activity, OwedReaction
from community.infra import clock
from community.infra.db import db


def list_set_aside(*, limit: int = 100) -> list[OwedReaction]:
    """Reactions that failed at every try, the newest first."""
    return list(
        db.session.scalars(
            select(OwedReaction)
            .where(OwedReaction.state == "set_aside")
            .order_by(OwedReaction.finished_at.desc())
            .limit(limit)
        )
    )


def count_by(actor_id: int, kind: str, *, since: datetime) -> int:
    """How often somebody did this since a moment."""
    done = select(func.count(Activity.id)).where(
        Activity.actor_id == actor_id, Activity.kind == kind, Activity.occurred_at > since
    )
    return db.session.scalar(done) or 0


def count_owed() -> int:
    """How many reactions wait to be followed, now or later."""
    return db.session.scalar(select(func.count(OwedReaction.id)).where(OwedReaction.state == "owed")) or 0


def seconds_until_idle() -> float | None:
    """How long until a reaction that another worker holds can be taken, or None if nothing is under way."""
    soon = clock.ahead(seconds=LEASE_SECONDS)
    due_at = db.session.scalar(
        select(func.min(OwedReaction.due_at)).where(OwedReaction.state == "owed", OwedReaction.due_at <= soon)
    )
    return None if due_at is None else max(0.0, (due_at - clock.now()).total_seconds())
