"""Statuses: the graph, the move, and the form on the idea's page."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from community.ideas import statuses
from community.ideas.actions.merges import merge_ideas
from community.ideas.actions.statuses import change_status
from community.ideas.models import STATUSES, StatusChange
from community.infra import clock
from community.infra.db import db
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel


class TestTheGraph:
    def test_every_status_has_a_way_on_and_every_way_leads_to_a_status(self) -> None:
        assert set(statuses.MOVES) == set(STATUSES)
        assert all(ways and set(ways) <= set(STATUSES) for ways in statuses.MOVES.values())

    def test_every_status_can_be_reached_from_the_beginning(self) -> None:
        reached, new = {"submitted"}, {"submitted"}
        while new:
            new = {to for status in new for to in statuses.MOVES[status]} - reached
            reached |= new
        assert reached == set(STATUSES)

    @pytest.mark.parametrize(
        ("status", "to"),
        [
            ("submitted", "delivered"),
            ("delivered", "submitted"),
            ("declined", "planned"),
            ("planned", "planned"),
        ],
    )
    def test_some_moves_do_not_follow(self, status: str, to: str) -> None:
        assert not statuses.can_move(status, to)

    def test_a_promise_stands_while_work_goes_on_and_ends_with_it(self) -> None:
        day = date(2026, 3, 1)
        assert statuses.promise_after("in_progress", promised_on=None, standing=day) == day
        assert statuses.promise_after("delivered", promised_on=None, standing=day) is None


class TestChangeStatus:
    def test_it_keeps_the_step_and_shows_it_on_the_idea(self, omar: Member) -> None:
        idea = make_idea()
        change_status(
            idea, omar, status="planned", message="We **start** soon.", promised_on=date(2040, 5, 1)
        )
        step = db.session.query(StatusChange).one()
        assert (step.from_status, step.to_status, step.promised_on) == (
            "submitted",
            "planned",
            date(2040, 5, 1),
        )
        assert step.message_html == "<p>We <strong>start</strong> soon.</p>\n"
        assert (idea.status, idea.promised_on) == ("planned", date(2040, 5, 1))
        assert (idea.response_excerpt, idea.response_by_id) == ("We start soon.", omar.id)

    def test_it_notes_when_the_author_was_first_told(self, omar: Member) -> None:
        idea = make_idea()
        first = clock.now() + timedelta(days=2)
        with clock.stopped_at(first):
            change_status(idea, omar, status="under_review", message="We look at it.")
        with clock.stopped_at(first + timedelta(days=2)):
            change_status(idea, omar, status="planned", message="We do it.")
        assert idea.answered_at == first

    def test_declining_says_why_and_when_it_is_looked_at_again(self, omar: Member) -> None:
        idea = make_idea()
        with pytest.raises(Invalid) as refused:
            change_status(idea, omar, status="declined", message="No.", look_again_on=date(2040, 1, 1))
        assert refused.value.field == "reason"
        with pytest.raises(Invalid) as refused:
            change_status(idea, omar, status="declined", message="No.", reason="Too dear.")
        assert refused.value.field == "look_again_on"
        assert idea.status == "submitted"

    def test_a_day_that_is_over_cannot_be_promised(self, omar: Member) -> None:
        yesterday = clock.today() - timedelta(days=1)
        with pytest.raises(Invalid) as refused:
            change_status(make_idea(), omar, status="planned", message="Soon.", promised_on=yesterday)
        assert refused.value.field == "promised_on"

    def test_today_can_be_promised(self, omar: Member) -> None:
        idea = make_idea()
        change_status(idea, omar, status="planned", message="Today.", promised_on=clock.today())
        assert idea.promised_on == clock.today()

    def test_a_move_that_does_not_follow_changes_nothing(self, omar: Member) -> None:
        idea = make_idea()
        with pytest.raises(Invalid):
            change_status(idea, omar, status="delivered", message="Done.")
        assert idea.status == "submitted"
        assert db.session.query(StatusChange).count() == 0

    def test_a_joined_idea_is_decided_where_it_was_joined_to(self, omar: Member, mia: Member) -> None:
        panel = make_panel()
        source, target = make_idea(panel=panel), make_idea(panel=panel)
        merge_ideas(source, into=target, moderator=mia)
        with pytest.raises(Conflict):
            change_status(source, omar, status="planned", message="Soon.")

    def test_taking_it_up_again_clears_the_day_to_look_again(self, omar: Member) -> None:
        idea = make_idea(status="declined", look_again_on=date(2040, 1, 1))
        change_status(idea, omar, status="under_review", message="We look again.")
        assert idea.look_again_on is None


class TestTheStatusForm:
    def send(self, client: Client, idea_id: int, **fields: str) -> int:
        return client.post(f"/ideas/{idea_id}/status", data=fields).status_code

    def test_an_owner_moves_the_idea_and_the_page_tells_the_story(
        self, browser_of: Callable[[Member], Client], omar: Member
    ) -> None:
        idea, browser = make_idea(), browser_of(omar)
        sent = self.send(
            browser, idea.id, status="planned", message="We start in spring.", promised_on="2040-01-31"
        )
        assert sent == 303
        page = browser.get(f"/ideas/{idea.id}-{idea.slug}").text
        assert 'data-status="planned"' in page
        assert "We start in spring." in page
        assert "January 31, 2040" in page
        assert "Omar Haddad" in page

    def test_declining_without_a_day_takes_the_suggested_one(
        self, browser_of: Callable[[Member], Client], omar: Member
    ) -> None:
        idea = make_idea()
        sent = self.send(browser_of(omar), idea.id, status="declined", message="Not now.", reason="Too dear.")
        assert sent == 303
        assert idea.look_again_on == statuses.suggested_look_again_on(clock.today())

    def test_a_refused_form_comes_back_filled_in(
        self, browser_of: Callable[[Member], Client], omar: Member
    ) -> None:
        idea = make_idea()
        answer = browser_of(omar).post(
            f"/ideas/{idea.id}/status", data={"status": "declined", "message": "Not this year, sorry."}
        )
        assert answer.status_code == 422
        assert "Not this year, sorry." in answer.text
        assert "status-reason-error" in answer.text
        assert idea.status == "submitted"

    def test_all_that_is_missing_is_said_at_once(
        self, browser_of: Callable[[Member], Client], omar: Member
    ) -> None:
        idea = make_idea()
        answer = browser_of(omar).post(
            f"/ideas/{idea.id}/status", data={"status": "declined", "look_again_on": ""}
        )
        assert answer.status_code == 422
        for field in ("message", "reason", "look-again-on"):
            assert answer.text.count(f'id="status-{field}-error"') == 1

    def test_what_declining_needs_is_not_called_optional(
        self, browser_of: Callable[[Member], Client], omar: Member
    ) -> None:
        page = browser_of(omar).get(f"/ideas/{make_idea().id}", follow_redirects=True).text
        labels = dict(re.findall(r'<label class="label" for="status-([\w-]+)">(.*?)</label>', page, re.S))
        assert "optional" in labels["promised-on"]
        assert "optional" not in labels["reason"] + labels["look-again-on"]

    @pytest.mark.parametrize("fields", [{"status": "delivered", "message": "x"}, {"status": "planned"}, {}])
    def test_what_makes_no_sense_is_refused(
        self, browser_of: Callable[[Member], Client], omar: Member, fields: dict[str, str]
    ) -> None:
        idea = make_idea()
        assert self.send(browser_of(omar), idea.id, **fields) == 422
        assert idea.status == "submitted"

    def test_a_message_may_be_2000_characters_and_no_more(
        self, browser_of: Callable[[Member], Client], omar: Member
    ) -> None:
        idea, browser = make_idea(), browser_of(omar)
        assert self.send(browser, idea.id, status="planned", message="字" * 2001) == 422
        assert self.send(browser, idea.id, status="planned", message="字" * 2000) == 303

    def test_others_may_not(self, browser_of: Callable[[Member], Client], ana: Member, mia: Member) -> None:
        idea = make_idea()
        fields = {"status": "planned", "message": "Mine."}
        assert self.send(browser_of(ana), idea.id, **fields) == 403
        assert self.send(browser_of(mia), idea.id, **fields) == 403

    def test_an_owner_of_another_panel_may_not(self, browser_of: Callable[[Member], Client]) -> None:
        elsewhere = make_panel()
        owner = make_member(roles=("owner",), panel_id=elsewhere.id)
        idea = make_idea()
        assert self.send(browser_of(owner), idea.id, status="planned", message="Mine.") == 403

    def test_an_outsider_does_not_learn_that_a_private_idea_exists(
        self, browser_of: Callable[[Member], Client], ana: Member, ben: Member
    ) -> None:
        idea = make_idea(panel=make_panel(visibility="private", members=(ben,)), author=ben)
        fields = {"status": "planned", "message": "Mine."}
        assert self.send(browser_of(ana), idea.id, **fields) == 404
        assert self.send(browser_of(ana), 10**9, **fields) == 404
