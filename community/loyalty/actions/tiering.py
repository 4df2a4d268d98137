"""Counting what members earned, and taking them up or down."""

from community.activity.actions import record
from community.infra import clock
from community.infra.db import db, get_row, unit_of_work
from community.loyalty import tiers
from community.loyalty.actions import points
from community.loyalty.models import Tier, TierChange, TierStanding
from community.loyalty.queries import tiers as queries
from community.loyalty.queries.programme import programme
from community.loyalty.tiers import Terms
from community.members.models import Member

BATCH = 200


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
