"""Points whose time is over go, each night; running it again changes nothing."""

import logging
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from community.activity.actions import record
from community.infra import clock
from community.infra.db import unit_of_work
from community.loyalty.actions import points
from community.loyalty.queries import lots

logger = logging.getLogger(__name__)

BATCH = 200


def expire_due() -> int:
    """Take all free points that have expired, one member after the other, and say how many points."""
    now, after, expired = clock.now(), 0, 0
    while member_ids := lots.list_members_with_due_lots(now=now, after=after, limit=BATCH):
        after = member_ids[-1]
        for member_id in member_ids:
            try:
                expired += _expire_of(member_id, now=now)
            except SQLAlchemyError:
                # One member's books that do not add up hold up nobody else's; the daily check finds them.
                logger.exception("the points of member %s did not expire", member_id)
    return expired


def _expire_of(member_id: int, *, now: datetime) -> int:
    expired = 0
    with unit_of_work():
        points.open_wallet(member_id)
        for lot in lots.list_due_lots(member_id, now=now):
            lost = points.expire(lot)
            record("points.expired", subject=lot, actor=None, member_id=member_id, points=lost)
            expired += lost
    return expired
