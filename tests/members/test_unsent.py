"""What is written while a session ends comes back to its writer, and to nobody else."""

import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select

from community.cases.queries.conversation import list_messages
from community.ideas.actions.comments import add_comment
from community.ideas.queries import comments
from community.infra import clock
from community.infra.db import db
from community.infra.unsent import MOST
from community.members import actions, queries
from community.members.actions import unsent
from community.members.models import Member, UnsentText
from community.panels.actions import remove_from_panel
from community.surveys.queries.questions import list_standing
from tests.conftest import Client
from tests.factories.cases import make_case
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.factories.surveys import make_survey
from tests.members.pages import GOOD_PASSWORD, token_in

WORDS = "Please let it fold <b>flat</b>, for small bags & pockets.\n\nMine is small."
SHOWN = "Please let it fold &lt;b&gt;flat&lt;/b&gt;, for small bags &amp; pockets."


def count_kept() -> int:
    return db.session.scalar(select(func.count()).select_from(UnsentText)) or 0


def send_too_late(browser: Client, path: str, member: Member, page: str, /, **data: str) -> str:
    """Send a form whose page was opened before the session ended; returns where the browser is led."""
    token = token_in(browser.get(page, follow_redirects=True).text)
    actions.end_sessions(member)
    answer = browser.post(path, data={"csrf_token": token, **data})
    assert answer.status_code == 303
    return answer.headers["Location"]


def way_back(location: str) -> str:
    """Where the page for signing in leads to."""
    assert urlsplit(location).path == "/sign-in"
    return parse_qs(urlsplit(location).query)["next"][0]


class TestComeBack:
    def test_a_comment_waits_until_its_writer_has_signed_in(
        self, browser_of: Callable[[Member], Client], ana: Member
    ) -> None:
        idea, browser = make_idea(), browser_of(ana)
        page = f"/ideas/{idea.id}"
        led = send_too_late(browser, f"{page}/comments", ana, page, body=WORDS)
        assert "What you wrote is kept" in browser.get(led).text
        answer = browser.sign_in(ana).get(way_back(led))
        assert answer.status_code == 200
        assert SHOWN in answer.text
        assert "this has not been sent yet" in answer.text
        assert f'action="{page}/comments"' in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        assert list(comments.list_threads(idea).items) == []

    def test_signing_in_by_password_leads_there(self, browser_of: Callable[[Member], Client]) -> None:
        member = actions.join(
            display_name="Kim Vale", email="kim@example.com", password=GOOD_PASSWORD, locale="en"
        )
        idea, browser = make_idea(), browser_of(member)
        page = f"/ideas/{idea.id}"
        led = send_too_late(browser, f"{page}/comments", member, page, body=WORDS)
        sent = {"email": "kim@example.com", "password": GOOD_PASSWORD, "next": way_back(led)}
        assert SHOWN in browser.post("/sign-in", data=sent, follow_redirects=True).text

    def test_a_reply_stands_below_its_comment_again(
        self, browser_of: Callable[[Member], Client], ana: Member, ben: Member
    ) -> None:
        idea, browser = make_idea(), browser_of(ana)
        said, page = add_comment(idea, ben, body="I fold it twice."), f"/ideas/{idea.id}"
        sent = {"body": WORDS, "parent_id": str(said.id)}
        led = send_too_late(browser, f"{page}/comments", ana, page, **sent)
        answer = browser.sign_in(ana).get(way_back(led))
        below = answer.text.partition(f'id="reply-{said.id}"')[2]
        assert SHOWN in below.partition("</textarea>")[0]

    def test_an_official_answer_does(self, browser_of: Callable[[Member], Client], omar: Member) -> None:
        idea, browser = make_idea(), browser_of(omar)
        page = f"/ideas/{idea.id}"
        led = send_too_late(browser, f"{page}/response", omar, page, body=WORDS)
        answer = browser.sign_in(omar).get(way_back(led))
        assert answer.status_code == 200
        assert SHOWN in answer.text.partition('id="response-body"')[2].partition("</textarea>")[0]
        assert idea.response_comment_id is None

    def test_a_form_that_is_sent_to_its_own_page_reaches_where_it_belongs(
        self, browser_of: Callable[[Member], Client], ana: Member
    ) -> None:
        idea, browser = make_idea(author=ana), browser_of(ana)
        path, sent = f"/ideas/{idea.id}/edit", {"title": "Bags that fold flat", "body": WORDS}
        back = way_back(send_too_late(browser, path, ana, path, **sent))
        assert SHOWN in browser.sign_in(ana).get(back).text
        answer = browser.post(back, data=sent)
        assert (answer.status_code, urlsplit(answer.headers["Location"]).path) == (307, path)
        assert idea.title != sent["title"]
        assert count_kept() == 0

    def test_a_reply_in_a_case_does(
        self, browser_of: Callable[[Member], Client], ana: Member, omar: Member
    ) -> None:
        case, browser = make_case(owner=omar, author=ana), browser_of(omar)
        page = f"/staff/cases/{case.id}"
        led = send_too_late(browser, f"{page}/reply", omar, page, body=WORDS)
        assert SHOWN in browser.sign_in(omar).get(way_back(led)).text
        assert list_messages(case.id) == []

    def test_answers_of_a_survey_do(self, browser_of: Callable[[Member], Client], ana: Member) -> None:
        panel = make_panel(members=(ana,))
        survey = make_survey(kinds=("long_text",), panel=panel)
        browser, page = browser_of(ana), f"/surveys/{survey.id}"
        assert browser.post(f"{page}/start").status_code == 303
        question = re.findall(r'<textarea[^>]* name="([^"]+)"', browser.get(f"{page}/pages/1").text)[0]
        sent = {"page": "1", question: WORDS}
        led = send_too_late(browser, f"{page}/response", ana, f"{page}/pages/1", **sent)
        answer = browser.sign_in(ana).get(way_back(led))
        assert answer.status_code == 200
        assert SHOWN in answer.text
        assert "this has not been sent yet" in answer.text

    def test_a_new_question_does_with_all_its_rows(
        self, browser_of: Callable[[Member], Client], omar: Member
    ) -> None:
        survey, browser = make_survey(kinds=(), state="draft"), browser_of(omar)
        page = f"/staff/surveys/{survey.id}/questions/new?kind=several"
        sent = {"text_en": WORDS, "code": "bags"}
        for number, words in enumerate(("A flat <one>", "A round one")):
            sent |= {f"options-{number}-key": "", f"options-{number}-text-en": words}
        led = send_too_late(browser, page, omar, page, **sent)
        answer = browser.sign_in(omar).get(way_back(led))
        assert answer.status_code == 200
        assert SHOWN in answer.text.partition('id="text_en"')[2].partition("</textarea>")[0]
        assert 'value="A flat &lt;one&gt;"' in answer.text
        assert "this has not been sent yet" in answer.text
        # What was not ticked stays so.
        assert not re.search(r'<input[^>]*checked[^>]*name="is_required"', answer.text)
        assert f'action="{page}"' in answer.text
        assert list_standing(survey) == []
        assert browser.post(page, data=sent).status_code == 303
        assert [each.question.code for each in list_standing(survey)] == ["bags"]

    def test_a_changed_question_does(self, browser_of: Callable[[Member], Client], omar: Member) -> None:
        survey, browser = make_survey(kinds=("long_text",), state="draft"), browser_of(omar)
        (standing,) = list_standing(survey)
        page = f"/staff/surveys/{survey.id}/questions/{standing.question.id}"
        led = send_too_late(browser, page, omar, page, text_en=WORDS)
        answer = browser.sign_in(omar).get(way_back(led))
        assert SHOWN in answer.text.partition('id="text_en"')[2].partition("</textarea>")[0]
        assert list_standing(survey)[0].version.text == standing.version.text

    @pytest.mark.parametrize("page", ["/staff/surveys/new", "/staff/surveys/polls/new"])
    def test_a_survey_that_is_begun_does(
        self, browser_of: Callable[[Member], Client], omar: Member, page: str
    ) -> None:
        browser = browser_of(omar)
        make_panel()
        sent = {"title": WORDS, "text": WORDS, "closes_at": "2031-05-06T07:08"}
        led = send_too_late(browser, page, omar, page, **sent)
        answer = browser.sign_in(omar).get(way_back(led))
        assert answer.status_code == 200
        assert "for small bags &amp; pockets." in answer.text
        assert ('value="2031-05-06T07:08"' in answer.text) == (page != "/staff/surveys/new")

    def test_who_signed_out_in_another_tab_is_led_there_too(self, new_app: Callable[..., Flask]) -> None:
        app = new_app(WTF_CSRF_ENABLED=True)
        app.test_client_class = Client
        with app.app_context():
            member, idea = make_member("Ana Martins"), make_idea()
            browser = app.test_client().sign_in(member)  # type: ignore[attr-defined]
            page = f"/ideas/{idea.id}"
            token = token_in(browser.get(page, follow_redirects=True).text)
            assert browser.post("/sign-out", data={"csrf_token": token}).status_code == 303
            sent = {"csrf_token": token, "body": WORDS}
            led = browser.post(f"{page}/comments", data=sent).headers["Location"]
            assert SHOWN in browser.sign_in(member).get(way_back(led)).text
            # Signed in again elsewhere, it comes back at once: the form is of the session before.
            led = browser.post(f"{page}/comments", data=sent).headers["Location"]
            assert SHOWN in browser.get(led).text
            elsewhere = browser.post(f"{page}/comments", data=sent, headers={"Sec-Fetch-Site": "cross-site"})
            assert elsewhere.status_code == 400
            assert count_kept() == 2


class TestNobodyElse:
    def test_who_signs_in_next_does_not_find_it(
        self, browser_of: Callable[[Member], Client], ana: Member, ben: Member
    ) -> None:
        idea, browser = make_idea(), browser_of(ana)
        page = f"/ideas/{idea.id}"
        back = way_back(send_too_late(browser, f"{page}/comments", ana, page, body=WORDS))
        assert urlsplit(browser.get(back).headers["Location"]).path == "/sign-in"
        browser.sign_in(ben)
        for answer in (browser.get(back), browser.post(back, data={"body": "x"})):
            assert answer.status_code == 404
            assert "fold" not in answer.text
        assert SHOWN in browser.sign_in(ana).get(back).text

    def test_a_form_of_the_one_before_is_not_the_next_ones(self, new_app: Callable[..., Flask]) -> None:
        app = new_app(WTF_CSRF_ENABLED=True)
        app.test_client_class = Client
        with app.app_context():
            first, second, idea = make_member("Ana Martins"), make_member("Ben Okoro"), make_idea()
            page = f"/ideas/{idea.id}"
            browser = app.test_client().sign_in(first)  # type: ignore[attr-defined]
            token = token_in(browser.get(page, follow_redirects=True).text)
            browser.post("/sign-out", data={"csrf_token": token})
            browser.sign_in(second).get(page)
            answer = browser.post(f"{page}/comments", data={"csrf_token": token, "body": WORDS})
            assert answer.status_code == 400
            assert count_kept() == 0

    @pytest.mark.parametrize("token", ["", "x", "IjFhIg.aSJ8Qg.x"])
    def test_nothing_is_kept_for_nobody(self, client: Client, token: str) -> None:
        idea = make_idea()
        answer = client.post(f"/ideas/{idea.id}/comments", data={"csrf_token": token, "body": WORDS})
        assert way_back(answer.headers["Location"]) == "/"
        assert count_kept() == 0

    def test_visitors_forms_are_nobodys(self, client: Client) -> None:
        idea, token = make_idea(), token_in(client.get("/join").text)
        client.post(f"/ideas/{idea.id}/comments", data={"csrf_token": token, "body": WORDS})
        assert count_kept() == 0

    def test_who_was_taken_out_of_the_panel_sees_no_more_of_it(
        self, browser_of: Callable[[Member], Client], ana: Member
    ) -> None:
        panel = make_panel(members=(ana,), visibility="private")
        idea, browser = make_idea(panel=panel, author=ana), browser_of(ana)
        page = f"/ideas/{idea.id}"
        back = way_back(send_too_late(browser, f"{page}/comments", ana, page, body=WORDS))
        remove_from_panel(make_member("Olive Hart", roles=("owner",)), panel, member=ana)
        assert browser.sign_in(ana).get(back).status_code == 404


class TestKeep:
    def test_what_is_not_worth_it_is_not_kept(
        self, browser_of: Callable[[Member], Client], ana: Member
    ) -> None:
        idea, browser = make_idea(), browser_of(ana)
        token = token_in(browser.get(f"/ideas/{idea.id}", follow_redirects=True).text)
        actions.end_sessions(ana)
        browser.post(f"/ideas/{idea.id}/vote", data={"csrf_token": token})
        browser.post(f"/ideas/{idea.id}/comments", data={"csrf_token": token, "body": ""})
        browser.post(f"/ideas/{idea.id}/comments", data={"csrf_token": token, "body": "x" * (MOST + 1)})
        assert count_kept() == 0

    def test_it_is_forgotten_after_a_day(self, ana: Member) -> None:
        unsent.keep_unsent(ana.id, path="/ideas/1/comments", words={"body": [WORDS]})
        with clock.stopped_at(clock.ahead(days=1, minutes=-1)):
            actions.tidy()
        assert count_kept() == 1
        with clock.stopped_at(clock.now() + timedelta(days=1, minutes=1)):
            actions.tidy()
        assert count_kept() == 0

    def test_the_newest_few_are_kept_of_each_member(self, ana: Member, ben: Member) -> None:
        unsent.keep_unsent(ben.id, path="/ideas/1/comments", words={"body": ["Ben's"]})
        secrets = [
            unsent.keep_unsent(ana.id, path="/ideas/1/comments", words={"body": [f"No. {number}\x00"]})
            for number in range(unsent.MOST + 2)
        ]
        assert count_kept() == unsent.MOST + 1
        assert queries.find_unsent(ana, secrets[0]) is None
        newest = queries.find_unsent(ana, secrets[-1])
        assert newest is not None
        assert newest.words == {"body": [f"No. {unsent.MOST + 1}"]}
        assert queries.find_unsent(ben, secrets[-1]) is None
