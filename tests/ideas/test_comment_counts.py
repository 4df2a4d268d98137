"""What stands above the talk below an idea: how much was said, and what only some readers find besides."""

import re
from collections.abc import Callable

from community.ideas.actions.comments import add_comment, delete_comment
from community.ideas.models import Comment, Idea
from community.infra.db import lock, unit_of_work
from community.members.models import Member
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.members import make_member

BrowserOf = Callable[[Member], Client]


def heading(browser: Client, idea: Idea, query: str = "") -> str:
    """The words above the comments."""
    answer = browser.get(f"/ideas/{idea.id}-{idea.slug}{query}")
    assert answer.status_code == 200, answer.headers
    page = answer.text
    inside = page.partition('id="comments-title">')[2].partition("</h2>")[0]
    return " ".join(re.sub(r"<[^>]+>", "", inside).split())


def keep_back(comment: Comment, state: str) -> None:
    """As a moderator leaves it."""
    with unit_of_work():
        lock(Comment, comment.id).state = state
        lock(Idea, comment.idea_id).comment_count -= 1


class TestHeading:
    def test_moderators_read_how_many_others_do_not_find(
        self, client: Client, browser_of: BrowserOf, ana: Member, ben: Member, mia: Member
    ) -> None:
        idea = make_idea()
        said = [add_comment(idea, ana, body=f"Number {number}") for number in range(6)]
        keep_back(said[0], "hidden")
        assert heading(browser_of(mia), idea) == "5 comments · 1 hidden"
        keep_back(said[1], "waiting")
        assert heading(browser_of(mia), idea) == "4 comments · 1 waits · 1 hidden"
        delete_comment(said[2], ana)
        assert heading(browser_of(mia), idea) == "3 comments · 1 waits · 1 hidden · 1 removed"
        for browser in (client, browser_of(ben)):
            assert heading(browser, idea) == "3 comments"
        assert heading(browser_of(ana), idea) == "3 comments · 1 waits · 1 hidden"

    def test_nothing_is_said_where_all_can_be_read(self, browser_of: BrowserOf, mia: Member) -> None:
        idea = make_idea()
        assert heading(browser_of(mia), idea) == "Comments"
        add_comment(idea, mia, body="The only one")
        assert heading(browser_of(mia), idea) == "1 comment"

    def test_a_long_talk_is_counted_as_a_whole(self, browser_of: BrowserOf, mia: Member) -> None:
        idea, writer = make_idea(), make_member()
        said = [add_comment(idea, writer, body=f"Number {number}") for number in range(53)]
        for comment in (said[0], said[-1]):
            keep_back(comment, "hidden")
        for query in ("", f"?after={said[49].id}"):
            assert heading(browser_of(mia), idea, query) == "51 comments · 2 hidden"

    def test_replies_count_too(self, browser_of: BrowserOf, ana: Member, mia: Member) -> None:
        idea = make_idea()
        first = add_comment(idea, ana, body="The first one")
        keep_back(add_comment(idea, ana, body="A reply", parent_id=first.id), "hidden")
        assert heading(browser_of(mia), idea) == "1 comment · 1 hidden"
