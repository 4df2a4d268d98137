"""Many at once: the last ones go to as many as there are, no code goes out twice, nobody waits in a ring."""

import secrets
from collections import Counter
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.infra.db import db, get_row
from community.infra.errors import Conflict, Refusal
from community.loyalty.actions import codes, fulfilling, redeeming
from community.loyalty.models import LedgerAccount, Redemption, Reward, VoucherCode
from community.loyalty.queries.books import balances_of
from community.members.models import Member
from tests.factories.loyalty import give_points, make_reward
from tests.factories.members import make_member
from tests.racing import at_once

CROWD = 50
THE_LAST = 3


@pytest.fixture
def own(new_app: Callable[..., Flask]) -> Flask:
    """An app with a database of its own."""
    return new_app()


def wish(member_id: int, reward_id: int, *, form_key: str = "", quantity: int = 1) -> Callable[[], object]:
    """A member who redeems at the same moment as others."""

    def run() -> object:
        redemption = redeeming.redeem(
            get_row(Member, member_id),
            get_row(Reward, reward_id),
            form_key=form_key or secrets.token_hex(16),
            quantity=quantity,
            address="12 Harbour Road",
        )
        return redemption.id

    return run


def within(app: Flask, job: Callable[[], object]) -> Callable[[], object]:
    """The same through another app, and so by a connection of its own."""

    def run() -> object:
        with app.app_context():
            return job()

    return run


def crowd(points: int = 100, *, size: int = CROWD) -> list[int]:
    """So many members who have points."""
    return [give_points(make_member(), points).id for _number in range(size)]


def won(results: list[object]) -> list[object]:
    """Those who got it; fails for anything but a refusal."""
    assert all(isinstance(result, int | Refusal) for result in results), results
    return [result for result in results if isinstance(result, int)]


def books_balance() -> bool:
    """Whether nothing is negative, and held is what redemptions that wait hold."""
    held = db.session.scalar(
        select(func.sum(LedgerAccount.balance)).where(LedgerAccount.kind == "member_held")
    )
    waiting = db.session.scalar(select(func.sum(Redemption.cost)).where(Redemption.state == "waiting"))
    lowest = db.session.scalar(
        select(func.min(LedgerAccount.balance)).where(LedgerAccount.member_id.is_not(None))
    )
    return (held or 0) == (waiting or 0) and (lowest or 0) >= 0


class TestTheLastThree:
    @pytest.mark.parametrize("kind", ["physical", "voucher"])
    def test_fifty_who_want_the_last_three_leave_exactly_three(
        self, new_app: Callable[..., Flask], kind: str
    ) -> None:
        # Each with a connection of its own, as five processes of the site would have them.
        apps = [new_app() for _number in range(5)]
        own = apps[0]
        with own.app_context():
            given = ("A", "B", "C") if kind == "voucher" else ()
            stock = {} if kind == "voucher" else {"stock_left": THE_LAST}
            reward_id = make_reward(kind=kind, codes=given, **stock).id
            members = crowd()
            db.session.remove()
        wishes = [
            within(apps[number % len(apps)], wish(member_id, reward_id))
            for number, member_id in enumerate(members)
        ]
        results = at_once(own, *wishes)
        with own.app_context():
            assert len(won(results)) == THE_LAST
            assert get_row(Reward, reward_id).stock_left == 0
            assert db.session.scalar(select(func.sum(Redemption.quantity))) == THE_LAST
            left = [balances_of(member_id).available for member_id in members]
            assert Counter(left) == {0: THE_LAST, 100: CROWD - THE_LAST}
            assert books_balance()
            if kind == "voucher":
                owners = db.session.scalars(select(VoucherCode.redemption_id)).all()
                assert None not in owners
                assert len(set(owners)) == THE_LAST


class TestOneMember:
    def test_points_are_spent_once_however_many_rewards_are_wanted(self, own: Flask) -> None:
        with own.app_context():
            rewards = [make_reward().id for _number in range(6)]
            (member_id,) = crowd(250, size=1)
            db.session.remove()
        results = at_once(own, *(wish(member_id, reward_id) for reward_id in rewards))
        with own.app_context():
            assert len(won(results)) == 2
            assert balances_of(member_id)[:3] == (0, 50, 200)

    def test_the_same_form_sent_by_an_impatient_finger_is_one(self, own: Flask) -> None:
        with own.app_context():
            reward_id = make_reward(kind="voucher", codes=tuple("ABCDEFGH")).id
            (member_id,) = crowd(1000, size=1)
            db.session.remove()
        key = secrets.token_hex(16)
        results = at_once(own, *(wish(member_id, reward_id, form_key=key) for _number in range(6)))
        with own.app_context():
            assert len(won(results)) == 6
            assert len(set(results)) == 1
            assert get_row(Reward, reward_id).stock_left == 7
            assert balances_of(member_id).available == 900

    def test_one_form_for_two_rewards_at_one_moment_is_one(self, own: Flask) -> None:
        with own.app_context():
            rewards = [make_reward().id for _number in range(2)]
            (member_id,) = crowd(1000, size=1)
            db.session.remove()
        key = secrets.token_hex(16)
        results = at_once(own, *(wish(member_id, reward_id, form_key=key) for reward_id in rewards))
        with own.app_context():
            assert len(won(results)) == 1
            assert [type(result) for result in results if not isinstance(result, int)] == [Conflict]
            assert balances_of(member_id)[:3] == (0, 900, 100)

    def test_the_limit_holds(self, own: Flask) -> None:
        with own.app_context():
            reward_id = make_reward(per_member=2).id
            (member_id,) = crowd(1000, size=1)
            db.session.remove()
        results = at_once(own, *(wish(member_id, reward_id) for _number in range(6)))
        assert len(won(results)) == 2


class TestCodes:
    def test_no_code_goes_out_twice_while_others_are_added(self, own: Flask) -> None:
        with own.app_context():
            reward_id = make_reward(kind="voucher", codes=("A", "B")).id
            staff_id = make_member(roles=("admin",)).id
            members = crowd(size=8)
            db.session.remove()

        def add(*more: str) -> Callable[[], object]:
            return lambda: codes.add_codes(
                get_row(Member, staff_id), get_row(Reward, reward_id), codes=list(more)
            )

        results = at_once(
            own, add("C", "D"), add("D", "E"), *(wish(member_id, reward_id) for member_id in members)
        )
        with own.app_context():
            # Two staff brought five codes in all, one of them twice.
            assert sum(int(result) for result in results[:2] if isinstance(result, int)) == 3
            owners = [owner for owner in db.session.scalars(select(VoucherCode.redemption_id)) if owner]
            assert len(owners) == len(set(owners)) == len(won(results[2:]))
            assert get_row(Reward, reward_id).stock_left == 5 - len(owners)


class TestTheQueue:
    def test_two_who_decide_at_one_moment_decide_once(self, own: Flask) -> None:
        with own.app_context():
            reward_id = make_reward(stock_left=1).id
            (member_id,) = crowd(size=1)
            staff = [make_member(roles=("owner",)).id for _number in range(4)]
            redemption_id = won([wish(member_id, reward_id)()])[0]
            db.session.remove()

        def decide(staff_id: int, *, is_fulfilled: bool) -> Callable[[], object]:
            def run() -> object:
                found, by = get_row(Redemption, int(str(redemption_id))), get_row(Member, staff_id)
                if is_fulfilled:
                    return fulfilling.fulfil(by, found).state
                return fulfilling.give_back(by, found, message="Sorry.").state

            return run

        results = at_once(
            own, *(decide(staff_id, is_fulfilled=number % 2 == 0) for number, staff_id in enumerate(staff))
        )
        with own.app_context():
            state = db.session.scalars(select(Redemption.state)).one()
            assert [result for result in results if not isinstance(result, Refusal)] == [state] * 2
            stock, spent = (0, 0) if state == "fulfilled" else (1, 100)
            assert get_row(Reward, reward_id).stock_left == stock
            assert balances_of(member_id)[:3] == (0, spent, 0)

    def test_redeeming_and_deciding_make_no_ring(self, own: Flask) -> None:
        with own.app_context():
            rewards = [make_reward(stock_left=10).id for _number in range(2)]
            members = crowd(1000, size=2)
            staff_id = make_member(roles=("owner",)).id
            waiting = [
                won([wish(member_id, reward_id)()])[0] for member_id in members for reward_id in rewards
            ]
            db.session.remove()

        def give_back(redemption_id: object) -> Callable[[], object]:
            return lambda: (
                fulfilling.give_back(
                    get_row(Member, staff_id), get_row(Redemption, int(str(redemption_id))), message="Sorry."
                ).id
            )

        results = at_once(
            own,
            *(give_back(redemption_id) for redemption_id in waiting),
            *(wish(member_id, reward_id) for member_id in members for reward_id in rewards[::-1]),
        )
        with own.app_context():
            assert len(won(results)) == 8
            assert [get_row(Reward, reward_id).stock_left for reward_id in rewards] == [8, 8]
            assert books_balance()
