"""Which tiers there are: staff change them, add some and take some away."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from community.activity.actions import record
from community.infra import clock
from community.infra.db import UtcDateTime, db, unit_of_work
from community.infra.errors import Conflict, Invalid, NotFound
from community.loyalty.models import Tier, TierChange, TierStanding
from community.loyalty.notices.tiers import tell_of_removal
from community.loyalty.queries import tiers as queries
from community.members.models import Member

MOST_TIERS = 10


def save_tier(tier: Tier | None, *, by: Member, values: Mapping[str, Any]) -> Tier:
    """Change a tier or add one; who reaches it now goes up soon, and nobody goes down before a period ends.

    Invalid if the lowest would not be open to everybody, or two take the same number of points.
    """
    tier_id = tier.id if tier is not None else None
    with unit_of_work() as session:
        ladder = queries.lock_tiers()
        if tier_id is None and len(ladder) >= MOST_TIERS:
            raise Conflict(_l("There are as many tiers as there can be."))
        row = _find(ladder, tier_id) if tier_id is not None else Tier()
        _check(ladder, row, values)
        before = {name: getattr(row, name) for name in values} if tier_id is not None else {}
        for name, value in values.items():
            setattr(row, name, value)
        row.changed_at = clock.now()
        session.add(row)
        record("tiers.edited", subject=row, actor=by, before=before, after=dict(values))
    return row


def remove_tier(tier: Tier, *, by: Member) -> None:
    """Take a tier away: who stands on it stands on the one below from now on, and is told.

    Conflict for the lowest, and while a reward or a service level asks for it.
    """
    tier_id = tier.id
    with unit_of_work() as session:
        ladder = queries.lock_tiers()
        row = _find(ladder, tier_id)
        place = ladder.index(row)
        if place == 0:
            raise Conflict(_l("Everybody begins on the lowest tier. It stays."))
        below = ladder[place - 1]
        activity = record("tiers.edited", subject=row, actor=by, before={"name": row.name}, after={})
        tell_of_removal(activity, row, below=below)
        _move(row, below)
        below.changed_at = clock.now()
        try:
            with session.begin_nested():
                session.delete(row)
        except IntegrityError as error:
            raise Conflict(
                _l("A reward or a service level asks for this tier. Change it first, then remove the tier.")
            ) from error


def _find(ladder: list[Tier], tier_id: int) -> Tier:
    for tier in ladder:
        if tier.id == tier_id:
            return tier
    raise NotFound()


def _check(ladder: list[Tier], row: Tier, values: Mapping[str, Any]) -> None:
    others = [tier for tier in ladder if tier is not row]
    if any(tier.threshold == values["threshold"] for tier in others):
        raise Invalid(_l("Another tier takes as many points."), field="threshold")
    is_lowest = all(tier.threshold > values["threshold"] for tier in others)
    was_lowest = bool(ladder) and row is ladder[0]
    if was_lowest != is_lowest or (is_lowest and (values["threshold"], values["active_months"]) != (0, 0)):
        raise Invalid(
            _l(
                "Everybody begins on the lowest tier: it takes no points and no months, the others take some."
            ),
            field="threshold",
        )


def _move(left: Tier, below: Tier) -> None:
    """In two statements, however many stand there."""
    now = clock.now()
    there = select(
        TierStanding.member_id,
        literal(left.id),
        literal(below.id),
        TierStanding.score,
        literal("edited"),
        literal(now, UtcDateTime()),
    ).where(TierStanding.tier_id == left.id)
    columns = ["member_id", "from_tier_id", "to_tier_id", "score", "reason", "at"]
    db.session.execute(insert(TierChange).from_select(columns, there))
    db.session.execute(
        update(TierStanding)
        .where(TierStanding.tier_id == left.id)
        .values(tier_id=below.id, since=now, grace_until=None)
        .execution_options(synchronize_session=False)
    )
    db.session.expire_all()
