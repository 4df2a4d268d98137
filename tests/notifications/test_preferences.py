"""The page of notices: how soon what comes by mail, in general and from one panel, and quiet hours."""

from collections.abc import Callable

import pytest

from community.members.models import Member
from community.notifications.queries.preferences import chosen_by
from tests.conftest import Client
from tests.factories.panels import make_panel

PAGE = "/me/notifications"
GENERAL = {
    "ideas": "daily", "replies": "at_once", "answers": "weekly", "surveys": "never", "heard": "at_once",
    "points": "never", "care": "at_once", "digest": "weekly",
}  # fmt: skip


class TestPaces:
    def test_a_choice_is_kept_and_shown(self, browser_of: Callable[[Member], Client], ana: Member) -> None:
        browser = browser_of(ana)
        answer = browser.post(PAGE, data=GENERAL)
        assert (answer.status_code, answer.location) == (303, PAGE)
        assert chosen_by(ana) == {(topic, None): pace for topic, pace in GENERAL.items()}
        page = browser.get(PAGE).text
        assert page.count('<option selected value="never">') == 2

    def test_one_panel_can_be_otherwise_and_go_back(
        self, browser_of: Callable[[Member], Client], ana: Member
    ) -> None:
        panel, browser = make_panel(members=(ana,)), browser_of(ana)
        here = f"{PAGE}?panel={panel.slug}"
        assert "As everywhere: At once" in browser.get(here).text
        assert browser.post(here, data={"ideas": "never", "replies": ""}).location == here
        assert chosen_by(ana) == {("ideas", panel.id): "never"}
        browser.post(here, data={"ideas": "", "replies": ""})
        assert chosen_by(ana) == {}

    def test_a_panel_one_is_not_in_is_not_there(
        self, browser_of: Callable[[Member], Client], ana: Member
    ) -> None:
        for slug in (make_panel(visibility="private").slug, "nowhere"):
            assert browser_of(ana).get(f"{PAGE}?panel={slug}").status_code == 404
            assert browser_of(ana).post(f"{PAGE}?panel={slug}", data={"ideas": "never"}).status_code == 404

    @pytest.mark.parametrize("wrong", [{"ideas": "hourly"}, {"surveys": "daily"}, {"digest": "at_once"}])
    def test_a_pace_that_there_is_not_is_refused_beside_its_field(
        self, browser_of: Callable[[Member], Client], ana: Member, wrong: dict[str, str]
    ) -> None:
        answer = browser_of(ana).post(PAGE, data=GENERAL | wrong)
        assert answer.status_code == 422
        assert f'id="{next(iter(wrong))}-error"' in answer.text
        assert chosen_by(ana) == {}

    def test_staff_choose_for_their_desk_and_members_do_not_see_it(
        self, browser_of: Callable[[Member], Client], ana: Member, omar: Member
    ) -> None:
        assert "Cases on your desk" in browser_of(omar).get(PAGE).text
        assert "Cases on your desk" not in browser_of(ana).get(PAGE).text


class TestQuietHours:
    def test_they_are_kept_and_taken_back(self, browser_of: Callable[[Member], Client], ana: Member) -> None:
        browser = browser_of(ana)
        assert browser.post(f"{PAGE}/quiet", data={"quiet_from": "22", "quiet_until": "7"}).status_code == 303
        assert (ana.quiet_from, ana.quiet_until) == (22, 7)
        browser.post(f"{PAGE}/quiet", data={"quiet_from": "", "quiet_until": ""})
        assert (ana.quiet_from, ana.quiet_until) == (None, None)

    @pytest.mark.parametrize(
        ("sent", "field"),
        [(("22", ""), "quiet_until"), (("", "7"), "quiet_from"), (("9", "9"), "quiet_until")],
    )
    def test_half_of_them_is_refused(
        self, browser_of: Callable[[Member], Client], ana: Member, sent: tuple[str, str], field: str
    ) -> None:
        answer = browser_of(ana).post(f"{PAGE}/quiet", data={"quiet_from": sent[0], "quiet_until": sent[1]})
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
        assert ana.quiet_from is None
