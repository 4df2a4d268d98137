"""Cases are handed over with a word, and who takes over is told."""

import pytest
from sqlalchemy import select

from community.activity import actions as activity
from community.activity.models import Activity
from community.cases import explaining
from community.cases.actions.assigning import assign_case, assign_process_owner
from community.cases.models import Case, CaseEvent
from community.feedback.models import FeedbackItem
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from community.notifications.models import Notice
from tests.factories.cases import make_case, make_rule, make_team
from tests.factories.feedback import make_read_item
from tests.factories.members import make_member
from tests.factories.panels import make_panel


def told(member: Member) -> list[str]:
    """What a member was told of, once the worker has followed what happened."""
    activity.follow_due()
    return list(
        db.session.scalars(select(Notice.kind).where(Notice.member_id == member.id).order_by(Notice.id))
    )


def read(case: Case) -> Case:
    """The case as it is now."""
    db.session.expire_all()
    return db.session.get_one(Case, case.id)


class TestAssignCase:
    def test_it_moves_to_the_desk_with_a_word(self, ana: Member, omar: Member, mia: Member) -> None:
        case = make_case(author=ana, owner=omar)
        event = assign_case(case, mia, by=omar, note="She knows the carrier.")
        assert event is not None
        assert (event.kind, event.note, event.actor_id) == ("assigned", "She knows the carrier.", omar.id)
        assert (event.data["owner_id"], event.data["was_id"]) == (mia.id, omar.id)
        assert (read(case).owner_id, case.routed_by, case.state) == (mia.id, "by_hand", "assigned")

    def test_who_takes_over_is_told_with_the_word_and_nobody_else(
        self, ana: Member, omar: Member, mia: Member
    ) -> None:
        case = make_case(author=ana, owner=omar)
        told(omar)
        assign_case(case, mia, by=omar, note="She knows the carrier.")
        assert told(mia) == ["cases.assigned"]
        notice = db.session.scalars(select(Notice).where(Notice.member_id == mia.id)).one()
        assert notice.data == {"title": case.title, "note": "She knows the carrier."}
        assert notice.path == f"/staff/cases/{case.id}"
        assert told(ana) == []

    def test_from_triage_its_author_sees_it_is_with_a_person(self, ana: Member, omar: Member) -> None:
        item = make_read_item(author=ana)
        case = make_case(items=(item,))
        assert case.state == "new"
        assign_case(case, omar, by=omar)
        assert (read(case).state, db.session.get_one(FeedbackItem, item.id).stage) == (
            "assigned",
            "with_person",
        )

    def test_nobody_means_the_triage_desk(self, ana: Member, omar: Member) -> None:
        case = make_case(author=ana, owner=omar)
        assign_case(case, None, by=omar)
        assert (read(case).owner_id, case.state, case.assigned_at) == (None, "new", None)

    def test_to_whom_it_lies_with_already_is_no_step(self, ana: Member, omar: Member) -> None:
        case = make_case(author=ana, owner=omar)
        assert assign_case(case, omar, by=omar) is None

    def test_who_does_not_answer_for_the_panel_cannot_be_given_it(self, ana: Member, omar: Member) -> None:
        case = make_case(author=ana, owner=omar)
        elsewhere = make_member("Elsewhere", roles=("owner",), panel_id=make_panel().id)
        for somebody in (ana, elsewhere, make_member("Analyst", roles=("analyst",))):
            with pytest.raises(Invalid) as refused:
                assign_case(case, somebody, by=omar)
            assert refused.value.field == "owner_id"

    def test_a_closed_case_is_not_handed_over(self, ana: Member, omar: Member, mia: Member) -> None:
        case = make_case(author=ana, owner=omar, state="resolved", is_open=False)
        with pytest.raises(Conflict):
            assign_case(case, mia, by=omar)

    def test_an_answered_case_stays_answered(self, ana: Member, omar: Member, mia: Member) -> None:
        case = make_case(author=ana, owner=omar, state="answered")
        assign_case(case, mia, by=omar)
        assert read(case).state == "answered"

    def test_it_does_not_count_as_the_turn_of_a_team(self, ana: Member, omar: Member, mia: Member) -> None:
        make_team(omar, mia)
        case = make_case(author=ana, owner=omar)
        assign_case(case, mia, by=omar)
        assert read(case).team_id is None


class TestAssignProcessOwner:
    def test_it_is_noted_and_they_are_told(self, ana: Member, omar: Member, mia: Member) -> None:
        case = make_case(author=ana, owner=omar)
        assign_process_owner(case, mia, by=omar)
        assert read(case).process_owner_id == mia.id
        assert told(mia) == ["cases.process_assigned"]
        assert assign_process_owner(case, mia, by=omar) is None

    def test_a_member_cannot_answer_for_a_process(self, ana: Member, ben: Member, omar: Member) -> None:
        case = make_case(author=ana, owner=omar)
        with pytest.raises(Invalid):
            assign_process_owner(case, ben, by=omar)


class TestHistory:
    def test_the_database_refuses_to_change_it(self, ana: Member, omar: Member) -> None:
        case = make_case(author=ana, owner=omar)
        event = db.session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id)).first()
        assert event is not None
        with pytest.raises(Exception, match="append-only"), unit_of_work():
            lock(CaseEvent, event.id).note = "It was not like this."

    def test_each_step_is_one_activity(self, ana: Member, omar: Member, mia: Member) -> None:
        case = make_case(author=ana, owner=omar)
        assign_case(case, mia, by=omar)
        kinds = db.session.scalars(
            select(Activity.kind).where(Activity.subject_type == "case", Activity.subject_id == case.id)
        )
        assert sorted(kinds) == ["case.assigned", "case.opened"]


class TestWhyHere:
    def test_each_way_is_told(self, app: object, ana: Member, omar: Member, mia: Member) -> None:
        rule = make_rule(owner=omar, name="Late parcels")
        team = make_team(omar, name="Parcels")
        case = make_case(author=ana, owner=omar, rule_id=rule.id, routed_by="rule")
        assert explaining.why_here(case) == "By the rule “Late parcels”, for Omar Haddad."
        assert "covers" in explaining.why_here(
            make_case(author=ana, owner=mia, rule_id=rule.id, routed_by="rule")
        )
        in_team = make_case(author=ana, owner=omar, rule_id=rule.id, team_id=team.id, routed_by="rule")
        assert "for the team “Parcels”; it was the turn of Omar Haddad" in explaining.why_here(in_team)
        told_ways = {
            explaining.why_here(make_case(author=ana, routed_by=way))
            for way in ("topic", "nobody", "unsure", "no_rule", "by_hand")
        }
        assert len(told_ways) == 5
