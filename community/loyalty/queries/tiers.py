"""Reading tiers: which there are, where members stand, and how near they are to the next one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, exists, func, or_, select

from community.infra import clock
from community.infra.db import db, get_row
from community.loyalty import tiers
from community.loyalty.models import Lot, Reward, Tier, TierStanding
from community.loyalty.queries.programme import programme
from community.loyalty.tiers import Score, Step, Terms


class Standing(NamedTuple):
    """Where a member stands and what it takes from here; numbers that are missing are exact.

    `next` is the tier above, None on the highest. `to_keep` is how many points keep the tier when it is
    looked at next, at `looked_at`; 0 on the lowest, which nobody loses.
    """

    tier: Tier
    next: Tier | None
    score: Score
    window_days: int
    to_keep: int
    looked_at: datetime
    grace_until: datetime | None

    @property
    def missing_points(self) -> int:
        """How many points the next tier is away."""
        return max(0, self.next.threshold - self.score.points) if self.next is not None else 0

    @property
    def missing_months(self) -> int:
        """In how many more months points have to be earned for the next tier."""
        return max(0, self.next.active_months - self.score.months) if self.next is not None else 0

    @property
    def missing_to_keep(self) -> int:
        """How many more points keep the tier: now in days of grace, else when it is looked at next."""
        has = self.score.points if self.grace_until is not None else self.score.then
        return max(0, self.to_keep - has)


class TierLine(NamedTuple):
    """A tier in the staff's list, how many members stand on it, and how many points keep them there."""

    tier: Tier
    member_count: int
    to_keep: int


_ALL = select(Tier).order_by(Tier.threshold)


def all_tiers() -> list[Tier]:
    """All tiers, the lowest first."""
    return list(db.session.scalars(_ALL))


def hold_tiers() -> list[Tier]:
    """All tiers, the lowest first; nobody changes one until the unit of work ends."""
    statement = _ALL.with_for_update(read=True).execution_options(populate_existing=True)
    return list(db.session.scalars(statement))


def lock_tiers() -> list[Tier]:
    """All tiers, the lowest first, locked before any is changed: nobody is counted meanwhile."""
    statement = _ALL.with_for_update().execution_options(populate_existing=True)
    return list(db.session.scalars(statement))


def get_tier(tier_id: int) -> Tier:
    """The tier; NotFound if there is none."""
    return get_row(Tier, tier_id)


def tier_of(member_id: int) -> Tier:
    """The tier on which a member stands."""
    return tiers_of([member_id])[member_id]


def tiers_of(member_ids: Collection[int]) -> dict[int, Tier]:
    """The tier on which each of these members stands; members without a row stand on the lowest."""
    ladder, standing = _list_standing(member_ids)
    by_id = {tier.id: tier for tier in ladder}
    return {member_id: by_id.get(standing.get(member_id, 0), ladder[0]) for member_id in member_ids}


def reached_by(member_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """The tier on which each of these members stands, with all those below it; two statements."""
    ladder, standing = _list_standing(member_ids)
    places = {tier.id: place for place, tier in enumerate(ladder)}
    reached = [frozenset(tier.id for tier in ladder[: place + 1]) for place in range(len(ladder))]
    return {member_id: reached[places.get(standing.get(member_id, 0), 0)] for member_id in member_ids}


def steps_of(ladder: Sequence[Tier]) -> list[Step]:
    """The tiers as far as counting goes."""
    return [Step(tier.id, tier.threshold, tier.active_months) for tier in ladder]


def find_standing(member_id: int) -> TierStanding | None:
    """Where a member was seen to stand when they were last counted, as the database has it now."""
    return db.session.scalar(
        select(TierStanding)
        .where(TierStanding.member_id == member_id)
        .execution_options(populate_existing=True)
    )


def score_of(member_id: int, terms: Terms, *, now: datetime) -> Score:
    """What counts for a member's tier, in one statement and one row however much they earned.

    Points count from when they could be spent; what was clawed back never counted, what was spent does.
    """
    start, looked_at = terms.counts_from(now), tiers.period_ends(now, terms.period_months)
    counts = Lot.granted - Lot.clawed_back
    months = [
        _sum(case((and_(Lot.available_from >= begins, Lot.available_from < ends), counts), else_=0))
        for begins, ends in tiers.months_between(start, now)
    ]
    still = case((Lot.available_from >= terms.counts_from(looked_at), counts), else_=0)
    row = db.session.execute(
        select(_sum(counts), _sum(still), *months).where(
            Lot.member_id == member_id,
            Lot.qualifies,
            Lot.available_from >= start,
            Lot.available_from <= now,
        )
    ).one()
    points, then, *by_month = map(int, row)
    # What was earned at this very moment lies in no month yet.
    rest = points - sum(by_month)
    by_month[-1] += rest
    return Score(points, sum(points > 0 for points in by_month), then)


def standing_of(member_id: int) -> Standing:
    """Where a member stands now, and how far the next tier is away; a fixed number of statements."""
    now, ladder, settings = clock.now(), all_tiers(), programme()
    terms, row = Terms.of(settings), find_standing(member_id)
    place = next((place for place, tier in enumerate(ladder) if row and tier.id == row.tier_id), 0)
    return Standing(
        tier=ladder[place],
        next=ladder[place + 1] if place + 1 < len(ladder) else None,
        score=score_of(member_id, terms, now=now),
        window_days=terms.window_days,
        to_keep=terms.needed_to_keep(steps_of(ladder)[place]),
        looked_at=tiers.period_ends(now, terms.period_months),
        grace_until=row.grace_until if row is not None else None,
    )


def list_due(*, after: int, limit: int) -> list[int]:
    """Members with a number above `after` whose tier is to be looked at.

    They were not counted since the period began or the tiers were changed, or their days of grace are over.
    """
    now = clock.now()
    changed_at = db.session.scalar(select(func.max(Tier.changed_at)))
    since = max(tiers.period_began(now, programme().tier_period_months), changed_at or now)
    return list(
        db.session.scalars(
            select(TierStanding.member_id)
            .where(
                or_(TierStanding.counted_at < since, TierStanding.grace_until <= now),
                TierStanding.member_id > after,
            )
            .order_by(TierStanding.member_id)
            .limit(limit)
        )
    )


def list_lines() -> list[TierLine]:
    """All tiers with how many members stand on each; those who never earned points are not counted."""
    counts = dict(
        db.session.execute(select(TierStanding.tier_id, func.count()).group_by(TierStanding.tier_id)).all()
    )
    terms, ladder = Terms.of(programme()), all_tiers()
    return [
        TierLine(tier, counts.get(tier.id, 0), terms.needed_to_keep(step))
        for tier, step in zip(ladder, steps_of(ladder), strict=True)
    ]


def is_asked_for(tier_id: int) -> bool:
    """Whether a reward is only for those on this tier and above."""
    return bool(db.session.scalar(select(exists().where(Reward.tier_id == tier_id))))


def who_stand_on(tier_id: int) -> Select[int]:
    """Those who stand on a tier."""
    return select(TierStanding.member_id).where(TierStanding.tier_id == tier_id)


def _list_standing(member_ids: Collection[int]) -> tuple[list[Tier], dict[int, int]]:
    rows = db.session.execute(
        select(TierStanding.member_id, TierStanding.tier_id).where(TierStanding.member_id.in_(member_ids))
    )
    return all_tiers(), dict(rows.all())


def _sum(what: Any) -> Any:
    return func.coalesce(func.sum(what), 0)
