"""Thanks for contributions: once, within all limits, given once accepted, taken back when they go."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from community.activity.models import Activity
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.errors import Invalid
from community.loyalty.actions import awarding
from community.loyalty.actions.programme import change_programme
from community.loyalty.actions.rules import change_rule
from community.loyalty.models import Award, LedgerTransaction, Lot
from community.loyalty.queries import rules
from community.loyalty.queries.books import balances_of
from community.members.models import Member
from tests.factories.members import make_member
from tests.statements import statements

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
SURVEY = "survey_completed"


def thank(member: Member, source_id: int = 1, *, rule: str = "idea_accepted", **values: Any) -> Award | None:
    """Points for an idea, as its domain asks for them."""
    return awarding.thank(
        rule,
        member_id=member.id,
        source=(values.pop("source_type", "idea"), source_id),
        title="A quieter machine",
        path=f"/ideas/{source_id}",
        **values,
    )


def given(member: Member, source_id: int = 1, **values: Any) -> Award:
    """The same, where there are points for it."""
    award = thank(member, source_id, **values)
    assert award is not None
    return award


def answered(member: Member, source_id: int, points: int) -> Award:
    """Points for answers, as many as the survey says."""
    return given(member, source_id, rule=SURVEY, source_type="response", points=points)


def say(by: Member, rule: str = "idea_accepted", **values: Any) -> None:
    """Let a rule say something else."""
    change_rule(rule, values, by=by, seen=rules.standing(rule).number)


def kinds_about(award: Award) -> list[str]:
    """What was recorded about an award, in order."""
    about = select(Activity.kind).where(Activity.subject_type == "award", Activity.subject_id == award.id)
    return list(db.session.scalars(about.order_by(Activity.id)))


class TestThank:
    def test_points_wait_first_under_the_version_that_gave_them(self, ana: Member) -> None:
        award = given(ana)
        assert (award.state, award.points, award.bonus) == ("pending", 20, 10)
        assert award.version.rule == "idea_accepted"
        assert award.version.number == 1
        assert balances_of(ana.id) == (20, 0, 0, 0)
        earned = db.session.scalars(select(LedgerTransaction)).one()
        assert earned.rule_version_id == award.rule_version_id
        assert kinds_about(award) == ["points.earned"]

    def test_the_same_contribution_is_thanked_for_once(self, ana: Member) -> None:
        assert given(ana).id == given(ana).id
        awarding.take_back(("idea", 1), reason="deleted")
        assert given(ana).state == "denied"
        assert balances_of(ana.id) == (0, 0, 0, 0)

    def test_points_of_a_rule_that_does_not_wait_are_theirs_at_once(self, ana: Member) -> None:
        award = given(ana, rule="idea_planned")
        assert (award.state, award.reason) == ("matured", "at_once")
        assert balances_of(ana.id).available == 30
        assert kinds_about(award) == ["points.earned", "points.matured"]

    def test_the_first_one_gives_more_and_the_ones_after_it_less(self, ana: Member) -> None:
        assert [given(ana, number).points for number in range(1, 4)] == [20, 8, 6]

    def test_a_bonus_that_was_lost_with_its_contribution_can_be_had_again(self, ana: Member) -> None:
        given(ana, 1)
        awarding.take_back(("idea", 1), reason="deleted")
        assert given(ana, 2).bonus == 10

    def test_over_a_limit_it_gives_nothing_and_says_why(self, ana: Member) -> None:
        for number in range(1, 4):
            given(ana, number)
        award = given(ana, 4)
        assert (award.state, award.points, award.reason) == ("nothing", 0, "per_day")
        assert kinds_about(award) == []
        assert given(ana, 4).id == award.id

    def test_limits_roll_with_the_time(self, ana: Member) -> None:
        with clock.stopped_at(NOON):
            for number in range(1, 4):
                given(ana, number)
        with clock.stopped_at(NOON + timedelta(hours=23)):
            assert given(ana, 4).state == "nothing"
        with clock.stopped_at(NOON + timedelta(hours=25)):
            assert given(ana, 5).points == 5
        with clock.stopped_at(NOON + timedelta(days=8, hours=2)):
            assert given(ana, 6).points == 10

    def test_what_was_denied_uses_up_no_limit(self, ana: Member) -> None:
        for number in range(1, 4):
            given(ana, number)
        awarding.take_back(("idea", 3), reason="removed")
        assert given(ana, 4).state == "pending"

    def test_limits_of_one_member_are_nothing_to_another(self, ana: Member, ben: Member) -> None:
        for number in range(1, 4):
            given(ana, number)
        assert given(ben, 4).state == "pending"

    def test_a_day_and_thirty_days_have_a_most_over_all_rules(self, ana: Member, ada: Member) -> None:
        change_programme({"points_per_day": 50, "points_per_month": 70}, by=ada)
        with clock.stopped_at(NOON):
            assert given(ana, rule="idea_planned").points == 30
            award = given(ana, rule="idea_delivered")
            assert (award.points, award.limited_by) == (20, "points_per_day")
        with clock.stopped_at(NOON + timedelta(days=2)):
            award = given(ana, 2, rule="idea_delivered")
            assert (award.points, award.limited_by) == (20, "points_per_month")
        with clock.stopped_at(NOON + timedelta(days=31)):
            assert given(ana, 3, rule="idea_delivered").points == 50

    def test_a_wallet_has_a_most_pending_points_included(self, ana: Member, ada: Member) -> None:
        change_programme({"most_in_wallet": 55}, by=ada)
        given(ana)
        assert given(ana, rule="idea_planned").points == 30
        award = given(ana, 2, rule="idea_planned")
        assert (award.points, award.limited_by) == (5, "most_in_wallet")

    def test_all_members_share_the_budget_of_a_calendar_month(
        self, ana: Member, ben: Member, lin: Member, ada: Member
    ) -> None:
        change_programme({"budget_per_month": 40}, by=ada)
        with clock.stopped_at(NOON):
            assert given(ana, 1, rule="idea_planned").points == 30
            award = given(ben, 2, rule="idea_planned")
            assert (award.points, award.limited_by) == (10, "budget_per_month")
            assert given(lin, 3, rule="idea_planned").reason == "budget_per_month"
        with clock.stopped_at(datetime(2026, 12, 1, tzinfo=UTC)):
            assert given(lin, 4, rule="idea_planned").points == 30

    def test_one_and_the_same_other_member_counts_so_many_times(
        self, ana: Member, ben: Member, ada: Member
    ) -> None:
        say(ada, "comment_helpful", per_pair=1)
        helped = {"rule": "comment_helpful", "source_type": "comment", "counterpart_id": ben.id}
        with clock.stopped_at(NOON):
            assert given(ana, 1, **helped).state == "pending"
            assert given(ana, 2, **helped).reason == "per_pair"
            assert given(ana, 3, **helped | {"counterpart_id": ada.id}).state == "pending"
        with clock.stopped_at(NOON + timedelta(days=31)):
            assert given(ana, 4, **helped).state == "pending"

    @pytest.mark.parametrize("rule", ["idea_accepted", "idea_planned"])
    def test_nothing_is_given_by_a_rule_that_is_off(self, ana: Member, ada: Member, rule: str) -> None:
        say(ada, rule, is_on=False)
        assert thank(ana, rule=rule) is None

    def test_nothing_is_given_by_a_rule_of_no_points(self, ana: Member, ada: Member) -> None:
        say(ada, points=0, first_bonus=0)
        assert thank(ana) is None

    def test_nothing_is_given_while_the_programme_is_closed(self, ana: Member, ada: Member) -> None:
        change_programme({"is_open": False}, by=ada)
        assert thank(ana) is None

    def test_whoever_has_shown_no_address_or_is_suspended_earns_nothing(self, app: object) -> None:
        unknown = make_member(email="nobody@example.org")
        suspended = make_member(state="suspended")
        with unit_of_work():
            unknown.email = None
        assert thank(unknown) is None
        assert thank(suspended) is None

    def test_staff_earn_only_where_the_rule_says_so(self, mia: Member, ada: Member) -> None:
        assert thank(mia) is None
        say(ada, staff_earn=True)
        assert given(mia).points == 20

    def test_a_survey_says_its_points_itself(self, ana: Member) -> None:
        assert answered(ana, 1, 40).points == 40
        assert thank(ana, 2, rule=SURVEY, source_type="response", points=0) is None


class TestWhatCannotBeThankedFor:
    """Points never depend on what somebody rates, and never on praise."""

    @pytest.mark.parametrize("rule", ["praise", "vote", "rating", "nps", "idea_supported"])
    def test_there_is_no_such_rule(self, ana: Member, rule: str) -> None:
        with pytest.raises(KeyError):
            thank(ana, rule=rule)

    @pytest.mark.parametrize("thing", ["praise", "vote", "rating", "answer", "feedbackitem"])
    def test_no_rule_is_for_such_a_thing(self, ana: Member, thing: str) -> None:
        for version in rules.list_standing():
            points = 5 if version.points is None else None
            with pytest.raises(ValueError, match="is not given for"):
                thank(ana, rule=version.rule, source_type=thing, points=points)

    def test_only_a_survey_sets_the_points_and_not_who_calls(self, ana: Member) -> None:
        with pytest.raises(ValueError, match="its rule"):
            thank(ana, points=500)
        with pytest.raises(ValueError, match="its source"):
            thank(ana, rule=SURVEY, source_type="response")


class TestAccepting:
    def test_enough_supporters_accept_it(self, ana: Member) -> None:
        award = given(ana)
        awarding.note_support(("idea", 1), count=2)
        assert award.state == "pending"
        awarding.note_support(("idea", 1), count=3)
        assert (award.state, award.reason) == ("matured", "supported")
        assert balances_of(ana.id) == (0, 20, 0, 0)

    def test_more_supporters_later_change_nothing(self, ana: Member) -> None:
        given(ana)
        awarding.note_support(("idea", 1), count=3)
        awarding.note_support(("idea", 1), count=4)
        awarding.accept(("idea", 1), reason="taken_up")
        assert balances_of(ana.id) == (0, 20, 0, 0)

    def test_where_members_cannot_accept_supporters_do_nothing(self, ana: Member) -> None:
        award = answered(ana, 1, 40)
        awarding.note_support(("response", 1), count=99)
        assert award.state == "pending"

    def test_staff_approve_what_waits_once(self, ana: Member, ben: Member, mia: Member) -> None:
        awards = [given(ana, 1), given(ben, 2)]
        assert awarding.approve(awards, by=mia) == 2
        assert awarding.approve(awards, by=mia) == 0
        assert [(award.state, award.reason, award.decided_by_id) for award in awards] == [
            ("matured", "approved", mia.id)
        ] * 2

    def test_staff_deny_with_words_for_the_member(self, ana: Member, mia: Member) -> None:
        award = given(ana)
        with pytest.raises(Invalid):
            awarding.deny([award], by=mia, note="  ")
        assert awarding.deny([award], by=mia, note=" It is an advertisement. ") == 1
        assert (award.state, award.reason, award.note) == ("denied", "denied", "It is an advertisement.")
        assert balances_of(ana.id) == (0, 0, 0, 0)
        assert awarding.approve([award], by=mia) == 0

    def test_time_accepts_what_nothing_spoke_against(self, ana: Member) -> None:
        with clock.stopped_at(NOON):
            early, late = given(ana, 1), answered(ana, 1, 40)
        with clock.stopped_at(NOON + timedelta(days=2)):
            assert awarding.mature_waiting() == 1
            assert (early.state, late.state) == ("pending", "matured")
        with clock.stopped_at(NOON + timedelta(days=7)):
            assert awarding.mature_waiting() == 1
            assert awarding.mature_waiting() == 0
        assert (early.state, early.reason) == ("matured", "waited")

    def test_time_gives_nothing_to_a_suspended_member(self, ana: Member) -> None:
        with clock.stopped_at(NOON):
            award = given(ana)
        with unit_of_work():
            ana.state = "suspended"
        with clock.stopped_at(NOON + timedelta(days=8)):
            assert awarding.mature_waiting() == 0
        assert award.state == "pending"

    def test_books_that_do_not_add_up_hold_up_nobody_elses_points(self, ana: Member, ben: Member) -> None:
        with clock.stopped_at(NOON):
            broken, fine = given(ana, 1), given(ben, 2)
        with unit_of_work() as session:
            session.execute(update(Lot).where(Lot.award_id == broken.id).values(granted=Lot.granted + 1))
        with clock.stopped_at(NOON + timedelta(days=8)):
            assert awarding.mature_waiting() == 1
        assert (broken.state, fine.state) == ("pending", "matured")

    def test_a_rule_without_days_never_matures_by_itself(self, ana: Member, ada: Member) -> None:
        say(ada, wait_days=None)
        with clock.stopped_at(NOON):
            award = given(ana)
        assert award.waits_until is None
        with clock.stopped_at(NOON + timedelta(days=900)):
            assert awarding.mature_waiting() == 0


class TestTakingBack:
    def test_what_waits_is_denied_and_what_was_given_comes_back(self, ana: Member) -> None:
        waiting, planned = given(ana), given(ana, rule="idea_planned")
        awarding.take_back(("idea", 1), reason="deleted")
        assert (waiting.state, planned.state) == ("denied", "clawed_back")
        assert waiting.reason == planned.reason == "deleted"
        assert balances_of(ana.id) == (0, 0, 0, 0)
        assert kinds_about(waiting)[-1] == "points.denied"
        assert kinds_about(planned)[-1] == "points.clawed_back"

    def test_it_happens_once(self, ana: Member) -> None:
        award = given(ana)
        awarding.take_back(("idea", 1), reason="deleted")
        awarding.take_back(("idea", 1), reason="removed")
        assert award.reason == "deleted"

    def test_it_can_be_kept_to_some_rules_and_to_what_waits(self, ana: Member) -> None:
        waiting, planned = given(ana), given(ana, rule="idea_planned")
        awarding.take_back(("idea", 1), reason="merged", only_waiting=True)
        assert (waiting.state, planned.state) == ("denied", "matured")
        awarding.take_back(("idea", 1), reason="deleted", rules=["idea_accepted"])
        assert planned.state == "matured"

    def test_what_gave_nothing_stays_so(self, ana: Member) -> None:
        for number in range(1, 4):
            given(ana, number)
        award = given(ana, 4)
        awarding.take_back(("idea", 4), reason="deleted")
        assert (award.state, award.reason) == ("nothing", "per_day")

    def test_a_reason_nobody_could_read_is_refused(self, ana: Member) -> None:
        given(ana)
        with pytest.raises(ValueError, match="no reason"):
            awarding.take_back(("idea", 1), reason="whim")
        with pytest.raises(ValueError, match="no reason"):
            awarding.accept(("idea", 1), reason="deleted")


class TestGiveAgain:
    def test_what_was_given_is_given_once_more_with_the_same_points(self, ana: Member) -> None:
        first = given(ana)
        awarding.accept(("idea", 1), reason="approved")
        awarding.take_back(("idea", 1), reason="removed")
        awarding.give_again(("idea", 1), reasons_undone=["removed"])
        again = given(ana)
        assert (again.round, again.state, again.points, again.earned_at) == (
            2,
            "matured",
            20,
            first.earned_at,
        )
        assert first.state == "clawed_back"
        assert balances_of(ana.id) == (0, 20, 0, 0)

    def test_what_waited_waits_on(self, ana: Member) -> None:
        with clock.stopped_at(NOON):
            first = given(ana)
        awarding.take_back(("idea", 1), reason="removed")
        awarding.give_again(("idea", 1), reasons_undone=["removed"])
        assert (given(ana).state, given(ana).waits_until) == ("pending", first.waits_until)

    def test_it_is_given_once_each_time_it_went(self, ana: Member) -> None:
        given(ana)
        for _ in range(2):
            awarding.take_back(("idea", 1), reason="removed")
            awarding.give_again(("idea", 1), reasons_undone=["removed"])
            awarding.give_again(("idea", 1), reasons_undone=["removed"])
        assert given(ana).round == 3
        assert balances_of(ana.id) == (20, 0, 0, 0)

    @pytest.mark.parametrize("is_given", [False, True])
    def test_what_members_bring_back_themselves_keeps_within_the_limits(
        self, ana: Member, is_given: bool
    ) -> None:
        for number in (1, 2):
            answered(ana, number, 50)
            if is_given:
                awarding.accept(("response", number), reason="approved")
            awarding.take_back(("response", number), reason="withdrawn")
        other = answered(ana, 3, 60)
        for number in (1, 2):
            awarding.give_again(("response", number), reasons_undone=["withdrawn"])
        assert other.points == 60
        assert [
            (again.points, again.limited_by) for again in (answered(ana, 1, 50), answered(ana, 2, 50))
        ] == [
            (40, "points_per_day"),
            (0, "points_per_day"),
        ]
        assert sum(balances_of(ana.id)[:2]) == 100

    def test_with_room_they_have_all_of_it_again(self, ana: Member) -> None:
        with clock.stopped_at(NOON):
            first = answered(ana, 1, 50)
            awarding.take_back(("response", 1), reason="withdrawn")
        with clock.stopped_at(NOON + timedelta(hours=5)):
            awarding.give_again(("response", 1), reasons_undone=["withdrawn"])
        again = answered(ana, 1, 50)
        assert (again.round, again.points, again.waits_until) == (2, 50, first.waits_until)
        assert again.earned_at == NOON + timedelta(hours=5)

    def test_what_staff_denied_stays_denied(self, ana: Member, mia: Member) -> None:
        awarding.deny([given(ana)], by=mia, note="No.")
        awarding.give_again(("idea", 1), reasons_undone=["removed"])
        assert given(ana).state == "denied"


class TestThankAll:
    RULE = "idea_delivered_supporter"

    def owed(self) -> list[Activity]:
        return list(
            db.session.scalars(select(Activity).where(Activity.kind == "thanks.owed").order_by(Activity.id))
        )

    def thank(self, members: list[Member]) -> None:
        awarding.thank_all(
            self.RULE,
            [member.id for member in members],
            source=("idea", 1),
            title="A quieter machine",
            path="/ideas/1",
        )

    def test_portions_are_owed_and_each_is_thanked_for_itself(self, app: object) -> None:
        members = [make_member() for _ in range(awarding.BATCH + 5)]
        self.thank(members)
        first, second = self.owed()
        awarding.thank_portion(first)
        assert [balances_of(member.id).available for member in members] == [5] * awarding.BATCH + [0] * 5
        awarding.thank_portion(second)
        awarding.thank_portion(second)
        assert {balances_of(member.id).available for member in members} == {5}

    def test_who_does_not_count_gets_nothing(self, ana: Member, mia: Member) -> None:
        self.thank([ana, mia])
        awarding.thank_portion(self.owed()[0])
        assert (balances_of(ana.id).available, balances_of(mia.id).available) == (5, 0)

    def test_a_rule_that_is_off_owes_nothing(self, ana: Member, ada: Member) -> None:
        say(ada, self.RULE, is_on=False)
        self.thank([ana])
        assert self.owed() == []

    def test_limits_are_asked_for_once_for_a_whole_portion(self, app: object) -> None:
        counts = []
        for number in (2, 20):
            members = [make_member() for _ in range(number)]
            self.thank(members)
            portion = self.owed()[-1]
            with statements() as sent:
                awarding.thank_portion(portion)
            counts.append(sum("FROM awards" in each and "count(" in each for each in sent))
        assert counts == [1, 1]
