"""Spending points: set aside, taken from the stock and given in one piece, once for each form."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.errors import Conflict, Invalid, NotFound, Unavailable
from community.loyalty.actions import fulfilling, rewards
from community.loyalty.models import Hold, Redemption, VoucherCode
from community.loyalty.queries.books import balances_of
from community.loyalty.queries.programme import programme
from community.loyalty.queries.tiers import all_tiers
from community.members.models import Member
from tests.factories.loyalty import give_points, make_reward, stand_on, stop_payouts
from tests.factories.panels import make_panel
from tests.loyalty.redeemed import codes_of, kinds_about, redeem

KEY = "ab" * 16


def spent(member: Member) -> tuple[int, int]:
    """What the member has free, and what is set aside."""
    balances = balances_of(member.id)
    return balances.available, balances.held


class TestRedeem:
    def test_it_sets_points_aside_until_somebody_hands_it_over(self, ana: Member) -> None:
        give_points(ana, 250)
        reward = make_reward(cost=100, stock_left=5)
        redemption = redeem(ana, reward, quantity=2)

        assert (redemption.state, redemption.cost, redemption.quantity) == ("waiting", 200, 2)
        assert spent(ana) == (50, 200)
        assert reward.stock_left == 3
        assert kinds_about("redemption") == ["reward.redeemed"]

    def test_a_voucher_is_handed_over_at_once_with_as_many_codes(self, ana: Member) -> None:
        give_points(ana, 250)
        reward = make_reward(kind="voucher", codes=("A", "B", "C"))
        redemption = redeem(ana, reward, quantity=2)

        assert redemption.state == "fulfilled"
        assert codes_of(redemption) == ["A", "B"]
        assert (reward.stock_left, spent(ana)) == (1, (50, 0))
        assert kinds_about("redemption") == ["reward.redeemed", "reward.fulfilled"]
        assert db.session.scalars(select(Hold.state)).all() == ["captured"]

    def test_the_same_form_sent_twice_is_one_redemption(self, ana: Member) -> None:
        give_points(ana, 500)
        reward = make_reward(stock_left=5)

        assert redeem(ana, reward, form_key=KEY).id == redeem(ana, reward, form_key=KEY).id
        assert (spent(ana), reward.stock_left) == ((400, 100), 4)

    def test_the_same_form_also_answers_when_it_could_not_be_redeemed_again(self, ana: Member) -> None:
        give_points(ana, 100)
        reward = make_reward(stock_left=1, per_member=1)
        first = redeem(ana, reward, form_key=KEY)
        rewards.withdraw_reward(ana, reward)

        assert redeem(ana, reward, form_key=KEY).id == first.id

    def test_a_form_that_was_sent_for_something_else_is_refused(self, ana: Member) -> None:
        give_points(ana, 500)
        reward, other = make_reward(), make_reward()
        redeem(ana, reward, form_key=KEY)

        with pytest.raises(Conflict):
            redeem(ana, reward, form_key=KEY, quantity=2)
        with pytest.raises(Conflict):
            redeem(ana, other, form_key=KEY)
        assert spent(ana) == (400, 100)

    def test_the_form_of_another_member_is_another_one(self, ana: Member, ben: Member) -> None:
        give_points(ana, 100)
        give_points(ben, 100)
        reward = make_reward()

        assert redeem(ana, reward, form_key=KEY).id != redeem(ben, reward, form_key=KEY).id

    @pytest.mark.parametrize("key", ["", "short", "g" * 32, "AB" * 16])
    def test_a_form_without_a_key_of_ours_is_refused(self, ana: Member, key: str) -> None:
        with pytest.raises(Invalid):
            redeem(give_points(ana, 100), make_reward(), form_key=key)

    def test_it_refuses_who_has_not_enough_and_says_how_many_are_missing(self, ana: Member) -> None:
        give_points(ana, 70)
        with pytest.raises(Invalid, match="30 points are missing"):
            redeem(ana, make_reward())
        assert spent(ana) == (70, 0)

    def test_it_refuses_a_cost_that_has_changed_meanwhile(self, ana: Member) -> None:
        give_points(ana, 500)
        reward = make_reward(cost=150)

        with pytest.raises(Invalid, match="150"):
            redeem(ana, reward, cost_seen=100)
        assert redeem(ana, reward, cost_seen=150).cost == 150

    @pytest.mark.parametrize("quantity", [0, -1, 21])
    def test_it_refuses_quantities_that_nobody_needs(self, ana: Member, quantity: int) -> None:
        with pytest.raises(Invalid) as refused:
            redeem(give_points(ana, 5000), make_reward(), quantity=quantity)
        assert refused.value.field == "quantity"

    def test_fewer_are_asked_for_beside_the_number(self, ana: Member) -> None:
        give_points(ana, 5000)
        with pytest.raises(Invalid, match="Only 2 are left") as refused:
            redeem(ana, make_reward(stock_left=2), quantity=3)
        assert refused.value.field == "quantity"

    def test_the_limit_counts_within_its_days_and_not_what_was_given_back(
        self, ana: Member, omar: Member
    ) -> None:
        give_points(ana, 1000)
        reward = make_reward(per_member=2, per_days=30)
        with clock.stopped_at(clock.now() - timedelta(days=31)):
            redeem(ana, reward, quantity=2)
        redeem(ana, reward)
        fulfilling.give_back(omar, redeem(ana, reward), message="Sold out.")
        redeem(ana, reward)

        with pytest.raises(Invalid, match="already"):
            redeem(ana, reward)

    def test_a_tier_opens_what_is_for_it_and_above(self, ana: Member) -> None:
        give_points(ana, 100)
        silver = all_tiers()[1]
        reward = make_reward(tier_id=silver.id)

        with pytest.raises(Invalid, match="tier Silver"):
            redeem(ana, reward)
        stand_on(all_tiers()[2], ana)
        assert redeem(ana, reward).state == "waiting"

    def test_a_reward_of_a_panel_is_for_those_in_it(self, ana: Member, ben: Member, ada: Member) -> None:
        reward = make_reward(panel_id=make_panel("Families", members=(ana,)).id)
        for member in (ana, ben, ada):
            give_points(member, 100)

        assert redeem(ana, reward).state == "waiting"
        for member in (ben, ada):
            with pytest.raises(Invalid, match="Families"):
                redeem(member, reward)

    def test_what_is_sent_needs_an_address_and_nothing_else_keeps_one(self, ana: Member) -> None:
        give_points(ana, 500)
        mug = make_reward(kind="physical")

        with pytest.raises(Invalid) as refused:
            redeem(ana, mug, address="  \n ")
        assert refused.value.field == "address"
        assert redeem(ana, mug, address=" 12 Harbour Road ").address == "12 Harbour Road"
        assert redeem(ana, make_reward(kind="coffee"), address="12 Harbour Road").address == ""

    def test_nothing_is_paid_out_while_the_books_do_not_agree(self, ana: Member) -> None:
        give_points(ana, 100)
        stop_payouts()

        with pytest.raises(Unavailable):
            redeem(ana, make_reward())
        assert spent(ana) == (100, 0)

    def test_nothing_is_redeemed_in_a_closed_programme(self, ana: Member) -> None:
        give_points(ana, 100)
        with unit_of_work():
            programme().is_open = False

        with pytest.raises(NotFound):
            redeem(ana, make_reward())

    def test_nothing_is_left_behind_where_codes_are_missing(self, ana: Member) -> None:
        give_points(ana, 100)
        reward = make_reward(kind="voucher", codes=("A",))
        with unit_of_work() as session:
            session.delete(session.scalars(select(VoucherCode)).one())

        with pytest.raises(Invalid, match="None is left"):
            redeem(ana, reward)
        assert (spent(ana), reward.stock_left) == ((100, 0), 1)
        assert db.session.scalars(select(Redemption)).all() == []

    def test_points_that_expire_first_go_first(self, ana: Member) -> None:
        give_points(ana, 60)
        with clock.stopped_at(clock.ago(days=100)):
            give_points(ana, 60)
        redeem(ana, make_reward(cost=60))
        with clock.stopped_at(clock.ahead(days=800)):
            assert balances_of(ana.id).available == 60


class TestEditingLater:
    def test_what_was_asked_for_keeps_its_cost(self, ana: Member, ada: Member, omar: Member) -> None:
        give_points(ana, 300)
        reward = make_reward(cost=100, stock_left=5)
        redemption = redeem(ana, reward, quantity=2)
        rewards.edit_reward(ada, reward, settings={"name": reward.name, "cost": 900, "stock_left": 0})

        assert (redemption.cost, spent(ana)) == (200, (100, 200))
        fulfilling.fulfil(omar, redemption)
        assert (redemption.cost, spent(ana)) == (200, (100, 0))

    def test_a_withdrawn_reward_is_still_handed_over(self, ana: Member, ada: Member, omar: Member) -> None:
        reward = make_reward()
        redemption = redeem(give_points(ana, 100), reward)
        rewards.withdraw_reward(ada, reward)

        assert fulfilling.fulfil(omar, redemption).state == "fulfilled"
