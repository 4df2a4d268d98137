"""Reading what points are still out, and where those of earlier quarters went."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, select

from community.infra.db import db
from community.loyalty import liability
from community.loyalty.liability import Cohort, Outstanding
from community.loyalty.models import Allocation, LedgerAccount, Lot, Redemption, Reward

_OUTSTANDING = (
    select(
        LedgerAccount.kind,
        func.sum(case((LedgerAccount.balance > 0, LedgerAccount.balance), else_=0)),
        func.sum(case((LedgerAccount.balance < 0, -LedgerAccount.balance), else_=0)),
    )
    .where(LedgerAccount.member_id.is_not(None))
    .group_by(LedgerAccount.kind)
)
# What one fulfilled redemption cost the company, where the reward says so.
_SPENT = (
    select(func.sum(Redemption.quantity * Reward.unit_cost), func.sum(Redemption.cost))
    .join(Reward, Reward.id == Redemption.reward_id)
    .where(Redemption.state == "fulfilled", Reward.unit_cost.is_not(None))
)


def get_outstanding() -> Outstanding:
    """The points that members have now; what some owe is counted by itself."""
    found = {kind: (int(there), int(owed)) for kind, there, owed in db.session.execute(_OUTSTANDING)}
    available, owed = found.get("member_available", (0, 0))
    return Outstanding(
        pending=found.get("member_pending", (0, 0))[0],
        available=available,
        held=found.get("member_held", (0, 0))[0],
        owed=owed,
    )


def list_cohorts(now: datetime) -> list[Cohort]:
    """What opened in each quarter and where it went, the oldest first."""
    first = db.session.scalar(select(func.min(Lot.available_from)))
    if first is None:
        return []
    starts = liability.quarters(first, now)
    quarter = _quarter(starts)
    opened = Lot.available_from.is_not(None)
    lots = {
        row.quarter: row
        for row in db.session.execute(
            select(
                quarter,
                func.sum(Lot.granted).label("granted"),
                func.sum(case((and_(Lot.state == "closed", Lot.reserved == 0), 0), else_=1)).label("left"),
            )
            .where(opened)
            .group_by(quarter)
        )
    }
    gone = {
        (number, purpose): int(points)
        for number, purpose, points in db.session.execute(
            select(quarter, Allocation.purpose, func.sum(Allocation.amount))
            .join(Lot, Lot.id == Allocation.lot_id)
            .where(opened, Allocation.state == "used", Allocation.purpose.in_(("hold", "expire")))
            .group_by(quarter, Allocation.purpose)
        )
    }
    return [
        Cohort(
            begins_at=start,
            granted=int(lots[number].granted),
            redeemed=gone.get((number, "hold"), 0),
            expired=gone.get((number, "expire"), 0),
            is_closed=number < len(starts) - 1 and not lots[number].left,
        )
        for number, start in enumerate(starts)
        if number in lots
    ]


def get_cost_per_thousand() -> int | None:
    """What 1,000 points cost so far by fulfilled rewards whose cost is known, in the smallest unit."""
    money, points = db.session.execute(_SPENT).one()
    return round(int(money) * 1000 / int(points)) if points else None


def _quarter(starts: list[datetime]) -> ColumnElement[int]:
    """The place of a lot's quarter among these: databases do not agree on how to cut a moment."""
    earlier = [(Lot.available_from < end, number) for number, end in enumerate(starts[1:])]
    return case((Lot.available_from >= starts[-1], len(starts) - 1), *earlier).label("quarter")
