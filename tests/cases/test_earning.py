"""Telling whether an answer helped is thanked for, whatever one says."""

import pytest
from sqlalchemy import select

from community.activity.actions import follow_due
from community.cases.actions.helping import reopen, say_whether_it_helped
from community.cases.actions.replies import reply
from community.cases.actions.resolving import resolve
from community.cases.models import Case
from community.feedback.models import FeedbackItem
from community.infra.db import db
from community.loyalty.models import Award
from community.members.models import Member
from tests.factories.cases import make_case
from tests.factories.feedback import make_read_item


def awards_of(member: Member) -> list[Award]:
    follow_due()
    return list(db.session.scalars(select(Award).where(Award.member_id == member.id)))


def resolved(owner: Member, *authors: Member) -> tuple[Case, list[FeedbackItem]]:
    items = [make_read_item("It rattles", author=author) for author in authors[:1]]
    items += [make_read_item("Mine too", author=author, panel=items[0].panel) for author in authors[1:]]
    case = make_case(items=tuple(items), owner=owner)
    reply(case, owner, body="We have mended it.")
    resolve(case, owner, outcome="solved")
    return case, items


class TestThanksForFeedback:
    @pytest.mark.parametrize("rating", [1, 5])
    def test_every_rating_gives_the_same(self, ana: Member, omar: Member, rating: int) -> None:
        case, (item,) = resolved(omar, ana)
        say_whether_it_helped(case, item, ana, rating=rating)
        (award,) = awards_of(ana)
        assert (award.rule, award.state, award.points) == ("case_feedback", "matured", 3)
        assert award.path == f"/me/said/case/{case.id}"

    def test_another_opinion_on_the_same_case_gives_nothing_more(self, ana: Member, omar: Member) -> None:
        case, (item,) = resolved(omar, ana)
        say_whether_it_helped(case, item, ana, rating=2)
        say_whether_it_helped(case, item, ana, rating=4)
        reopen(case, item, ana, body="It rattles again.")
        resolve(case, omar, outcome="solved", body="Now it is mended.")
        say_whether_it_helped(case, item, ana, rating=5)
        assert len(awards_of(ana)) == 1

    def test_each_author_of_a_case_is_thanked_and_no_title_is_kept(
        self, ana: Member, ben: Member, omar: Member
    ) -> None:
        case, items = resolved(omar, ana, ben)
        for member, item in zip((ana, ben), items, strict=True):
            say_whether_it_helped(case, item, member, rating=3)
            (award,) = awards_of(member)
            # A case's title may be made of somebody else's words.
            assert award.title == ""
