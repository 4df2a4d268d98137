"""A vote given without scripts leads back to the card on which it was given."""

from collections.abc import Callable

import pytest

from community.ideas.models import Vote
from community.infra.db import db
from community.members.models import Member
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.panels import make_panel

BrowserOf = Callable[[Member], Client]


class TestWhereItLeads:
    @pytest.mark.parametrize("query", ["", "?sort=new&status=planned", "?q=%E7%AC%94"])
    def test_to_the_card_on_the_board(self, browser_of: BrowserOf, ana: Member, query: str) -> None:
        panel = make_panel()
        idea, browser = make_idea(panel=panel), browser_of(ana)
        board = f"/panels/{panel.slug}"
        assert f'id="idea-{idea.id}"' in browser.get(board).text
        sent_from = {"Referer": f"http://localhost{board}{query}"}
        for way in ("vote", "vote/withdraw"):
            answer = browser.post(f"/ideas/{idea.id}/{way}", headers=sent_from)
            assert answer.status_code == 303
            assert answer.headers["Location"] == f"{board}{query}#idea-{idea.id}"
        assert db.session.get(Vote, (idea.id, ana.id)) is None

    def test_to_the_card_on_the_front_page(self, browser_of: BrowserOf, ana: Member) -> None:
        idea = make_idea()
        answer = browser_of(ana).post(f"/ideas/{idea.id}/vote", headers={"Referer": "http://localhost/"})
        assert answer.headers["Location"] == f"/#idea-{idea.id}"

    @pytest.mark.parametrize(
        "sent_from",
        [
            "",
            "http://localhost/ideas/1",
            "http://localhost/nothing-here",
            "http://localhost/language",
            "http://evil.example/",
            "http://localhost.evil.example/panels",
            "http://localhost//evil.example/",
            "not an address",
        ],
    )
    def test_else_to_the_idea(self, browser_of: BrowserOf, ana: Member, sent_from: str) -> None:
        idea = make_idea()
        answer = browser_of(ana).post(f"/ideas/{idea.id}/vote", headers={"Referer": sent_from})
        assert answer.headers["Location"] == f"/ideas/{idea.id}-{idea.slug}"
