"""Members are warned, paused and shut out; who is on a pause reads, but writes nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from community.activity.actions import follow_due
from community.activity.models import Activity
from community.ideas.actions.comments import add_comment, edit_comment
from community.ideas.actions.helpful import find_helpful
from community.ideas.actions.publishing import edit_idea, publish_idea
from community.ideas.actions.votes import support_idea, withdraw_support
from community.ideas.models import Idea
from community.infra import clock
from community.infra.db import db
from community.infra.errors import Conflict, Forbidden, Invalid
from community.members import actions as members
from community.members.models import Member
from community.moderation.actions import deciding, sanctions
from community.moderation.actions.flagging import flag
from community.moderation.models import Decision, Sanction
from community.moderation.queries import subjects
from community.notifications.queries import list_newest
from community.panels.models import Panel
from community.panels.queries import find_membership
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel


@pytest.fixture
def idea(ana: Member) -> Idea:
    """An idea of Ana's in a panel of hers."""
    return make_idea(panel=make_panel(members=(ana,)), author=ana)


def pause(idea: Idea, by: Member, *, days: float = 7, everywhere: bool = False) -> Decision:
    """Let the idea's author pause in its panel or everywhere."""
    return deciding.pause(
        subjects.get_subject(f"idea:{idea.id}"),
        by,
        reason="rude",
        until=clock.now() + timedelta(days=days),
        panel=None if everywhere else idea.panel,
    )


class TestPause:
    def test_nothing_is_written_in_the_panel_but_in_others(
        self, idea: Idea, ana: Member, ben: Member, mia: Member
    ) -> None:
        other, own = make_idea(panel=idea.panel, author=ben), add_comment(idea, ana, body="More to say.")
        theirs = add_comment(other, ben, body="A word of Ben's.")
        pause(idea, mia)
        writes: list[Callable[[], object]] = [
            lambda: publish_idea(idea.panel, ana, title="Another thought"),
            lambda: edit_idea(idea, ana, title="Changed words", body="", tags=()),
            lambda: add_comment(other, ana, body="And I say."),
            lambda: edit_comment(own, ana, body="Something else."),
            lambda: support_idea(other, ana),
            lambda: find_helpful(theirs, ana),
            lambda: flag(subjects.get_subject(f"idea:{other.id}"), ana, reason="spam"),
        ]
        for write in writes:
            with pytest.raises(Forbidden, match="pause"):
                write()
        withdraw_support(other, ana)
        assert publish_idea(make_panel(), ana, title="A thought elsewhere").id

    def test_everywhere_is_everywhere_and_ends_by_itself(self, idea: Idea, ana: Member, mia: Member) -> None:
        pause(idea, mia, everywhere=True)
        with pytest.raises(Forbidden):
            publish_idea(make_panel(), ana, title="A thought elsewhere")
        fellow = make_member()
        make_panel(members=(ana, fellow))
        with pytest.raises(Forbidden):
            flag(subjects.get_subject(f"member:{fellow.id}"), ana, reason="other")
        with clock.stopped_at(clock.now() + timedelta(days=8)):
            assert publish_idea(make_panel(), ana, title="A thought elsewhere").id

    def test_the_longest_stands_and_undoing_one_leaves_the_other(
        self, idea: Idea, ana: Member, mia: Member
    ) -> None:
        short, long = pause(idea, mia, days=2), pause(idea, mia, days=9)

        def days_left() -> int | None:
            membership = find_membership(ana, idea.panel)
            assert membership is not None
            left = membership.paused_until
            return round((left - clock.now()) / timedelta(days=1)) if left is not None else None

        assert days_left() == 9
        deciding.undo(long, mia)
        assert days_left() == 2
        deciding.undo(short, mia)
        assert days_left() is None

    def test_who_was_never_in_the_panel_stays_paused_when_they_come(
        self, ana: Member, mia: Member, app: Flask
    ) -> None:
        idea = make_idea(author=ana)
        panel = make_panel()
        decision = pause(idea, mia)
        sanctions.pause(ana, decision=decision, by=mia, until=clock.now() + timedelta(days=1), panel=panel)
        with pytest.raises(Forbidden):
            publish_idea(panel, ana, title="A thought of mine")
        assert db.session.get_one(Panel, panel.id).member_count == 0

    @pytest.mark.parametrize("days", [-1, 400])
    def test_until_is_ahead_and_within_a_year(self, idea: Idea, mia: Member, days: int) -> None:
        with pytest.raises(Invalid):
            pause(idea, mia, days=days)

    def test_moderators_of_a_panel_pause_there_only_and_never_administrators(
        self, idea: Idea, mia: Member
    ) -> None:
        of_panel = make_member(roles=("moderator",), panel_id=idea.panel_id)
        pause(idea, of_panel)
        with pytest.raises(Forbidden):
            pause(idea, of_panel, everywhere=True)
        boss = make_member(roles=("admin",))
        with pytest.raises(Forbidden):
            pause(make_idea(author=boss), mia)
        host = make_member(roles=("admin",), panel_id=idea.panel_id)
        with pytest.raises(Forbidden):
            pause(make_idea(panel=idea.panel, author=host), of_panel)

    def test_a_moderator_ends_it_early_and_the_member_is_told(
        self, idea: Idea, ana: Member, mia: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        pause(idea, mia)
        sanction = db.session.scalars(select(Sanction)).one()
        browser = browser_of(mia)
        assert f'data-sanction-id="{sanction.id}"' in browser.get("/staff/moderation/trust").text
        assert browser.post(f"/staff/moderation/sanctions/{sanction.id}/end").status_code == 303
        assert support_idea(make_idea(panel=idea.panel), ana)
        follow_due()
        assert "moderation.pause_ended" in {told.kind for told in list_newest(ana, limit=9)}
        with pytest.raises(Conflict):
            sanctions.end_early(sanction, by=mia)

    def test_pages_say_until_when_and_offer_no_forms(
        self, idea: Idea, ana: Member, mia: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        pause(idea, mia)
        browser = browser_of(ana)
        board = browser.get(f"/panels/{idea.panel.slug}").text
        page = browser.get(f"/ideas/{idea.id}", follow_redirects=True).text
        for text in (board, page):
            assert "data-paused-until" in text
        assert f'action="/ideas/{idea.id}/comments"' not in page
        assert browser.get(f"/panels/{idea.panel.slug}/ideas/new").status_code == 403
        answer = browser.post(f"/ideas/{idea.id}/comments", data={"body": "But I want to say it."})
        assert answer.status_code == 422
        assert "But I want to say it." in answer.text or "pause" in answer.text
        assert "data-pause" in browser.get("/me/moderation").text


class TestWarning:
    def test_it_stands_in_the_record_and_is_told(self, idea: Idea, ana: Member, mia: Member) -> None:
        deciding.warn(subjects.get_subject(f"idea:{idea.id}"), mia, reason="rude", message="Please be kind.")
        assert db.session.scalars(select(Sanction.kind)).all() == ["warning"]
        follow_due()
        (told,) = [told for told in list_newest(ana, limit=9) if told.kind == "moderation.decided"]
        assert (told.data["verb"], told.data["message"]) == ("warn", "Please be kind.")


class TestSuspension:
    def test_it_shuts_out_at_once_and_undoing_it_lets_in(
        self, idea: Idea, ana: Member, mia: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        browser = browser_of(ana)
        decision = deciding.suspend(subjects.get_subject(f"idea:{idea.id}"), mia, reason="rude")
        assert "/sign-in" in browser.get("/me").location
        kinds = set(db.session.scalars(select(Activity.kind)))
        assert {"moderation.decided", "member.suspended"} <= kinds
        deciding.undo(decision, mia)
        assert db.session.get_one(Member, ana.id).state == "active"

    def test_moderators_of_a_panel_cannot(self, idea: Idea) -> None:
        of_panel = make_member(roles=("moderator",), panel_id=idea.panel_id)
        with pytest.raises(Forbidden):
            deciding.suspend(subjects.get_subject(f"idea:{idea.id}"), of_panel, reason="rude")

    def test_it_is_over_when_an_administrator_lets_the_member_in(
        self, idea: Idea, ana: Member, mia: Member, ada: Member
    ) -> None:
        deciding.suspend(subjects.get_subject(f"idea:{idea.id}"), mia, reason="rude")
        members.reinstate_member(ana, by=ada)
        follow_due()
        assert db.session.scalars(select(Sanction.ended_by_id)).all() == [ada.id]
