"""The desk of points that wait, and what members are told of decisions."""

from collections.abc import Callable
from html import unescape

import pytest

from community.activity.actions import follow_due
from community.infra.db import db, unit_of_work
from community.loyalty.actions import awarding
from community.loyalty.models import Award
from community.members.models import Member, RoleGrant
from community.panels.models import Panel
from tests.conftest import Client
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.statements import statements

Browsers = Callable[[Member], Client]
DESK = "/staff/rewards/awards"


def waiting(member: Member, source_id: int, *, panel: Panel | None = None, title: str = "") -> Award:
    """Points that wait for an idea."""
    award = awarding.thank(
        "idea_accepted",
        member_id=member.id,
        source=("idea", source_id),
        title=title or f"Idea {source_id}",
        path=f"/ideas/{source_id}",
        panel_id=panel.id if panel else None,
    )
    assert award is not None
    return award


def moderator_of(panel: Panel) -> Member:
    """Somebody who moderates one panel."""
    return make_member(roles=("moderator",), panel_id=panel.id)


class TestDesk:
    def test_it_shows_what_waits_the_oldest_first(
        self, browser_of: Browsers, mia: Member, ana: Member
    ) -> None:
        waiting(ana, 1, title="The older one")
        waiting(ana, 2, title="The newer one")
        page = browser_of(mia).get(DESK).text
        assert 0 < page.index("The older one") < page.index("The newer one")
        assert "20 points" in page
        assert "3 supporters are enough" in page

    def test_whoever_moderates_one_panel_sees_that_panel_only(
        self, browser_of: Browsers, ana: Member
    ) -> None:
        ours, theirs = make_panel(), make_panel(visibility="private")
        waiting(ana, 1, panel=ours, title="Ours")
        waiting(ana, 2, panel=theirs, title="Theirs")
        waiting(ana, 3, title="Of no panel")
        page = browser_of(moderator_of(ours)).get(DESK).text
        assert "Ours" in page
        assert "Theirs" not in page
        assert theirs.name not in page
        assert "Of no panel" not in page

    def test_analysts_and_members_have_no_desk(self, browser_of: Browsers, ana: Member) -> None:
        assert browser_of(ana).get(DESK).status_code == 403
        assert browser_of(make_member(roles=("analyst",))).get(DESK).status_code == 403

    def test_it_is_narrowed_by_rule_and_panel(self, browser_of: Browsers, mia: Member, ana: Member) -> None:
        panel = make_panel()
        waiting(ana, 1, panel=panel, title="In the panel")
        waiting(ana, 2, title="Elsewhere")
        page = browser_of(mia).get(DESK, query_string={"panel": panel.slug}).text
        assert ("In the panel" in page, "Elsewhere" in page) == (True, False)
        page = browser_of(mia).get(DESK, query_string={"rule": "comment_helpful"}).text
        assert "Nothing waits here" in page

    def test_nobody_decides_about_their_own_points(
        self, browser_of: Browsers, ana: Member, mia: Member
    ) -> None:
        award = waiting(ana, 1)
        with unit_of_work():
            ana.roles = [RoleGrant(role="moderator")]
        assert "Idea 1" not in browser_of(ana).get(DESK).text
        browser_of(ana).post(DESK, data={"award": award.id, "decision": "approve"})
        assert db.session.get_one(Award, award.id).state == "pending"

    def test_it_asks_the_database_the_same_however_much_waits(
        self, browser_of: Browsers, mia: Member, ana: Member, ben: Member
    ) -> None:
        browser = browser_of(mia)
        counts = []
        for numbers in (range(1, 3), range(3, 20)):
            for number in numbers:
                waiting(make_member(), number, panel=make_panel())
            with statements() as sent:
                browser.get(DESK)
            counts.append(len(sent))
        assert counts[0] == counts[1]


class TestDeciding:
    def test_the_chosen_ones_are_approved_and_the_others_wait(
        self, browser_of: Browsers, mia: Member, ana: Member
    ) -> None:
        first, second, third = (waiting(ana, number) for number in (1, 2, 3))
        answer = browser_of(mia).post(DESK, data={"award": [first.id, third.id], "decision": "approve"})
        assert (answer.status_code, answer.location) == (303, DESK)
        assert [award.state for award in (first, second, third)] == ["matured", "pending", "matured"]

    def test_filters_stay_after_a_decision(self, browser_of: Browsers, mia: Member, ana: Member) -> None:
        panel = make_panel()
        award = waiting(ana, 1, panel=panel)
        answer = browser_of(mia).post(
            DESK, query_string={"panel": panel.slug}, data={"award": award.id, "decision": "approve"}
        )
        assert answer.location == f"{DESK}?panel={panel.slug}"

    def test_a_denial_needs_words_and_keeps_what_was_chosen(
        self, browser_of: Browsers, mia: Member, ana: Member
    ) -> None:
        award = waiting(ana, 1)
        answer = browser_of(mia).post(DESK, data={"award": award.id, "decision": "deny", "note": ""})
        assert answer.status_code == 422
        assert "Please say why. The member reads it." in answer.text
        assert '<details class="award-denial" open>' in answer.text
        assert f'value="{award.id}" data-key="x" checked' in answer.text
        assert award.state == "pending"

    def test_nothing_chosen_is_refused(self, browser_of: Browsers, mia: Member, ana: Member) -> None:
        waiting(ana, 1)
        answer = browser_of(mia).post(DESK, data={"decision": "approve"})
        assert answer.status_code == 422
        assert "Choose some first" in answer.text
        assert '<details class="award-denial">' in answer.text

    @pytest.mark.parametrize("number", ["9" * 30, "-1", "x"])
    def test_a_number_that_no_row_has_is_refused(
        self, browser_of: Browsers, mia: Member, number: str
    ) -> None:
        assert browser_of(mia).post(DESK, data={"award": number, "decision": "approve"}).status_code == 422

    def test_points_of_another_panel_are_out_of_reach(self, browser_of: Browsers, ana: Member) -> None:
        award = waiting(ana, 1, panel=make_panel())
        browser_of(moderator_of(make_panel())).post(DESK, data={"award": award.id, "decision": "approve"})
        assert award.state == "pending"

    def test_what_somebody_else_decided_meanwhile_stays_decided(
        self, browser_of: Browsers, mia: Member, omar: Member, ana: Member
    ) -> None:
        award = waiting(ana, 1)
        browser = browser_of(mia)
        awarding.deny([award], by=omar, note="Off topic.")
        answer = browser.post(DESK, data={"award": award.id, "decision": "approve"})
        assert answer.status_code == 303
        assert award.state == "denied"


class TestNotices:
    def told(self, browser_of: Browsers, member: Member) -> str:
        follow_due()
        return unescape(browser_of(member).get("/inbox").text)

    def test_whoever_is_denied_points_reads_why(self, browser_of: Browsers, mia: Member, ana: Member) -> None:
        awarding.deny([waiting(ana, 1, title="A lid")], by=mia, note="It is an advertisement.")
        page = self.told(browser_of, ana)
        assert "20 points do not come: your idea “A lid” was not accepted." in page
        assert "It is an advertisement." in page

    def test_whoever_loses_points_reads_why(self, browser_of: Browsers, ana: Member) -> None:
        waiting(ana, 1, title="A lid")
        awarding.accept(("idea", 1), reason="taken_up")
        awarding.take_back(("idea", 1), reason="removed")
        page = self.told(browser_of, ana)
        assert "20 points for your idea “A lid” are taken back." in page
        assert "A moderator removed it." in page

    def test_points_that_come_are_no_news_and_neither_is_what_one_did_oneself(
        self, browser_of: Browsers, ana: Member
    ) -> None:
        waiting(ana, 1, title="A lid")
        awarding.accept(("idea", 1), reason="taken_up")
        awarding.take_back(("idea", 1), reason="deleted", by=ana)
        assert "A lid" not in self.told(browser_of, ana)
