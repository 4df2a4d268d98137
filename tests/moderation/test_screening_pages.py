"""What the author of a held text meets, what everybody else does not, and the pages for rules and words."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from community.ideas.actions.comments import add_comment
from community.ideas.actions.publishing import publish_idea
from community.ideas.models import Comment, Idea
from community.infra import clock
from community.infra.db import db
from community.members.models import Member
from community.moderation.actions.rules import block_words, set_rules
from community.moderation.queries.screening import find_rules
from community.panels.models import Panel
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.statements import statements

Browser = Callable[[Member], Client]
CANARY = "Zebrafinch"
BODY = f"{CANARY} lives at 13812345678."


@pytest.fixture
def panel(app: Flask) -> Panel:
    """An open panel."""
    return make_panel()


def post_idea(browser: Client, panel: Panel, **fields: str) -> str:
    """Send the form for a new idea; the address it leads to."""
    answer = browser.post(f"/panels/{panel.slug}/ideas", data={"title": f"My {CANARY} is lost", **fields})
    assert answer.status_code == 303
    return str(answer.location)


class TestAfterPosting:
    def test_a_held_idea_says_that_it_waits_why_and_until_when(
        self, browser_of: Browser, ana: Member, panel: Panel
    ) -> None:
        browser = browser_of(ana)
        page = browser.get(post_idea(browser, panel, body=BODY), follow_redirects=True).text
        assert "This waits to be looked at." in page
        assert "There seems to be a phone number in it: 13…78." in page
        assert "Change that, and it appears at once." in page
        assert "is on the board" not in page

    def test_mended_it_is_on_the_board(self, browser_of: Browser, ana: Member, panel: Panel) -> None:
        browser = browser_of(ana)
        path = post_idea(browser, panel, body=BODY).partition("-")[0]
        answer = browser.post(f"{path}/edit", data={"title": f"My {CANARY} is lost", "body": "", "tags": ""})
        assert "Your idea is on the board now." in browser.get(answer.location).text
        assert CANARY in browser.get(f"/panels/{panel.slug}").text

    def test_a_held_comment_leads_to_its_place_in_the_talk(
        self, browser_of: Browser, ana: Member, panel: Panel
    ) -> None:
        idea, browser = make_idea(panel=panel), browser_of(ana)
        answer = browser.post(f"/ideas/{idea.id}/comments", data={"body": BODY})
        page = browser.get(answer.location).text
        assert answer.location.endswith(f"#comment-{db.session.query(Comment.id).scalar()}")
        assert CANARY in page
        assert "This waits to be looked at." in page

    def test_a_kept_back_change_comes_back_into_the_form(
        self, browser_of: Browser, ana: Member, panel: Panel
    ) -> None:
        idea, browser = make_idea(panel=panel, author=ana), browser_of(ana)
        browser.post(f"/ideas/{idea.id}/edit", data={"title": idea.title, "body": BODY, "tags": ""})
        page = browser.get(f"/ideas/{idea.id}-{idea.slug}").text
        assert "Your change waits to be looked at." in page
        assert CANARY not in page
        assert CANARY in browser.get(f"/ideas/{idea.id}/edit").text


class TestTheGuard:
    def test_a_filled_in_trap_holds_and_a_quick_link_too(
        self, browser_of: Browser, ana: Member, panel: Panel
    ) -> None:
        browser = browser_of(ana)
        form = browser.get(f"/panels/{panel.slug}/ideas/new").text
        opened = re.search(r'name="opened" value="([^"]+)"', form)
        assert opened is not None
        post_idea(browser, panel, title="Please buy my wares now", contact_link="https://x.example")
        post_idea(browser, panel, title="Look at this one here", body="https://x.example", opened=opened[1])
        post_idea(browser, panel, title="Look at that one there", body="https://x.example")
        post_idea(
            browser, panel, title="Look at those over there", body="https://x.example", opened="1.forged"
        )
        states = [idea.state for idea in db.session.query(Idea).order_by(Idea.id)]
        assert states == ["waiting", "waiting", "published", "published"]


class TestNobodyElse:
    @pytest.mark.parametrize("is_signed_in", [True, False])
    def test_meets_what_waits_in_any_way(
        self, client: Client, browser_of: Browser, ana: Member, ben: Member, panel: Panel, is_signed_in: bool
    ) -> None:
        shown = make_idea(panel=panel, author=ana)
        idea = publish_idea(panel, ana, title=f"My {CANARY} is lost", body=BODY, tags=(CANARY,))
        comment = add_comment(shown, ana, body=BODY)
        browser = browser_of(ben) if is_signed_in else client
        gone = (f"/ideas/{idea.id}-{idea.slug}", f"/ideas/{idea.id}/feed.atom", f"/ideas/{idea.id}/history",
                f"/comments/{comment.id}", f"/comments/{comment.id}/history")  # fmt: skip
        for path in gone:
            assert browser.get(path).status_code == 404, path
        board = f"/panels/{panel.slug}"
        for path in (
            "/", "/panels", board, f"{board}?sort=new", f"{board}?q=lost", f"/ideas/{shown.id}-{shown.slug}",
            f"{board}/similar?title=My+bird+is+lost", "/roadmap", f"{board}/feed.atom",
            f"/ideas/{shown.id}/feed.atom", f"/members/{ana.id}",
        ):  # fmt: skip
            assert CANARY not in browser.get(path, follow_redirects=True).text, path

    def test_only_the_author_and_moderators_meet_a_waiting_comment(
        self, browser_of: Browser, ana: Member, ben: Member, mia: Member, panel: Panel
    ) -> None:
        idea = make_idea(panel=panel)
        add_comment(idea, ana, body=BODY)
        path = f"/ideas/{idea.id}-{idea.slug}"
        assert [CANARY in browser_of(who).get(path).text for who in (ana, mia, ben)] == [True, True, False]


class TestRulesPage:
    def test_a_panel_s_rules_are_set_and_given_up_again(
        self, browser_of: Browser, mia: Member, panel: Panel
    ) -> None:
        browser, path = browser_of(mia), f"/staff/moderation/rules/{panel.slug}"
        assert browser.post(path, data={"first_posts_wait": "2", "links_wait": "yes"}).status_code == 303
        assert (find_rules(panel.id).first_posts_wait, find_rules(panel.id).links_wait) == (2, True)
        assert 'value="2"' in browser.get(path).text
        browser.post(path, data={"first_posts_wait": "", "links_wait": ""})
        assert find_rules(panel.id) == find_rules(None)

    def test_a_number_beyond_its_bounds_comes_back(
        self, browser_of: Browser, mia: Member, panel: Panel
    ) -> None:
        answer = browser_of(mia).post("/staff/moderation/rules", data={"first_posts_wait": "99"})
        assert answer.status_code == 422
        assert 'value="99"' in answer.text

    def test_each_moderator_sets_those_of_their_panels_only(self, browser_of: Browser, panel: Panel) -> None:
        other = make_panel()
        browser = browser_of(make_member(roles=("moderator",), panel_id=panel.id))
        assert browser.get("/staff/moderation/rules").location.endswith(panel.slug)
        assert browser.get("/staff/moderation/words").location.endswith(panel.slug)
        assert browser.post("/staff/moderation/rules", data={}).status_code == 303
        assert browser.get(f"/staff/moderation/rules/{other.slug}").status_code == 404
        for path in ("/staff/moderation/words", f"/staff/moderation/words?panel={other.slug}"):
            assert browser.post(path, data={"terms": "casino", "effect": "hold"}).status_code == 404


class TestWordsPage:
    def test_many_are_added_at_once_and_let_go_again(self, browser_of: Browser, mia: Member) -> None:
        browser = browser_of(mia)
        words = {"terms": "casino\n\n CASINO \n加微信\nfree money", "effect": "refuse"}
        page = browser.post("/staff/moderation/words", data=words, follow_redirects=True).text
        assert "3 words are new." in page
        assert "not taken" in page
        ids = re.findall(r'data-word-id="(\d+)"', page)
        page = browser.post(
            "/staff/moderation/words/allow", data={"word": ids[:2]}, follow_redirects=True
        ).text
        assert "2 words can be said again." in page
        assert len(re.findall("data-word-id", page)) == 1

    def test_what_cannot_be_looked_for_is_refused(self, browser_of: Browser, mia: Member) -> None:
        answer = browser_of(mia).post("/staff/moderation/words", data={"terms": "ok\n***", "effect": "hold"})
        assert answer.status_code == 422
        assert "be looked for" in answer.text

    @pytest.mark.parametrize(
        ("text", "outcome"),
        [
            ("An ordinary sentence", "shown"),
            ("Try our C4SINO", "held"),
            ("I can see other customers' orders", "private"),
            ("You 1diot", "refused"),
        ],
    )
    def test_a_text_can_be_tried(
        self, browser_of: Browser, mia: Member, ada: Member, text: str, outcome: str
    ) -> None:
        block_words(None, ["casino"], effect="hold", by=ada)
        block_words(None, ["idiot"], effect="refuse", by=ada)
        page = browser_of(mia).post("/staff/moderation/words/try", data={"text": text}).text
        assert f'data-tried="{outcome}"' in page


class TestCost:
    def test_a_text_is_screened_in_three_statements(self, app: Flask, ana: Member, ada: Member) -> None:
        panel = make_panel(members=(ana,))
        set_rules(panel, {"first_posts_wait": 1}, by=ada)
        with clock.stopped_at(clock.now()), statements() as sent:
            publish_idea(panel, ana, title="A bench in front of the shop")
        screening = [
            each for each in sent if re.search("screening_rules|blocked_words|trust_standings", each)
        ]
        assert len(screening) == 3
