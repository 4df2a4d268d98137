"""What members see of what they said: only their own, like a parcel, and their conversation."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from community.activity.actions import follow_due
from community.cases.actions import promises, replies, resolving
from community.cases.models import Case
from community.cases.queries.said import get_said, list_said
from community.infra import clock
from community.members.models import Member
from community.panels.actions import leave_panel
from tests.cases.telling import item_of, notices_of, steps_of
from tests.conftest import Client
from tests.factories.cases import make_case
from tests.factories.feedback import make_item, make_read_item
from tests.factories.panels import make_panel
from tests.statements import statements

BrowserOf = Callable[[Member], Client]


class TestList:
    def test_everything_i_said_stands_there_with_how_far_it_has_come(
        self, browser_of: BrowserOf, ana: Member, ben: Member, omar: Member
    ) -> None:
        make_item("Just said", author=ana)
        make_item("Said by somebody else", author=ben)
        make_item("Taken back", author=ana, state="withdrawn")
        case = make_case("Was answered", author=ana, owner=omar)
        replies.reply(case, omar, body="Here you are.")
        promises.make_promise(case, omar, words="More", promised_on=clock.today() + timedelta(days=2))
        page = browser_of(ana).get("/me/said").text
        assert re.findall(r'data-stage="(\w+)"', page) == ["decided", "received"]
        assert "Promised by" in page
        assert "Said by somebody else" not in page
        assert "Taken back" not in page

    def test_it_says_what_to_do_when_there_is_nothing(self, browser_of: BrowserOf, ana: Member) -> None:
        assert "You have not told us anything yet" in browser_of(ana).get("/me/said").text

    def test_it_stands_in_the_menu_and_on_my_page(self, browser_of: BrowserOf, ana: Member) -> None:
        assert browser_of(ana).get("/me").text.count('href="/me/said"') == 2

    def test_visitors_are_sent_to_sign_in(self, client: Client, ana: Member) -> None:
        item = make_item("Mine", author=ana)
        for path in ("/me/said", f"/me/said/{item.id}", "/me/said/case/1"):
            assert client.get(path).status_code == 303

    def test_its_statements_do_not_grow(self, browser_of: BrowserOf, ana: Member, omar: Member) -> None:
        browser, lengths = browser_of(ana), []
        for more in (1, 6):
            for _ in range(more):
                replies.reply(make_case(author=ana, owner=omar), omar, body="Hello")
            with statements() as sent:
                browser.get("/me/said")
            lengths.append(len(sent))
        assert lengths[0] == lengths[1]

    def test_a_panel_one_may_no_longer_read_is_neither_named_nor_led_to(self, ana: Member) -> None:
        panel = make_panel("The inner circle", visibility="private", members=(ana,))
        item = make_item("My words", panel=panel, author=ana, path="/ideas/7")
        assert get_said(item.id, ana, locale="en").panel_name == "The inner circle"
        leave_panel(ana, panel)
        said = get_said(item.id, ana, locale="en")
        assert (said.panel_name, said.path, said.text) == (None, "", "My words")
        assert [each.panel_name for each in list_said(ana, locale="en").items] == [None]


class TestOneThing:
    def test_its_steps_have_their_dates_and_name_the_person(
        self, browser_of: BrowserOf, ana: Member, omar: Member
    ) -> None:
        case = make_case(items=(make_read_item("Broken", author=ana),), owner=omar)
        page = browser_of(ana).get(f"/me/said/{item_of(case).id}").text
        assert page.count('class="is-reached"') == 2
        assert page.count('class="is-to-come"') == 3
        assert "Omar Haddad" in page

    def test_nothing_that_is_only_for_staff_stands_on_it(
        self, browser_of: BrowserOf, ana: Member, ben: Member, omar: Member
    ) -> None:
        panel = make_panel()
        mine = make_read_item("My words", panel=panel, author=ana, urgency=3)
        theirs = make_read_item("The words of somebody else", panel=panel, author=ben)
        case = make_case(items=(mine, theirs), owner=omar)
        replies.add_note(case, omar, body="An internal note")
        page = browser_of(ana).get(f"/me/said/{mine.id}").text
        for secret in ("words of somebody else", "internal note", "Ben Okoro", "Negative", "rgent", "neg"):
            assert secret not in page, secret

    def test_nobody_else_finds_it(self, browser_of: BrowserOf, ana: Member, ben: Member, ada: Member) -> None:
        case = make_case("A word in confidence", author=ana)
        item = item_of(case)
        for other in (ben, ada):
            browser = browser_of(other)
            for path in (f"/me/said/{item.id}", f"/me/said/case/{case.id}", f"/me/said/{item.id + 999}"):
                assert browser.get(path).status_code == 404
            for verb in ("reply", "help", "reopen"):
                data = {"body": "Hello", "rating": "5"}
                assert browser.post(f"/me/said/{item.id}/{verb}", data=data).status_code == 404
        assert steps_of(case) == ["opened"]

    def test_a_notice_leads_to_it(self, browser_of: BrowserOf, ana: Member, omar: Member) -> None:
        case = make_case(author=ana, owner=omar)
        replies.reply(case, omar, body="Hello Ana")
        follow_due()
        (notice,) = notices_of(ana)
        inbox = browser_of(ana).get("/inbox").text
        assert "Omar Haddad answered what you told us" in inbox
        assert browser_of(ana).get(notice.path).headers["Location"] == f"/me/said/{item_of(case).id}"

    def test_a_conversation_and_its_end(self, browser_of: BrowserOf, ana: Member, omar: Member) -> None:
        case = make_case(author=ana, owner=omar)
        browser, path = browser_of(ana), f"/me/said/{item_of(case).id}"
        assert "Nobody has answered yet" in browser.get(path).text
        replies.reply(case, omar, body="Which card was it?")
        assert browser.post(f"{path}/reply", data={"body": "The green one"}).status_code == 303
        resolving.resolve(case, omar, outcome="solved", body="A new one is on its way.")
        page = browser.get(path).text
        for words in ("Which card was it?", "The green one", "A new one is on its way.", "Did this help?"):
            assert words in page
        assert browser.post(f"{path}/reply", data={"body": "Thanks"}).status_code == 422
        assert browser.post(f"{path}/help", data={"rating": "2"}).status_code == 303
        assert browser.post(f"{path}/reopen", data={"body": "It came torn."}).status_code == 303
        assert case.state == "reopened"
        assert "It came torn." in browser.get(path).text

    def test_what_was_opened_again_does_not_look_done(
        self, browser_of: BrowserOf, ana: Member, omar: Member
    ) -> None:
        case = make_case(author=ana, owner=omar)
        browser, path = browser_of(ana), f"/me/said/{item_of(case).id}"
        resolving.resolve(case, omar, outcome="delivered", body="It is at your door.")
        assert "Opened again" not in browser.get(path).text + browser.get("/me/said").text
        browser.post(f"{path}/reopen", data={"body": "It came torn."})
        for page in (browser.get(path).text, browser.get("/me/said").text):
            assert "Opened again" in page
        resolving.resolve(case, omar, outcome="delivered", body="Now it is.")
        assert "Opened again" not in browser.get(path).text + browser.get("/me/said").text

    @pytest.mark.parametrize(
        ("verb", "data"),
        [("help", {}), ("help", {"rating": "7"}), ("reopen", {"body": ""}), ("reply", {"body": "  "})],
    )
    def test_what_is_refused_comes_back(
        self, browser_of: BrowserOf, ana: Member, omar: Member, verb: str, data: dict[str, str]
    ) -> None:
        case = make_case(author=ana, owner=omar)
        if verb != "reply":
            resolving.resolve(case, omar, outcome="solved", body="Done.")
        answer = browser_of(ana).post(f"/me/said/{item_of(case).id}/{verb}", data=data)
        assert answer.status_code == 422
        assert "Please look at this again" in answer.text

    def test_what_needed_no_reply_asks_no_question(
        self, browser_of: BrowserOf, ana: Member, omar: Member
    ) -> None:
        case = make_case(author=ana, owner=omar)
        resolving.resolve(case, omar, outcome="no_reply_needed")
        assert "Did this help?" not in browser_of(ana).get(f"/me/said/{item_of(case).id}").text

    def test_what_is_in_no_case_has_no_box_to_write_in(self, browser_of: BrowserOf, ana: Member) -> None:
        item = make_item("A plain wish", author=ana, path="/ideas/7")
        page = browser_of(ana).get(f"/me/said/{item.id}").text
        assert "What you said is answered where you said it." in page
        assert browser_of(ana).post(f"/me/said/{item.id}/reply", data={"body": "Hello"}).status_code == 404

    def test_a_broken_promise_is_said_openly(self, browser_of: BrowserOf, ana: Member, omar: Member) -> None:
        now, case = clock.now(), make_case(author=ana, owner=omar)
        promises.make_promise(case, omar, words="A new one", promised_on=clock.today())
        with clock.stopped_at(now + timedelta(days=2)):
            promises.break_promises_due()
            follow_due()
        page = browser_of(ana).get(f"/me/said/{item_of(case).id}").text
        assert "not kept" in page
        assert "We are sorry." in page
        assert "We did not keep what we promised you" in browser_of(ana).get("/inbox").text


def test_the_inbox_tells_every_step(browser_of: BrowserOf, ana: Member, omar: Member) -> None:
    case: Case = make_case("Broken again", author=ana, owner=omar)
    browser, path = browser_of(ana), f"/me/said/{item_of(case).id}"
    promises.make_promise(case, omar, words="A new one", promised_on=clock.today() + timedelta(days=2))
    promises.keep_promise(case, omar)
    resolving.resolve(case, omar, outcome="delivered")
    browser.post(f"{path}/help", data={"rating": "4", "comment": "Quick"})
    browser.post(f"{path}/reopen", data={"body": "No, not quite"})
    browser.post(f"{path}/reply", data={"body": "Are you there?"})
    follow_due()
    inbox = browser.get("/inbox").text
    for words in (
        "promised you something by",
        "What we promised you is done",
        "resolved: Delivered. Did it help?",
    ):
        assert words in inbox
    inbox = browser_of(omar).get("/inbox").text
    for words in ("did it help? 4 of 5", "is not solved, says Ana Martins", "Ana Martins wrote again in"):
        assert words in inbox
