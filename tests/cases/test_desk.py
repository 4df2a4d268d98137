"""The desk and the page of a case, as owners work with them."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from community.activity.actions import follow_due
from community.cases.actions import helping, promises, replies, resolving, templates
from community.cases.actions.deadlines import escalate_overdue
from community.cases.models import Case
from community.infra import clock
from community.infra.db import db
from community.members.models import Member
from tests.cases.telling import item_of, steps_of, told
from tests.conftest import Client
from tests.factories.cases import make_case, make_team, wait
from tests.factories.feedback import make_item, make_read_item, make_topic
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.statements import statements

BrowserOf = Callable[[Member], Client]


def titles(page: str) -> list[str]:
    return re.findall(r'data-open data-key="o">([^<]+)</a>', page)


class TestDesk:
    def test_what_is_due_first_stands_first_and_overdue_says_so(
        self, browser_of: BrowserOf, omar: Member
    ) -> None:
        make_case("Came today", owner=omar)
        wait(make_case("Waits for a month", owner=omar), days=30)
        page = browser_of(omar).get("/staff/cases").text
        assert titles(page) == ["Waits for a month", "Came today"]
        assert page.count("Overdue: was due") == 1

    def test_it_says_which_cases_a_second_person_was_called_to(
        self, browser_of: BrowserOf, omar: Member, ada: Member
    ) -> None:
        wait(make_case("Waits for a month", owner=omar), days=30)
        assert "Escalated" not in browser_of(omar).get("/staff/cases").text
        escalate_overdue()
        page = browser_of(ada).get("/staff/cases").text
        assert titles(page) == ["Waits for a month"]
        assert "Omar Haddad · Escalated" in page

    def test_each_desk_holds_its_own(
        self, browser_of: BrowserOf, ana: Member, omar: Member, mia: Member
    ) -> None:
        make_team(omar, mia)
        make_case("On my desk", owner=omar)
        make_case("On the desk of a mate", owner=mia)
        make_case("On nobody's desk")
        promised = make_case("With a promise", author=ana, owner=mia)
        promises.make_promise(promised, mia, words="Soon", promised_on=clock.today() + timedelta(days=3))
        resolving.resolve(make_case("Done", author=ana, owner=omar), omar, outcome="solved", body="Done.")
        browser = browser_of(omar)
        for tab, expected in {
            "mine": {"On my desk"},
            "team": {"On my desk", "On the desk of a mate", "With a promise"},
            "triage": {"On nobody&#39;s desk"},
            "promised": {"With a promise"},
            "resolved": {"Done"},
            "all": {"On my desk", "On the desk of a mate", "On nobody&#39;s desk", "With a promise"},
        }.items():
            assert set(titles(browser.get(f"/staff/cases?tab={tab}").text)) == expected, tab

    def test_it_is_narrowed_by_topic_kind_panel_and_owner(self, browser_of: BrowserOf, omar: Member) -> None:
        panel, above = make_panel(), make_topic("Delivery")
        below = make_topic("Parcels", parent_id=above.id)
        here = make_item("The one", panel=panel, kind="complaint", topic_id=below.id)
        make_case(items=(here,), owner=omar)
        make_case("Another", owner=omar)
        browser = browser_of(omar)
        for query in (f"panel={panel.slug}", "kind=complaint", f"topic={above.id}"):
            assert titles(browser.get(f"/staff/cases?{query}").text) == ["The one"], query
        nobody = make_member("Nobody", roles=("owner",))
        assert titles(browser.get(f"/staff/cases?owner={nobody.id}").text) == []
        assert len(titles(browser.get("/staff/cases?topic=x&kind=y&panel=z&owner=w&tab=v&page=-1").text)) == 2

    def test_it_carries_the_marks_of_the_contract(self, browser_of: BrowserOf, omar: Member) -> None:
        case = make_case(items=(make_read_item("Broken", sentiment="neg"),), owner=omar)
        for path in ("/staff/cases", f"/staff/cases/{case.id}"):
            page = browser_of(omar).get(path).text
            assert f'data-case-id="{case.id}" data-sentiment="neg" data-owner="Omar Haddad"' in page

    def test_a_member_who_wrote_again_is_seen(self, browser_of: BrowserOf, ana: Member, omar: Member) -> None:
        case = make_case(author=ana, owner=omar)
        replies.reply(case, omar, body="Which card?")
        assert "has written again" not in browser_of(omar).get("/staff/cases").text
        helping.write_again(case, item_of(case), ana, body="The green one.")
        assert "has written again" in browser_of(omar).get("/staff/cases").text

    def test_its_statements_do_not_grow(self, browser_of: BrowserOf, ana: Member, omar: Member) -> None:
        browser, lengths = browser_of(omar), []
        for more in (1, 8):
            for _ in range(more):
                replies.reply(make_case(author=ana, owner=omar), omar, body="Hello")
            with statements() as sent:
                browser.get("/staff/cases")
            lengths.append(len(sent))
        assert lengths[0] == lengths[1]

    @pytest.mark.parametrize("number", ["0" * 30 + "9" * 30, "0" * 5000 + "1", "9" * 5000, "-1", "²", "x"])
    def test_numbers_that_no_case_has_lead_nowhere(
        self, browser_of: BrowserOf, omar: Member, number: str
    ) -> None:
        make_panel(slug="shop")
        browser = browser_of(omar)
        assert browser.post("/staff/cases/answer", data={"case": number, "body": "Hello"}).status_code == 303
        theme = {"title": "A theme", "items": number}
        assert browser.post("/staff/cases/themes?panel=shop", data=theme).status_code == 422


class TestWhoMayIn:
    def test_members_analysts_and_visitors_may_not(
        self, browser_of: BrowserOf, client: Client, ana: Member
    ) -> None:
        case = make_case(author=ana)
        for path in ("/staff/cases", f"/staff/cases/{case.id}", "/staff/cases/themes"):
            assert browser_of(ana).get(path).status_code == 403
            assert browser_of(make_member(roles=("analyst",))).get(path).status_code == 403
            assert client.get(path).status_code == 303

    def test_staff_of_another_panel_find_nothing(self, browser_of: BrowserOf, ana: Member) -> None:
        mine, other = make_panel(), make_panel()
        case = make_case("A secret wish", panel=other, author=ana)
        browser = browser_of(make_member(roles=("owner", "moderator"), panel_id=mine.id))
        assert "A secret wish" not in browser.get("/staff/cases?tab=all").text
        assert "A secret wish" not in browser.get(f"/staff/cases/answer?case={case.id}").text
        assert browser.get(f"/staff/cases/{case.id}").status_code == 404
        for verb in ("reply", "note", "assign", "process-owner", "promise", "promise/kept", "promise/broken",
                     "resolve", "correct", "cause", "fix"):  # fmt: skip
            assert browser.post(f"/staff/cases/{case.id}/{verb}", data={"body": "x"}).status_code == 404, verb
        assert steps_of(case) == ["opened"]

    def test_whoever_answers_for_the_process_reads_and_does_not_answer(
        self, browser_of: BrowserOf, ana: Member
    ) -> None:
        helper = make_member(roles=("owner",), panel_id=make_panel().id)
        case = make_case(author=ana, process_owner_id=helper.id)
        browser = browser_of(helper)
        assert browser.get(f"/staff/cases/{case.id}").status_code == 200
        assert browser.post(f"/staff/cases/{case.id}/reply", data={"body": "Hello"}).status_code == 403
        assert browser.post(f"/staff/cases/{case.id}/cause", data={"cause": "The mill"}).status_code == 303


class TestCasePage:
    def test_it_shows_the_words_and_the_story_beside_them(
        self, browser_of: BrowserOf, ana: Member, omar: Member
    ) -> None:
        panel = make_panel()
        make_read_item("The lid of the box was loose", panel=panel, author=ana)
        words = "I always order early, and it came broken."
        at = words.index("broken")
        item = make_read_item(
            words, panel=panel, author=ana,
            evidence=[[at, at + 6, -2.0, "word"]], preferences=[[0, 20, "habit"]],
        )  # fmt: skip
        case = make_case(items=(item,), owner=omar)
        promises.make_promise(case, omar, words="A new one", promised_on=clock.today() + timedelta(days=3))
        page = browser_of(omar).get(f"/staff/cases/{case.id}").text
        assert '<mark class="said-mark said-mark-neg">broken</mark>' in page
        assert "The lid of the box was loose" in page
        assert "“I always order early”" in page
        assert "A new one" in page

    def test_a_reply_is_sent_and_a_second_writer_is_told(
        self, browser_of: BrowserOf, ana: Member, omar: Member, mia: Member
    ) -> None:
        case = make_case(author=ana, owner=omar)
        path = f"/staff/cases/{case.id}"
        (seen,) = set(re.findall(r'name="seen" type="hidden" value="(\d+)"', browser_of(omar).get(path).text))
        assert browser_of(mia).post(f"{path}/reply", data={"body": "From Mia"}).status_code == 303
        answer = browser_of(omar).post(f"{path}/reply", data={"body": "From Omar", "seen": seen})
        assert answer.status_code == 422
        assert "Mia Berg has written while you were writing" in answer.text
        assert "From Omar</textarea>" in answer.text
        # What came back has been read now.
        (seen,) = set(re.findall(r'name="seen" type="hidden" value="(\d+)"', answer.text))
        assert (
            browser_of(omar).post(f"{path}/reply", data={"body": "From Omar", "seen": seen}).status_code
            == 303
        )

    @pytest.mark.parametrize(
        ("verb", "data"),
        [
            ("reply", {"body": " "}),
            ("note", {"body": ""}),
            ("assign", {"owner_id": "999999"}),
            ("process-owner", {"owner_id": "x"}),
            ("promise", {"promise": "Soon", "promised_on": "2001-01-01"}),
            ("promise", {"promise": "", "promised_on": ""}),
            ("promise/broken", {"reason": ""}),
            ("resolve", {"outcome": "solved"}),
            ("resolve", {"outcome": "nonsense"}),
            ("cause", {"cause": ""}),
            ("fix", {"fix": "x" * 5001}),
        ],
    )
    def test_what_is_refused_comes_back(
        self, browser_of: BrowserOf, ana: Member, omar: Member, verb: str, data: dict[str, str]
    ) -> None:
        case = make_case(author=ana, owner=omar)
        answer = browser_of(omar).post(f"/staff/cases/{case.id}/{verb}", data=data)
        assert answer.status_code == 422
        assert "Please look at this again" in answer.text

    def test_it_goes_from_hand_to_hand(
        self, browser_of: BrowserOf, ana: Member, omar: Member, mia: Member
    ) -> None:
        case = make_case(author=ana, owner=omar)
        browser, path = browser_of(omar), f"/staff/cases/{case.id}"
        browser.post(f"{path}/note", data={"body": "She called."})
        browser.post(f"{path}/assign", data={"owner_id": mia.id, "note": "You know her."})
        browser.post(f"{path}/process-owner", data={"owner_id": omar.id})
        assert (case.owner_id, case.process_owner_id) == (mia.id, omar.id)
        day = (clock.today() + timedelta(days=2)).isoformat()
        browser.post(f"{path}/promise", data={"promise": "A call", "promised_on": day})
        browser.post(f"{path}/promise/kept")
        assert browser.post(f"{path}/resolve", data={"outcome": "solved"}).status_code == 303
        assert (case.state, case.promise_state) == ("resolved", "kept")
        follow_due()
        assert told(ana) == ["cases.promised", "cases.promise_kept", "cases.resolved"]
        browser.post(f"{path}/assign", data={"owner_id": ""})
        page = browser.get(path).text
        for words in ("You know her.", "Mia Berg", "A call", "resolved it: Solved"):
            assert words in page

    def test_a_correction_is_one_click_and_the_case_follows(
        self, browser_of: BrowserOf, ana: Member, omar: Member
    ) -> None:
        topic = make_topic("Paper")
        case = make_case(items=(make_read_item("Not bad at all", sentiment="neg", author=ana),), owner=omar)
        answer = browser_of(omar).post(
            f"/staff/cases/{case.id}/correct",
            data={"sentiment": "pos", "kind": "praise", "topic": str(topic.id)},
        )
        assert answer.status_code == 303
        item = item_of(case)
        assert (item.sentiment, item.kind, item.topic_id, item.method) == (
            "pos",
            "praise",
            topic.id,
            "person",
        )
        assert (case.sentiment, case.kind, case.topic_id) == ("pos", "praise", topic.id)
        assert "corrected" in steps_of(case)
        assert browser_of(omar).post(f"/staff/cases/{case.id}/correct").status_code == 422

    def test_replies_begin_with_a_template_in_the_members_language_or_with_another_reply(
        self, browser_of: BrowserOf, ana: Member, lin: Member, omar: Member
    ) -> None:
        template = templates.create_template(
            name={"en": "Broken"}, body={"en": "We are sorry.", "zh_Hans": "非常抱歉。"}, kind="complaint"
        )
        templates.create_template(name={"en": "For questions"}, body={"en": "It is open."}, kind="question")
        said = make_read_item("卡片被压坏了，没有人回复", author=lin, language="zh-Hans", panel=make_panel())
        case = make_case(items=(said,), owner=omar)
        like = make_read_item(
            "卡片被压坏了，没有人回复我", author=ana, language="zh-Hans", panel=make_panel()
        )
        other = make_case(items=(like,), owner=omar)
        sent = replies.reply(other, omar, body="今天补寄一份。")
        browser, path = browser_of(omar), f"/staff/cases/{case.id}"
        page = browser.get(path).text
        assert "Broken</option>" in page
        assert "For questions" not in page
        assert f"like={sent.id}" in page
        assert "非常抱歉。</textarea>" in browser.get(f"{path}?template={template.id}").text
        assert "今天补寄一份。</textarea>" in browser.get(f"{path}?like={sent.id}").text
        templates.archive_template(template)
        assert "Broken</option>" not in browser.get(path).text

    def test_what_was_replied_elsewhere_is_no_way_to_read_what_one_may_not(
        self, browser_of: BrowserOf, ana: Member, omar: Member
    ) -> None:
        panel = make_panel()
        secret = replies.reply(make_case(author=ana, owner=omar), omar, body="A confidential word")
        case = make_case(author=ana, panel=panel)
        browser = browser_of(make_member(roles=("owner",), panel_id=panel.id))
        assert "confidential" not in browser.get(f"/staff/cases/{case.id}?like={secret.id}").text


class TestAnswerMany:
    def test_one_message_goes_to_each_in_a_conversation_of_their_own(
        self, browser_of: BrowserOf, ana: Member, ben: Member, omar: Member
    ) -> None:
        cases = [make_case(author=ana, owner=omar), make_case(author=ben)]
        browser, query = browser_of(omar), "&".join(f"case={case.id}" for case in cases)
        page = browser.get(f"/staff/cases/answer?{query}&case=x&case={10**30}").text
        assert "Send it to the authors of 2 cases" in page
        data = {"body": "The app works again.", "case": [case.id for case in cases]}
        assert browser.post("/staff/cases/answer", data=data).status_code == 303
        assert {case.state for case in cases} == {"answered"}
        assert browser.post("/staff/cases/answer", data=data | {"body": ""}).status_code == 422

    def test_nothing_chosen_leads_back(self, browser_of: BrowserOf, omar: Member) -> None:
        assert browser_of(omar).get("/staff/cases/answer").headers["Location"] == "/staff/cases"


def test_a_case_of_many_texts_has_them_on_a_page_of_their_own(
    browser_of: BrowserOf, ana: Member, omar: Member
) -> None:
    panel = make_panel()
    items = tuple(make_read_item(f"Text number {n} of many", panel=panel, author=ana) for n in range(12))
    case = make_case(items=items, owner=omar)
    browser = browser_of(omar)
    assert browser.get(f"/staff/cases/{case.id}").text.count("Text number") < 30
    assert "All 12 texts" in browser.get(f"/staff/cases/{case.id}").text
    page = browser.get(f"/staff/cases/{case.id}/texts").text
    assert all(f"Text number {n} of many" in page for n in range(12))
    assert db.session.get_one(Case, case.id).item_count == 12
