from datetime import timedelta

import pytest
from sqlalchemy import select

from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.errors import Conflict, Invalid, Unavailable
from community.loyalty.actions import points
from community.loyalty.actions.checking import check_books
from community.loyalty.models import Allocation, Award, Debt, LedgerTransaction, Lot
from community.loyalty.queries.books import balances_of, payouts_stopped
from community.loyalty.queries.programme import programme
from community.members.models import Member
from tests.factories.loyalty import (
    give_points,
    lot_of,
    make_adjustment,
    make_award,
    make_lot,
    stop_payouts,
)
from tests.loyalty.books.reading import all_rows, ensure_balanced

REWARD = 1


def hold(member: Member, amount: int, *, key: str = "wish") -> points.Hold:
    return points.hold(member.id, amount, key=key, reward_id=REWARD)


def free_of(*lots: Lot) -> list[int]:
    return [db.session.get_one(Lot, lot.id, populate_existing=True).free for lot in lots]


class TestEarn:
    def test_points_wait_in_a_lot_of_their_own(self, ana: Member) -> None:
        award = make_award(ana, 10)
        assert balances_of(ana.id) == (10, 0, 0, 0)
        assert lot_of(award).state == "pending"

    def test_the_line_says_which_rule_and_version_gave_it(self, ana: Member) -> None:
        award = make_award(ana, 10)
        line = db.session.scalars(select(LedgerTransaction)).one()
        assert (line.rule_version_id, line.source_type, line.source_id) == (
            award.rule_version_id, "award", award.id,
        )  # fmt: skip

    def test_once_more_gives_back_the_first_lot(self, ana: Member) -> None:
        award = make_award(ana, 10)
        assert points.earn(award).id == lot_of(award).id
        assert balances_of(ana.id).pending == 10

    def test_the_same_contribution_with_other_points_is_refused(self, ana: Member) -> None:
        award = make_award(ana, 10)
        before = all_rows()
        with pytest.raises(Conflict), unit_of_work():
            award.points = 11
            points.earn(award)
        assert all_rows() == before

    def test_a_further_round_is_another_event(self, ana: Member) -> None:
        award = make_award(ana, 10)
        make_award(ana, 10, source_type=award.source_type, source_id=award.source_id, round=2)
        assert balances_of(ana.id).pending == 20


class TestMature:
    def test_points_can_be_spent_until_the_programme_says(self, ana: Member) -> None:
        with clock.stopped_at(clock.now()):
            lot = make_lot(ana, 10)
            assert balances_of(ana.id) == (0, 10, 0, 0)
            assert lot.available_from == clock.now()
            assert lot.expires_at is not None
            assert lot.expires_at.year == clock.now().year + 2

    def test_they_never_expire_where_the_programme_has_no_end(self, ana: Member) -> None:
        with unit_of_work():
            programme().valid_months = None
        assert make_lot(ana, 10).expires_at is None

    def test_it_happens_once(self, ana: Member) -> None:
        award = make_award(ana, 10)
        points.mature(award)
        points.mature(award)
        assert balances_of(ana.id) == (0, 10, 0, 0)

    def test_not_after_it_was_denied(self, ana: Member) -> None:
        award = make_award(ana, 10)
        points.deny(award)
        with pytest.raises(Conflict):
            points.mature(award)
        assert balances_of(ana.id) == (0, 0, 0, 0)

    def test_not_what_was_never_earned(self, ana: Member) -> None:
        award = make_award(ana, 10)
        with pytest.raises(Conflict):
            points.mature(Award(id=award.id + 1, member_id=ana.id, rule_version_id=1))


class TestDeny:
    def test_points_go_before_they_came(self, ana: Member) -> None:
        award = make_award(ana, 10)
        points.deny(award)
        points.deny(award)
        assert balances_of(ana.id) == (0, 0, 0, 0)
        assert ensure_balanced().totals["program_forfeited"] == 10
        assert lot_of(award).available_from is None

    def test_not_after_they_were_given(self, ana: Member) -> None:
        award = make_award(ana, 10)
        points.mature(award)
        with pytest.raises(Conflict):
            points.deny(award)


class TestHold:
    def test_it_takes_from_what_expires_first(self, ana: Member) -> None:
        late = make_lot(ana, 10, expires_at=clock.ahead(days=90))
        soon = make_lot(ana, 10, expires_at=clock.ahead(days=9))
        hold(ana, 14)
        assert free_of(soon, late) == [0, 6]
        assert balances_of(ana.id) == (0, 6, 14, 0)

    def test_more_than_there_is_is_refused(self, ana: Member) -> None:
        give_points(ana, 10)
        make_award(ana, 10)
        with pytest.raises(Invalid):
            hold(ana, 11)
        assert balances_of(ana.id) == (10, 10, 0, 0)

    @pytest.mark.parametrize("amount", [0, -5])
    def test_it_takes_something(self, ana: Member, amount: int) -> None:
        give_points(ana, 10)
        with pytest.raises(Invalid):
            hold(ana, amount)

    def test_the_same_wish_is_one_hold(self, ana: Member) -> None:
        give_points(ana, 20)
        assert hold(ana, 8).id == hold(ana, 8).id
        assert balances_of(ana.id).held == 8

    @pytest.mark.parametrize(("amount", "reward_id"), [(9, REWARD), (8, REWARD + 1)])
    def test_the_same_wish_for_something_else_is_refused(
        self, ana: Member, amount: int, reward_id: int
    ) -> None:
        give_points(ana, 20)
        hold(ana, 8)
        with pytest.raises(Conflict):
            points.hold(ana.id, amount, key="wish", reward_id=reward_id)

    def test_two_members_may_use_the_same_word(self, ana: Member, ben: Member) -> None:
        assert hold(give_points(ana, 8), 8).id != hold(give_points(ben, 8), 8).id

    def test_nothing_is_paid_out_while_the_books_do_not_add_up(self, ana: Member) -> None:
        give_points(ana, 20)
        first = hold(ana, 5)
        stop_payouts()
        assert payouts_stopped()
        with pytest.raises(Unavailable):
            hold(ana, 5, key="another")
        with pytest.raises(Unavailable):
            points.capture(first)
        # What was there is given back, and a form that is sent again hears the same as before.
        assert hold(ana, 5).id == first.id
        points.release(first)
        check_books()
        assert hold(ana, 5, key="another").state == "held"


class TestCapture:
    def test_points_are_spent(self, ana: Member) -> None:
        lot = make_lot(ana, 10)
        held = points.capture(points.capture(hold(ana, 10)))
        assert (held.state, lot.state, lot.used) == ("captured", "closed", 10)
        assert balances_of(ana.id) == (0, 0, 0, 0)
        assert ensure_balanced().totals["program_redeemed"] == 10

    def test_not_after_they_were_given_back(self, ana: Member) -> None:
        held = hold(give_points(ana, 10), 10)
        points.release(held)
        with pytest.raises(Conflict):
            points.capture(held)


class TestRelease:
    def test_points_go_back_to_the_same_lots(self, ana: Member) -> None:
        late = make_lot(ana, 10, expires_at=clock.ahead(days=90))
        soon = make_lot(ana, 10, expires_at=clock.ahead(days=9))
        was = soon.expires_at
        points.release(points.release(hold(ana, 14)))
        assert free_of(soon, late) == [10, 10]
        assert soon.expires_at == was
        assert balances_of(ana.id) == (0, 20, 0, 0)

    def test_those_that_expired_meanwhile_live_on_for_the_days_of_grace(self, ana: Member) -> None:
        lot = make_lot(ana, 10, expires_at=clock.ahead(days=3))
        held = hold(ana, 10)
        with clock.stopped_at(clock.ahead(days=5)):
            points.release(held)
            assert lot.expires_at == clock.now() + timedelta(days=programme().grace_days)

    def test_not_after_they_were_spent(self, ana: Member) -> None:
        held = hold(give_points(ana, 10), 10)
        points.capture(held)
        with pytest.raises(Conflict):
            points.release(held)

    def test_what_comes_back_pays_debts_first(self, ana: Member) -> None:
        award = make_award(ana, 10)
        points.mature(award)
        held = hold(ana, 10)
        points.claw_back(award)
        assert balances_of(ana.id) == (0, -10, 10, 10)
        points.release(held)
        assert balances_of(ana.id) == (0, 0, 0, 0)
        assert lot_of(award).state == "closed"
        ensure_balanced()


class TestClawBack:
    def test_its_own_lot_comes_first_whatever_expires_before(self, ana: Member) -> None:
        soon = make_lot(ana, 10, expires_at=clock.ahead(days=1))
        award = make_award(ana, 10)
        own = points.mature(award)
        points.claw_back(award)
        assert free_of(soon, own) == [10, 0]

    def test_then_others_and_the_rest_is_owed(self, ana: Member) -> None:
        award = make_award(ana, 10)
        own = points.mature(award)
        points.capture(hold(ana, 7))
        other = make_lot(ana, 4)
        points.claw_back(award)
        points.claw_back(award)
        assert free_of(own, other) == [0, 0]
        assert balances_of(ana.id) == (0, -3, 0, 3)
        ensure_balanced()

    def test_the_next_points_pay_what_is_owed(self, ana: Member, ada: Member) -> None:
        award = make_award(ana, 10)
        points.mature(award)
        points.capture(hold(ana, 10))
        points.claw_back(award)
        paying = make_lot(ana, 4)
        assert (paying.state, balances_of(ana.id)) == ("closed", (0, -6, 0, 6))
        points.adjust(make_adjustment(ana, 9, asked_by=ada), actor=ada)
        assert balances_of(ana.id) == (0, 3, 0, 0)
        assert [debt.paid for debt in db.session.scalars(select(Debt))] == [10]
        assert sum(
            part.amount for part in db.session.scalars(select(Allocation)) if part.purpose == "debt"
        ) == 10  # fmt: skip
        ensure_balanced()

    def test_whoever_owes_cannot_spend(self, ana: Member) -> None:
        award = make_award(ana, 10)
        points.mature(award)
        points.capture(hold(ana, 10))
        points.claw_back(award)
        with pytest.raises(Invalid):
            hold(ana, 1, key="another")

    def test_what_had_expired_is_not_taken_twice(self, ana: Member) -> None:
        award = make_award(ana, 10)
        lot = points.mature(award)
        points.capture(hold(ana, 4))
        with unit_of_work():
            lot.expires_at = clock.now()
            points.expire(lot)
        make_lot(ana, 10)
        points.claw_back(award)
        assert balances_of(ana.id) == (0, 6, 0, 0)
        ensure_balanced()

    def test_nothing_is_written_when_all_of_it_had_expired(self, ana: Member) -> None:
        award = make_award(ana, 10)
        lot = points.mature(award)
        with unit_of_work():
            lot.expires_at = clock.now()
            points.expire(lot)
        points.claw_back(award)
        points.claw_back(award)
        assert balances_of(ana.id) == (0, 0, 0, 0)
        assert ensure_balanced().transaction_count == 3

    def test_none_of_it_counts_for_a_tier_any_more(self, ana: Member) -> None:
        award = make_award(ana, 10)
        points.mature(award)
        hold(ana, 10)
        other = make_lot(ana, 10)
        points.claw_back(award)
        assert [lot_of(award).clawed_back, other.clawed_back] == [10, 0]

    def test_points_that_wait_are_denied_instead(self, ana: Member) -> None:
        with pytest.raises(Conflict):
            points.claw_back(make_award(ana, 10))


class TestAdjust:
    def test_points_come_by_hand_and_count_for_no_tier(self, ana: Member, ada: Member) -> None:
        adjustment = make_adjustment(ana, 25, asked_by=ada)
        line = points.adjust(adjustment, actor=ada)
        assert points.adjust(adjustment, actor=ada).id == line.id
        assert (line.actor_id, line.source_type, line.source_id) == (ada.id, "adjustment", adjustment.id)
        lot = db.session.scalars(select(Lot)).one()
        assert (lot.state, lot.qualifies, lot.award_id) == ("open", False, None)
        assert lot.expires_at is not None
        assert balances_of(ana.id) == (0, 25, 0, 0)

    def test_points_go_by_hand_those_that_expire_first(self, ana: Member, ada: Member) -> None:
        late = make_lot(ana, 10, expires_at=clock.ahead(days=90))
        soon = make_lot(ana, 10, expires_at=clock.ahead(days=9))
        points.adjust(make_adjustment(ana, -12, asked_by=ada), actor=ada)
        assert free_of(soon, late) == [0, 8]
        assert ensure_balanced().totals["program_adjust"] == 12

    def test_never_more_than_are_free(self, ana: Member, ada: Member) -> None:
        hold(give_points(ana, 10), 4)
        adjustment = make_adjustment(ana, -7, asked_by=ada)
        with pytest.raises(Invalid):
            points.adjust(adjustment, actor=ada)
        assert balances_of(ana.id) == (0, 6, 4, 0)
