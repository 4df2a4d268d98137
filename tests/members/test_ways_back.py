"""Doors that lead on: whoever comes to one finds the way to where they wanted to be."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from community.infra import clock
from community.members import actions
from community.members.models import Member
from tests.conftest import Client
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.members.pages import GOOD_PASSWORD, link_in, mails

IDEA = {"title": "A pen for the left hand", "body": "Mine smears."}


def door_after_writing(browser: Client) -> str:
    """Where a visitor is led who has shared an idea."""
    return browser.post(f"/panels/{make_panel().slug}/ideas", data=IDEA).headers["Location"]


def next_of(location: str) -> str:
    return parse_qs(urlsplit(location).query)["next"][0]


class TestVisitorWithAnIdea:
    def test_who_was_never_here_joins_or_signs_in(self, client: Client) -> None:
        led = door_after_writing(client)
        assert urlsplit(led).path == "/join"
        page = client.get(led).text
        assert "You have an account already?" in page.partition("<form")[0] + page
        assert f"/sign-in?next={urlsplit(next_of(led)).path.split('?')[0]}" in page

    @pytest.mark.parametrize("leaving", ["/sign-out", "/me/sessions/end"])
    def test_who_was_here_before_signs_in(self, client: Client, leaving: str) -> None:
        actions.join(display_name="Kim", email="kim@example.com", password=GOOD_PASSWORD)
        client.post("/sign-in", data={"email": "kim@example.com", "password": GOOD_PASSWORD})
        client.post(leaving)
        led = door_after_writing(client)
        assert urlsplit(led).path == "/sign-in"
        assert "/join?next=" in client.get(led).text

    def test_whose_session_has_ended_signs_in(self, browser_of: Callable[[Member], Client]) -> None:
        member = make_member()
        browser = browser_of(member)
        actions.end_sessions(member)
        assert urlsplit(door_after_writing(browser)).path == "/sign-in"

    def test_nothing_in_the_browser_says_who_was_here(self, client: Client) -> None:
        actions.join(display_name="Kim", email="kim@example.com", password=GOOD_PASSWORD)
        client.post("/sign-in", data={"email": "kim@example.com", "password": GOOD_PASSWORD})
        cookie = client.get_cookie("been-here")
        assert cookie is not None
        assert cookie.value == "yes"


class TestConfirmingWithADraft:
    def write_and_join(self, client: Client) -> str:
        """A visitor's draft, after they have joined and looked at it; returns its page."""
        page = next_of(door_after_writing(client))
        sent = {"display_name": "Kim", "email": "kim@example.com", "password": GOOD_PASSWORD, "next": page}
        assert client.post("/join", data=sent).headers["Location"] == page
        assert IDEA["title"] in client.get(page).text
        return page

    def test_it_leads_back_to_the_draft(self, client: Client) -> None:
        page = self.write_and_join(client)
        answer = client.post(link_in(mails()[-1]))
        assert answer.headers["Location"] == page
        assert IDEA["title"] in client.get(page).text

    def test_once_it_is_sent_it_leads_to_ones_own_page(self, client: Client) -> None:
        page = self.write_and_join(client)
        token = parse_qs(urlsplit(page).query)["draft"][0]
        path = urlsplit(page).path.removesuffix("/new")
        assert client.post(path, data={**IDEA, "draft": token}).status_code == 303
        assert client.post(link_in(mails()[-1])).headers["Location"] == "/me"

    def test_after_a_day_it_does_too(self, client: Client) -> None:
        self.write_and_join(client)
        with clock.stopped_at(clock.ahead(days=1, minutes=1)):
            assert client.post(link_in(mails()[-1])).headers["Location"] == "/me"

    def test_who_signs_in_next_is_not_led_to_it(self, client: Client) -> None:
        self.write_and_join(client)
        client.post("/sign-out")
        other = actions.join(display_name="Lee", email="lee@example.com", password=GOOD_PASSWORD)
        client.sign_in(other)
        assert client.post(link_in(mails()[-1])).headers["Location"] == "/me"


class TestLinkThatOpensNothing:
    @pytest.mark.parametrize("path", ["/new-password/x", "/confirm-email/x"])
    def test_it_leads_to_signing_in(self, client: Client, path: str) -> None:
        answer = client.get(path)
        assert answer.status_code == 404
        assert "has been used already or is too old" in answer.text
        main = answer.text.partition("<main")[2].partition("</main>")[0]
        assert 'href="/sign-in' in main

    def test_one_for_a_password_to_a_new_one(self, client: Client) -> None:
        main = client.get("/new-password/x").text.partition("<main")[2].partition("</main>")[0]
        assert 'href="/forgotten-password"' in main

    def test_so_does_one_that_was_used_while_its_page_was_open(self, client: Client) -> None:
        actions.join(display_name="Kim", email="kim@example.com", password=GOOD_PASSWORD)
        actions.request_new_password(email="kim@example.com", locale="en")
        path = link_in(mails()[-1])
        assert client.post(path, data={"password": "five boats in a row"}).status_code == 303
        again = client.post(path, data={"password": "six boats in a row!"})
        assert again.status_code == 404
        assert 'href="/forgotten-password"' in again.text


class TestForgottenPassword:
    def test_it_takes_the_typed_address_along(self, client: Client) -> None:
        sent = {"email": "kim@example.com", "password": "typed already", "fill_in": "1"}
        answer = client.post("/forgotten-password", data=sent)
        assert answer.status_code == 200
        assert 'value="kim@example.com"' in answer.text
        assert "typed already" not in answer.text
        assert mails() == []

    def test_the_page_for_signing_in_sends_it_there(self, client: Client) -> None:
        button = client.get("/sign-in").text.partition('name="fill_in"')[0].rpartition("<button")[2]
        assert 'formaction="/forgotten-password"' in button
        assert "formnovalidate" in button

    def test_nothing_typed_is_fine(self, client: Client) -> None:
        assert client.post("/forgotten-password", data={"fill_in": "1"}).status_code == 200


class TestWritingToUs:
    def test_there_is_an_address_where_one_was_set(
        self, app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wrong = {"email": "nobody@example.com", "password": "not the password"}
        assert "mailto:" not in client.post("/sign-in", data=wrong).text
        monkeypatch.setitem(app.config, "CONTACT_ADDRESS", "hello@board.example")
        assert 'href="mailto:hello@board.example"' in client.post("/sign-in", data=wrong).text


class TestPasswordManagers:
    @pytest.mark.parametrize("path", ["/me/privacy", "/me/privacy/erase"])
    def test_they_are_told_whose_password_it_is(
        self, browser_of: Callable[[Member], Client], ana: Member, path: str
    ) -> None:
        form = browser_of(ana).get(path).text.partition('type="password"')[0].rpartition("<form")[2]
        assert 'autocomplete="username"' in form
        assert f'value="{ana.address}"' in form
