"""Counting what members earned, taking them up or down, and what staff make the tiers be."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from community.activity.actions import record
from community.infra import clock
from community.infra.db import UtcDateTime, db, get_row, unit_of_work
from community.infra.errors import Conflict, Invalid, NotFound
from community.loyalty import tiers
from community.loyalty.actions import points
from community.loyalty.models import Tier, TierChange, TierStanding
from community.loyalty.notices.tiers import tell_of_removal
from community.loyalty.queries import tiers as queries
from community.loyalty.queries.programme import programme
from community.loyalty.tiers import Terms
from community.members.models import Member

BATCH = 200
MOST_TIERS = 10


def count(member_id: int) -> None:
    """Count what a member earned, and note where they stand from now on; counting again changes nothing."""
    with unit_of_work() as session:
        points.open_wallet(member_id)
        ladder, terms, now = queries.hold_tiers(), Terms.of(programme()), clock.now()
        standing = queries.find_standing(member_id)
        if standing is None:
            standing = TierStanding(member_id=member_id, tier_id=ladder[0].id, since=now, counted_at=now)
            session.add(standing)
        place = next(place for place, tier in enumerate(ladder) if tier.id == standing.tier_id)
        score = queries.score_of(member_id, terms, now=now)
        verdict = tiers.judge(
            queries.steps_of(ladder),
            score,
            terms,
            place=place,
            grace_until=standing.grace_until,
            counted_at=standing.counted_at,
            now=now,
        )
        standing.score, standing.counted_at = score.points, now
        standing.grace_until = verdict.grace_until
        if verdict.place != place:
            standing.tier_id, standing.since = ladder[verdict.place].id, now
            _note_change(
                member_id, ladder[place], ladder[verdict.place], score=score.points, why=verdict.news
            )
        elif verdict.news == "grace":
            _note_grace(standing, ladder[place], below=ladder[place - 1], terms=terms)


def count_due() -> None:
    """Count all whose period has ended, whose grace is over, or whose tiers were changed since."""
    after = 0
    while due := queries.list_due(after=after, limit=BATCH):
        for member_id in due:
            count(member_id)
        after = due[-1]


def count_anew() -> None:
    """Have everybody counted once more, as it is counted otherwise from now on."""
    with unit_of_work():
        for tier in queries.lock_tiers():
            tier.changed_at = clock.now()


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


def _note_change(member_id: int, left: Tier, reached: Tier, *, score: int, why: str) -> None:
    change = TierChange(
        member_id=member_id,
        from_tier_id=left.id,
        to_tier_id=reached.id,
        score=score,
        reason=why,
        at=clock.now(),
    )
    db.session.add(change)
    db.session.flush()
    record(
        "tier.changed",
        subject=change,
        actor=None,
        member_id=member_id,
        from_name=left.name,
        to_name=reached.name,
        benefits=reached.benefits,
        reason=why,
        score=score,
    )


def _note_grace(standing: TierStanding, tier: Tier, *, below: Tier, terms: Terms) -> None:
    if standing.grace_until is None:
        return
    needed = terms.needed_to_keep(queries.steps_of([tier])[0])
    record(
        "tier.grace_given",
        subject=get_row(Member, standing.member_id),
        actor=None,
        name=tier.name,
        below_name=below.name,
        missing=needed - standing.score,
        until=standing.grace_until.isoformat(),
    )


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
