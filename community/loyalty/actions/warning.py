"""Telling members that points of theirs will expire: once a month ahead, and once a week ahead."""

from datetime import timedelta
from itertools import groupby

from community.activity.actions import record
from community.infra import clock
from community.infra.db import get_row, unit_of_work
from community.loyalty.actions import points
from community.loyalty.models import ExpiryWarning
from community.loyalty.queries import expiry
from community.members.models import Member

# So many days before, the shortest first: it stands for the longer one if that was missed.
DAYS_BEFORE = (7, 30)


def warn_of_expiry() -> None:
    """Tell each member what of theirs expires soon, once for each day; running again tells nobody again."""
    for member_id in expiry.list_members_to_warn(days=max(DAYS_BEFORE)):
        _warn(member_id)


def _warn(member_id: int) -> None:
    now = clock.now()
    with unit_of_work() as session:
        # Locked: what is told is what is there, and two workers do not both tell it.
        points.open_wallet(member_id)
        told = expiry.list_told(member_id, since=now.date())
        soon = expiry.list_soon(member_id, days=max(DAYS_BEFORE))
        for day, of_day in groupby(soon, key=lambda expiring: expiring.expires_at.date()):
            lots = list(of_day)
            days = next(days for days in DAYS_BEFORE if day <= now.date() + timedelta(days=days))
            if (day, days) in told:
                continue
            session.add(ExpiryWarning(member_id=member_id, expires_on=day, days=days, told_at=now))
            record(
                "points.expiring",
                subject=get_row(Member, member_id),
                actor=None,
                points=sum(expiring.points for expiring in lots),
                expires_at=lots[0].expires_at.isoformat(),
                days=days,
            )
