"""Moving members up and down the levels of trust, and vouching for them."""

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.infra import clock
from community.infra.db import insert_new, lock, unit_of_work
from community.infra.errors import Forbidden, Invalid
from community.members.models import Member
from community.moderation import policy, trust
from community.moderation.models import TrustChange, TrustStanding
from community.moderation.queries import trust as queries

BATCH = 200


def count_everybody() -> None:
    """Look at everybody who was here in the window or stands on a level, each at most once a night."""
    begun, after = clock.now(), 0
    while True:
        due = queries.list_due(
            after=after, counted_before=begun, active_since=begun - trust.WINDOW, limit=BATCH
        )
        if not due:
            return
        count(due)
        after = due[-1]


def count(member_ids: Sequence[int]) -> None:
    """Count anew what the levels of these members rest on, and move who is to be moved."""
    with unit_of_work() as session:
        now = clock.now()
        facts = queries.facts_of(member_ids, since=now - trust.WINDOW)
        insert_new(TrustStanding, [{"member_id": number, "level": 0, "since": now} for number in member_ids])
        for number in sorted(member_ids):
            standing = lock(TrustStanding, number)
            standing.facts, standing.counted_at = facts[number].stored(), now
            step = trust.next_step(
                standing.level,
                facts[number],
                since=standing.since,
                now=now,
                vouched=standing.vouched_level,
            )
            if step is not None:
                _move(standing, step, by=None)
        session.flush()


def vouch(member: Member, level: int, *, by: Member) -> None:
    """Let a moderator of the site answer for a member: the level does not sink below it; 0 ends that."""
    if level not in trust.LEVELS:
        raise Invalid(_l("Please choose one of the options."), field="level")
    with unit_of_work():
        now = clock.now()
        if not policy.can_vouch(by, member):
            raise Forbidden()
        insert_new(TrustStanding, [{"member_id": member.id, "level": 0, "since": now}])
        standing = lock(TrustStanding, member.id)
        if standing.vouched_level == level:
            return
        before = standing.vouched_level
        standing.vouched_level, standing.vouched_by_id = level, by.id if level else None
        record("trust.vouched", subject=member, actor=by, before={"level": before}, after={"level": level})
        if level > standing.level:
            _move(standing, trust.Step(level, trust.VOUCHED), by=by)
        elif level < before == standing.level:
            earned = trust.earned_level(trust.Facts.read(standing.facts))
            if earned < standing.level:
                _move(standing, trust.Step(max(level, earned), trust.VOUCH_ENDED), by=by)


def _move(standing: TrustStanding, step: trust.Step, *, by: Member | None) -> None:
    with unit_of_work() as session:
        change = TrustChange(
            member_id=standing.member_id,
            from_level=standing.level,
            to_level=step.to_level,
            reason=step.reason,
            facts=standing.facts,
            at=clock.now(),
        )
        session.add(change)
        standing.level, standing.since = step.to_level, change.at
        record(
            "trust.changed", subject=change, actor=by, member_id=standing.member_id, reason=step.reason,
            before={"level": change.from_level}, after={"level": change.to_level},
        )  # fmt: skip
