"""The front door: start page, roadmap, "you said", language and health."""

import re
from collections.abc import Callable
from datetime import date

import pytest

from community.activity.actions import follow_due
from community.ideas.actions.merges import merge_ideas
from community.ideas.actions.statuses import change_status
from community.infra import clock
from community.infra.db import db
from community.members.models import Member
from community.panels.models import Panel
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.panels import make_panel
from tests.statements import statements

PAGES = ("/", "/roadmap", "/you-said")


@pytest.fixture
def hidden(ben: Member, omar: Member) -> Panel:
    """A private panel of ben's in which one idea stands in each place that pages could show."""
    panel = make_panel("Whispering room", visibility="private", slug="whispering-room", members=(ben,))
    plan("A secret plan", owner=omar, panel=panel, author=ben)
    make_idea("A secret wish", panel=panel, author=ben)
    return panel


def plan(title: str, *, owner: Member, panel: Panel | None = None, author: Member | None = None) -> None:
    idea = make_idea(title, panel=panel, author=author)
    change_status(idea, owner, status="planned", message=f"About {title}.", promised_on=date(2040, 5, 1))


class TestWhatOutsidersSee:
    @pytest.mark.parametrize("path", PAGES)
    def test_nothing_of_a_private_panel(
        self, client: Client, browser_of: Callable[[Member], Client], ana: Member, hidden: Panel, path: str
    ) -> None:
        for browser in (client, browser_of(ana)):
            page = browser.get(path).text
            assert "secret" not in page
            assert "hispering" not in page

    @pytest.mark.parametrize("path", PAGES)
    def test_its_members_see_it(
        self, browser_of: Callable[[Member], Client], ben: Member, hidden: Panel, path: str
    ) -> None:
        page = browser_of(ben).get(path).text
        assert "A secret plan" in page or "Whispering room" in page

    def test_a_members_panel_may_be_known_but_not_read(self, client: Client, omar: Member) -> None:
        panel = make_panel("Club corner", visibility="members", members=(omar,))
        plan("Said among ourselves", owner=omar, panel=panel, author=omar)
        assert "Club corner" in client.get("/").text
        assert all("Said among ourselves" not in client.get(path).text for path in PAGES)

    def test_asking_for_the_roadmap_of_a_hidden_panel_is_asking_for_nothing(
        self, client: Client, hidden: Panel
    ) -> None:
        answers = [client.get(f"/roadmap?panel={slug}") for slug in ("whispering-room", "unheard-of-room")]
        assert [answer.status_code for answer in answers] == [404, 404]
        there, not_there = (re.sub(r'(nonce|value)="[^"]+"', "", answer.text) for answer in answers)
        assert there.replace("whispering-room", "unheard-of-room") == not_there


class TestStartPage:
    def test_it_says_what_this_is_and_asks_to_join(self, client: Client, omar: Member) -> None:
        plan("Envelopes that seal themselves", owner=omar)
        page = client.get("/").text
        assert "/join" in page
        assert "Envelopes that seal themselves" in page

    def test_it_stands_on_an_empty_site(self, client: Client) -> None:
        assert client.get("/").status_code == 200

    def test_a_member_reads_news_on_what_they_said(
        self, browser_of: Callable[[Member], Client], ana: Member, omar: Member
    ) -> None:
        plan("Envelopes that seal themselves", owner=omar, author=ana)
        follow_due()
        assert (
            "Omar Haddad moved “Envelopes that seal themselves” to Planned" in browser_of(ana).get("/").text
        )

    def test_a_member_is_shown_what_they_have_not_opened(
        self, browser_of: Callable[[Member], Client], ana: Member
    ) -> None:
        mine = make_idea("A wish of my own", author=ana)
        opened, missed = make_idea("A wish I know"), make_idea("A wish I missed")
        browser = browser_of(ana)
        browser.get(f"/ideas/{opened.id}-{opened.slug}")
        page = browser.get("/").text
        assert f'data-idea-id="{missed.id}"' in page
        assert f'data-idea-id="{opened.id}"' not in page
        assert f'data-idea-id="{mine.id}"' not in page


class TestRoadmap:
    def test_ideas_stand_under_their_status(self, client: Client, omar: Member) -> None:
        plan("Envelopes that seal themselves", owner=omar)
        make_idea("Nobody decided on this")
        page = client.get("/roadmap").text
        assert "Envelopes that seal themselves" in page
        assert "May 1, 2040" in page
        assert "Nobody decided on this" not in page

    def test_it_can_be_narrowed_to_a_panel(self, client: Client, omar: Member) -> None:
        one = make_panel()
        plan("Wish of the one", owner=omar, panel=one)
        plan("Wish of the other", owner=omar)
        page = client.get(f"/roadmap?panel={one.slug}").text
        assert "Wish of the one" in page
        assert "Wish of the other" not in page

    def test_a_joined_idea_is_not_shown_beside_the_one_it_joined(
        self, client: Client, omar: Member, mia: Member
    ) -> None:
        panel = make_panel()
        plan("Wish of the one", owner=omar, panel=panel)
        source = make_idea("Wish of the same", panel=panel, status="planned")
        merge_ideas(source, into=make_idea(panel=panel), moderator=mia)
        assert "Wish of the same" not in client.get("/roadmap").text


class TestYouSaid:
    def test_yes_and_no_are_both_told(self, client: Client, omar: Member) -> None:
        plan("Envelopes that seal themselves", owner=omar)
        no = make_idea("Cards made of gold")
        change_status(
            no,
            omar,
            status="declined",
            message="Not this time.",
            reason="Too dear.",
            look_again_on=date(2040, 1, 31),
        )
        page = client.get("/you-said").text
        assert "Envelopes that seal themselves" in page
        assert "Not this time." in page
        assert "Jan 31, 2040" in page
        declined = client.get("/you-said?show=declined").text
        assert "Cards made of gold" in declined
        assert "Envelopes" not in declined

    def test_it_is_paged_and_the_newest_comes_first(self, client: Client, omar: Member) -> None:
        panel = make_panel()
        for number in range(17):
            plan(f"Wish with the number {number}", owner=omar, panel=panel)
        first, second = client.get("/you-said").text, client.get("/you-said?page=2").text
        assert first.index("number 16") < first.index("number 15")
        assert "number 1<" not in first
        assert "number 1<" in second

    @pytest.mark.parametrize("path", ["/you-said?page=501", "/you-said?page=99999999999999999999"])
    def test_there_is_an_end_to_it(self, client: Client, path: str) -> None:
        assert client.get(path).status_code == 404


class TestStatements:
    @pytest.mark.parametrize("path", PAGES)
    def test_they_do_not_grow_with_what_there_is(
        self, client: Client, browser_of: Callable[[Member], Client], ana: Member, omar: Member, path: str
    ) -> None:
        panel, member = make_panel(), browser_of(ana)
        lengths: list[tuple[int, int]] = []
        # What visitors see in the head of pages is asked once per process, and anew after a while.
        with clock.stopped_at(clock.now()):
            client.get("/sign-in")
            for more in (2, 12):
                for number in range(more):
                    plan(f"Wish {more} with the number {number}", owner=omar, panel=panel)
                    make_idea(panel=panel)
                    make_panel()
                with statements() as as_visitor:
                    client.get(path)
                with statements() as as_member:
                    member.get(path)
                lengths.append((len(as_visitor), len(as_member)))
        assert lengths[0] == lengths[1]
        assert lengths[0][0] <= 5


class TestLanguage:
    def test_a_visitor_keeps_it_in_a_cookie(self, client: Client) -> None:
        answer = client.post("/language", data={"locale": "zh_Hans", "next": "/roadmap"})
        assert (answer.status_code, answer.location) == (303, "/roadmap")
        assert 'lang="zh-Hans"' in client.get("/").text.partition("<body")[0]

    def test_a_member_keeps_it_with_the_account(
        self, browser_of: Callable[[Member], Client], ana: Member
    ) -> None:
        assert browser_of(ana).post("/language", data={"locale": "zh_Hant"}).status_code == 303
        db.session.expire_all()
        assert ana.locale == "zh_Hant"

    def test_a_language_we_do_not_speak_is_refused(self, client: Client) -> None:
        assert client.post("/language", data={"locale": "tlh"}).status_code == 422

    @pytest.mark.parametrize("target", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere"])
    def test_it_leads_nowhere_else(self, client: Client, target: str) -> None:
        assert client.post("/language", data={"locale": "en", "next": target}).location == "/"


class TestHealth:
    @pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
    def test_it_is_plain(self, client: Client, path: str) -> None:
        answer = client.get(path)
        assert (answer.status_code, answer.text) == (200, "ok\n")
        assert answer.mimetype == "text/plain"
