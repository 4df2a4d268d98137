"""The steps of an award, each with its entry in the books and its activity, and the locks they take.

Whoever calls a step holds the lock on the wallet of the award's member.
"""

from collections.abc import Collection
from datetime import timedelta

from community.activity.actions import record
from community.infra import clock
from community.infra.db import db
from community.loyalty.actions import points as books
from community.loyalty.earning import Amount
from community.loyalty.models import Award
from community.loyalty.queries import awards as queries
from community.loyalty.queries.awards import Source
from community.members.models import Member


def begin(award: Award) -> Award:
    """Write a new award down: it waits, is given at once, or gives nothing."""
    version, now = award.version, clock.now()
    if award.points == 0:
        award.state, award.reason, award.decided_at = "nothing", award.limited_by, now
        db.session.add(award)
        db.session.flush()
        return award
    award.earned_at = now
    let_time_pass(award)
    _earn(award)
    if version.gate == "none":
        mature(award, reason="at_once", by=None)
    return award


def repeat(award: Award, *, by: Member | None) -> None:
    """Give once more what was denied or taken back: to wait as before, or as points that were theirs."""
    again = _further(award, Amount(award.points, award.bonus, award.limited_by))
    # It keeps its place in time, so that it takes nothing from today's limits.
    again.earned_at = award.earned_at
    _give_further(again, award, by=by)


def begin_again(award: Award, amount: Amount) -> None:
    """Give as much once more for what a member did again: earned now, waiting no longer than before."""
    again = _further(award, amount)
    if amount.points:
        again.earned_at = clock.now()
        _give_further(again, award, by=None)
    else:
        begin(again)


def let_time_pass(award: Award) -> None:
    """Have the award given after the days that its rule asks for, counted from when it was earned."""
    version = award.version
    if version.gate == "acceptance" and version.wait_days is not None:
        award.waits_until = award.earned_at + timedelta(days=version.wait_days)


def mature(award: Award, *, reason: str, by: Member | None) -> None:
    """Give what waits."""
    books.mature(award, actor=by)
    _decide(award, "matured", reason=reason, by=by)
    _note("points.matured", award, by)


def end(award: Award, *, reason: str, by: Member | None, note: str) -> None:
    """Deny what waits, or take back what was given."""
    award.note = note
    if award.state == "pending":
        books.deny(award, actor=by)
        _decide(award, "denied", reason=reason, by=by)
        _note("points.denied", award, by)
    else:
        books.claw_back(award, actor=by)
        _decide(award, "clawed_back", reason=reason, by=by)
        _note("points.clawed_back", award, by)


def lock_of(source: Source, *, states: Collection[str], rules: Collection[str] | None = None) -> list[Award]:
    """The awards for a thing in these states, as they are once their wallets are locked."""
    locked = {award.member_id for award in queries.list_of_source(source, states=states, rules=rules)}
    lock_wallets(locked)
    found = queries.list_of_source(source, states=states, rules=rules)
    return [award for award in found if award.member_id in locked]


def lock_these(award_ids: Collection[int]) -> list[Award]:
    """Those of the awards that wait, as they are once their wallets are locked."""
    lock_wallets({award.member_id for award in queries.list_waiting_of(award_ids)})
    return queries.list_waiting_of(award_ids)


def lock_wallets(member_ids: Collection[int]) -> None:
    """Lock the wallets of these members, always in the same order."""
    for member_id in sorted(member_ids):
        books.open_wallet(member_id)


def _further(award: Award, amount: Amount) -> Award:
    return Award(
        member_id=award.member_id,
        rule=award.rule,
        version=award.version,
        source_type=award.source_type,
        source_id=award.source_id,
        round=award.round + 1,
        panel_id=award.panel_id,
        counterpart_id=award.counterpart_id,
        title=award.title,
        path=award.path,
        points=amount.points,
        bonus=amount.bonus,
        limited_by=amount.limited_by,
    )


def _give_further(again: Award, award: Award, *, by: Member | None) -> None:
    again.waits_until = award.waits_until
    _earn(again)
    if award.state == "clawed_back":
        mature(again, reason="restored", by=by)


def _earn(award: Award) -> None:
    db.session.add(award)
    db.session.flush()
    books.earn(award)
    _note("points.earned", award, None)


def _decide(award: Award, state: str, *, reason: str, by: Member | None) -> None:
    award.state, award.reason = state, reason
    award.decided_at, award.decided_by_id = clock.now(), by.id if by is not None else None


def _note(kind: str, award: Award, by: Member | None) -> None:
    record(
        kind,
        subject=award,
        actor=by,
        panel_id=award.panel_id,
        member_id=award.member_id,
        rule=award.rule,
        version=award.version.number,
        points=award.points,
        reason=award.reason,
    )
