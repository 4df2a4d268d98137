from collections.abc import Callable

from community.activity.actions import follow_due
from community.members.models import Member
from community.panels import actions
from community.panels.queries.doors import find_last_request
from tests.conftest import Client
from tests.factories.members import make_member
from tests.factories.panels import make_panel


def inbox(browser: Client) -> str:
    return browser.get("/inbox").text


class TestRequests:
    def test_those_who_decide_hear_of_a_wish_and_the_member_of_the_answer(
        self, ana: Member, ben: Member, mia: Member, omar: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        panel = make_panel("Card makers", visibility="members", admission="request")
        actions.join_panel(ana, panel, answers={}, note="I fold.")
        follow_due()
        assert "Ana Martins would like to join “Card makers”" in inbox(browser_of(mia))
        assert "would like to join" not in inbox(browser_of(omar))

        request = find_last_request(ana, panel)
        assert request is not None
        actions.refuse_request(mia, request, message="We start again in May.")
        follow_due()
        told = inbox(browser_of(ana))
        assert "has no place for you at the moment" in told
        assert "We start again in May." in told
        assert "Card makers" not in inbox(browser_of(ben))

    def test_who_is_let_in_is_told_in_their_own_language(
        self, lin: Member, mia: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        panel = make_panel(
            "Card makers",
            visibility="members",
            admission="request",
            translations={"zh_Hans": {"name": "手工贺卡"}},
        )
        actions.join_panel(lin, panel, answers={}, note="")
        request = find_last_request(lin, panel)
        assert request is not None
        actions.admit_request(mia, request)
        follow_due()
        assert "手工贺卡" in inbox(browser_of(lin))

    def test_a_moderator_of_another_panel_hears_nothing(
        self, ana: Member, browser_of: Callable[[Member], Client]
    ) -> None:
        elsewhere = make_member(roles=("moderator",), panel_id=make_panel().id)
        panel = make_panel("Inner circle", visibility="members", admission="request")
        actions.join_panel(ana, panel, answers={}, note="")
        follow_due()
        assert "Inner circle" not in inbox(browser_of(elsewhere))
