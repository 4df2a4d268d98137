"""A profile that is filled in gives points, once, however often it is changed."""

from typing import Any

from sqlalchemy import select

from community.activity.actions import follow_due
from community.infra.db import db, lock, unit_of_work
from community.loyalty.models import Award
from community.members.actions import accounts, update_profile
from community.members.models import Member, ProfileAttribute
from tests.factories.members import make_attribute


def tell(member: Member, answers: dict[ProfileAttribute, Any]) -> None:
    update_profile(
        member, display_name=member.display_name, locale="en", time_zone="UTC",
        answers={attribute.id: value for attribute, value in answers.items()},
    )  # fmt: skip
    follow_due()


def thanks_of(member: Member) -> list[tuple[str, int]]:
    rows = select(Award.state, Award.points).where(
        Award.member_id == member.id, Award.rule == "profile_completed"
    )
    return [tuple(row) for row in db.session.execute(rows)]


class TestProfileCompleted:
    def test_it_takes_every_answer(self, ana: Member) -> None:
        job, town = make_attribute("text", "Job"), make_attribute("text", "Town")
        tell(ana, {job: "Baker"})
        assert thanks_of(ana) == []
        tell(ana, {town: "Porto"})
        assert thanks_of(ana) == [("matured", 15)]

    def test_emptied_and_filled_in_again_it_gives_nothing_more(self, ana: Member) -> None:
        job = make_attribute("text", "Job")
        for answer in ("Baker", "", "Cook"):
            tell(ana, {job: answer})
        assert thanks_of(ana) == [("matured", 15)]

    def test_where_nothing_is_asked_nothing_is_complete(self, ana: Member) -> None:
        tell(ana, {})
        assert thanks_of(ana) == []

    def test_what_is_no_longer_asked_need_not_be_answered(self, ana: Member) -> None:
        job, old = make_attribute("text", "Job"), make_attribute("text", "Fax number")
        with unit_of_work():
            lock(ProfileAttribute, old.id).is_asked = False
        tell(ana, {job: "Baker"})
        assert thanks_of(ana) == [("matured", 15)]

    def test_it_counts_once_the_address_is_confirmed(self, ana: Member) -> None:
        job = make_attribute("text", "Job")
        with unit_of_work():
            locked = lock(Member, ana.id)
            address, locked.email, locked.email_folded = str(locked.email), None, None
        tell(ana, {job: "Baker"})
        assert thanks_of(ana) == []
        with unit_of_work():
            accounts.make_own_if_free(lock(Member, ana.id), address)
        follow_due()
        assert thanks_of(ana) == [("matured", 15)]

    def test_staff_earn_nothing_by_it(self, mia: Member) -> None:
        tell(mia, {make_attribute("text", "Job"): "Moderator"})
        assert thanks_of(mia) == []
