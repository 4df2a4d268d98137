"""The way the whole house is for: somebody says something, and is told what became of it."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from community.members import actions as members
from tests.factories.panels import make_panel
from tests.journeys import pages
from tests.journeys.conftest import POSTGRES, Site


@pytest.fixture
def panel(site: Site) -> str:
    """An open panel, and an owner whose sign-in the test knows."""
    with site.app.app_context():
        make_panel(
            "Young families", slug="young-families",
            translations={"zh_Hans": {"name": "年轻家庭", "description": "您说，我们听，并告诉您结果。"}},
        )  # fmt: skip
        members.create_member(
            display_name="Omar Haddad", email="omar@example.org", password=pages.PASSWORD, roles=("owner",)
        )
    return "young-families"


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A photograph, as a phone would send it."""
    path = tmp_path / "card.jpg"
    Image.new("RGB", (900, 600), "#c9452c").save(path, exif=Image.Exif())
    return path


def decide(page: Page, idea_id: int, *, message: str) -> None:
    """The owner plans the idea and promises a day."""
    page.goto(f"/ideas/{idea_id}")
    form = page.locator(f"form[action$='/ideas/{idea_id}/status']")
    for closed in page.locator("details:has(form[action$='/status']):not([open])").all():
        closed.locator("summary").first.click()
    radio = form.locator("input[name=status][value=planned]")
    if radio.count():
        radio.check()
    else:
        form.locator("select[name=status]").select_option("planned")
    form.locator("[name=message]").fill(message)
    day = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=90)
    form.locator("[name=promised_on]").fill(day.isoformat())
    form.locator("button[type=submit]").first.click()
    expect(page.locator("article[data-idea-id]").first).to_have_attribute("data-status", "planned")


def support(page: Page, idea_id: int, *, expected: str) -> None:
    """Give one's voice with the button, and see it counted."""
    page.goto(f"/ideas/{idea_id}")
    page.locator(f"form[action$='/ideas/{idea_id}/vote'] button[type=submit]").first.click()
    expect(page.locator(f"form[action$='/ideas/{idea_id}/vote/withdraw']").first).to_be_visible()
    expect(page.locator(f"form[action$='/ideas/{idea_id}/vote/withdraw'] button").first).to_contain_text(
        expected
    )


class TestFromIdeaToAnswer:
    @pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
    def test_in_english_on_a_desk(
        self, site: Site, panel: str, picture: Path, open_browser: Callable[..., Page]
    ) -> None:
        ana = open_browser(locale="en-GB")
        pages.join(ana, name="Ana Martins", email="ana@example.org")
        pages.enter_panel(ana, panel)
        idea_id = pages.write_idea(
            ana, panel, title="Cards that record a voice message",
            body="My parents live **far away**. A card my daughter could talk into would be kept for years.",
            tags="voice, grandparents", picture=picture,
        )  # fmt: skip
        image = ana.locator("main img[src*='/images/']").first
        expect(image).to_be_visible()
        assert image.evaluate("image => image.naturalWidth") == 900
        expect(ana.locator("main strong", has_text="far away")).to_be_visible()

        ben = open_browser(locale="en-GB")
        pages.join(ben, name="Ben Okoro", email="ben@example.org")
        support(ben, idea_id, expected="1")
        pages.comment(ben, idea_id, "Would it survive the post?")

        omar = open_browser(locale="en-GB")
        pages.sign_in(omar, "omar@example.org")
        decide(omar, idea_id, message="We tested a first sample with twelve families.")
        site.work()

        for page in (ana, ben):
            page.goto("/inbox")
            told = page.locator("main a[href*='/inbox/']", has_text="Cards that record").first
            expect(told).to_be_visible()
            told.click()
            expect(page.locator("main")).to_contain_text("We tested a first sample with twelve families.")
        ana.goto("/roadmap")
        expect(ana.locator("main")).to_contain_text("Cards that record a voice message")

    @pytest.mark.parametrize("database_kind", [POSTGRES], indirect=True)
    def test_in_chinese_on_a_phone(
        self, site: Site, panel: str, picture: Path, open_browser: Callable[..., Page]
    ) -> None:
        phone = {"viewport": {"width": 390, "height": 844}, "locale": "zh-CN", "has_touch": True}
        lin = open_browser(**phone)
        lin.goto(f"/panels/{panel}")
        expect(lin.locator("h1")).to_have_text("年轻家庭")
        pages.join(lin, name="林晓", email="lin@example.org")
        pages.enter_panel(lin, panel)
        idea_id = pages.write_idea(
            lin, panel, title="希望贺卡可以自己录音留言", body="爷爷奶奶住得远，孩子亲口说的话会珍藏好多年。",
            tags="录音、贺卡", picture=picture,
        )  # fmt: skip
        assert lin.evaluate("document.documentElement.scrollWidth") <= 390

        mei = open_browser(**{**phone, "locale": "zh-TW"})
        pages.join(mei, name="陳美", email="mei@example.org")
        mei.goto(f"/panels/{panel}?q=錄音")
        expect(mei.locator(f"[data-idea-id='{idea_id}']").first).to_be_visible()
        support(mei, idea_id, expected="1")
        pages.comment(mei, idea_id, "我媽媽也會喜歡！")

        omar = open_browser(locale="en-GB")
        pages.sign_in(omar, "omar@example.org")
        decide(omar, idea_id, message="第一批样品已经请十二个家庭试用过了。")
        site.work()

        lin.goto("/inbox")
        told = lin.locator("main a[href*='/inbox/']", has_text="希望贺卡可以自己录音留言").first
        expect(told).to_be_visible()
        assert lin.evaluate("document.documentElement.scrollWidth") <= 390
        told.click()
        expect(lin.locator("main")).to_contain_text("第一批样品已经请十二个家庭试用过了。")
        assert lin.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestWithoutScripts:
    @pytest.fixture
    def site(self, quick_site: Site) -> Site:
        """Nothing here waits for a worker."""
        return quick_site

    def test_board_and_idea_do_all_they_should(
        self, site: Site, panel: str, open_browser: Callable[..., Page]
    ) -> None:
        page = open_browser(java_script_enabled=False, locale="en-GB")
        pages.join(page, name="Ana Martins", email="ana@example.org")
        pages.enter_panel(page, panel)
        idea_id = pages.write_idea(
            page, panel, title="Gift wrap with guide lines", body="Straight scissors slip."
        )
        page.goto(f"/panels/{panel}?sort=new")
        card = page.locator(f"article[data-idea-id='{idea_id}']")
        card.locator("form[action$='/vote'] button").click()
        expect(page.locator(f"[data-idea-id='{idea_id}'][data-support-count='1']").first).to_be_visible()
        pages.comment(page, idea_id, "And a small fold, please.")
        page.locator("form[action$='/vote/withdraw'] button").first.click()
        expect(page.locator(f"[data-idea-id='{idea_id}'][data-support-count='0']").first).to_be_visible()


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestWritingFirst:
    @pytest.fixture
    def site(self, quick_site: Site) -> Site:
        """Nothing here waits for a worker."""
        return quick_site

    def test_a_visitor_joins_at_the_end_and_loses_nothing(
        self, site: Site, panel: str, open_browser: Callable[..., Page]
    ) -> None:
        page = open_browser(locale="en-GB")
        page.goto(f"/panels/{panel}/ideas/new")
        page.fill("[name=title]", "Let me choose the day a card arrives")
        page.fill("[name=body]", "I order early so as not to forget.")
        pages.press(page, "title")
        expect(page).to_have_url(re.compile("/join"))
        page.fill("[name=display_name]", "Ada Novak")
        page.fill("[name=email]", "ada@example.org")
        page.fill("[name=password]", pages.PASSWORD)
        pages.press(page, "display_name")
        expect(page.locator("[name=title]")).to_have_value("Let me choose the day a card arrives")
        expect(page.locator("[name=body]")).to_have_value("I order early so as not to forget.")
        pages.press(page, "title")
        expect(page.locator("h1")).to_have_text("Let me choose the day a card arrives")
