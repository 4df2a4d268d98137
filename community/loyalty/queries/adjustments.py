"""Reading what was given or taken by hand."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from community.activity.models import Activity
from community.infra import paging
from community.infra.db import db, get_row
from community.loyalty.models import Adjustment
from community.loyalty.queries.programme import programme
from community.members.models import Member

PER_PAGE = 50


class AdjustmentRow(NamedTuple):
    """An adjustment with the names of those it concerns."""

    id: int
    member_id: int
    member_name: str
    amount: int
    reason: str
    state: str
    asked_by_id: int
    asked_by_name: str
    asked_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None


_asker, _decider = aliased(Member), aliased(Member)
_ROWS = (
    select(
        Adjustment.id,
        Adjustment.member_id,
        Member.display_name,
        Adjustment.amount,
        Adjustment.reason,
        Adjustment.state,
        Adjustment.asked_by_id,
        _asker.display_name.label("asked_by_name"),
        Adjustment.asked_at,
        _decider.display_name.label("decided_by_name"),
        Adjustment.decided_at,
    )
    .join(Member, Member.id == Adjustment.member_id)
    .join(_asker, _asker.id == Adjustment.asked_by_id)
    .outerjoin(_decider, _decider.id == Adjustment.decided_by_id)
)


def get_adjustment(adjustment_id: int) -> Adjustment:
    """The adjustment, or NotFound."""
    return get_row(Adjustment, adjustment_id)


def list_waiting() -> list[AdjustmentRow]:
    """Those that wait for a second person, the oldest first."""
    rows = db.session.execute(_ROWS.where(Adjustment.state == "waiting").order_by(Adjustment.id))
    return [AdjustmentRow(*row) for row in rows]


def list_decided(*, page: int) -> paging.Page[AdjustmentRow]:
    """One page of those that were posted or refused, the newest first."""
    rows = db.session.execute(
        _ROWS.where(Adjustment.state != "waiting")
        .order_by(Adjustment.id.desc())
        .offset(paging.offset(page, PER_PAGE))
        .limit(PER_PAGE + 1)
    )
    return paging.read_page([AdjustmentRow(*row) for row in rows], number=page, per_page=PER_PAGE)


def list_of_member(member_id: int) -> list[AdjustmentRow]:
    """The latest of one member, those that wait and those that were refused as well."""
    rows = db.session.execute(
        _ROWS.where(Adjustment.member_id == member_id).order_by(Adjustment.id.desc()).limit(PER_PAGE)
    )
    return [AdjustmentRow(*row) for row in rows]


def count_waiting() -> int:
    """How many wait for a second person."""
    waiting = select(func.count()).select_from(Adjustment).where(Adjustment.state == "waiting")
    return db.session.scalar(waiting) or 0


def list_alone(member_id: int, staff_id: int, *, since: datetime) -> list[int]:
    """The amounts that these staff gave this member, or took, without a second person."""
    return list(
        db.session.scalars(
            select(Adjustment.amount).where(
                Adjustment.member_id == member_id,
                Adjustment.asked_by_id == staff_id,
                Adjustment.state == "posted",
                Adjustment.decided_by_id.is_(None),
                Adjustment.asked_at > since,
            )
        )
    )


def get_limit_alone(staff_id: int, *, since: datetime) -> int:
    """How many points these staff give or take alone; whoever raised that since then has what was before."""
    changes = db.session.scalars(
        select(Activity.data).where(
            Activity.kind == "programme.changed", Activity.actor_id == staff_id, Activity.occurred_at > since
        )
    )
    raised = filter(None, (change["changed"].get("adjustment_limit") for change in changes))
    limits: list[int] = [programme().adjustment_limit, *(before for before, _after in raised)]
    return min(limits)


def find_same(
    member_id: int, staff_id: int, amount: int, reason: str, *, since: datetime
) -> Adjustment | None:
    """The same wish by the same person, if there was one since then."""
    return db.session.scalar(
        select(Adjustment)
        .where(
            Adjustment.member_id == member_id,
            Adjustment.asked_by_id == staff_id,
            Adjustment.amount == amount,
            Adjustment.reason == reason,
            Adjustment.asked_at > since,
        )
        .order_by(Adjustment.id.desc())
        .limit(1)
    )
