"""Real parallel connections: what the lock on the wallet and the unique keys have to hold together."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.loyalty.actions import expiring, points
from community.loyalty.models import Award, Hold, LedgerTransaction, Lot
from community.loyalty.queries import checking
from community.loyalty.queries.books import Balances, account_ids, balances_of
from community.members.models import Member
from tests.factories.loyalty import make_award, make_lot
from tests.factories.members import make_member
from tests.loyalty.books.reading import ensure_balanced
from tests.racing import at_once

MANY = 8


@pytest.fixture
def app(new_app: Callable[..., Flask]) -> Iterator[Flask]:
    """An app with connections of its own."""
    app = new_app()
    with app.app_context():
        yield app
        db.session.rollback()
        ensure_balanced()


def rich_member(amount: int = 100) -> int:
    """The id of a member with so many points."""
    member = make_member()
    make_lot(member, amount)
    return member.id


def holding(member_id: int, amount: int, key: str) -> Callable[[], object]:
    return lambda: points.hold(member_id, amount, key=key, reward_id=1).id


def balances(member_id: int) -> Balances:
    db.session.rollback()
    return balances_of(member_id)


def count(kind: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(LedgerTransaction.kind == kind)) or 0


def refusals(found: list[object]) -> list[type]:
    return [type(each) for each in found if isinstance(each, Exception)]


class TestOneEventFromManyConnections:
    def test_one_wish_is_one_hold(self, app: Flask) -> None:
        member_id = rich_member()
        found = at_once(app, *[holding(member_id, 10, "wish")] * MANY)
        assert len(set(found)) == 1
        assert count("hold") == 1
        assert balances(member_id) == (0, 90, 10, 0)

    def test_one_wish_with_different_contents_is_one_of_them(self, app: Flask) -> None:
        member_id = rich_member()
        found = at_once(app, *(holding(member_id, amount, "wish") for amount in range(1, MANY + 1)))
        assert refusals(found) == [Conflict] * (MANY - 1)
        assert count("hold") == 1

    def test_one_award_is_earned_once_also_as_the_first_of_a_member(self, app: Flask) -> None:
        member = make_member()
        with unit_of_work() as session:
            award = Award(
                member_id=member.id, rule="idea_accepted", rule_version_id=1, source_type="idea",
                source_id=1, points=10,
            )  # fmt: skip
            session.add(award)
        award_id, member_id = award.id, award.member_id
        db.session.rollback()
        lots = at_once(app, *[lambda: points.earn(db.session.get_one(Award, award_id)).id] * MANY)
        assert len(set(lots)) == 1
        assert balances(member_id) == (10, 0, 0, 0)

    def test_one_award_matures_once(self, app: Flask) -> None:
        award = make_award(make_member(), 10)
        award_id, member_id = award.id, award.member_id
        at_once(app, *[lambda: points.mature(db.session.get_one(Award, award_id)).id] * MANY)
        assert count("mature") == 1
        assert balances(member_id) == (0, 10, 0, 0)

    def test_the_nightly_job_in_two_places_takes_points_once(self, app: Flask) -> None:
        members = [make_member() for _ in range(6)]
        for member in members:
            make_lot(member, 10, expires_at=clock.ago(days=1))
            make_lot(member, 10)
        found = at_once(app, *[expiring.expire_due] * 4)
        assert sum(int(str(each)) for each in found) == 60
        assert count("expire") == 6


class TestWhatCannotBothBe:
    def test_holds_that_race_for_one_balance_take_no_more_than_there_is(self, app: Flask) -> None:
        member_id = rich_member(100)
        found = at_once(app, *(holding(member_id, 30, f"wish {number}") for number in range(MANY)))
        assert refusals(found) == [Invalid] * (MANY - 3)
        assert balances(member_id) == (0, 10, 90, 0)

    def test_captured_or_released(self, app: Flask) -> None:
        member_id = rich_member()
        hold_id = points.hold(member_id, 40, key="wish", reward_id=1).id
        db.session.rollback()
        found = at_once(
            app,
            *[lambda: points.capture(db.session.get_one(Hold, hold_id)).state] * 4,
            *[lambda: points.release(db.session.get_one(Hold, hold_id)).state] * 4,
        )
        assert refusals(found) == [Conflict] * 4
        assert count("capture") + count("release") == 1

    def test_matured_or_denied(self, app: Flask) -> None:
        award_id = make_award(make_member(), 10).id
        db.session.rollback()
        found = at_once(
            app,
            *[lambda: points.mature(db.session.get_one(Award, award_id)).state] * 4,
            *[lambda: points.deny(db.session.get_one(Award, award_id)).state] * 4,
        )
        assert refusals(found) == [Conflict] * 4
        assert count("mature") + count("deny") == 1

    def test_spent_and_taken_back_is_owed(self, app: Flask) -> None:
        award = make_award(make_member(), 10)
        points.mature(award)
        award_id, member_id = award.id, award.member_id
        db.session.rollback()
        found = at_once(
            app,
            holding(member_id, 10, "wish"),
            lambda: points.claw_back(db.session.get_one(Award, award_id)).id,
        )
        came_first = not refusals(found)
        assert balances(member_id) == ((0, -10, 10, 10) if came_first else (0, 0, 0, 0))


class TestEverythingAtOnce:
    def test_the_check_never_sees_half_of_it(self, app: Flask) -> None:
        """Alarms stop payouts, so one that is false does harm as well."""
        member_ids = [rich_member(50) for _ in range(3)]

        def live(number: int) -> None:
            member_id = member_ids[number % 3]
            for step in range(6):
                award = make_award(db.session.get_one(Member, member_id), 5)
                points.mature(award)
                held = points.hold(member_id, 3, key=f"{number}-{step}", reward_id=1)
                (points.capture if step % 2 else points.release)(held)
                if step % 3 == 0:
                    points.claw_back(award)

        def look() -> int:
            found = 0
            for _ in range(12):
                found += checking.look_through().mismatch_count
                db.session.rollback()
            return found

        found = at_once(app, *(lambda number=number: live(number) for number in range(5)), look, look)
        assert found[-2:] == [0, 0]
        assert refusals(found) == []
        assert count("hold") == 30

    def test_lines_that_forgot_the_lock_add_up_all_the_same(self, app: Flask) -> None:
        """The database keeps the balance itself, one line after the other."""
        member_id = rich_member(100)
        accounts = account_ids(member_id)
        db.session.rollback()

        def write(number: int) -> None:
            with unit_of_work() as session:
                session.add(
                    LedgerTransaction(
                        key=f"forgetful-{number}", payload_hash="", kind="adjust", amount=1,
                        debit_account_id=accounts["program_adjust"],
                        credit_account_id=accounts["member_available"], member_id=member_id,
                        source_type="adjustment", source_id=number,
                    )
                )  # fmt: skip

        at_once(app, *(lambda number=number: write(number) for number in range(MANY)))
        assert balances(member_id).available == 100 + MANY
        mismatches = checking.look_through().mismatches
        # Only the lots, of which nobody told them, are missing.
        assert [(each.what, each.expected, each.found) for each in mismatches] == [
            ("available", 100, 100 + MANY)
        ]
        with unit_of_work():
            db.session.scalars(select(Lot)).one().granted += MANY
