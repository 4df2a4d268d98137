"""Staff write tiers, and say how they are counted."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from community.activity.models import Activity
from community.infra.db import db, unit_of_work
from community.loyalty.models import Reward, Tier
from community.loyalty.queries.programme import programme
from community.loyalty.queries.tiers import all_tiers
from community.members.models import Member
from tests.conftest import Client
from tests.factories.cases import make_level
from tests.factories.loyalty import stand_on
from tests.factories.members import make_member
from tests.factories.panels import make_panel

BRONZE = {
    "name_en": "Bronze", "name_zh_Hans": "铜卡", "benefits_en": "A card on your birthday.", "threshold": "50",
    "active_months": "0", "look": "green",
}  # fmt: skip
TERMS = {"tier_window_days": 180, "tier_period_months": 6, "keep_percent": 70, "tier_grace_days": 14}


@pytest.fixture
def desk(browser_of: Callable[[Member], Client], ada: Member) -> Client:
    """The browser of an administrator."""
    return browser_of(ada)


@pytest.fixture
def ladder(app: Flask) -> list[Tier]:
    """Member, silver and gold."""
    return all_tiers()


def names() -> list[str]:
    """What the tiers are called, the lowest first."""
    db.session.expire_all()
    return [tier.name["en"] for tier in all_tiers()]


class TestAccess:
    def test_only_administrators_of_the_site(
        self, ladder: list[Tier], client: Client, browser_of, ana: Member, omar: Member, mia: Member
    ) -> None:
        of_panel = make_member("Panel admin", roles=("admin",), panel_id=make_panel().id)
        silver = ladder[1].id
        for path in ("tiers", "tiers/new", f"tiers/{silver}", "tiers/counting"):
            assert client.get(f"/staff/rewards/{path}").status_code == 303
            for somebody in (ana, omar, mia, of_panel):
                assert browser_of(somebody).get(f"/staff/rewards/{path}").status_code == 403, path
        for path in ("tiers/new", f"tiers/{silver}", f"tiers/{silver}/removal", "tiers/counting"):
            assert browser_of(omar).post(f"/staff/rewards/{path}", data=BRONZE | TERMS).status_code == 403
        assert names() == ["Member", "Silver", "Gold"]


class TestList:
    def test_it_says_what_each_takes_and_who_stands_there(
        self, desk: Client, ladder: list[Tier], ana: Member, ben: Member
    ) -> None:
        for member in (ana, ben):
            stand_on(ladder[1], member)
        page = desk.get("/staff/rewards/tiers").text
        row = page.split(f'data-tier-id="{ladder[1].id}"')[1].split("</tr>")[0]
        assert ">200<" in row
        assert ">160<" in row
        assert 'data-members="2"' in row


class TestWriting:
    def test_a_tier_is_added_in_three_languages(self, desk: Client, ladder: list[Tier]) -> None:
        sent = desk.post("/staff/rewards/tiers/new", data=BRONZE)
        assert (sent.status_code, sent.location) == (303, "/staff/rewards/tiers")
        assert names() == ["Member", "Bronze", "Silver", "Gold"]
        bronze = all_tiers()[1]
        assert bronze.name == {"en": "Bronze", "zh_Hans": "铜卡"}
        assert bronze.benefits == {"en": "A card on your birthday."}
        assert (bronze.threshold, bronze.active_months, bronze.look) == (50, 0, "green")

    def test_its_form_shows_what_stands(self, desk: Client, ladder: list[Tier]) -> None:
        page = desk.get(f"/staff/rewards/tiers/{ladder[1].id}").text
        assert 'value="银卡会员"' in page
        assert 'value="200"' in page

    def test_what_was_before_is_kept_in_the_record(
        self, desk: Client, ladder: list[Tier], ada: Member
    ) -> None:
        desk.post(f"/staff/rewards/tiers/{ladder[1].id}", data=BRONZE | {"threshold": 250})
        activity = db.session.scalars(select(Activity).where(Activity.kind == "tiers.edited")).one()
        assert activity.actor_id == ada.id
        assert activity.data["before"]["threshold"] == 200
        assert activity.data["after"]["threshold"] == 250

    @pytest.mark.parametrize(
        ("change", "error"),
        [
            ({"name_en": "", "name_zh_Hans": " "}, "Please fill this in."),
            ({"name_en": "x" * 41}, "at most 40 characters"),
            ({"benefits_en": "x" * 501}, "at most 500 characters"),
            ({"threshold": "600"}, "Another tier takes as many points."),
            ({"threshold": ""}, "Please fill this in."),
            ({"threshold": "-5"}, "Not a valid integer value."),
            ({"threshold": "0"}, "Another tier takes as many points."),
            ({"active_months": "13"}, "Please use between 0 and 12."),
            ({"look": "rainbow"}, "Not a valid choice"),
        ],
    )
    def test_a_refused_form_comes_back_filled_in(
        self, desk: Client, ladder: list[Tier], change: dict[str, str], error: str
    ) -> None:
        sent = desk.post("/staff/rewards/tiers/new", data=BRONZE | change)
        assert sent.status_code == 422
        assert error in sent.text
        assert "A card on your birthday." in sent.text or "benefits_en" in change
        assert names() == ["Member", "Silver", "Gold"]

    def test_the_lowest_takes_nothing(self, desk: Client, ladder: list[Tier]) -> None:
        sent = desk.post(f"/staff/rewards/tiers/{ladder[0].id}", data=BRONZE)
        assert sent.status_code == 422
        assert "Everybody begins on the lowest tier" in sent.text

    def test_a_tier_that_is_not_there_is_not_found(self, desk: Client) -> None:
        assert desk.get("/staff/rewards/tiers/987654").status_code == 404
        assert desk.post("/staff/rewards/tiers/987654/removal").status_code == 404


class TestRemoving:
    def test_who_is_on_it_goes_on_below(self, desk: Client, ladder: list[Tier], ana: Member) -> None:
        stand_on(ladder[1], ana)
        assert (
            "1 member is on it. They are on Member then"
            in desk.get(f"/staff/rewards/tiers/{ladder[1].id}").text
        )
        assert desk.post(f"/staff/rewards/tiers/{ladder[1].id}/removal").status_code == 303
        assert names() == ["Member", "Gold"]

    def test_not_while_a_reward_asks_for_it(self, desk: Client, ladder: list[Tier], ana: Member) -> None:
        stand_on(ladder[1], ana)
        with unit_of_work() as session:
            session.add(
                Reward(kind="donation", name={"en": "A tree"}, cost=10, tier_id=ladder[1].id, state="offered")
            )
        page = desk.get(f"/staff/rewards/tiers/{ladder[1].id}").text
        assert "Change them first." in page
        assert "Remove the tier<" not in page
        assert desk.post(f"/staff/rewards/tiers/{ladder[1].id}/removal").status_code == 409
        assert names() == ["Member", "Silver", "Gold"]
        assert ana.unread_count == 0

    def test_not_while_a_service_level_asks_for_it(self, desk: Client, ladder: list[Tier]) -> None:
        make_level(tier_id=ladder[1].id)
        sent = desk.post(f"/staff/rewards/tiers/{ladder[1].id}/removal")
        assert sent.status_code == 409
        assert "service level asks for this tier" in sent.text
        assert names() == ["Member", "Silver", "Gold"]

    def test_the_lowest_cannot_go(self, desk: Client, ladder: list[Tier]) -> None:
        page = desk.get(f"/staff/rewards/tiers/{ladder[0].id}").text
        assert "Remove the tier" not in page
        assert desk.post(f"/staff/rewards/tiers/{ladder[0].id}/removal").status_code == 409


class TestCounting:
    def test_how_tiers_are_counted_is_changed(self, desk: Client) -> None:
        assert 'value="80"' in desk.get("/staff/rewards/tiers/counting").text
        assert desk.post("/staff/rewards/tiers/counting", data=TERMS).status_code == 303
        settings = programme()
        assert (
            settings.tier_window_days,
            settings.tier_period_months,
            settings.tier_keep_share,
            settings.tier_grace_days,
        ) == (180, 6, 0.7, 14)
        assert "last 180 days" in desk.get("/staff/rewards/tiers").text

    @pytest.mark.parametrize(
        "change",
        [{"tier_window_days": 5}, {"tier_period_months": 0}, {"keep_percent": 101}, {"tier_grace_days": ""}],
    )
    def test_what_makes_no_sense_is_refused(self, desk: Client, change: dict[str, object]) -> None:
        assert desk.post("/staff/rewards/tiers/counting", data=TERMS | change).status_code == 422
        assert programme().tier_window_days == 365
