"""Reading what waits for staff in points and rewards."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from community.infra.db import db
from community.loyalty.models import Award, Redemption, Reward
from community.members.models import Member

# A reward of which so few are left is about to run out.
FEW = 3


class Waiting(NamedTuple):
    """How many wait, and since when the oldest of them does."""

    number: int
    since: datetime | None


class RunningOut(NamedTuple):
    """A reward that is offered and of which few or none are left."""

    id: int
    name: dict[str, str]
    stock_left: int


def get_waiting_awards(panel_ids: Collection[int] | None, *, besides: Member) -> Waiting:
    """Points that wait in these panels (None: everywhere), but none of one's own."""
    statement = select(func.count(), func.min(Award.earned_at)).where(
        Award.state == "pending", Award.member_id != besides.id
    )
    if panel_ids is not None:
        statement = statement.where(Award.panel_id.in_(panel_ids))
    return Waiting(*db.session.execute(statement).one())


def get_waiting_redemptions() -> Waiting:
    """Rewards that wait to be handed over."""
    statement = select(func.count(), func.min(Redemption.asked_at)).where(Redemption.state == "waiting")
    return Waiting(*db.session.execute(statement).one())


def list_running_out() -> list[RunningOut]:
    """Rewards on offer that are gone or nearly gone, the scarcest first."""
    rows = db.session.execute(
        select(Reward.id, Reward.name, Reward.stock_left)
        .where(Reward.state == "offered", Reward.stock_left <= FEW)
        .order_by(Reward.stock_left, Reward.id)
    )
    return [RunningOut(row.id, row.name, row.stock_left or 0) for row in rows]
