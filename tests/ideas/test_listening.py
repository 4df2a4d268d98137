"""What is written on the site is listened to: ideas, comments, their edits, and what becomes of them."""

import pytest
from sqlalchemy import select

from community.activity.actions import follow_due
from community.feedback.models import FeedbackItem
from community.ideas import listening
from community.ideas.actions import comments, merges, publishing, responses, statuses
from community.infra import clock
from community.infra.db import db
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def panel(ana, ben):
    return make_panel(members=(ana, ben))


def item_of(thing):
    follow_due()
    db.session.expire_all()
    return db.session.scalar(
        select(FeedbackItem).where(
            FeedbackItem.source == type(thing).__name__.lower(), FeedbackItem.source_id == str(thing.id)
        )
    )


def decide(idea, owner, status, **more):
    statuses.change_status(idea, owner, status=status, message="Here is where it stands.", **more)


class TestHearing:
    def test_an_idea_is_heard_with_title_and_words(self, panel, ana):
        idea = make_idea(
            "A lid that closes", panel=panel, author=ana, body="It **never** closes.\n\n* Really."
        )
        item = item_of(idea)
        assert (item.title, item.text) == ("A lid that closes", "It never closes.\nReally.")
        assert (item.author, item.panel_id, item.state) == (ana, panel.id, "waiting")
        assert (item.path, item.thread, item.said_at) == (
            f"/ideas/{idea.id}", f"idea:{idea.id}", idea.published_at,
        )  # fmt: skip

    def test_a_comment_is_heard_in_the_thread_of_its_idea(self, panel, ana, ben):
        idea = make_idea(panel=panel, author=ana)
        comment = comments.add_comment(idea, ben, body="Mine broke too.")
        item = item_of(comment)
        assert (item.text, item.author, item.thread) == ("Mine broke too.", ben, f"idea:{idea.id}")
        assert item.path == f"/comments/{comment.id}"

    @pytest.mark.parametrize("role", ["moderator", "owner", "analyst", "admin"])
    def test_what_staff_of_the_panel_write_is_not_feedback(self, panel, role):
        staff = make_member(roles=(role,), panel_id=panel.id)
        idea = make_idea(panel=panel, author=staff)
        assert item_of(idea) is None

    def test_staff_of_another_panel_are_customers_here(self, panel):
        guest = make_member(roles=("owner",), panel_id=make_panel().id)
        assert item_of(make_idea(panel=panel, author=guest)).author == guest

    def test_an_edit_is_heard_again(self, panel, ana):
        idea = make_idea("A lid that holds", panel=panel, author=ana, body="It never closes.")
        item_of(idea)
        publishing.edit_idea(idea, ana, title="A lid that holds", body="It closes after all.", tags=())
        item = item_of(idea)
        assert (item.text, item.revision, item.state) == ("It closes after all.", 2, "waiting")

    def test_an_edited_comment_is_heard_again(self, panel, ana, ben):
        comment = comments.add_comment(make_idea(panel=panel, author=ana), ben, body="Bad.")
        comments.edit_comment(comment, ben, body="Not so bad.")
        assert item_of(comment).text == "Not so bad."


class TestForgetting:
    def test_a_deleted_idea_is_no_longer_listened_to_nor_what_stood_below_it(self, panel, ana, ben, mia):
        idea = make_idea(panel=panel, author=ana)
        comment = comments.add_comment(idea, ben, body="Yes.")
        item_of(comment)
        publishing.delete_idea(idea, mia)
        assert [item_of(idea).state, item_of(comment).state] == ["withdrawn", "withdrawn"]

    def test_a_deleted_comment_is_no_longer_listened_to(self, panel, ana, ben):
        comment = comments.add_comment(make_idea(panel=panel, author=ana), ben, body="Yes.")
        item_of(comment)
        comments.delete_comment(comment, ben)
        assert item_of(comment).state == "withdrawn"

    def test_one_that_was_deleted_before_it_was_heard_is_never_heard(self, panel, ana):
        idea = make_idea(panel=panel, author=ana)
        publishing.delete_idea(idea, ana)
        assert item_of(idea) is None


class TestTelling:
    @pytest.mark.parametrize(
        ("status", "stage"),
        [("under_review", "answered"), ("planned", "decided"), ("declined", "decided")],
    )
    def test_a_step_tells_everybody_around_the_idea(self, panel, ana, ben, omar, status, stage):
        idea = make_idea(panel=panel, author=ana)
        comment = comments.add_comment(idea, ben, body="Yes please.")
        more = (
            {"reason": "Too dear.", "look_again_on": clock.ahead(days=90).date()}
            if status == "declined"
            else {}
        )
        decide(idea, omar, status, **more)
        for item in (item_of(idea), item_of(comment)):
            assert item.stage == stage
            assert item.told_at is not None

    def test_what_is_said_after_the_step_waits_for_an_answer_of_its_own(self, panel, ana, ben, omar):
        with clock.stopped_at(clock.ago(minutes=5)):
            idea = make_idea(panel=panel, author=ana)
            decide(idea, omar, "planned")
        comment = comments.add_comment(idea, ben, body="When?")
        assert item_of(comment).stage == "received"
        assert item_of(comment).told_at is None

    def test_the_official_response_answers(self, panel, ana, omar):
        idea = make_idea(panel=panel, author=ana)
        responses.give_response(idea, omar, body="Thank you, we will look.")
        assert item_of(idea).stage == "answered"

    def test_delivery_is_the_end_of_the_way(self, panel, ana, omar):
        idea = make_idea(panel=panel, author=ana)
        for status in ("planned", "in_progress", "delivered"):
            decide(idea, omar, status)
        item = item_of(idea)
        assert item.stage == "delivered"
        assert item.decided_at is not None
        assert item.told_at <= item.decided_at <= item.delivered_at


class TestMerging:
    def test_joined_ideas_are_decided_together_and_parted_ones_apart(self, panel, ana, ben, mia, omar):
        root, source = make_idea(panel=panel, author=ana), make_idea(panel=panel, author=ben)
        comment = comments.add_comment(source, ana, body="The same here.")
        decide(root, omar, "planned")
        item_of(comment)
        merges.merge_ideas(source, into=root, moderator=mia)
        for thing in (source, comment):
            assert (item_of(thing).thread, item_of(thing).stage) == (f"idea:{root.id}", "decided")
        merges.unmerge_idea(source, moderator=mia)
        for thing in (source, comment):
            assert item_of(thing).thread == f"idea:{source.id}"
        assert item_of(root).thread == f"idea:{root.id}"


class TestMissed:
    def test_an_older_site_is_heard_from_its_first_day(self, panel, ana, ben, omar):
        with clock.stopped_at(clock.ago(days=30)):
            idea = make_idea(panel=panel, author=ana)
            comment = comments.add_comment(idea, ben, body="Yes.")
        with clock.stopped_at(clock.ago(days=20)):
            decide(idea, omar, "planned")
        own = make_idea(panel=panel, author=omar)
        assert listening.hear_missed() == 2
        told = db.session.scalars(select(FeedbackItem).order_by(FeedbackItem.id)).all()
        assert [item.source_id for item in told] == [str(idea.id), str(comment.id)]
        assert {item.stage for item in told} == {"decided"}
        assert all(item.told_at < clock.ago(days=19) for item in told)
        assert listening.hear_missed() == 0
        assert item_of(own) is None

    def test_what_was_taken_back_is_not_heard_again(self, panel, ana, mia):
        idea = make_idea(panel=panel, author=ana)
        item_of(idea)
        publishing.delete_idea(idea, mia)
        follow_due()
        assert listening.hear_missed() == 0

    def test_many_are_found_in_few_statements(self, panel, ana, monkeypatch):
        for _each in range(3):
            make_idea(panel=panel, author=ana)
        listening.hear_missed()
        with statements() as sent:
            listening.hear_missed()
        assert len(sent) == 2
