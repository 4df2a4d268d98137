"""Owners are reminded before a case is due; a second person hears once it is overdue; each once."""

from datetime import datetime, timedelta

from sqlalchemy import select

from community.activity import actions as activity
from community.cases import clocks, policy
from community.cases.actions.deadlines import escalate_overdue, remind_owners
from community.cases.actions.replies import reply
from community.cases.models import Absence, Case, CaseEvent
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.members.models import Member
from community.notifications.models import Notice
from tests.factories.cases import make_case, make_level
from tests.factories.feedback import make_read_item


def told(member: Member) -> list[str]:
    """What a member was told of, once the worker has followed what happened."""
    activity.follow_due()
    return list(
        db.session.scalars(select(Notice.kind).where(Notice.member_id == member.id).order_by(Notice.id))
    )


def kinds_of(case: Case) -> list[str]:
    """The steps of a case in their order."""
    return list(
        db.session.scalars(select(CaseEvent.kind).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id))
    )


def at(case: Case, **hours: float) -> datetime:
    """A moment after the case's customer began to wait."""
    return case.opened_at + timedelta(**hours)


class TestRemindOwners:
    def test_once_when_most_of_the_time_is_used_up(self, ana: Member, omar: Member) -> None:
        case = make_case(author=ana, owner=omar)
        with clock.stopped_at(at(case, hours=53)):
            assert remind_owners() == 0
        with clock.stopped_at(at(case, hours=55)):
            assert (remind_owners(), remind_owners()) == (1, 0)
            assert told(omar) == ["cases.assigned", "cases.reminded"]
        assert kinds_of(case)[-1] == "reminded"

    def test_the_triage_desk_is_reminded_of_what_nobody_has(
        self, ana: Member, omar: Member, mia: Member
    ) -> None:
        case = make_case(author=ana)
        with clock.stopped_at(at(case, hours=55)):
            remind_owners()
            assert (told(mia), told(omar)) == (["cases.unassigned"], [])

    def test_not_of_what_is_overdue_already(self, ana: Member, omar: Member) -> None:
        case = make_case(author=ana, owner=omar)
        with clock.stopped_at(at(case, hours=73)):
            assert remind_owners() == 0
            assert "cases.reminded" not in told(omar)

    def test_not_of_what_was_answered(self, ana: Member, omar: Member) -> None:
        case = make_case(author=ana, owner=omar)
        reply(case, omar, body="We are looking for it.")
        with clock.stopped_at(at(case, hours=55)):
            assert remind_owners() == 0
        with clock.stopped_at(at(case, hours=190)):
            assert remind_owners() == 1

    def test_the_share_is_that_of_the_service_level(self, ana: Member, omar: Member) -> None:
        level = make_level(answer_hours=10, resolve_hours=20, remind_at_share=0.5)
        case = make_case(author=ana, owner=omar)
        with unit_of_work():
            row = lock(Case, case.id)
            clocks.begin(row, level)
        with clock.stopped_at(at(case, hours=5.1)):
            assert remind_owners() == 1


class TestEscalateOverdue:
    def test_a_second_person_hears_once(self, ana: Member, omar: Member, ada: Member) -> None:
        case = make_case(author=ana, owner=omar)
        with clock.stopped_at(at(case, hours=71)):
            assert escalate_overdue() == 0
        with clock.stopped_at(at(case, hours=73)):
            assert (escalate_overdue(), escalate_overdue()) == (1, 0)
            assert (told(ada), told(omar)) == (["cases.escalated"], ["cases.assigned", "cases.overdue"])
        db.session.expire_all()
        assert case.escalated_to_id == ada.id

    def test_whom_the_service_level_names_comes_first(
        self, ana: Member, omar: Member, mia: Member, ada: Member
    ) -> None:
        level = make_level(escalate_to_id=mia.id)
        case = make_case(author=ana, owner=omar, service_level_id=level.id, process_owner_id=ada.id)
        with clock.stopped_at(at(case, hours=73)):
            escalate_overdue()
        db.session.expire_all()
        assert case.escalated_to_id == mia.id

    def test_then_who_answers_for_the_process(
        self, ana: Member, omar: Member, mia: Member, ada: Member
    ) -> None:
        case = make_case(author=ana, owner=omar, process_owner_id=mia.id)
        with clock.stopped_at(at(case, hours=73)):
            escalate_overdue()
        db.session.expire_all()
        assert case.escalated_to_id == mia.id

    def test_it_is_never_the_owner_nor_who_is_away(
        self, ana: Member, omar: Member, mia: Member, ada: Member
    ) -> None:
        level = make_level(escalate_to_id=omar.id)
        case = make_case(author=ana, owner=omar, service_level_id=level.id, process_owner_id=mia.id)
        with clock.stopped_at(at(case, hours=73)):
            with unit_of_work() as session:
                session.add(Absence(member_id=mia.id, from_on=clock.today(), until_on=clock.today()))
            escalate_overdue()
        db.session.expire_all()
        assert case.escalated_to_id == ada.id

    def test_without_anybody_it_is_noted_all_the_same(self, ana: Member, omar: Member) -> None:
        case = make_case(author=ana, owner=omar)
        with clock.stopped_at(at(case, hours=73)):
            assert escalate_overdue() == 1
        assert kinds_of(case)[-1] == "escalated"

    def test_the_next_due_time_can_be_overdue_too(self, ana: Member, omar: Member, ada: Member) -> None:
        case = make_case(author=ana, owner=omar)
        with clock.stopped_at(at(case, hours=73)):
            escalate_overdue()
            reply(case, omar, body="Sorry, it took long.")
        with clock.stopped_at(at(case, hours=241)):
            assert escalate_overdue() == 1

    def test_whoever_it_went_to_may_see_the_case(self, ana: Member, omar: Member, ada: Member) -> None:
        case = make_case(items=(make_read_item(author=ana),), owner=omar)
        with clock.stopped_at(at(case, hours=73)):
            escalate_overdue()
        db.session.expire_all()
        assert policy.can_answer_case(ada, case)
