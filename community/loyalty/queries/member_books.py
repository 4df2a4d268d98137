"""Reading all that the books hold about one member, for staff."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import JSON, and_, func, select, type_coerce
from sqlalchemy.orm import aliased

from community.infra import paging
from community.infra.db import db
from community.loyalty.models import (
    Adjustment,
    Award,
    Debt,
    Hold,
    LedgerAccount,
    LedgerEntry,
    LedgerTransaction,
    Lot,
    Redemption,
    Reward,
    RuleVersion,
    Tier,
    TierChange,
)
from community.members.models import Member

PER_PAGE = 50
LOTS_SHOWN = 100
STEPS_SHOWN = 20


class Movement(NamedTuple):
    """Points that went from one account to another, and what it was for."""

    id: int
    kind: str
    amount: int
    came_from: str
    went_to: str
    posted_at: datetime
    actor_name: str | None
    source_type: str
    source_id: int
    reverses_id: int | None
    rule: str | None
    version_number: int | None
    title: str | None
    adjusted_because: str | None
    reward_name: dict[str, str] | None


class TierStep(NamedTuple):
    """A step from one tier to another; a tier that was removed since has no name."""

    at: datetime
    from_name: dict[str, str] | None
    to_name: dict[str, str] | None
    score: int
    reason: str


class LotRow(NamedTuple):
    """Points that came together, and how many of them are left; `what` and `number` say what brought them."""

    id: int
    state: str
    granted: int
    reserved: int
    used: int
    clawed_back: int
    qualifies: bool
    available_from: datetime | None
    expires_at: datetime | None
    what: str
    number: int

    @property
    def free(self) -> int:
        """How many of them can still be spent; of what waits, none."""
        return self.granted - self.reserved - self.used if self.state == "open" else 0


def _is_about(source_type: str, number: Any) -> Any:
    return and_(LedgerTransaction.source_type == source_type, LedgerTransaction.source_id == number)


_from, _to = aliased(LedgerAccount), aliased(LedgerAccount)
_bought, _kept = aliased(Reward), aliased(Reward)
_MOVEMENTS = (
    select(
        LedgerTransaction.id,
        LedgerTransaction.kind,
        LedgerTransaction.amount,
        _from.kind.label("came_from"),
        _to.kind.label("went_to"),
        LedgerTransaction.posted_at,
        Member.display_name,
        LedgerTransaction.source_type,
        LedgerTransaction.source_id,
        LedgerTransaction.reverses_id,
        RuleVersion.rule,
        RuleVersion.number,
        Award.title,
        Adjustment.reason,
        type_coerce(func.coalesce(_bought.name, _kept.name), JSON),
    )
    .join(_from, _from.id == LedgerTransaction.debit_account_id)
    .join(_to, _to.id == LedgerTransaction.credit_account_id)
    .outerjoin(Member, Member.id == LedgerTransaction.actor_id)
    .outerjoin(RuleVersion, RuleVersion.id == LedgerTransaction.rule_version_id)
    .outerjoin(Award, _is_about("award", Award.id))
    .outerjoin(Adjustment, _is_about("adjustment", Adjustment.id))
    .outerjoin(_bought, _is_about("reward", _bought.id))
    .outerjoin(Redemption, _is_about("hold", Redemption.hold_id))
    .outerjoin(_kept, _kept.id == Redemption.reward_id)
    .order_by(LedgerTransaction.id.desc())
    .limit(PER_PAGE + 1)
)
_LOTS = (
    select(
        Lot.id,
        Lot.state,
        Lot.granted,
        Lot.reserved,
        Lot.used,
        Lot.clawed_back,
        Lot.qualifies,
        Lot.available_from,
        Lot.expires_at,
        LedgerTransaction.source_type,
        LedgerTransaction.source_id,
    )
    .join(LedgerTransaction, LedgerTransaction.id == Lot.transaction_id)
    .limit(LOTS_SHOWN)
)


_left, _reached = aliased(Tier), aliased(Tier)
_STEPS = (
    select(TierChange.at, _left.name, _reached.name, TierChange.score, TierChange.reason)
    .outerjoin(_left, _left.id == TierChange.from_tier_id)
    .outerjoin(_reached, _reached.id == TierChange.to_tier_id)
    .order_by(TierChange.id.desc())
    .limit(STEPS_SHOWN)
)


def list_tier_steps(member_id: int) -> list[TierStep]:
    """The member's latest steps up and down, the newest first."""
    rows = db.session.execute(_STEPS.where(TierChange.member_id == member_id))
    return [TierStep._make(row) for row in rows]


def list_movements(member_id: int, *, before: int) -> paging.Stretch[Movement]:
    """All that moved this member's points, the newest first; `before` is the last one seen, or 0."""
    accounts = select(LedgerAccount.id).where(LedgerAccount.member_id == member_id)
    theirs = select(LedgerEntry.transaction_id).where(LedgerEntry.account_id.in_(accounts))
    statement = _MOVEMENTS.where(LedgerTransaction.id.in_(theirs))
    if before:
        statement = statement.where(LedgerTransaction.id < before)
    rows = [Movement._make(row) for row in db.session.execute(statement)]
    return paging.read_stretch(rows, per_page=PER_PAGE)


def list_lots(member_id: int) -> list[LotRow]:
    """The lots that are not used up, in the order in which they are spent; those that wait come last."""
    rows = db.session.execute(
        _LOTS.where(Lot.member_id == member_id, Lot.state != "closed").order_by(
            Lot.state, Lot.expires_at.is_(None), Lot.expires_at, Lot.available_from, Lot.id
        )
    )
    return [LotRow(*row) for row in rows]


def list_open_holds(member_id: int) -> Sequence[Hold]:
    """What is set aside for redemptions, the oldest first."""
    return db.session.scalars(
        select(Hold).where(Hold.member_id == member_id, Hold.state == "held").order_by(Hold.id)
    ).all()


def list_debts(member_id: int) -> Sequence[Debt]:
    """What the member still owes, the oldest first."""
    return db.session.scalars(
        select(Debt).where(Debt.member_id == member_id, Debt.paid < Debt.amount).order_by(Debt.id)
    ).all()
