"""Texts that were read land on a desk, once."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.activity.actions import follow_due
from community.cases.actions.assigning import assign_case
from community.cases.actions.opening import open_by_hand, open_for_items
from community.cases.models import Case, CaseEvent, CaseItem, Praise, RoutingRule
from community.feedback import actions as feedback
from community.feedback.models import FeedbackItem
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict
from community.members.models import Member
from tests.factories.cases import forget_rules, make_level, make_rule, make_team
from tests.factories.feedback import make_item, make_read_item, make_topic
from tests.factories.members import make_member
from tests.factories.panels import make_panel, make_segment
from tests.statements import statements


@pytest.fixture(autouse=True)
def rules(app: Flask) -> None:
    """Each test makes its own rules."""
    forget_rules()


def case_of(item: FeedbackItem) -> Case | None:
    """The case of an item's author."""
    return db.session.scalar(
        select(Case).join(CaseItem, CaseItem.case_id == Case.id).where(CaseItem.item_id == item.id)
    )


def deal(*items: FeedbackItem) -> Case | None:
    """Deal the items out and return the case of the first."""
    open_for_items([item.id for item in items])
    return case_of(items[0])


def change(item: FeedbackItem, **values: object) -> None:
    """Let the item have been read in another way."""
    with unit_of_work():
        row = lock(FeedbackItem, item.id)
        for name, value in values.items():
            setattr(row, name, value)


def kinds_of(case: Case) -> list[str]:
    """The steps of a case in their order."""
    return list(
        db.session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id))
    )


def fired(rule: RoutingRule) -> int | None:
    """How often a rule has decided."""
    return db.session.scalar(select(RoutingRule.fired_count).where(RoutingRule.id == rule.id))


class TestDealingOut:
    def test_a_complaint_lands_on_the_desk_the_rule_names(self, ana: Member, omar: Member) -> None:
        rule = make_rule(owner=omar, kind=["complaint"])
        item = make_read_item(author=ana, urgency=1)
        case = deal(item)
        assert case is not None
        assert (case.owner_id, case.state, case.routed_by, case.rule_id) == (
            omar.id, "assigned", "rule", rule.id,
        )  # fmt: skip
        assert (case.kind, case.sentiment, case.urgency, case.item_count) == ("complaint", "neg", 1, 1)
        assert kinds_of(case) == ["opened", "assigned"]
        assert fired(rule) == 1

    def test_its_author_sees_it_is_with_a_person(self, ana: Member, omar: Member) -> None:
        make_rule(owner=omar)
        item = make_read_item(author=ana)
        deal(item)
        assert db.session.get_one(FeedbackItem, item.id).stage == "with_person"

    def test_twice_gives_one_case(self, ana: Member, omar: Member) -> None:
        rule = make_rule(owner=omar)
        item = make_read_item(author=ana)
        deal(item)
        deal(item)
        assert db.session.scalar(select(func.count()).select_from(Case)) == 1
        assert fired(rule) == 1

    def test_the_database_refuses_a_second_own_case(self, ana: Member, omar: Member) -> None:
        make_rule(owner=omar)
        item = make_read_item(author=ana)
        deal(item)
        with pytest.raises(Conflict):
            open_by_hand(item, by=omar)

    def test_without_a_rule_it_goes_to_the_triage_desk(self, ana: Member) -> None:
        item = make_read_item(author=ana)
        case = deal(item)
        assert case is not None
        assert (case.owner_id, case.state, case.routed_by) == (None, "new", "no_rule")
        assert db.session.get_one(FeedbackItem, item.id).stage == "read"

    def test_an_unsure_reading_goes_to_a_person_first(self, ana: Member, omar: Member) -> None:
        rule = make_rule(owner=omar, kind=["complaint"])
        case = deal(make_read_item(author=ana, is_unsure=True))
        assert case is not None
        assert (case.owner_id, case.routed_by, fired(rule)) == (None, "unsure", 0)

    def test_what_nobody_here_can_read_goes_to_a_person(self, ana: Member, omar: Member) -> None:
        make_rule("leave")
        case = deal(make_read_item("привет", author=ana, sentiment=None, kind=None, language="other"))
        assert case is not None
        assert case.routed_by == "unsure"

    def test_a_text_that_could_not_be_read_goes_to_a_person(self, ana: Member, omar: Member) -> None:
        make_rule("leave")
        case = deal(make_read_item(author=ana, state="failed", sentiment=None, kind=None))
        assert case is not None
        assert case.routed_by == "unsure"

    def test_a_rule_without_an_owner_gives_it_to_the_owner_of_the_topic(
        self, ana: Member, omar: Member, mia: Member
    ) -> None:
        parent = make_topic("Delivery", owner_id=omar.id, process_owner_id=mia.id)
        child = make_topic("Late", parent_id=parent.id)
        make_rule(topic=[parent.id])
        case = deal(make_read_item(author=ana, topic_id=child.id))
        assert case is not None
        assert (case.owner_id, case.process_owner_id, case.routed_by) == (omar.id, mia.id, "topic")

    def test_an_owner_without_a_role_is_passed_over(self, ana: Member) -> None:
        make_rule(owner=make_member("Once an owner"))
        case = deal(make_read_item(author=ana))
        assert case is not None
        assert (case.owner_id, case.routed_by) == (None, "nobody")

    def test_a_suspended_owner_is_passed_over(self, ana: Member) -> None:
        make_rule(owner=make_member("Suspended", roles=("owner",), state="suspended"))
        case = deal(make_read_item(author=ana))
        assert case is not None
        assert case.owner_id is None

    def test_an_owner_of_another_panel_is_passed_over(self, ana: Member) -> None:
        make_rule(owner=make_member("Elsewhere", roles=("owner",), panel_id=make_panel().id))
        case = deal(make_read_item(author=ana))
        assert case is not None
        assert case.owner_id is None

    def test_leaving_it_opens_nothing(self, ana: Member) -> None:
        rule = make_rule("leave", kind=["complaint"])
        assert deal(make_read_item(author=ana)) is None
        assert fired(rule) == 1

    @pytest.mark.parametrize("effect", ["case", "leave", "pass_on"])
    def test_a_rule_that_decides_the_same_again_is_counted_once(
        self, ana: Member, omar: Member, effect: str
    ) -> None:
        rule = make_rule(effect, owner=omar)
        make_item("Lovely cards", author=ana)
        for later in range(3):
            with clock.stopped_at(clock.now() + timedelta(minutes=later)):
                feedback.read_waiting()
                follow_due()
                assert fired(rule) == 1
                feedback.read_again(omar, days=7)
        item = db.session.scalars(select(FeedbackItem)).one()
        feedback.correct(item, omar, field="sentiment", value="neg")
        follow_due()
        assert fired(rule) == 1

    def test_a_segment_is_asked_for_its_members(self, ana: Member, ben: Member, omar: Member) -> None:
        panel = make_panel(members=(ana,))
        segment = make_segment({"all": [{"panel": panel.slug}]})
        make_rule(owner=omar, segment=[segment.id])
        mine, other = make_read_item(author=ana), make_read_item(author=ben)
        deal(mine, other)
        first, second = case_of(mine), case_of(other)
        assert first is not None
        assert second is not None
        assert (first.owner_id, second.owner_id) == (omar.id, None)

    def test_a_text_that_waits_to_be_read_again_is_left(self, ana: Member, omar: Member) -> None:
        make_rule(owner=omar)
        assert deal(make_read_item(author=ana, state="waiting")) is None

    def test_its_service_level_is_the_first_that_fits(self, ana: Member, omar: Member) -> None:
        make_rule(owner=omar)
        make_level(answer_hours=4, resolve_hours=8, min_urgency=2)
        level = make_level(answer_hours=24, resolve_hours=48, kind="complaint")
        make_level(answer_hours=72, resolve_hours=90)
        item = make_read_item(author=ana)
        case = deal(item)
        assert case is not None
        assert case.service_level_id == level.id
        assert (case.first_due_at - item.received_at).total_seconds() == 24 * 3600
        assert case.due_at == case.first_due_at

    def test_the_number_of_statements_does_not_grow_with_what_is_left_alone(
        self, ana: Member, app: Flask
    ) -> None:
        make_rule("leave")
        few = [make_read_item(author=ana).id for _number in range(2)]
        many = [make_read_item(author=ana).id for _number in range(12)]
        with statements() as first:
            open_for_items(few)
        with statements() as second:
            open_for_items(many)
        assert len(second) == len(first)


class TestTeams:
    def test_round_robin_goes_round(self, ana: Member) -> None:
        team = [make_member(f"Owner {number}", roles=("owner",)) for number in range(3)]
        make_rule(team=make_team(*team))
        items = [make_read_item(author=ana) for _number in range(6)]
        deal(*items)
        owners = [case.owner_id for item in items if (case := case_of(item)) is not None]
        assert owners == [member.id for member in team] * 2

    def test_least_loaded_evens_out(self, ana: Member) -> None:
        busy, idle = (make_member(name, roles=("owner",)) for name in ("Busy", "Idle"))
        rule = make_rule(owner=busy, source=["comment"])
        make_rule(team=make_team(busy, idle, strategy="least_loaded"))
        deal(*(make_read_item(author=ana, source="comment") for _number in range(2)))
        assert fired(rule) == 2
        items = [make_read_item(author=ana) for _number in range(3)]
        deal(*items)
        owners = [case.owner_id for item in items if (case := case_of(item)) is not None]
        assert owners == [idle.id, idle.id, busy.id]

    def test_the_team_is_kept_with_the_case(self, ana: Member, omar: Member) -> None:
        team = make_team(omar)
        make_rule(team=team)
        case = deal(make_read_item(author=ana))
        assert case is not None
        assert (case.team_id, case.owner_id) == (team.id, omar.id)


class TestRepeatedContact:
    def test_it_joins_the_open_case_and_is_more_urgent(self, ana: Member, omar: Member) -> None:
        make_rule(owner=omar)
        panel = make_panel()
        first = make_read_item(author=ana, panel=panel, thread="idea:1")
        second = make_read_item(author=ana, panel=panel, thread="idea:1")
        case = deal(first)
        assert case is not None
        assert deal(second).id == case.id  # type: ignore[union-attr]
        db.session.expire_all()
        assert (case.item_count, case.urgency) == (2, 1)
        assert kinds_of(case) == ["opened", "assigned", "item_added"]

    def test_also_within_one_batch(self, ana: Member, omar: Member) -> None:
        make_rule(owner=omar)
        panel = make_panel()
        items = [make_read_item(author=ana, panel=panel, thread="idea:1") for _number in range(3)]
        case = deal(*items)
        assert case is not None
        assert case.item_count == 3

    def test_another_topic_or_a_danger_is_a_case_of_its_own(self, ana: Member, omar: Member) -> None:
        make_rule(owner=omar)
        panel, voucher, app = make_panel(), make_topic("Vouchers"), make_topic("App")
        said = {"author": ana, "panel": panel, "thread": "idea:1"}
        first = make_read_item("The voucher is gone", topic=voucher, **said)
        others = [
            make_read_item("The app crashes", topic=app, **said),
            make_read_item("The battery burns", urgency=3, urgency_reasons=["safety"], **said),
        ]
        deal(first)
        deal(*others)
        cases = {case.id for item in (first, *others) if (case := case_of(item)) is not None}
        assert len(cases) == 3

    def test_others_in_the_thread_have_their_own(self, ana: Member, ben: Member, omar: Member) -> None:
        make_rule(owner=omar)
        panel = make_panel()
        items = [make_read_item(author=author, panel=panel, thread="idea:1") for author in (ana, ben)]
        deal(*items)
        assert len({case.id for item in items if (case := case_of(item)) is not None}) == 2

    def test_a_closed_case_is_not_joined(self, ana: Member, omar: Member) -> None:
        make_rule(owner=omar)
        panel = make_panel()
        case = deal(make_read_item(author=ana, panel=panel, thread="idea:1"))
        assert case is not None
        with unit_of_work():
            row = lock(Case, case.id)
            row.state, row.is_open = "resolved", False
        other = deal(make_read_item(author=ana, panel=panel, thread="idea:1"))
        assert other is not None
        assert other.id != case.id


class TestReadingAgain:
    def test_an_untouched_case_goes_where_it_belongs_now(
        self, ana: Member, omar: Member, mia: Member
    ) -> None:
        make_rule(owner=omar, kind=["complaint"])
        questions = make_rule(owner=mia, kind=["question"])
        level = make_level(answer_hours=2, resolve_hours=3, kind="question")
        item = make_read_item(author=ana)
        deal(item)
        change(item, kind="question")
        case = deal(item)
        assert case is not None
        assert (case.owner_id, case.rule_id, case.kind) == (mia.id, questions.id, "question")
        assert case.service_level_id == level.id
        assert kinds_of(case) == ["opened", "assigned", "assigned"]

    def test_a_case_that_somebody_is_at_stays(self, ana: Member, omar: Member, mia: Member) -> None:
        make_rule(owner=omar, kind=["complaint"])
        make_rule(owner=omar, kind=["question"])
        item = make_read_item(author=ana)
        case = deal(item)
        assert case is not None
        assign_case(case, mia, by=omar, note="Yours, I think.")
        change(item, kind="question")
        deal(item)
        db.session.expire_all()
        assert (case.owner_id, case.kind) == (mia.id, "question")

    def test_what_needs_no_case_closes_it(self, ana: Member, omar: Member) -> None:
        make_rule("leave", kind=["suggestion"])
        make_rule(owner=omar)
        item = make_read_item(author=ana)
        case = deal(item)
        assert case is not None
        change(item, kind="suggestion")
        assert deal(item) is None
        db.session.expire_all()
        assert (case.is_open, case.outcome, case.item_count) == (False, "no_reply_needed", 0)

    def test_a_person_said_what_it_is_so_the_rules_decide(self, ana: Member, omar: Member) -> None:
        make_rule(owner=omar, kind=["question"])
        item = make_read_item(author=ana, is_unsure=True)
        case = deal(item)
        assert case is not None
        assert case.owner_id is None
        feedback.correct(item, omar, field="kind", value="question")
        deal(item)
        db.session.expire_all()
        assert (case.owner_id, case.routed_by) == (omar.id, "rule")


class TestPraise:
    def test_it_goes_to_whom_it_names(self, ana: Member, omar: Member, mia: Member) -> None:
        make_rule("pass_on", kind=["praise"])
        item = make_read_item("Thank you Omar, you are a star", author=ana, kind="praise", sentiment="pos")
        assert deal(item) is None
        deal(item)
        assert list(db.session.scalars(select(Praise.member_id))) == [omar.id]
        assert db.session.get_one(FeedbackItem, item.id).stage == "with_person"

    def test_else_to_the_owners_of_its_topic(self, ana: Member, omar: Member, mia: Member) -> None:
        make_rule("pass_on", kind=["praise"])
        topic = make_topic(owner_id=omar.id, process_owner_id=mia.id)
        deal(make_read_item("Lovely.", author=ana, kind="praise", sentiment="pos", topic_id=topic.id))
        assert set(db.session.scalars(select(Praise.member_id))) == {omar.id, mia.id}

    def test_nobody_is_praised_with_their_own_words(self, omar: Member) -> None:
        make_rule("pass_on", owner=omar)
        deal(make_read_item("I, Omar, am great", author=omar, kind="praise", sentiment="pos"))
        assert list(db.session.scalars(select(Praise.member_id))) == []


class TestOpeningByHand:
    def test_a_text_that_was_left_alone_comes_onto_ones_own_desk(
        self, browser_of, ana: Member, omar: Member
    ) -> None:
        make_rule("leave")
        item = make_read_item(author=ana)
        assert deal(item) is None
        browser = browser_of(omar)
        assert "Make it a case on your desk" in browser.get(f"/staff/feedback/{item.id}").text
        sent = browser.post("/staff/cases/open", data={"item_id": item.id})
        case = case_of(item)
        assert case is not None
        assert (sent.status_code, sent.location) == (303, f"/staff/cases/{case.id}")
        assert (case.owner_id, case.routed_by, case.state) == (omar.id, "by_hand", "assigned")
        assert db.session.get_one(FeedbackItem, item.id).stage == "with_person"
        assert browser.post("/staff/cases/open", data={"item_id": item.id}).status_code == 409
        assert "Make it a case on your desk" not in browser.get(f"/staff/feedback/{item.id}").text

    def test_not_for_those_who_do_not_answer_for_the_panel(self, browser_of, ana: Member) -> None:
        item = make_read_item(author=ana)
        elsewhere = make_member("Elsewhere", roles=("owner",), panel_id=make_panel().id)
        for somebody, status in ((ana, 403), (elsewhere, 404)):
            sent = browser_of(somebody).post("/staff/cases/open", data={"item_id": item.id})
            assert sent.status_code == status
        assert case_of(item) is None

    def test_a_text_that_was_taken_back_is_not_there(self, browser_of, ana: Member, omar: Member) -> None:
        item = make_read_item(author=ana, state="withdrawn")
        for item_id in (item.id, 987654, "x", ""):
            assert browser_of(omar).post("/staff/cases/open", data={"item_id": item_id}).status_code == 404
