"""A complaint in Chinese lands on the right desk, is answered from the keyboard, and its author is told."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from community.members import actions as members
from tests.factories.feedback import make_topic
from tests.factories.panels import make_panel
from tests.journeys import pages
from tests.journeys.conftest import POSTGRES, Site


@pytest.fixture
def site(quick_site: Site) -> Site:
    """This journey asks for the worker itself, when it is its turn."""
    return quick_site


@pytest.fixture
def panel(site: Site) -> str:
    """An open panel, and a topic with an owner whose sign-in the test knows."""
    with site.app.app_context():
        make_panel("Young families", slug="young-families", translations={"zh_Hans": {"name": "年轻家庭"}})
        omar = members.create_member(
            display_name="Omar Haddad", email="omar@example.org", password=pages.PASSWORD, roles=("owner",)
        )
        make_topic("Delivery", words=("快递", "包裹", "parcel"), owner_id=omar.id)
    return "young-families"


def press_until(page: Page, key: str, address: str) -> None:
    """Press a key that leads to another page."""
    page.keyboard.press(key)
    page.wait_for_url(address)


@pytest.mark.parametrize("database_kind", [POSTGRES], indirect=True)
class TestFromComplaintToTold:
    def test_it_is_answered_verified_and_told_back(
        self, site: Site, panel: str, open_browser: Callable[..., Page]
    ) -> None:
        lin = open_browser(locale="zh-CN")
        pages.join(lin, name="林晓", email="lin@example.org")
        pages.enter_panel(lin, panel)
        pages.write_idea(
            lin, panel, title="快递太慢了，寄来的卡片还被压坏了",
            body="快递太慢了，包裹还被压坏了，客服根本不理人，非常失望，请马上处理。",
        )  # fmt: skip
        site.work()

        omar = open_browser(locale="en-GB")
        pages.sign_in(omar, "omar@example.org")
        omar.goto("/staff/cases", wait_until="networkidle")
        row = omar.locator("[data-case-id]").first
        expect(row).to_have_attribute("data-sentiment", "neg")
        expect(row).to_have_attribute("data-owner", "Omar Haddad")
        omar.keyboard.press("j")
        press_until(omar, "o", "**/staff/cases/*")
        expect(omar.locator("mark").first).to_be_visible()

        omar.keyboard.press("r")
        expect(omar.locator("#reply-body")).to_be_focused()
        omar.keyboard.type("非常抱歉，今天补寄一份。")
        omar.get_by_role("button", name="Send the reply").click()
        expect(omar.locator(".message")).to_contain_text("非常抱歉，今天补寄一份。")
        omar.keyboard.press("e")
        omar.locator("#resolve-outcome").select_option("solved")
        omar.get_by_role("button", name="Resolve it").click()
        expect(omar.locator(".case")).to_have_attribute("data-state", "resolved")
        site.work()

        lin.goto("/inbox")
        lin.locator(".notice a").first.click()
        expect(lin.locator(".said-page")).to_have_attribute("data-stage", "delivered")
        expect(lin.locator(".message")).to_contain_text("非常抱歉，今天补寄一份。")
        lin.locator("input[name=rating][value='5']").check()
        lin.locator("form[action$='/help'] button[type=submit]").click()
        expect(lin.locator(".flash")).to_be_visible()

        omar.reload()
        expect(omar.locator(".case")).to_have_attribute("data-state", "verified")
