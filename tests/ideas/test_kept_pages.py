"""Visitors' pages that are kept for some seconds: never behind the database, and never anybody's own."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from community.ideas.actions.votes import support_idea
from community.ideas.models import Idea
from community.infra.db import unit_of_work
from community.members.models import Member
from community.panels.models import Panel
from tests.factories.ideas import make_idea
from tests.factories.panels import make_panel
from tests.ideas.statements import statements

Browser = Callable[[Member], FlaskClient]


@pytest.fixture
def panel(app: Flask) -> Panel:
    return make_panel()


@pytest.fixture
def idea(panel: Panel) -> Idea:
    return make_idea("Ribbons by the metre", panel=panel)


@pytest.fixture(params=["board", "idea"])
def path(request: pytest.FixtureRequest, panel: Panel, idea: Idea) -> str:
    return f"/panels/{panel.slug}" if request.param == "board" else f"/ideas/{idea.id}-{idea.slug}"


def support(page: str) -> str:
    found = re.search(r'data-support-count="(\d+)"', page)
    assert found is not None
    return found[1]


class TestVisitors:
    def test_a_kept_page_costs_one_statement_and_a_304_no_more(self, client: FlaskClient, path: str) -> None:
        first = client.get(path)
        with statements() as sent:
            again = client.get(path)
            nothing_new = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert len(sent) == 2
        assert again.headers["ETag"] == first.headers["ETag"]
        assert (nothing_new.status_code, nothing_new.data) == (304, b"")

    def test_each_answer_has_a_nonce_of_its_own_and_a_304_leaves_the_old_one(
        self, client: FlaskClient, path: str
    ) -> None:
        nonces = set()
        for _ in range(3):
            answer = client.get(path)
            (nonce,) = re.findall(r'nonce="([^"]+)"', answer.get_data(as_text=True))
            assert f"'nonce-{nonce}'" in answer.headers["Content-Security-Policy"]
            nonces.add(nonce)
        assert len(nonces) == 3
        nothing_new = client.get(path, headers={"If-None-Match": answer.headers["ETag"]})
        assert "Content-Security-Policy" not in nothing_new.headers

    def test_reading_sets_no_cookie(
        self, app: Flask, client: FlaskClient, path: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
        assert "Set-Cookie" not in client.get(path).headers

    def test_a_vote_is_seen_at_once(self, client: FlaskClient, path: str, idea: Idea, ben: Member) -> None:
        first = client.get(path)
        before = int(support(first.get_data(as_text=True)))
        support_idea(idea, ben)
        then = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert int(support(then.get_data(as_text=True))) == before + 1

    @pytest.mark.parametrize(("visibility", "status"), [("private", {404}), ("members", {403, 404})])
    def test_a_panel_that_closes_is_closed_at_once(
        self, client: FlaskClient, path: str, panel: Panel, visibility: str, status: set[int]
    ) -> None:
        assert client.get(path).status_code == 200
        with unit_of_work() as session:
            session.get_one(Panel, panel.id).visibility = visibility
        assert client.get(path).status_code in status

    def test_each_language_has_its_own(self, client: FlaskClient, path: str) -> None:
        english = client.get(path)
        chinese = client.get(path, headers={"Accept-Language": "zh-CN"})
        assert 'lang="en"' in english.get_data(as_text=True)
        assert 'lang="zh-Hans"' in chinese.get_data(as_text=True)
        assert english.headers["ETag"] != chinese.headers["ETag"]


class TestMembers:
    def test_they_never_get_a_kept_page_and_nobody_gets_theirs(
        self, client: FlaskClient, browser_of: Browser, path: str, ben: Member
    ) -> None:
        client.get(path)
        mine = browser_of(ben).get(path)
        assert ben.display_name in mine.get_data(as_text=True)
        assert "ETag" not in mine.headers
        assert ben.display_name not in client.get(path).get_data(as_text=True)

    def test_their_own_vote_is_right_at_once(self, browser_of: Browser, path: str, idea: Idea) -> None:
        browser = browser_of(idea.author)
        pressed = [browser.get(path).get_data(as_text=True).count('aria-pressed="true"')]
        browser.post(f"/ideas/{idea.id}/vote")
        pressed.append(browser.get(path).get_data(as_text=True).count('aria-pressed="true"'))
        assert abs(pressed[1] - pressed[0]) <= 1
        assert support(browser.get(path).get_data(as_text=True)) >= "1"


class TestLanguageForm:
    """The one form that visitors have everywhere carries the same token for all of them."""

    @pytest.fixture
    def guarded(self, app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
        monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
        return app

    def send(self, client: FlaskClient, page: str, **headers: str) -> int:
        (form,) = re.findall(r'action="/language">.*?</form>', page, re.DOTALL)
        (token,) = re.findall(r'name="csrf_token" value="([^"]+)"', form)
        data = {"locale": "en", "csrf_token": token}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.post("/language", data=data, headers=named).status_code

    def test_it_is_taken_from_this_site_only(self, guarded: Flask, client: FlaskClient, path: str) -> None:
        page = client.get(path).get_data(as_text=True)
        assert self.send(client, page) == 303
        assert self.send(client, page, Origin="http://localhost", Sec_Fetch_Site="same-origin") == 303
        assert self.send(client, page, Origin="https://elsewhere.example") == 400
        assert self.send(client, page, Origin="null") == 400
        assert self.send(client, page, Sec_Fetch_Site="cross-site") == 400
        assert client.post("/language", data={"locale": "en"}).status_code == 400

    def test_it_is_no_token_for_members(
        self, guarded: Flask, client: FlaskClient, browser_of: Browser, path: str, ben: Member
    ) -> None:
        page = client.get(path).get_data(as_text=True)
        browser = browser_of(ben)
        assert self.send(browser, page) == 400
        assert self.send(browser, browser.get(path).get_data(as_text=True)) == 303
