"""Reading which points of a member expire when, and who is to be told of it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, select, type_coerce

from community.infra import clock
from community.infra.db import UtcDateTime, db
from community.infra.language import viewer_zone
from community.loyalty.models import ExpiryWarning, Lot
from community.members.models import Member

# Lots that are looked through for the next days on which something expires.
LOOKED_THROUGH = 500
DAYS_SHOWN = 5


class Expiring(NamedTuple):
    """Points that expire at this moment, or from this moment on within a day."""

    points: int
    expires_at: datetime


# Only lots that do expire are looked at here.
_EXPIRES_AT: ColumnElement[datetime] = type_coerce(Lot.expires_at, UtcDateTime())
_FREE = Lot.granted - Lot.reserved - Lot.used
_NEXT = (
    select(_FREE, _EXPIRES_AT)
    .where(
        Lot.member_id == bindparam("member_id"),
        Lot.state == "open",
        Lot.expires_at.is_not(None),
        _FREE > 0,
    )
    .order_by(Lot.expires_at)
    .limit(LOOKED_THROUGH)
)


def list_expiring(member_id: int) -> tuple[list[Expiring], int]:
    """The next days on which points of a member expire, as days are counted where they live.

    The second is how many points expire on days after those.
    """
    zone = viewer_zone()
    days: dict[date, Expiring] = {}
    for free, expires_at in db.session.execute(_NEXT, {"member_id": member_id}):
        day = expires_at.astimezone(zone).date()
        found = days.get(day)
        days[day] = found._replace(points=found.points + free) if found else Expiring(free, expires_at)
    ordered = list(days.values())
    return ordered[:DAYS_SHOWN], sum(later.points for later in ordered[DAYS_SHOWN:])


def list_members_to_warn(*, days: int) -> Sequence[int]:
    """Active members of whom something expires in so many days or sooner."""
    return db.session.scalars(
        select(Lot.member_id)
        .join(Member, Member.id == Lot.member_id)
        .where(*_expire_within(days), Member.state == "active")
        .distinct()
        .order_by(Lot.member_id)
    ).all()


def list_soon(member_id: int, *, days: int) -> list[Expiring]:
    """The member's lots that expire in so many days or sooner, the first one first."""
    rows = db.session.execute(
        select(_FREE, _EXPIRES_AT)
        .where(Lot.member_id == member_id, *_expire_within(days))
        .order_by(Lot.expires_at, Lot.id)
    )
    return [Expiring(*row) for row in rows]


def list_told(member_id: int, *, since: date) -> set[tuple[date, int]]:
    """For which days a member was warned, and how long before."""
    rows = db.session.execute(
        select(ExpiryWarning.expires_on, ExpiryWarning.days).where(
            ExpiryWarning.member_id == member_id, ExpiryWarning.expires_on >= since
        )
    )
    return {(expires_on, days) for expires_on, days in rows}


def _expire_within(days: int) -> tuple[ColumnElement[bool], ...]:
    """From now until the last of so many days, in UTC, is over: a day is never told of in parts."""
    end = datetime.combine(clock.today() + timedelta(days=days + 1), time(), UTC)
    return Lot.state == "open", _FREE > 0, Lot.expires_at > clock.now(), Lot.expires_at < end
