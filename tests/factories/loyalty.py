"""Points for tests: awards without the rules that limit them, members who have points, adjustments."""

import itertools
from datetime import datetime

from sqlalchemy import select

from community.infra.db import db, unit_of_work
from community.loyalty.actions import points
from community.loyalty.models import (
    Adjustment,
    Award,
    BooksCheck,
    Lot,
    Reward,
    RuleVersion,
    Tier,
    TierStanding,
    VoucherCode,
)
from community.members.models import Member

_numbers = itertools.count(1)


def make_award(member: Member, amount: int = 10, *, rule: str = "idea_accepted", **values: object) -> Award:
    """A pending award of so many points, for a contribution of its own, in the books as well."""
    number = next(_numbers)
    with unit_of_work() as session:
        version = session.scalars(
            select(RuleVersion).where(RuleVersion.rule == rule).order_by(RuleVersion.number.desc()).limit(1)
        ).one()
        values = {
            "source_type": "idea",
            "source_id": 1_000_000 + number,
            "title": f"Idea {number}",
            "path": f"/ideas/{1_000_000 + number}",
        } | values
        award = Award(member_id=member.id, rule=rule, version=version, points=amount, **values)
        session.add(award)
        points.earn(award)
    return award


def make_lot(
    member: Member, amount: int = 10, *, expires_at: datetime | None = None, **values: object
) -> Lot:
    """Points that have matured; `expires_at` other than the programme says."""
    with unit_of_work():
        award = make_award(member, amount, **values)
        lot = points.mature(award)
        award.state = "matured"
        if expires_at is not None:
            lot.expires_at = expires_at
    return lot


def give_points(member: Member, amount: int) -> Member:
    """Let the member have so many more points to spend."""
    make_lot(member, amount)
    return member


def make_adjustment(member: Member, amount: int, *, asked_by: Member, **values: object) -> Adjustment:
    """A manual adjustment that waits for being posted."""
    with unit_of_work() as session:
        adjustment = Adjustment(
            member_id=member.id, amount=amount, asked_by_id=asked_by.id, reason="Put right by hand.", **values
        )
        session.add(adjustment)
    return adjustment


def stop_payouts() -> BooksCheck:
    """A look through the books that found a mismatch."""
    with unit_of_work() as session:
        check = BooksCheck(
            is_balanced=False,
            transaction_count=1,
            totals={},
            mismatches=[{"what": "available", "member_id": None, "expected": 1, "found": 2}],
            mismatch_count=1,
        )
        session.add(check)
    return check


def lot_of(award: Award) -> Lot:
    """The lot that this award brought."""
    return db.session.scalars(select(Lot).where(Lot.award_id == award.id)).one()


def stand_on(tier: Tier, member: Member, **values: object) -> TierStanding:
    """Let a member stand on this tier, whatever they earned."""
    with unit_of_work() as session:
        standing = TierStanding(member_id=member.id, tier_id=tier.id, **values)
        session.add(standing)
    return standing


def make_reward(
    name: str | dict[str, str] = "", *, kind: str = "donation", codes: tuple[str, ...] = (), **values: object
) -> Reward:
    """A reward that is offered, for 100 points and without end; a voucher has these codes."""
    values = {
        "name": name if isinstance(name, dict) else {"en": name or f"Reward {next(_numbers)}"},
        "cost": 100,
        "state": "offered",
        "stock_left": len(codes) if kind == "voucher" else None,
    } | values
    with unit_of_work() as session:
        reward = Reward(kind=kind, **values)
        session.add(reward)
        session.flush()
        session.add_all(VoucherCode(reward_id=reward.id, code=code) for code in codes)
    return reward
