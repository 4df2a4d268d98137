"""The public log of a panel, and the page on the quality of moderation."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from community.infra import clock
from community.members.models import Member
from community.moderation.models import Decision
from community.panels.models import Panel
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.moderation import make_decision
from tests.factories.panels import make_panel
from tests.statements import statements


class TestPublicLog:
    def test_it_says_what_and_why_but_neither_who_nor_the_words(
        self, ana: Member, mia: Member, client: Client
    ) -> None:
        idea = make_idea("A thought about canaries", author=ana)
        make_decision(subject=idea, moderator=mia, message="Dear Ana", note="I know her")
        make_decision("approve", subject=idea, moderator=mia, reason=None)
        page = client.get(f"/panels/{idea.panel.slug}/moderation").text
        assert "An idea was hidden" in page
        assert "Rude to others" in page
        for secret in ("canaries", "Ana", "Mia", "I know her"):
            assert secret not in page

    def test_what_was_taken_back_says_so(self, mia: Member, client: Client) -> None:
        idea = make_idea()
        make_decision(subject=idea, moderator=mia, undone_at=clock.now(), undone_as="appeal")
        assert "Taken back after an appeal." in client.get(f"/panels/{idea.panel.slug}/moderation").text

    @pytest.mark.parametrize("visibility", ["private", "members"])
    def test_it_is_for_those_who_may_read_the_panel(
        self, visibility: str, ana: Member, ben: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        panel = make_panel(members=(ana,), visibility=visibility)
        assert browser_of(ana).get(f"/panels/{panel.slug}/moderation").status_code == 200
        assert browser_of(ben).get(f"/panels/{panel.slug}/moderation").status_code == 404

    def test_it_takes_the_same_statements_for_one_line_and_for_fifty(
        self, mia: Member, client: Client
    ) -> None:
        idea = make_idea()
        # What every process reads once.
        client.get(f"/panels/{idea.panel.slug}/moderation")
        counted = []
        for many in (1, 50):
            for _number in range(many):
                make_decision(subject=idea, moderator=mia)
            with statements() as sent:
                page = client.get(f"/panels/{idea.panel.slug}/moderation")
            counted.append(len(sent))
        assert 'rel="next"' in page.text
        assert counted[0] == counted[1]


class TestQualityPage:
    def decide(self, panel: Panel, moderator: Member, *, hours: int, **values: object) -> Decision:
        """A decision about something that had waited for so long."""
        idea = make_idea(panel=panel)
        opened_at = clock.now() - timedelta(hours=hours)
        return make_decision(subject=idea, moderator=moderator, opened_at=opened_at, **values)

    def test_each_moderator_stands_there_with_what_was_taken_back(
        self, app: Flask, mia: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        panel = make_panel()
        self.decide(panel, mia, hours=2)
        self.decide(panel, mia, hours=4, undone_at=clock.now(), undone_as="mistake")
        page = browser_of(mia).get("/staff/moderation/quality").text
        assert 'data-decided="2" data-reversed="1"' in page
        assert "Mia Berg" in page
        assert "3 hours" in page

    def test_moderators_of_a_panel_see_that_panel(
        self, mia: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        here, there = make_panel(), make_panel()
        self.decide(here, mia, hours=1)
        self.decide(there, mia, hours=1)
        of_panel = make_member(roles=("moderator",), panel_id=here.id)
        assert 'data-decided="1"' in browser_of(of_panel).get("/staff/moderation/quality?days=30").text
