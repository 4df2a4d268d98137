"""Handing over and giving back: each once, told to the member, and addresses forgotten in time."""

from datetime import timedelta

import pytest

from community.activity.actions import follow_due
from community.infra import clock
from community.infra.errors import Conflict, Forbidden, Invalid, Unavailable
from community.loyalty.actions import fulfilling
from community.loyalty.models import Redemption
from community.loyalty.queries.books import balances_of
from community.members.models import Member
from tests.factories.loyalty import give_points, make_reward, stop_payouts
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.loyalty.redeemed import kinds_about, redeem, told


@pytest.fixture
def mug(ana: Member) -> Redemption:
    """A mug that is to be sent to ana."""
    give_points(ana, 300)
    return redeem(ana, make_reward("A mug", kind="physical", stock_left=3), address="12 Harbour Road")


class TestFulfil:
    def test_it_spends_what_was_set_aside(self, mug: Redemption, ana: Member, omar: Member) -> None:
        fulfilling.fulfil(omar, mug, message=" It comes on Monday. ")

        assert (mug.state, mug.message, mug.decided_by_id) == ("fulfilled", "It comes on Monday.", omar.id)
        assert balances_of(ana.id)[:3] == (0, 200, 0)
        assert kinds_about("redemption") == ["reward.redeemed", "reward.fulfilled"]

    def test_twice_is_once(self, mug: Redemption, ana: Member, omar: Member, ada: Member) -> None:
        fulfilling.fulfil(omar, mug, message="First.")
        fulfilling.fulfil(ada, mug, message="Second.")

        assert (mug.message, mug.decided_by_id) == ("First.", omar.id)
        assert kinds_about("redemption").count("reward.fulfilled") == 1

    def test_what_was_handed_over_is_not_given_back(self, mug: Redemption, omar: Member) -> None:
        fulfilling.fulfil(omar, mug)
        with pytest.raises(Conflict):
            fulfilling.give_back(omar, mug, message="Too late.")

    def test_it_waits_while_the_books_do_not_agree(self, mug: Redemption, omar: Member) -> None:
        stop_payouts()
        with pytest.raises(Unavailable):
            fulfilling.fulfil(omar, mug)
        assert mug.state == "waiting"

    def test_nobody_decides_about_what_they_redeemed_themselves(self, omar: Member, ada: Member) -> None:
        own = redeem(give_points(omar, 100), make_reward())
        with pytest.raises(Forbidden):
            fulfilling.fulfil(omar, own)
        with pytest.raises(Forbidden):
            fulfilling.give_back(omar, own, message="I thought better of it.")
        assert fulfilling.fulfil(ada, own).state == "fulfilled"

    def test_too_many_words_are_refused(self, mug: Redemption, omar: Member) -> None:
        with pytest.raises(Invalid) as refused:
            fulfilling.fulfil(omar, mug, message="x" * 1001)
        assert refused.value.field == "message"


class TestGiveBack:
    def test_points_and_stock_come_back(self, mug: Redemption, ana: Member, omar: Member) -> None:
        fulfilling.give_back(omar, mug, message="The last ones broke.")

        assert (mug.state, mug.message) == ("released", "The last ones broke.")
        assert balances_of(ana.id)[:3] == (0, 300, 0)
        assert mug.reward.stock_left == 3

    def test_points_come_back_also_while_payouts_are_stopped(
        self, mug: Redemption, ana: Member, omar: Member
    ) -> None:
        stop_payouts()
        fulfilling.give_back(omar, mug, message="The last ones broke.")
        assert balances_of(ana.id).available == 300

    def test_it_says_why(self, mug: Redemption, omar: Member) -> None:
        with pytest.raises(Invalid) as refused:
            fulfilling.give_back(omar, mug, message=" \n")
        assert refused.value.field == "message"

    def test_a_reward_without_end_stays_so(self, ana: Member, omar: Member) -> None:
        redemption = redeem(give_points(ana, 100), make_reward())
        fulfilling.give_back(omar, redemption, message="The partner has gone.")
        assert redemption.reward.stock_left is None


class TestNotices:
    def test_those_who_hand_it_over_hear_of_it(
        self, mug: Redemption, omar: Member, ada: Member, mia: Member
    ) -> None:
        make_member("On one panel", roles=("owner",), panel_id=make_panel().id)
        follow_due()

        assert [notice.kind for notice in told(omar)] == ["loyalty.reward_asked"]
        assert [notice.path for notice in told(ada)] == [f"/staff/rewards/redemptions/{mug.id}"]
        assert told(mia) == []
        assert all("Harbour" not in str(notice.data) for notice in told(omar))

    def test_a_voucher_is_nobody_s_work(self, ana: Member, omar: Member) -> None:
        redeem(give_points(ana, 100), make_reward(kind="voucher", codes=("A",)))
        follow_due()
        assert (told(omar), told(ana)) == ([], [])

    def test_the_member_hears_what_became_of_it(self, mug: Redemption, ana: Member, omar: Member) -> None:
        other = redeem(ana, make_reward("A bag"))
        fulfilling.fulfil(omar, mug, message="It comes on Monday.")
        fulfilling.give_back(omar, other, message="None is left.")
        follow_due()

        assert [(notice.kind, notice.data["message"], notice.path) for notice in told(ana)] == [
            ("loyalty.reward_fulfilled", "It comes on Monday.", f"/me/rewards/{mug.id}"),
            ("loyalty.reward_released", "None is left.", f"/me/rewards/{other.id}"),
        ]


class TestForgetAddresses:
    def test_they_are_forgotten_thirty_days_after_the_decision(
        self, mug: Redemption, ana: Member, omar: Member
    ) -> None:
        sent_at = clock.now()
        other = redeem(ana, mug.reward, address="1 Elm Street")
        fulfilling.fulfil(omar, mug)
        fulfilling.give_back(omar, other, message="None is left.")

        with clock.stopped_at(sent_at + timedelta(days=29)):
            assert fulfilling.forget_addresses() == 0
            assert mug.address == "12 Harbour Road"
        with clock.stopped_at(sent_at + timedelta(days=30, minutes=1)):
            assert fulfilling.forget_addresses() == 2
            assert fulfilling.forget_addresses() == 0
        assert (mug.address, other.address) == ("", "")

    def test_whoever_waits_long_still_gets_it(self, mug: Redemption) -> None:
        with clock.stopped_at(clock.ahead(days=400)):
            assert fulfilling.forget_addresses() == 0
        assert mug.address == "12 Harbour Road"
