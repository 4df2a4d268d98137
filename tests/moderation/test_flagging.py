"""Members object to texts; enough of it hides one until a moderator has looked."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from community.activity.actions import follow_due
from community.activity.models import Activity
from community.ideas.actions.comments import add_comment
from community.ideas.actions.merges import merge_ideas
from community.ideas.models import Comment, Idea
from community.infra.db import db
from community.infra.errors import Forbidden, Invalid, NotFound
from community.members.models import Member
from community.moderation.actions import deciding
from community.moderation.actions.flagging import flag
from community.moderation.models import Decision, Flag, QueueItem
from community.moderation.queries import flags as queries
from community.moderation.queries import subjects
from community.notifications.queries import list_newest
from community.panels.models import Panel
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.moderation import make_flag, stand_on_level
from tests.factories.panels import make_panel
from tests.racing import at_once


@pytest.fixture
def comment(ana: Member) -> Comment:
    """A comment of Ana's."""
    return add_comment(make_idea(), ana, body="Buy my bicycles at half the price")


def object_to(comment: Comment, members: list[Member]) -> None:
    """Let each of them flag the comment."""
    for member in members:
        flag(subjects.get_subject(f"comment:{comment.id}"), member, reason="spam")


def known_members(count: int) -> list[Member]:
    """Members on the first level."""
    members = [make_member() for _number in range(count)]
    for member in members:
        stand_on_level(member, 1)
    return members


class TestFlag:
    def test_it_comes_before_moderators_and_hides_nothing_yet(self, comment: Comment, ben: Member) -> None:
        subject = subjects.get_subject(f"comment:{comment.id}")
        made = flag(subject, ben, reason="spam", note="The same three times")
        assert made.weight == pytest.approx(0.2)
        item = db.session.scalars(select(QueueItem)).one()
        assert (item.kind, item.subject_id, item.author_id) == ("flagged", comment.id, comment.author_id)
        assert item.reasons == [{"rule": "flag", "reason": "spam", "count": 1}]
        assert comment.state == "published"

    def test_once_for_each_member(self, comment: Comment, ben: Member) -> None:
        subject = subjects.get_subject(f"comment:{comment.id}")
        assert flag(subject, ben, reason="spam").id == flag(subject, ben, reason="insult").id
        assert len(db.session.scalars(select(Flag)).all()) == 1

    def test_the_same_member_does_not_have_it_looked_at_again(
        self, comment: Comment, ben: Member, mia: Member
    ) -> None:
        subject = subjects.get_subject(f"comment:{comment.id}")
        first = flag(subject, ben, reason="spam")
        deciding.approve(subject, mia, item=db.session.scalars(select(QueueItem)).one())
        assert flag(subject, ben, reason="insult").id == first.id
        assert db.session.scalars(select(QueueItem.state)).all() == ["closed"]

    def test_not_ones_own_words_and_not_without_a_reason(self, comment: Comment, ana: Member) -> None:
        subject = subjects.get_subject(f"comment:{comment.id}")
        with pytest.raises(Forbidden):
            flag(subject, ana, reason="spam")
        with pytest.raises(Invalid):
            flag(subject, make_member(), reason="ugly")

    def test_not_by_outsiders(self, app: Flask, ana: Member, ben: Member) -> None:
        idea = make_idea(panel=make_panel(members=(ana,), visibility="private"), author=ana)
        with pytest.raises(NotFound):
            flag(subjects.get_subject(f"idea:{idea.id}"), ben, reason="spam")
        assert db.session.scalars(select(QueueItem)).all() == []

    def test_nobody_is_named_in_the_log(self, comment: Comment, ben: Member) -> None:
        object_to(comment, [ben])
        activity = db.session.scalars(select(Activity).where(Activity.kind == "subject.flagged")).one()
        assert activity.actor_id is None
        assert str(ben.id) not in activity.data.values()

    def test_who_was_right_before_weighs_more(self, comment: Comment, ben: Member) -> None:
        stand_on_level(ben, 1)
        for _number in range(2):
            make_flag(make_idea(), ben, outcome="agreed")
        object_to(comment, [ben])
        found = queries.find_flag("comment", comment.id, member_id=ben.id)
        assert found is not None
        assert found.weight == pytest.approx(3 / 4)


class TestHidingByFlags:
    def test_enough_of_them_hide_a_text_and_its_author_hears_why(self, comment: Comment, ana: Member) -> None:
        object_to(comment, known_members(3))
        assert db.session.get_one(Comment, comment.id).state == "hidden"
        decision = db.session.scalars(select(Decision)).one()
        assert (decision.verb, decision.moderator_id, decision.author_id) == ("hide", None, ana.id)
        assert db.session.scalars(select(QueueItem)).one().state == "open"
        follow_due()
        (told,) = [told for told in list_newest(ana, limit=9) if told.kind == "moderation.decided"]
        assert told.data["is_by_flags"]

    def test_two_are_not_enough(self, comment: Comment) -> None:
        object_to(comment, known_members(2))
        assert db.session.get_one(Comment, comment.id).state == "published"

    def test_support_protects(self, ana: Member) -> None:
        idea = make_idea(author=ana, support_count=100)
        for member in known_members(4):
            flag(subjects.get_subject(f"idea:{idea.id}"), member, reason="off_topic")
        assert db.session.get_one(Idea, idea.id).state == "published"

    def test_what_the_company_says_stands_until_somebody_looks(self, omar: Member) -> None:
        comment = add_comment(make_idea(), omar, body="We will not build this.")
        object_to(comment, known_members(5))
        assert db.session.get_one(Comment, comment.id).state == "published"

    def test_an_idea_that_others_were_joined_to_stands_until_somebody_looks(
        self, ana: Member, mia: Member
    ) -> None:
        idea = make_idea(author=ana)
        merge_ideas(make_idea(panel=idea.panel), into=idea, moderator=mia)
        for _number in range(3):
            member = make_member()
            stand_on_level(member, 3)
            flag(subjects.get_subject(f"idea:{idea.id}"), member, reason="spam")
        assert (idea.state, len(db.session.scalars(select(Flag)).all())) == ("published", 3)

    def test_a_moderator_who_approves_shows_it_again_and_flags_were_wrong(
        self, comment: Comment, ana: Member, mia: Member
    ) -> None:
        objectors = known_members(3)
        object_to(comment, objectors)
        item = db.session.scalars(select(QueueItem)).one()
        deciding.approve(subjects.get_subject(f"comment:{comment.id}"), mia, item=item)
        assert db.session.get_one(Comment, comment.id).state == "published"
        assert set(db.session.scalars(select(Flag.outcome))) == {"disagreed"}
        follow_due()
        (answered,) = list_newest(objectors[0], limit=9)
        assert (answered.kind, answered.data["is_agreed"]) == ("moderation.flag_answered", False)
        assert "moderation.shown" in {told.kind for told in list_newest(ana, limit=9)}

    def test_what_a_moderator_let_stand_is_not_hidden_again_by_as_many(
        self, comment: Comment, mia: Member
    ) -> None:
        object_to(comment, known_members(3))
        deciding.approve(subjects.get_subject(f"comment:{comment.id}"), mia)
        object_to(comment, known_members(5))
        assert db.session.get_one(Comment, comment.id).state == "published"
        object_to(comment, known_members(1))
        assert db.session.get_one(Comment, comment.id).state == "hidden"

    def test_a_moderator_who_hides_agrees(self, comment: Comment, ben: Member, mia: Member) -> None:
        object_to(comment, [ben])
        item = db.session.scalars(select(QueueItem)).one()
        decision = deciding.hide(
            subjects.get_subject(f"comment:{comment.id}"), mia, item=item, reason="advertising"
        )
        assert set(db.session.scalars(select(Flag.outcome))) == {"agreed"}
        deciding.undo(decision, mia)
        assert set(db.session.scalars(select(Flag.outcome))) == {"open"}


class TestFlagPage:
    def test_it_shows_what_is_meant_and_sends_it(
        self, comment: Comment, ben: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        browser = browser_of(ben)
        page = browser.get(f"/flags?subject=comment:{comment.id}")
        assert page.status_code == 200
        assert "Buy my bicycles" in page.text
        answer = browser.post(
            "/flags", data={"subject": f"comment:{comment.id}", "reason": "spam", "note": "Again"}
        )
        assert answer.status_code == 303
        assert f"/comments/{comment.id}" in answer.location or "/ideas/" in answer.location
        assert queries.list_open("comment", comment.id)[0].note == "Again"

    def test_a_missing_reason_comes_back(
        self, comment: Comment, ben: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        answer = browser_of(ben).post("/flags", data={"subject": f"comment:{comment.id}", "note": "Look"})
        assert answer.status_code == 422
        assert "Look" in answer.text

    @pytest.mark.parametrize("subject", ["", "idea", "idea:0", "idea:x", "votes:1", "panel:1", "idea:9" * 30])
    def test_what_is_not_there_is_not_found(
        self, subject: str, ben: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        assert browser_of(ben).get("/flags", query_string={"subject": subject}).status_code == 404
        assert browser_of(ben).post("/flags", data={"subject": subject}).status_code == 404

    def test_of_what_is_hidden_by_now_the_words_are_no_longer_shown(
        self, comment: Comment, ben: Member, mia: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        subject = subjects.get_subject(f"comment:{comment.id}")
        flag(subject, ben, reason="spam")
        page = f"/flags?subject=comment:{comment.id}"
        assert "bicycles" in browser_of(ben).get(page).text
        deciding.hide(subject, mia, reason="advertising")
        hidden = browser_of(ben).get(page)
        assert hidden.status_code == 200
        assert "bicycles" not in hidden.text

    def test_visitors_sign_in_first(self, comment: Comment, client: Client) -> None:
        assert "/sign-in" in client.get(f"/flags?subject=comment:{comment.id}").location

    def test_ones_own_page_says_what_became_of_it(
        self, comment: Comment, ben: Member, mia: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        object_to(comment, [ben])
        assert "waits for a moderator" in browser_of(ben).get("/me/moderation").text
        deciding.hide(subjects.get_subject(f"comment:{comment.id}"), mia, reason="advertising")
        assert "the moderator agreed with you" in browser_of(ben).get("/me/moderation").text


class TestFlaggingAtOnce:
    def test_all_are_counted_and_the_text_is_hidden_once(self, new_app: Callable[..., Flask]) -> None:
        app = new_app()
        with app.app_context():
            idea = make_idea(author=make_member(), support_count=1)
            members, key = known_members(4), f"idea:{idea.id}"

            def send(member_id: int) -> Callable[[], object]:
                return lambda: flag(
                    subjects.get_subject(key), db.session.get_one(Member, member_id), reason="spam"
                )

            at_once(app, *[send(member.id) for member in members])
            db.session.rollback()
            assert len(db.session.scalars(select(Flag)).all()) == 4
            assert len(db.session.scalars(select(QueueItem)).all()) == 1
            assert len(db.session.scalars(select(Decision)).all()) == 1
            panel = db.session.scalars(select(Panel)).one()
            assert panel.idea_count == 0
