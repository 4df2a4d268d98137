"""What screening keeps back, who hears of it, and how it goes out."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from community.activity.models import Activity
from community.ideas.actions.comments import add_comment, delete_comment, edit_comment
from community.ideas.actions.publishing import delete_idea, edit_idea, publish_idea
from community.ideas.models import CommentEdit, Idea, IdeaEdit, Tag
from community.infra import clock
from community.infra.db import db
from community.infra.errors import Invalid
from community.members.actions import accounts
from community.members.actions.profile import update_profile
from community.members.models import Member
from community.moderation.actions.rules import block_words, set_rules
from community.moderation.models import QueueItem
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel

PHONE = "Please call me on 13812345678 when the shop opens."


def kinds_about(row: Any) -> list[str]:
    """What the log tells of a row, in its order."""
    about = (Activity.subject_type == type(row).__name__.lower(), Activity.subject_id == row.id)
    return list(db.session.scalars(select(Activity.kind).where(*about).order_by(Activity.id)))


def find_waiting(row: Any, kind: str = "held") -> QueueItem | None:
    """What of a row waits in the queue."""
    about = (QueueItem.subject_type == type(row).__name__.lower(), QueueItem.subject_id == row.id)
    return db.session.scalar(
        select(QueueItem).where(*about, QueueItem.kind == kind, QueueItem.state == "open")
    )


class TestFirstWords:
    def test_ordinary_ones_are_shown_at_once_however_quick_they_come(self, app: Flask) -> None:
        idea = publish_idea(
            make_panel(), make_member(), title="A bench in front of the shop", began=clock.now()
        )
        comment = add_comment(idea, make_member(), body="Yes, in the sun please.")
        assert (idea.state, idea.is_listed, idea.panel.idea_count, idea.comment_count) == (
            "published", True, 1, 1,
        )  # fmt: skip
        assert kinds_about(idea) == ["idea.published"]
        assert kinds_about(comment) == ["comment.added"]

    def test_they_wait_where_the_panel_says_so_until_some_were_shown(self, app: Flask, ada: Member) -> None:
        panel, author = make_panel(), make_member()
        set_rules(panel, {"first_posts_wait": 1}, by=ada)
        first = publish_idea(panel, author, title="A bench in front of the shop")
        assert first.state == "waiting"
        assert not edit_idea(first, author, title="Two benches in front of the shop", body="", tags=())
        elsewhere = publish_idea(make_panel(), author, title="A roof for the bicycles")
        assert elsewhere.state == "published"
        set_rules(panel, {}, by=ada)
        assert publish_idea(panel, author, title="A clock above the door").state == "published"
        set_rules(panel, {"first_posts_wait": 1}, by=ada)
        assert publish_idea(panel, author, title="A lamp beside the door").state == "published"

    def test_whoever_works_in_the_panel_is_not_screened(self, app: Flask) -> None:
        panel = make_panel()
        owner = make_member(roles=("owner",), panel_id=panel.id)
        assert publish_idea(panel, owner, title="Our new number", body=PHONE).state == "published"
        assert publish_idea(make_panel(), owner, title="Our new number", body=PHONE).state == "waiting"


class TestHeldIdea:
    def test_it_waits_unseen_and_uncounted_with_what_was_found(self, app: Flask) -> None:
        idea = publish_idea(
            make_panel(), make_member(), title="Tell me when it opens", body=PHONE, tags=("shop",)
        )
        assert (idea.state, idea.is_listed, idea.panel.idea_count) == ("waiting", False, 0)
        assert db.session.scalar(select(Tag.idea_count)) == 0
        assert kinds_about(idea) == ["idea.held"]
        item = find_waiting(idea)
        assert item is not None
        found = {"field": "body", "kind": "phone", "found": "13…78", "start": 18, "end": 29}
        assert item.reasons == [{"rule": "personal_data", **found}]
        assert item.due_at - item.opened_at == timedelta(hours=24)

    def test_sent_twice_it_is_one(self, app: Flask) -> None:
        panel, author = make_panel(), make_member()
        ideas = {publish_idea(panel, author, title="Call me tomorrow", body=PHONE).id for _twice in "ab"}
        assert len(ideas) == 1

    def test_a_clean_change_lets_it_out_and_keeps_nothing_of_what_was_taken_out(self, app: Flask) -> None:
        author = make_member()
        idea = publish_idea(make_panel(), author, title="Tell me when it opens", body=PHONE, tags=("shop",))
        assert edit_idea(idea, author, title=idea.title, body="By mail, please.", tags=("shop",))
        assert (idea.state, idea.is_listed, idea.panel.idea_count) == ("published", True, 1)
        assert db.session.scalar(select(Tag.idea_count)) == 1
        assert find_waiting(idea) is None
        assert kinds_about(idea) == ["idea.held", "idea.edited", "idea.published"]
        assert db.session.scalars(select(IdeaEdit)).all() == []

    def test_a_change_that_mends_half_of_it_keeps_it_waiting_for_the_rest(self, app: Flask) -> None:
        author = make_member()
        idea = publish_idea(make_panel(), author, title="Call 13812345678 now", body=PHONE)
        assert not edit_idea(idea, author, title="Tell me when it opens", body=PHONE, tags=())
        item = find_waiting(idea)
        assert item is not None
        assert [reason["field"] for reason in item.reasons] == ["body"]
        assert item.title == "Tell me when it opens"

    def test_how_it_was_sent_is_not_mended_by_other_words(self, app: Flask) -> None:
        author = make_member()
        idea = publish_idea(make_panel(), author, title="Buy something nice today", trap="x")
        assert not edit_idea(idea, author, title="A bench in front of the shop", body="", tags=())
        assert idea.state == "waiting"

    def test_taken_back_it_waits_no_longer(self, app: Flask) -> None:
        author = make_member()
        idea = publish_idea(make_panel(), author, title="Tell me when it opens", body=PHONE)
        delete_idea(idea, author)
        assert (idea.state, idea.panel.idea_count, find_waiting(idea)) == ("deleted", 0, None)


class TestHeldComment:
    def test_it_waits_unseen_and_uncounted_and_moves_nothing(self, app: Flask) -> None:
        idea = make_idea()
        before = (idea.updated_at, idea.follower_count)
        comment = add_comment(idea, make_member(), body=PHONE)
        assert comment.state == "waiting"
        assert (idea.comment_count, idea.updated_at, idea.follower_count) == (0, *before)
        assert kinds_about(comment) == ["comment.held"]

    def test_a_clean_change_lets_it_out(self, app: Flask) -> None:
        idea, author = make_idea(), make_member()
        comment = add_comment(idea, author, body=PHONE)
        with clock.stopped_at(clock.now() + timedelta(hours=3)):
            assert edit_comment(comment, author, body="Please tell me when the shop opens.")
            assert comment.published_at == clock.now()
        assert (comment.state, idea.comment_count) == ("published", 1)
        assert kinds_about(comment) == ["comment.held", "comment.edited", "comment.added"]
        assert db.session.scalars(select(CommentEdit)).all() == []

    def test_taken_back_it_is_counted_nowhere(self, app: Flask) -> None:
        idea, author = make_idea(), make_member()
        comment = add_comment(idea, author, body=PHONE)
        delete_comment(comment, author)
        assert (idea.comment_count, find_waiting(comment)) == (0, None)


class TestHeldChange:
    def test_the_old_words_stand_until_somebody_has_looked(self, app: Flask) -> None:
        author = make_member()
        idea = make_idea("A bench in front of the shop", author=author)
        assert not edit_idea(idea, author, title="A bench for everybody", body=PHONE, tags=("rest",))
        assert (idea.title, idea.body, idea.state) == ("A bench in front of the shop", "", "published")
        item = find_waiting(idea, "edit")
        assert item is not None
        assert item.data == {"title": "A bench for everybody", "body": PHONE, "tags": ["rest"]}

    def test_another_change_that_is_clean_stands_at_once_and_takes_it_back(self, app: Flask) -> None:
        author = make_member()
        idea = make_idea("A bench in front of the shop", author=author)
        edit_idea(idea, author, title="A bench for everybody", body=PHONE, tags=())
        assert edit_idea(idea, author, title="A bench for everybody", body="", tags=())
        assert (idea.title, find_waiting(idea, "edit")) == ("A bench for everybody", None)

    def test_a_comment_keeps_its_words_too(self, app: Flask) -> None:
        author = make_member()
        comment = add_comment(make_idea(), author, body="Yes please")
        assert not edit_comment(comment, author, body=PHONE)
        assert comment.body == "Yes please"
        assert edit_comment(comment, author, body="Yes please")
        assert find_waiting(comment, "edit") is None


class TestWords:
    def test_a_panel_has_its_own_besides_those_of_the_site(self, app: Flask, ada: Member) -> None:
        panel, other = make_panel(), make_panel()
        block_words(None, ["casino"], effect="hold", by=ada)
        block_words(panel, ["Brand X", "微信"], effect="hold", by=ada)
        assert publish_idea(panel, make_member(), title="Brand-X is the better one").state == "waiting"
        assert publish_idea(panel, make_member(), title="大家都来加微，信看看这个吧").state == "waiting"
        assert publish_idea(other, make_member(), title="Brand-X is the better one").state == "published"
        assert publish_idea(other, make_member(), title="My C4SINO is the better one").state == "waiting"

    def test_what_is_refused_is_said_to_the_author_beside_its_field(self, app: Flask, ada: Member) -> None:
        block_words(None, ["idiot"], effect="refuse", by=ada)
        idea = make_idea()
        with pytest.raises(Invalid) as refused:
            add_comment(idea, make_member(), body="What an 1D10T")
        assert refused.value.field == "body"
        assert "idiot" in str(refused.value.message)
        assert db.session.scalar(select(Idea.comment_count).where(Idea.id == idea.id)) == 0

    def test_nobody_takes_a_name_of_them(self, app: Flask, ada: Member, ana: Member) -> None:
        block_words(None, ["casino"], effect="hold", by=ada)
        for name in ("Cas1no Royal", "Call 13812345678"):
            with pytest.raises(Invalid) as refused:
                accounts.join(display_name=name, email="new@example.org", password="a long enough one")
            assert refused.value.field == "display_name"
        with pytest.raises(Invalid) as refused:
            update_profile(
                ana, display_name=ana.display_name, locale="en", time_zone="UTC", answers={}, alias="Casino 7"
            )
        assert refused.value.field == "alias"


class TestFlood:
    def test_more_than_the_rule_says_wait_but_no_more_than_that(
        self, app: Flask, ada: Member, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(app.config, "RATE_LIMITS", True)
        idea, author = make_idea(), make_member(joined_at=clock.now() - timedelta(days=30))
        set_rules(idea.panel, {"flood_count": 2, "flood_minutes": 5}, by=ada)
        states = [add_comment(idea, author, body=f"Thought {n}").state for n in range(3)]
        assert states == ["published", "published", "waiting"]
        with clock.stopped_at(clock.now() + timedelta(minutes=6)):
            assert add_comment(idea, author, body="Thought 4").state == "published"
