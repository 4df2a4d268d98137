"""The process is killed before any one statement of a verb: nothing is left, and the verb can be repeated."""

from collections.abc import Callable

import pytest
from flask import Flask

from community.infra import clock
from community.infra.db import db, unit_of_work
from community.loyalty.actions import expiring, points
from community.loyalty.models import Adjustment, Award, Hold, Wallet
from community.members.models import Member
from tests.factories.loyalty import make_adjustment, make_award, make_lot
from tests.factories.members import make_member
from tests.loyalty.books.reading import Crash, all_rows, crash_before, ensure_balanced


def _award(member: Member) -> Callable[[], object]:
    with unit_of_work() as session:
        award = Award(
            member_id=member.id, rule="idea_accepted", rule_version_id=1, source_type="idea", source_id=1,
            points=9,
        )  # fmt: skip
        session.add(award)
    return lambda: points.earn(award)


def _held(member: Member) -> Hold:
    make_lot(member, 5, expires_at=clock.ago(days=1))
    make_lot(member, 5)
    return points.hold(member.id, 8, key="wish", reward_id=1)


def _owing(member: Member) -> Award:
    """Somebody who spent what is now taken back, and has another award that waits."""
    award = make_award(member, 10)
    points.mature(award)
    points.capture(points.hold(member.id, 10, key="wish", reward_id=1))
    points.claw_back(award)
    return make_award(member, 12)


def _spent(member: Member) -> Award:
    award = make_award(member, 10)
    points.mature(award)
    points.hold(member.id, 7, key="wish", reward_id=1)
    make_lot(member, 2)
    return award


def _adjustment(member: Member, amount: int) -> Adjustment:
    make_lot(member, 5)
    make_lot(member, 5)
    return make_adjustment(member, amount, asked_by=make_member(roles=("admin",)))


def _verb(verb: Callable[..., object], *about: object, **more: object) -> Callable[[], object]:
    return lambda: verb(*about, **more)


def _hold_after(member: Member) -> Callable[[], object]:
    make_lot(member, 5)
    make_lot(member, 5)
    return lambda: points.hold(member.id, 7, key="wish", reward_id=1)


def _expire(member: Member) -> Callable[[], object]:
    make_lot(member, 5, expires_at=clock.ago(days=1))
    make_lot(member, 6, expires_at=clock.ago(days=2))
    return expiring.expire_due


VERBS: dict[str, Callable[[Member], Callable[[], object]]] = {
    "earn": _award,
    "mature": lambda ana: _verb(points.mature, make_award(ana, 10)),
    "mature and pay what is owed": lambda ana: _verb(points.mature, _owing(ana)),
    "deny": lambda ana: _verb(points.deny, make_award(ana, 10)),
    "hold": _hold_after,
    "capture": lambda ana: _verb(points.capture, _held(ana)),
    "release": lambda ana: _verb(points.release, _held(ana)),
    "claw back": lambda ana: _verb(points.claw_back, _spent(ana)),
    "adjust up": lambda ana: _verb(points.adjust, _adjustment(ana, 7), actor=None),
    "adjust down": lambda ana: _verb(points.adjust, _adjustment(ana, -7), actor=None),
    "expire": _expire,
}


class TestACrash:
    @pytest.mark.parametrize("verb", VERBS)
    def test_before_any_statement_leaves_nothing_and_the_verb_can_be_repeated(
        self, app: Flask, ana: Member, verb: str
    ) -> None:
        act = VERBS[verb](ana)
        before, seen = all_rows(), []
        while True:
            try:
                with crash_before(len(seen) + 1):
                    act()
                break
            except Crash:
                seen.append(all_rows())
        after = all_rows()
        assert after != before
        # At least: lock the wallet, look for the key, write the line, change the lot.
        assert len(seen) >= 4
        # All or nothing; all only where a job looks for more to do after it has finished one member's.
        assert all(rows in (before, after) for rows in seen)
        assert all(rows == before for rows in seen) or verb == "expire"
        act()
        assert all_rows() == after
        ensure_balanced()


def test_a_wallet_that_crashed_while_it_was_made_is_made_by_the_next(app: Flask, ana: Member) -> None:
    for statement in (2, 3, 4):
        with pytest.raises(Crash), crash_before(statement):
            points.open_wallet(ana.id)
        assert db.session.get(Wallet, ana.id) is None
    points.open_wallet(ana.id)
    assert len([row for row in all_rows()["ledger_accounts"] if row[2] == ana.id]) == 3
