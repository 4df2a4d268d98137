"""Earn, see it pending, have it accepted, redeem a voucher, read the statement: on a desk and on a phone."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from community.members import actions as members
from tests.factories.loyalty import make_reward
from tests.factories.panels import make_panel
from tests.journeys import pages
from tests.journeys.conftest import POSTGRES, Site

PHONE = {"viewport": {"width": pages.PHONE, "height": 844}, "has_touch": True}
CODE = "LF-20261122"


@pytest.fixture
def site(quick_site: Site) -> Site:
    """These pages need no processes of their own."""
    return quick_site


@pytest.fixture
def reward_id(site: Site) -> int:
    """A voucher for 15 points of which there is one, a panel, a member of each language, and a moderator."""
    with site.app.app_context():
        people = [
            members.create_member(
                display_name=name,
                email=f"{key}@example.org",
                password=pages.PASSWORD,
                locale=locale,
                roles=roles,
            )
            for name, key, locale, roles in (
                ("Ana Martins", "ana", "en", ()),
                ("林晓", "lin", "zh_Hans", ()),
                ("Mia Berg", "mia", "en", ("moderator",)),
            )
        ]
        make_panel("Young families", slug="families", members=tuple(people))
        name = {"en": "Gift card for 5 euros", "zh_Hans": "5 欧元礼品卡"}
        return make_reward(name, kind="voucher", codes=(CODE,), cost=15).id


class TestFromIdeaToReward:
    @pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
    def test_on_a_desk_in_english(
        self, site: Site, reward_id: int, open_browser: Callable[..., Page], tmp_path: Path
    ) -> None:
        ana = open_browser(locale="en-GB")
        title = "Cards that record a voice message"
        earn(ana, site, "ana", title=title)
        expect(ana.locator("[data-pending]")).to_contain_text("20 points are pending")
        expect(ana.locator("[data-award]")).to_contain_text(title)
        ana.goto(f"/rewards/{reward_id}")
        expect(ana.locator(f"form[action$='/rewards/{reward_id}/redemption']")).to_have_count(0)

        approve(open_browser(locale="en-GB"), title)
        site.work()
        see_balance(ana, 20)

        redeem(ana, reward_id)
        expect(ana.locator(".voucher-code")).to_have_text(CODE)
        see_balance(ana, 5)

        pages.meet_no_barrier(ana, "/me/points/statement")
        lines = ana.locator(".points-line")
        expect(lines).to_have_count(2)
        expect(lines.nth(0)).to_contain_text("Gift card for 5 euros")
        expect(lines.nth(1)).to_contain_text(f"+20 for your idea “{title}”, accepted on")
        assert [line.get_attribute("data-amount") for line in lines.all()] == ["-15", "20"]
        assert [part.text_content() for part in ana.locator("[data-balance-after]").all()] == ["5", "20"]
        with ana.expect_download() as download:
            ana.locator("a[href$='/me/points/statement.csv']").click()
        file = tmp_path / "statement.csv"
        download.value.save_as(file)
        assert len(list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))) == 3

    @pytest.mark.parametrize("database_kind", [POSTGRES], indirect=True)
    def test_on_a_phone_in_chinese(
        self, site: Site, reward_id: int, open_browser: Callable[..., Page]
    ) -> None:
        lin = open_browser(**PHONE, locale="zh-CN")
        title = "希望贺卡可以自己录音留言"
        earn(lin, site, "lin", title=title)
        expect(lin.locator("html")).to_have_attribute("lang", "zh-Hans")
        expect(lin.locator("[data-pending='20']")).to_be_visible()
        fits(lin)

        approve(open_browser(locale="en-GB"), title)
        site.work()
        see_balance(lin, 20)

        lin.goto("/rewards")
        expect(lin.get_by_text("5 欧元礼品卡")).to_be_visible()
        fits(lin)
        redeem(lin, reward_id)
        expect(lin.locator(".voucher-code")).to_have_text(CODE)
        fits(lin)
        see_balance(lin, 5)
        pages.meet_no_barrier(lin, "/me/points/statement")
        lines = lin.locator(".points-line")
        expect(lines.nth(0)).to_contain_text("5 欧元礼品卡")
        expect(lines.nth(1)).to_contain_text(title)


def earn(page: Page, site: Site, who: str, *, title: str) -> None:
    """Share a first idea, and look at what it may give."""
    pages.sign_in(page, f"{who}@example.org")
    page.goto("/me/points")
    expect(page.locator("main [data-balance='0']")).to_have_count(1)
    pages.write_idea(page, "families", title=title, body="For those who live far away.")
    site.work()
    page.goto("/me/points")
    expect(page.locator("main [data-balance='0']")).to_have_count(1)


def approve(mia: Page, title: str) -> None:
    """Say as a moderator that the idea counts."""
    pages.sign_in(mia, "mia@example.org")
    mia.goto("/staff/rewards")
    mia.locator("main a[href='/staff/rewards/awards']").last.click()
    mia.locator("[data-award-id]", has_text=title).get_by_role("checkbox").check()
    mia.locator("button[name=decision][value=approve]").click()
    expect(mia.locator("[data-award-id]")).to_have_count(0)


def redeem(page: Page, reward_id: int) -> None:
    """Choose the reward from the list and spend points on it."""
    page.goto("/rewards")
    page.locator(f"a[href='/rewards/{reward_id}']").first.click()
    page.locator(f"form[action$='/rewards/{reward_id}/redemption'] button[type=submit]").click()
    expect(page.locator("[data-redemption-id][data-state=fulfilled]")).to_be_visible()


def see_balance(page: Page, points: int) -> None:
    """What there is to spend now."""
    page.goto("/me/points")
    expect(page.locator(f"main [data-balance='{points}']")).to_have_count(1)


def fits(page: Page) -> None:
    """Nothing is wider than the screen."""
    assert page.evaluate("document.documentElement.scrollWidth") <= pages.PHONE
