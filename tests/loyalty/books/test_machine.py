"""Anything that can happen to points, in any order, against coins in piles (plain.py)."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from operator import neg
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import bindparam, select

from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.loyalty.actions import expiring, points
from community.loyalty.models import PROGRAM_ACCOUNTS, Adjustment, Award, Hold, Lot, RuleVersion
from community.loyalty.months import months_after
from community.loyalty.queries.books import balances_of
from community.loyalty.queries.programme import programme
from tests.factories.members import make_member
from tests.loyalty.books.plain import Pile, PlainBooks, Refused
from tests.loyalty.books.reading import Crash, crash_before, ensure_balanced

RUNS, STEPS = 23, 100
BEGIN = datetime(2026, 3, 1, 9, tzinfo=UTC)
VALID_MONTHS = 1
GRACE = timedelta(days=5)
REWARD = 1
# Events that say themselves how many points they are about.
AMOUNTED = ("earn", "hold", "adjust")

amounts = st.integers(1, 12)


def persons(books: "Books") -> st.SearchStrategy[int]:
    return st.sampled_from(books.member_ids)


class Books(RuleBasedStateMachine):
    """Two members whose points are moved in both books; what is done can also break off on the way."""

    member_ids: tuple[int, int]
    staff_id: int
    steps = 0

    @initialize()
    def begin(self) -> None:
        db.session.remove()
        self.savepoint = db.engine.begin_nested()  # type: ignore[attr-defined]
        self.plain = {member_id: PlainBooks() for member_id in self.member_ids}
        self.awards: list[tuple[int, int, Pile]] = []
        self.holds: list[tuple[int, int, str]] = []
        # What came of each event that has happened.
        self.done: dict[tuple[Any, ...], int] = {}
        self.transactions = 0
        self.now = BEGIN
        self.tries = 0
        self.version_id = db.session.scalars(select(RuleVersion.id)).first()
        with unit_of_work():
            programme().valid_months, programme().grace_days = VALID_MONTHS, GRACE.days

    def teardown(self) -> None:
        try:
            self.add_up()
        finally:
            db.session.remove()
            self.savepoint.rollback()

    @rule(data=st.data())
    def happen(self, data: st.DataObject) -> None:
        """Anything that is possible now.

        One rule: of several, Hypothesis leaves out many for a whole run, and a debt needs most of them.
        """
        verbs = [self.earn, self.earn, self.adjust, self.expire]
        if self.awards:
            verbs += [self.mature, self.mature, self.deny, self.claw_back]
        if any(plain.balances()[1] > 0 for plain in self.plain.values()):
            verbs += [self.hold, self.hold]
        if self.holds:
            verbs += [self.capture, self.release]
        if self.done:
            verbs += [self.do_again, self.do_otherwise]
        data.draw(st.sampled_from(verbs))(data)

    # What happens to points.

    def earn(self, data: st.DataObject) -> None:
        member_id, amount = data.draw(persons(self)), data.draw(amounts)
        number = len(self.done)
        piles: list[Pile] = []
        lot_id = self.do(
            ("earn", member_id, number, amount),
            lambda: self._award(member_id, number, amount),
            lambda: piles.append(self.plain[member_id].earn(amount)),
        )
        award_id = db.session.get_one(Lot, lot_id).award_id
        assert award_id is not None
        self.awards.append((member_id, award_id, piles[0]))

    def mature(self, data: st.DataObject) -> None:
        member_id, award_id, pile = data.draw(st.sampled_from(self.awards))
        self.do(
            ("mature", award_id),
            lambda: points.mature(db.session.get_one(Award, award_id)),
            lambda: self.plain[member_id].mature(pile, now=self.now, expires_at=self.expiry()),
        )

    def deny(self, data: st.DataObject) -> None:
        member_id, award_id, pile = data.draw(st.sampled_from(self.awards))
        self.do(
            ("deny", award_id),
            lambda: points.deny(db.session.get_one(Award, award_id)),
            lambda: self.plain[member_id].deny(pile),
        )

    def claw_back(self, data: st.DataObject) -> None:
        member_id, award_id, pile = data.draw(st.sampled_from(self.awards))

        def take_back() -> None:
            if not self.plain[member_id].claw_back(pile):
                # All of them had expired: nothing is written.
                self.transactions -= 1

        self.do(
            ("claw_back", award_id),
            lambda: points.claw_back(db.session.get_one(Award, award_id)),
            take_back,
        )

    def hold(self, data: st.DataObject) -> None:
        member_id, tenths = data.draw(persons(self)), data.draw(st.sampled_from((10, 9, 4, 11)))
        amount = max(self.plain[member_id].balances()[1] * tenths // 10, 1)
        key = f"wish-{len(self.done)}"
        hold_id = self.do(
            ("hold", member_id, key, amount),
            lambda: points.hold(member_id, amount, key=key, reward_id=REWARD),
            lambda: self.plain[member_id].hold(amount, key),
        )
        if hold_id is not None:
            self.holds.append((member_id, hold_id, key))

    def capture(self, data: st.DataObject) -> None:
        member_id, hold_id, key = data.draw(st.sampled_from(self.holds))
        self.do(
            ("capture", hold_id),
            lambda: points.capture(db.session.get_one(Hold, hold_id)),
            lambda: self.plain[member_id].capture(key),
        )

    def release(self, data: st.DataObject) -> None:
        member_id, hold_id, key = data.draw(st.sampled_from(self.holds))
        self.do(
            ("release", hold_id),
            lambda: points.release(db.session.get_one(Hold, hold_id)),
            lambda: self.plain[member_id].release(key, now=self.now, grace=GRACE),
        )

    def adjust(self, data: st.DataObject) -> None:
        member_id, amount = data.draw(persons(self)), data.draw(st.one_of(amounts, amounts.map(neg)))
        with unit_of_work() as session:
            adjustment = Adjustment(member_id=member_id, amount=amount, reason="", asked_by_id=self.staff_id)
            session.add(adjustment)
        self.do(
            ("adjust", member_id, adjustment.id, amount),
            lambda: points.adjust(adjustment, actor=None),
            lambda: self.plain[member_id].adjust(amount, now=self.now, expires_at=self.expiry()),
        )

    def expire(self, data: st.DataObject) -> None:
        self.now += timedelta(days=data.draw(st.integers(1, 20)))
        over = [coin for plain in self.plain.values() for coin in plain.expire(now=self.now)]
        self.transactions += len({id(coin.pile) for coin in over})
        with clock.stopped_at(self.now):
            try:
                expired = self.maybe_crashing(expiring.expire_due)
            except Crash:
                # Some members' points may have gone already: each has a transaction of their own.
                expiring.expire_due()
            else:
                assert expired == len(over)
            assert expiring.expire_due() == 0

    # What must change nothing.

    def do_again(self, data: st.DataObject) -> None:
        """Any event may come twice, whatever has happened since."""
        event = data.draw(st.sampled_from(list(self.done)))
        self.do(event, lambda: self._repeat(event), lambda: None)

    def do_otherwise(self, data: st.DataObject) -> None:
        """The same event with another amount is refused."""
        amounted = [event for event in self.done if event[0] in AMOUNTED]
        event, more = data.draw(st.sampled_from(amounted)), data.draw(amounts)
        with pytest.raises(Conflict), clock.stopped_at(self.now):
            self._repeat(event, more=more)

    # How both are kept and compared.

    def do(self, event: Any, really: Callable[[], Any], plainly: Callable[[], object]) -> int | None:
        """Do it in both: both take it or both refuse it, and an event that comes again changes nothing."""
        before = [plain.balances()[1] for plain in self.plain.values()]
        self.now += timedelta(hours=1)
        with clock.stopped_at(self.now):
            try:
                found = self.maybe_crashing(lambda: _unless_refused(really))
            except Crash:
                self.compare()
                found = _unless_refused(really)
        if event not in self.done:
            try:
                plainly()
            except Refused:
                assert found is None
                return None
            self.transactions += 1
            assert found is not None
            self.done[event] = found.id
        assert found is not None
        assert found.id == self.done[event]
        after = [plain.balances()[1] for plain in self.plain.values()]
        assert event[0] == "claw_back" or all(
            has >= min(0, had) for had, has in zip(before, after, strict=True)
        )
        return self.done[event]

    def maybe_crashing(self, work: Callable[[], Any]) -> Any:
        """Do it; every third time it breaks off on the way, each time before another statement."""
        self.tries += 1
        if self.tries % 3:
            return work()
        with crash_before(self.tries // 3 % 18 + 1):
            return work()

    def expiry(self) -> datetime:
        """When points expire that are free from now on."""
        return months_after(self.now, VALID_MONTHS)

    @invariant()
    def look(self) -> None:
        """Both are the same after every step."""
        Books.steps += 1
        self.compare()
        if Books.steps % 20 == 0:
            self.add_up()

    def compare(self) -> None:
        """Balances and lots are what the coins say."""
        lots: dict[int, list[object]] = {member_id: [] for member_id in self.plain}
        for member_id, *lot in db.session.execute(_LOTS, {"member_ids": self.member_ids}):
            lots[member_id].append(tuple(lot))
        for member_id, plain in self.plain.items():
            assert balances_of(member_id) == plain.balances()
            assert lots[member_id] == [_as_lot(pile) for pile in plain.piles]

    def add_up(self) -> None:
        """All of the books agree with each other, and with the coins."""
        findings = ensure_balanced()
        expected: Counter[str] = Counter()
        for plain in self.plain.values():
            expected.update(plain.totals())
        assert {kind: findings.totals[kind] for kind in PROGRAM_ACCOUNTS} == {
            kind: expected[kind] for kind in PROGRAM_ACCOUNTS
        }
        assert findings.transaction_count == self.transactions

    def _award(self, member_id: int, number: int, amount: int) -> Lot:
        with unit_of_work() as session:
            award = Award(
                member_id=member_id, rule="idea_accepted", rule_version_id=self.version_id,
                source_type="idea", source_id=number, points=amount,
            )  # fmt: skip
            session.add(award)
            return points.earn(award)

    def _repeat(self, event: Any, *, more: int = 0) -> Any:
        kind, *what = event
        match kind:
            case "earn":
                award = db.session.get_one(Award, db.session.get_one(Lot, self.done[event]).award_id)
                return points.earn(_like(award, points=award.points + more))
            case "hold":
                return points.hold(what[0], what[2] + more, key=what[1], reward_id=REWARD)
            case "adjust":
                adjustment = db.session.get_one(Adjustment, what[1])
                return points.adjust(_like(adjustment, amount=adjustment.amount + more), actor=None)
            case "capture" | "release":
                return getattr(points, kind)(db.session.get_one(Hold, what[0]))
            case _:
                return getattr(points, kind)(db.session.get_one(Award, what[0]))


_FREE = Lot.granted - Lot.reserved - Lot.used
_LOTS = (
    select(Lot.member_id, Lot.granted, _FREE, Lot.reserved, Lot.state, Lot.expires_at)
    .where(Lot.member_id.in_(bindparam("member_ids", expanding=True)))
    .order_by(Lot.id)
)


def _as_lot(pile: Pile) -> tuple[object, ...]:
    free, reserved, waiting = (len(pile.lying(place)) for place in ("free", "set aside", "pending"))
    state = "pending" if waiting else "open" if free or reserved else "closed"
    return len(pile.coins), free + waiting, reserved, state, pile.expires_at


def _unless_refused(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except (Conflict, Invalid):
        return None


def _like(row: Any, **changes: object) -> Any:
    """A copy of a row that the session does not know."""
    values = {column.key: getattr(row, column.key) for column in type(row).__mapper__.column_attrs}
    return type(row)(**(values | changes))


class TestPoints:
    # Some seconds, but of much writing: a busy machine takes many times as long.
    @pytest.mark.timeout(2400)
    def test_they_are_what_coins_in_piles_would_be(self, app: Flask) -> None:
        Books.member_ids = (make_member().id, make_member().id)
        Books.staff_id = make_member(roles=("admin",)).id
        Books.steps = 0
        run_state_machine_as_test(
            Books,
            settings=settings(
                max_examples=RUNS,
                stateful_step_count=STEPS,
                # The same steps everywhere; what is found here is found again.
                derandomize=True,
                database=None,
                # A failure is told at once; to have it made smaller takes minutes (add Phase.shrink).
                phases=[Phase.generate],
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        assert Books.steps >= 2_000
