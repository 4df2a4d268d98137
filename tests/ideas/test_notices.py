"""Notices about ideas: who is told what, once, and only what they may read."""

import pytest
from sqlalchemy import select

from community.activity.actions import follow_due, record
from community.activity.models import Activity, OwedReaction
from community.ideas import notices
from community.ideas.actions.comments import add_comment
from community.ideas.actions.follows import follow, unfollow
from community.ideas.actions.merges import merge_ideas, unmerge_idea
from community.ideas.actions.responses import give_response
from community.ideas.actions.statuses import change_status
from community.ideas.actions.votes import support_idea
from community.ideas.models import Comment, Idea
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.members.models import Member
from community.notifications.models import Notice
from community.panels.models import Membership, Panel
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.statements import statements


def told(kind: str) -> list[int]:
    """Whom the reactions that are owed tell by this kind of notice."""
    follow_due()
    db.session.expire_all()
    assert db.session.query(OwedReaction).filter(OwedReaction.state != "done").count() == 0
    return sorted(db.session.scalars(db.select(Notice.member_id).where(Notice.kind == kind)))


def ids(*members: Member) -> list[int]:
    return sorted(member.id for member in members)


def plan(idea: Idea, owner: Member) -> None:
    change_status(idea, owner, status="planned", message="We do it.")


@pytest.fixture
def panel(ana: Member, ben: Member, lin: Member) -> Panel:
    return make_panel(visibility="private", members=(ana, ben, lin))


class TestAStep:
    def test_author_supporters_and_followers_are_told(
        self, panel: Panel, ana: Member, ben: Member, lin: Member, omar: Member
    ) -> None:
        idea = make_idea(panel=panel, author=ana)
        support_idea(idea, ben)
        follow(idea, lin)
        plan(idea, omar)
        assert told("ideas.status_changed") == ids(ana, ben, lin)
        whys = db.session.execute(select(Notice.member_id, Notice.why)).all()
        assert {tuple(row) for row in whys} == {
            (ana.id, "wrote_idea"), (ben.id, "supports"), (lin.id, "follows"),
        }  # fmt: skip
        assert [member.unread_count for member in (ana, ben, lin, omar)] == [1, 1, 1, 0]

    def test_the_owner_is_not_told_what_they_did(self, omar: Member) -> None:
        idea = make_idea(author=omar)
        plan(idea, omar)
        assert told("ideas.status_changed") == []

    def test_supporters_of_what_was_joined_are_told(
        self, panel: Panel, ana: Member, ben: Member, lin: Member, mia: Member, omar: Member
    ) -> None:
        source, target = make_idea(panel=panel, author=ana), make_idea(panel=panel, author=ben)
        support_idea(source, lin)
        merge_ideas(source, into=target, moderator=mia)
        plan(target, omar)
        assert told("ideas.status_changed") == ids(ana, ben, lin)

    def test_who_has_left_the_panel_is_not_told(
        self, panel: Panel, ana: Member, ben: Member, omar: Member
    ) -> None:
        idea = make_idea(panel=panel, author=ana)
        support_idea(idea, ben)
        with unit_of_work() as session:
            session.get_one(Membership, (panel.id, ben.id)).left_at = clock.now()
        plan(idea, omar)
        assert told("ideas.status_changed") == ids(ana)
        assert ben.unread_count == 0

    def test_who_is_suspended_is_not_told(self, ana: Member, ben: Member, omar: Member) -> None:
        idea = make_idea(author=ana)
        support_idea(idea, ben)
        with unit_of_work() as session:
            session.get_one(Member, ben.id).state = "suspended"
        plan(idea, omar)
        assert told("ideas.status_changed") == ids(ana)

    def test_who_no_longer_follows_still_hears_of_what_they_support(
        self, ana: Member, ben: Member, omar: Member
    ) -> None:
        idea = make_idea(author=ana)
        support_idea(idea, ben)
        unfollow(idea, ben)
        plan(idea, omar)
        assert told("ideas.status_changed") == ids(ana, ben)

    def test_telling_again_tells_nobody_twice(self, ana: Member, omar: Member) -> None:
        idea = make_idea(author=ana)
        plan(idea, omar)
        assert told("ideas.status_changed") == ids(ana)
        activity = db.session.query(Activity).filter_by(kind="idea.status_changed").one()
        notices.tell_of_status(activity)
        assert told("ideas.status_changed") == ids(ana)
        assert ana.unread_count == 1

    def test_of_a_deleted_idea_nothing_is_told(self, ana: Member, omar: Member) -> None:
        idea = make_idea(author=ana)
        plan(idea, omar)
        with unit_of_work() as session:
            session.get_one(Idea, idea.id).state = "deleted"
        assert told("ideas.status_changed") == []

    def test_many_are_told_in_as_many_statements_as_few(self, ana: Member, omar: Member) -> None:
        few, many = make_idea(author=ana), make_idea(author=ana)
        support_idea(few, make_member())
        for _ in range(40):
            support_idea(many, make_member())
        follow_due()
        lengths = []
        for idea in (few, many):
            plan(idea, omar)
            step = db.session.scalars(
                select(Activity).where(Activity.subject_id == idea.id, Activity.kind == "idea.status_changed")
            ).one()
            with statements() as sent:
                notices.tell_of_status(step)
            lengths.append(len(sent))
        assert lengths[0] == lengths[1]
        follow_due()
        assert len(told("ideas.status_changed")) == (1 + 1) + (1 + 40)


class TestAnAnswer:
    def test_everybody_around_the_idea_is_told(self, ana: Member, ben: Member, omar: Member) -> None:
        idea = make_idea(author=ana)
        support_idea(idea, ben)
        give_response(idea, omar, body="We tested it.")
        assert told("ideas.answered") == ids(ana, ben)


class TestAComment:
    def test_the_author_is_told_of_a_comment(self, ana: Member, ben: Member) -> None:
        add_comment(make_idea(author=ana), ben, body="Yes, please.")
        assert told("ideas.commented") == ids(ana)

    def test_a_reply_is_told_to_whom_it_answers_and_to_the_author(
        self, ana: Member, ben: Member, lin: Member
    ) -> None:
        idea = make_idea(author=ana)
        comment = add_comment(idea, ben, body="Yes, please.")
        add_comment(idea, lin, body="为什么？", parent_id=comment.id)
        assert told("ideas.replied") == ids(ben)
        assert told("ideas.commented") == ids(ana, ana)

    def test_an_author_who_is_answered_hears_of_it_once(self, ana: Member, ben: Member) -> None:
        idea = make_idea(author=ana)
        comment = add_comment(idea, ana, body="One more thing.")
        add_comment(idea, ben, body="Agreed.", parent_id=comment.id)
        assert told("ideas.replied") == ids(ana)
        assert told("ideas.commented") == []
        assert ana.unread_count == 1

    def test_nobody_is_told_of_their_own(self, ana: Member) -> None:
        add_comment(make_idea(author=ana), ana, body="One more thing.")
        assert told("ideas.commented") == []


class TestAMerge:
    def test_those_of_the_joined_idea_are_told_and_the_others_not(
        self, panel: Panel, ana: Member, ben: Member, lin: Member, mia: Member
    ) -> None:
        source, target = make_idea(panel=panel, author=ana), make_idea(panel=panel, author=ben)
        support_idea(source, lin)
        merge_ideas(source, into=target, moderator=mia)
        assert told("ideas.merged") == ids(ana, lin)

    def test_a_merge_that_was_undone_at_once_is_not_told(self, ana: Member, mia: Member) -> None:
        panel = make_panel()
        source, target = make_idea(panel=panel, author=ana), make_idea(panel=panel)
        merge_ideas(source, into=target, moderator=mia)
        unmerge_idea(source, moderator=mia)
        assert told("ideas.merged") == []


class TestTakingBack:
    def test_of_a_hidden_comment_nobody_is_told_until_it_is_shown_again(
        self, panel: Panel, ana: Member, ben: Member, mia: Member
    ) -> None:
        idea = make_idea(panel=panel, author=ana)
        comment = add_comment(idea, ben, body="Quite so.")
        assert told("ideas.commented") == ids(ana)
        hide(comment, by=mia)
        assert (told("ideas.commented"), ana.unread_count) == ([], 0)
        with unit_of_work():
            lock(Comment, comment.id).state = "published"
            record("comment.restored", subject=comment, actor=mia)
        assert (told("ideas.commented"), ana.unread_count) == (ids(ana), 1)

    def test_of_a_hidden_idea_only_its_author_is_told(
        self, panel: Panel, ana: Member, ben: Member, mia: Member, omar: Member
    ) -> None:
        idea = make_idea(panel=panel, author=ana)
        support_idea(idea, ben)
        plan(idea, omar)
        assert told("ideas.status_changed") == ids(ana, ben)
        hide(idea, by=mia)
        assert told("ideas.status_changed") == ids(ana)

    def test_of_a_moved_idea_only_those_are_told_who_may_read_it_there(
        self, panel: Panel, ana: Member, ben: Member, lin: Member, mia: Member, omar: Member
    ) -> None:
        idea = make_idea(panel=panel, author=ana)
        support_idea(idea, ben)
        support_idea(idea, lin)
        plan(idea, omar)
        assert told("ideas.status_changed") == ids(ana, ben, lin)
        with unit_of_work():
            lock(Idea, idea.id).panel_id = make_panel(visibility="private", members=(ana, ben)).id
            record("idea.moved", subject=idea, actor=mia)
        assert told("ideas.status_changed") == ids(ana, ben)


def hide(text: Idea | Comment, *, by: Member) -> None:
    with unit_of_work():
        lock(type(text), text.id).state = "hidden"
        record("idea.hidden" if isinstance(text, Idea) else "comment.hidden", subject=text, actor=by)
