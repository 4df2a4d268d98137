"""Following an idea."""

from collections.abc import Callable

from community.ideas.actions.comments import add_comment
from community.ideas.actions.follows import follow, unfollow
from community.ideas.actions.merges import merge_ideas
from community.ideas.actions.votes import support_idea
from community.members.models import Member
from tests.conftest import Client
from tests.factories.ideas import make_idea
from tests.factories.panels import make_panel


class TestFollow:
    def test_following_twice_is_following_once(self, ana: Member, ben: Member) -> None:
        idea = make_idea(author=ben)
        before = idea.follower_count
        follow(idea, ana)
        follow(idea, ana)
        assert idea.follower_count == before + 1
        unfollow(idea, ana)
        unfollow(idea, ana)
        assert idea.follower_count == before

    def test_authors_supporters_and_commenters_follow_by_themselves(
        self, ana: Member, ben: Member, lin: Member
    ) -> None:
        idea = make_idea(author=ana)
        assert idea.follower_count == 1
        support_idea(idea, ben)
        add_comment(idea, lin, body="我也是。")
        support_idea(idea, lin)
        assert idea.follower_count == 3

    def test_who_follows_two_that_are_joined_counts_once(self, ana: Member, ben: Member, mia: Member) -> None:
        panel = make_panel()
        one, other = make_idea(panel=panel, author=ben), make_idea(panel=panel, author=ben)
        follow(one, ana)
        follow(other, ana)
        merge_ideas(one, into=other, moderator=mia)
        assert other.follower_count == 2
        unfollow(one, ana)
        assert other.follower_count == 1


class TestTheFollowButton:
    def test_it_follows_and_takes_back(self, browser_of: Callable[[Member], Client], ana: Member) -> None:
        idea, browser = make_idea(), browser_of(ana)
        before = idea.follower_count
        assert browser.post(f"/ideas/{idea.id}/follow").status_code == 303
        assert idea.follower_count == before + 1
        assert browser.post(f"/ideas/{idea.id}/unfollow").status_code == 303
        assert idea.follower_count == before

    def test_it_is_not_there_for_outsiders_of_a_private_panel(
        self, browser_of: Callable[[Member], Client], ana: Member, ben: Member
    ) -> None:
        idea = make_idea(panel=make_panel(visibility="private", members=(ben,)), author=ben)
        assert browser_of(ana).post(f"/ideas/{idea.id}/follow").status_code == 404
