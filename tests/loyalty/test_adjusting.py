"""Points given or taken by hand: with a reason, by two people above the limit, never for oneself."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from community.activity.actions import follow_due
from community.activity.models import Activity
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid
from community.loyalty.actions.adjusting import ask_for_adjustment, post_adjustment, refuse_adjustment
from community.loyalty.actions.programme import change_programme
from community.loyalty.adjusting import needs_second_person
from community.loyalty.models import Adjustment, LedgerTransaction, Programme
from community.loyalty.queries.books import balances_of
from community.loyalty.queries.programme import PROGRAMME_ID
from community.members.models import Member
from community.notifications.models import Notice
from tests.conftest import Client
from tests.factories.loyalty import give_points
from tests.factories.members import make_member
from tests.statements import statements


@pytest.fixture
def eve(app: object) -> Member:
    """Another administrator."""
    return make_member("Eve Castle", roles=("admin",))


def free(member: Member) -> int:
    return balances_of(member.id).available


def told(member: Member) -> list[str]:
    return list(db.session.scalars(select(Notice.kind).where(Notice.member_id == member.id)))


class TestSecondPerson:
    @pytest.mark.parametrize(
        ("amount", "before", "is_needed"),
        [
            (200, (), False),
            (-200, (), False),
            (201, (), True),
            (-201, (), True),
            (100, (100,), False),
            (101, (100,), True),
            (-101, (100,), True),
            (1, (-150, 50), True),
        ],
    )
    def test_it_is_needed_beyond_the_limit_and_halves_add_up(
        self, amount: int, before: tuple[int, ...], is_needed: bool
    ) -> None:
        assert needs_second_person(amount, alone_before=before, limit=200) is is_needed


class TestAskForAdjustment:
    def test_within_the_limit_it_is_posted_at_once(self, ana: Member, ada: Member) -> None:
        adjustment = ask_for_adjustment(ana, ada, amount=200, reason="For the mix-up in March.")
        assert (adjustment.state, adjustment.decided_by_id, free(ana)) == ("posted", None, 200)
        transaction = db.session.scalars(select(LedgerTransaction)).one()
        assert (transaction.kind, transaction.actor_id) == ("adjust", ada.id)

    def test_above_the_limit_nothing_moves_yet(self, ana: Member, ada: Member) -> None:
        adjustment = ask_for_adjustment(ana, ada, amount=201, reason="A thank-you from the board.")
        assert (adjustment.state, free(ana)) == ("waiting", 0)

    def test_a_limit_cannot_be_halved(self, ana: Member, ada: Member, eve: Member) -> None:
        ask_for_adjustment(ana, ada, amount=150, reason="First half.")
        assert ask_for_adjustment(ana, ada, amount=51, reason="Second half.").state == "waiting"
        assert ask_for_adjustment(ana, eve, amount=51, reason="Somebody else's.").state == "posted"
        with clock.stopped_at(clock.ahead(days=31)):
            assert ask_for_adjustment(ana, ada, amount=150, reason="A month later.").state == "posted"

    def test_the_limit_is_the_programmes(self, ana: Member, ada: Member) -> None:
        with unit_of_work():
            lock(Programme, PROGRAMME_ID).adjustment_limit = 0
        assert ask_for_adjustment(ana, ada, amount=1, reason="Any at all.").state == "waiting"

    def test_nobody_raises_the_limit_for_themselves(self, ana: Member, ada: Member, eve: Member) -> None:
        change_programme({"adjustment_limit": 5000}, by=ada)
        change_programme({"adjustment_limit": 9000}, by=ada)
        assert ask_for_adjustment(ana, ada, amount=201, reason="By the old limit.").state == "waiting"
        assert ask_for_adjustment(ana, eve, amount=201, reason="By the new limit.").state == "posted"
        with clock.stopped_at(clock.ahead(days=31)):
            assert ask_for_adjustment(ana, ada, amount=201, reason="A month later.").state == "posted"

    def test_the_same_form_sent_twice_is_one(self, ana: Member, ada: Member) -> None:
        first = ask_for_adjustment(ana, ada, amount=20, reason="For the mix-up.")
        assert ask_for_adjustment(ana, ada, amount=20, reason="For the mix-up.").id == first.id
        assert free(ana) == 20

    def test_no_more_is_taken_than_is_free(self, ana: Member, ada: Member) -> None:
        give_points(ana, 30)
        with pytest.raises(Invalid) as refusal:
            ask_for_adjustment(ana, ada, amount=-31, reason="Given by mistake.")
        assert refusal.value.field == "amount"
        assert (free(ana), db.session.scalar(select(Adjustment))) == (30, None)
        ask_for_adjustment(ana, ada, amount=-30, reason="Given by mistake.")
        assert free(ana) == 0

    def test_nobody_adjusts_their_own(self, ada: Member) -> None:
        with pytest.raises(Forbidden):
            ask_for_adjustment(ada, ada, amount=10, reason="I have earned it.")
        assert free(ada) == 0

    @pytest.mark.parametrize("role", ["moderator", "owner", "analyst"])
    def test_only_administrators_of_the_site_adjust(self, ana: Member, role: str) -> None:
        with pytest.raises(Forbidden):
            ask_for_adjustment(ana, make_member(roles=(role,)), amount=10, reason="Because.")

    def test_the_member_is_told_the_reason(self, ana: Member, ada: Member, eve: Member) -> None:
        ask_for_adjustment(ana, ada, amount=20, reason="For the mix-up.")
        follow_due()
        notice = db.session.scalars(select(Notice).where(Notice.member_id == ana.id)).one()
        assert (notice.kind, notice.path, notice.data["reason"]) == (
            "loyalty.adjusted", "/me/points/statement", "For the mix-up.",
        )  # fmt: skip
        assert told(eve) == []


class TestDecideAdjustment:
    def test_a_second_person_posts_it(self, ana: Member, ada: Member, eve: Member) -> None:
        adjustment = ask_for_adjustment(ana, ada, amount=500, reason="A thank-you.")
        post_adjustment(adjustment, eve)
        assert (adjustment.state, adjustment.decided_by_id, free(ana)) == ("posted", eve.id, 500)
        kinds = db.session.scalars(select(Activity.kind).order_by(Activity.id))
        assert [kind for kind in kinds if "adjust" in kind] == ["adjustment.asked", "points.adjusted"]

    def test_or_refuses_it_and_the_first_is_told(self, ana: Member, ada: Member, eve: Member) -> None:
        adjustment = ask_for_adjustment(ana, ada, amount=500, reason="A thank-you.")
        follow_due()
        refuse_adjustment(adjustment, eve)
        follow_due()
        assert (adjustment.state, adjustment.decided_by_id, free(ana)) == ("refused", eve.id, 0)
        assert (told(eve), told(ada), told(ana)) == (
            ["loyalty.adjustment_asked"], ["loyalty.adjustment_refused"], [],
        )  # fmt: skip

    def test_never_the_same_person(self, ana: Member, ada: Member) -> None:
        adjustment = ask_for_adjustment(ana, ada, amount=500, reason="A thank-you.")
        for decide in (post_adjustment, refuse_adjustment):
            with pytest.raises(Forbidden):
                decide(adjustment, ada)
        assert (adjustment.state, free(ana)) == ("waiting", 0)

    def test_nor_whom_it_is_about(self, ada: Member, eve: Member) -> None:
        adjustment = ask_for_adjustment(eve, ada, amount=500, reason="A thank-you.")
        with pytest.raises(Forbidden):
            post_adjustment(adjustment, eve)
        follow_due()
        assert told(eve) == []
        assert free(eve) == 0

    def test_what_was_decided_stays_decided(self, ana: Member, ada: Member, eve: Member) -> None:
        adjustment = ask_for_adjustment(ana, ada, amount=500, reason="A thank-you.")
        refuse_adjustment(adjustment, eve)
        with pytest.raises(Conflict):
            post_adjustment(adjustment, eve)
        assert free(ana) == 0

    def test_what_is_no_longer_free_is_not_taken(self, ana: Member, ada: Member, eve: Member) -> None:
        give_points(ana, 300)
        adjustment = ask_for_adjustment(ana, ada, amount=-300, reason="Given by mistake.")
        ask_for_adjustment(ana, eve, amount=-100, reason="Given by mistake.")
        with pytest.raises(Invalid):
            post_adjustment(adjustment, eve)
        assert (adjustment.state, free(ana)) == ("waiting", 200)


class TestPages:
    def test_it_is_given_asked_for_and_agreed_to(
        self, ana: Member, ada: Member, eve: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        first, second = browser_of(ada), browser_of(eve)
        sent = {"direction": "give", "amount": "300", "reason": "A thank-you."}
        answer = first.post(f"/staff/rewards/members/{ana.id}/adjustment", data=sent)
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/staff/rewards/members/{ana.id}")
        number = db.session.scalars(select(Adjustment.id)).one()
        assert f"/adjustments/{number}/posting" not in first.get("/staff/rewards/adjustments").text
        assert f"/adjustments/{number}/posting" in second.get("/staff/rewards/adjustments").text
        assert first.post(f"/staff/rewards/adjustments/{number}/posting").status_code == 403
        assert second.post(f"/staff/rewards/adjustments/{number}/posting").status_code == 303
        page = second.get(f"/staff/rewards/members/{ana.id}").text
        assert 'data-available="300"' in page
        assert "A thank-you." in page

    def test_a_form_that_is_refused_comes_back_filled_in(
        self, ana: Member, ada: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        give_points(ana, 10)
        sent = {"direction": "take", "amount": "11", "reason": "Given by mistake."}
        answer = browser_of(ada).post(f"/staff/rewards/members/{ana.id}/adjustment", data=sent)
        assert answer.status_code == 422
        assert "No more can be taken than is free to spend: 10 points." in answer.text
        assert "Given by mistake." in answer.text

    @pytest.mark.parametrize(
        "wrong", [{"direction": "burn"}, {"amount": "0"}, {"amount": "-5"}, {"amount": "x"}, {"reason": "  "}]
    )
    def test_what_is_missing_is_said(
        self, ana: Member, ada: Member, browser_of: Callable[[Member], Client], wrong: dict[str, str]
    ) -> None:
        sent = {"direction": "give", "amount": "5", "reason": "For the mix-up."} | wrong
        answer = browser_of(ada).post(f"/staff/rewards/members/{ana.id}/adjustment", data=sent)
        assert answer.status_code == 422
        assert free(ana) == 0

    def test_ones_own_form_is_closed(self, ada: Member, browser_of: Callable[[Member], Client]) -> None:
        assert browser_of(ada).get(f"/staff/rewards/members/{ada.id}/adjustment").status_code == 403

    def test_members_are_found_by_name(
        self, ana: Member, ben: Member, ada: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        page = browser_of(ada).get("/staff/rewards/adjustments?q=okoro").text
        assert f"/staff/rewards/members/{ben.id}" in page
        assert f"/staff/rewards/members/{ana.id}" not in page

    def test_the_list_takes_as_many_statements_for_one_as_for_many(
        self, ada: Member, eve: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        client = browser_of(ada)
        counts = []
        for _ in range(2):
            for _number in range(3):
                ask_for_adjustment(make_member(), ada, amount=20, reason="For the mix-up.")
                ask_for_adjustment(make_member(), eve, amount=300, reason="A thank-you.")
            with statements() as sent:
                client.get("/staff/rewards/adjustments")
            counts.append(len(sent))
        assert counts[0] == counts[1]
