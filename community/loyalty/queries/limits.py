"""What members got so far, as far as limits ask for it: one statement for however many members."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from community.infra import clock
from community.infra.db import db
from community.loyalty.earning import DAY, MONTH, WEEK, Past
from community.loyalty.models import Award, LedgerAccount, RuleVersion

# What was denied or taken back again uses up nothing.
COUNTED = ("pending", "matured")
_IN_WALLET = ("member_pending", "member_available")


def list_past(
    member_ids: Sequence[int], *, version: RuleVersion, counterpart_id: int | None
) -> dict[int, Past]:
    """What each of these members got so far, for one more award of this version."""
    alike = Award.rule == version.rule
    today, week, month = (Award.earned_at > clock.ago(days=days) for days in (DAY, WEEK, MONTH))
    lately = Award.earned_at > clock.ago(days=version.decay_days)
    of_pair = false() if counterpart_id is None else Award.counterpart_id == counterpart_id
    rows = db.session.execute(
        select(
            Award.member_id,
            _count(alike, today),
            _count(alike, week),
            _count(alike, lately),
            _count(alike),
            _count(alike, month, of_pair),
            _points(today),
            _points(month),
        )
        .where(Award.member_id.in_(member_ids), Award.state.in_(COUNTED), or_(alike, month))
        .group_by(Award.member_id)
    )
    wallets = _list_in_wallet(member_ids)
    found = {row[0]: [int(number or 0) for number in row[1:]] for row in rows}
    return {
        member_id: replace(Past(*found.get(member_id, ())), in_wallet=wallets.get(member_id, 0))
        for member_id in member_ids
    }


def points_since(moment: datetime) -> int:
    """How many points all members together earned since a moment."""
    earned = select(func.sum(Award.points)).where(Award.earned_at >= moment, Award.state.in_(COUNTED))
    return int(db.session.scalar(earned) or 0)


def _list_in_wallet(member_ids: Sequence[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(LedgerAccount.member_id, func.sum(LedgerAccount.balance))
        .where(LedgerAccount.member_id.in_(member_ids), LedgerAccount.kind.in_(_IN_WALLET))
        .group_by(LedgerAccount.member_id)
    )
    return {member_id: int(points) for member_id, points in rows if member_id is not None}


def _count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(and_(*conditions))


def _points(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(Award.points).filter(condition)
