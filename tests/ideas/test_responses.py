"""The official response."""

from collections.abc import Callable

from community.ideas.actions.merges import merge_ideas
from community.ideas.actions.responses import give_response
from community.ideas.actions.statuses import change_status
from community.ideas.models import Comment
from community.infra.db import db
from community.members.models import Member
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.panels import make_panel


class TestGiveResponse:
    def test_it_is_a_comment_that_is_pinned_and_shown_on_the_card(self, omar: Member) -> None:
        idea = make_idea()
        answer = give_response(idea, omar, body="We tested a *first* sample.")
        assert answer.is_official
        assert idea.response_comment_id == answer.id
        assert (idea.response_excerpt, idea.response_by_id) == ("We tested a first sample.", omar.id)
        assert idea.comment_count == 1
        assert idea.answered_at == answer.published_at

    def test_a_new_one_leaves_the_old_one_among_the_comments(self, omar: Member) -> None:
        idea = make_idea()
        old = give_response(idea, omar, body="First answer.")
        new = give_response(idea, omar, body="Second answer.")
        assert idea.response_comment_id == new.id
        assert idea.comment_count == 2
        assert db.session.get_one(Comment, old.id).is_official


class TestWhatHappened:
    def test_moves_answers_and_merges_stand_in_one_history(
        self, client: Client, omar: Member, mia: Member
    ) -> None:
        panel = make_panel()
        idea, same = make_idea(panel=panel), make_idea("Said by somebody else", panel=panel)
        change_status(idea, omar, status="under_review", message="We look at it.")
        merge_ideas(same, into=idea, moderator=mia)
        give_response(idea, omar, body="We tested it.")
        change_status(idea, omar, status="planned", message="We do it.")
        page = client.get(f"/ideas/{idea.id}-{idea.slug}").text
        history = page[page.index("What happened to it") :]
        words = ("We do it.", "Answered", "Said by somebody else", "We look at it.")
        places = [history.index(word) for word in words]
        assert places == sorted(places)


class TestTheResponseForm:
    def test_an_owner_pins_an_answer(self, browser_of: Callable[[Member], Client], omar: Member) -> None:
        idea, browser = make_idea(), browser_of(omar)
        assert browser.post(f"/ideas/{idea.id}/response", data={"body": "We do it."}).status_code == 303
        page = browser.get(f"/ideas/{idea.id}-{idea.slug}").text
        assert page.index("official-response") < page.index('id="comments"')
        assert "We do it." in page

    def test_an_empty_one_comes_back(self, browser_of: Callable[[Member], Client], omar: Member) -> None:
        idea = make_idea()
        answer = browser_of(omar).post(f"/ideas/{idea.id}/response", data={"body": "  "})
        assert answer.status_code == 422
        assert "response-body-error" in answer.text

    def test_members_may_not(self, browser_of: Callable[[Member], Client], ana: Member) -> None:
        idea = make_idea()
        assert (
            browser_of(ana).post(f"/ideas/{idea.id}/response", data={"body": "I speak."}).status_code == 403
        )
        assert idea.response_comment_id is None
