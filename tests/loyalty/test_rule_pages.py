"""The staff pages on which rules and settings are changed."""

from collections.abc import Callable
from html import unescape

import pytest

from community.loyalty.actions.rules import change_rule
from community.loyalty.queries import rules
from community.loyalty.queries.programme import programme
from community.members.models import Member
from tests.conftest import Client
from tests.factories.members import make_member

Browsers = Callable[[Member], Client]
RULES = "/staff/rewards/rules"
EDIT = f"{RULES}/idea_accepted"
SETTINGS = "/staff/rewards/settings"

SAID = {
    "is_on": "y", "points": "10", "first_bonus": "10", "per_day": "3", "per_week": "10", "decay": "80",
    "decay_days": "7", "supporters_needed": "3", "wait_days": "7", "per_pair": "3",
    "qualifies": "y", "seen": "1",
}  # fmt: skip
SET = {
    "is_open": "y", "points_per_day": "100", "points_per_month": "1000", "most_in_wallet": "",
    "budget_per_month": "", "valid_months": "24", "grace_days": "30", "currency": "EUR",
    "cost_per_thousand": "5.00", "expected_redemption": "80", "adjustment_limit": "200", "ring_minimum": "8",
}  # fmt: skip


@pytest.mark.parametrize("address", [RULES, EDIT, SETTINGS])
def test_they_are_for_administrators_of_the_site(
    address: str, browser_of: Browsers, mia: Member, omar: Member
) -> None:
    for member in (mia, omar, make_member(roles=("admin",), panel_id=None)):
        expected = 200 if member.holds_role("admin") else 403
        assert browser_of(member).get(address).status_code == expected


class TestRules:
    def test_the_list_says_what_members_read(self, browser_of: Browsers, ada: Member) -> None:
        page = browser_of(ada).get(RULES).text
        assert page.count("data-rule=") == 10
        assert "10 points, and 10 more for your first one" in page

    def test_a_change_is_a_version_that_stands_from_now_on(self, browser_of: Browsers, ada: Member) -> None:
        answer = browser_of(ada).post(EDIT, data=SAID | {"points": "15", "per_week": "", "decay": "50"})
        assert (answer.status_code, answer.location) == (303, f"{RULES}#idea_accepted")
        version = rules.standing("idea_accepted")
        assert (version.number, version.points, version.per_week, version.decay) == (2, 15, None, 0.5)

    def test_what_the_form_shows_is_what_stands(self, browser_of: Browsers, ada: Member) -> None:
        browser_of(ada).post(EDIT, data=SAID)
        assert rules.standing("idea_accepted").number == 1

    def test_history_says_who_changed_what(self, browser_of: Browsers, ada: Member) -> None:
        change_rule("idea_accepted", {"points": 15, "per_day": None}, by=ada, seen=1)
        page = unescape(browser_of(ada).get(EDIT).text)
        assert "Points: 10 → <strong>15</strong>" in page
        assert "At most in 24 hours: 3 → <strong>–</strong>" in page
        assert page.index('data-version="2"') < page.index('data-version="1"')
        assert "Came with the site" in page

    def test_a_change_made_from_an_older_version_is_refused(self, browser_of: Browsers, ada: Member) -> None:
        change_rule("idea_accepted", {"points": 15}, by=ada, seen=1)
        answer = browser_of(ada).post(EDIT, data=SAID | {"points": "16"})
        assert answer.status_code == 422
        assert "A colleague has changed this rule meanwhile" in answer.text
        assert rules.standing("idea_accepted").points == 15

    @pytest.mark.parametrize(
        ("field", "value"),
        [("points", ""), ("points", "-1"), ("decay", "0"), ("decay", "101"), ("per_day", "0")],
    )
    def test_what_makes_no_sense_is_refused(
        self, browser_of: Browsers, ada: Member, field: str, value: str
    ) -> None:
        answer = browser_of(ada).post(EDIT, data=SAID | {field: value})
        assert answer.status_code == 422
        assert rules.standing("idea_accepted").number == 1

    def test_a_rule_offers_only_what_can_be_set_for_it(self, browser_of: Browsers, ada: Member) -> None:
        page = browser_of(ada).get(f"{RULES}/survey_completed").text
        assert 'name="wait_days"' in page
        assert 'name="points"' not in page
        browser_of(ada).post(
            f"{RULES}/survey_completed",
            data={"is_on": "y", "gate": "acceptance", "wait_days": "2", "points": "500", "seen": "1"},
        )
        version = rules.standing("survey_completed")
        assert (version.number, version.points, version.wait_days) == (2, None, 2)

    def test_only_answers_can_be_paid_for_at_once(self, browser_of: Browsers, ada: Member) -> None:
        change_rule("survey_completed", {"gate": "none"}, by=ada, seen=1)
        page = unescape(browser_of(ada).get(f"{RULES}/survey_completed").text)
        assert "Once it is accepted → <strong>At once</strong>" in page
        browser_of(ada).post(EDIT, data=SAID | {"gate": "none"})
        assert rules.standing("idea_accepted").gate == "acceptance"

    def test_there_is_no_page_for_a_rule_that_cannot_be(self, browser_of: Browsers, ada: Member) -> None:
        assert browser_of(ada).get(f"{RULES}/praise").status_code == 404


class TestSettings:
    def test_they_come_filled_in_and_go_back_unchanged(self, browser_of: Browsers, ada: Member) -> None:
        page = browser_of(ada).get(SETTINGS).text
        assert 'name="cost_per_thousand"' in page
        before = {name: getattr(programme(), name) for name in SET}
        assert browser_of(ada).post(SETTINGS, data=SET).status_code == 303
        assert {name: getattr(programme(), name) for name in SET} == before

    def test_limits_and_money_are_kept(self, browser_of: Browsers, ada: Member) -> None:
        browser_of(ada).post(
            SETTINGS,
            data=SET
            | {
                "points_per_day": "",
                "budget_per_month": "50000",
                "currency": "jpy",
                "cost_per_thousand": "700",
            },
        )
        settings = programme()
        assert (settings.points_per_day, settings.budget_per_month) == (None, 50_000)
        assert (settings.currency, settings.cost_per_thousand) == ("JPY", 700)

    @pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "1e999999", "-1"])
    def test_money_that_is_no_number_is_refused(self, browser_of: Browsers, ada: Member, value: str) -> None:
        before = programme().cost_per_thousand
        assert browser_of(ada).post(SETTINGS, data=SET | {"cost_per_thousand": value}).status_code == 422
        assert programme().cost_per_thousand == before

    def test_closing_the_programme_closes_the_rule_book(
        self, browser_of: Browsers, client: Client, ada: Member
    ) -> None:
        browser_of(ada).post(SETTINGS, data={name: value for name, value in SET.items() if name != "is_open"})
        assert not programme().is_open
        assert client.get("/points").status_code == 404
        assert browser_of(ada).get(RULES).status_code == 200

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("currency", "XQQ"),
            ("expected_redemption", "101"),
            ("grace_days", ""),
            ("cost_per_thousand", "-1"),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, browser_of: Browsers, ada: Member, field: str, value: str
    ) -> None:
        assert browser_of(ada).post(SETTINGS, data=SET | {field: value}).status_code == 422
