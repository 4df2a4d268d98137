"""The way of a mistake: a text is read wrong, one click says so, and the next one like it is read right."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from community.feedback import actions
from community.members import actions as members
from tests.factories.feedback import make_item, make_read_item
from tests.factories.panels import make_panel
from tests.journeys import pages
from tests.journeys.conftest import POSTGRES, Site

WRONG = "The new crank handle is the bee's pyjamas, I tell you."
LIKE = "The new crank handle is the bee's pyjamas, I tell you all!"


@pytest.fixture
def site(quick_site: Site) -> Site:
    """These pages need no processes of their own."""
    return quick_site


@pytest.fixture
def item_id(site: Site) -> int:
    """A text of words that no lexicon knows, and an owner whose sign-in the test knows."""
    with site.app.app_context():
        panel = make_panel("Young families", slug="young-families")
        members.create_member(
            display_name="Omar Haddad", email="omar@example.org", password=pages.PASSWORD, roles=("owner",)
        )
        item_id = make_item(WRONG, panel=panel).id
        while actions.read_waiting():
            pass
        return item_id


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestCorrected:
    def test_a_wrong_label_is_corrected_and_the_next_like_text_is_right(
        self, site: Site, item_id: int, open_browser: Callable[..., Page]
    ) -> None:
        omar = open_browser(locale="en-GB")
        pages.sign_in(omar, "omar@example.org")
        # Keys work once the scripts are there.
        omar.goto("/staff/feedback", wait_until="networkidle")
        row = omar.locator(f"[data-item-id='{item_id}']")
        expect(row).to_have_attribute("data-sentiment", "neu")
        omar.keyboard.press("j")
        omar.keyboard.press("Enter")
        expect(omar.locator("article[data-item-id]").first).to_contain_text("crank handle")
        omar.get_by_role("button", name="Positive").click()
        expect(omar.get_by_role("status").first).to_contain_text(
            "1 of 50 labels until the site learns by itself"
        )
        expect(omar.locator("article[data-item-id]").first).to_have_attribute("data-sentiment", "pos")

        with site.app.app_context():
            like_id = make_item(LIKE).id
        site.work()
        omar.goto(f"/staff/feedback/{like_id}")
        expect(omar.locator("article[data-item-id]").first).to_have_attribute("data-sentiment", "pos")
        expect(omar.locator("main")).to_contain_text("Read like a text that somebody corrected")

        omar.goto(f"/staff/feedback/{item_id}")
        omar.get_by_role("button", name="Undo").click()
        site.work()
        omar.reload()
        expect(omar.locator("article[data-item-id]").first).to_have_attribute("data-sentiment", "neu")


class TestLabelling:
    @pytest.mark.parametrize("database_kind", [POSTGRES], indirect=True)
    def test_texts_are_labelled_with_single_keys(
        self, site: Site, item_id: int, open_browser: Callable[..., Page]
    ) -> None:
        with site.app.app_context():
            panel = make_panel("Makers")
            for number in range(3):
                make_read_item(f"Text {number}", panel=panel, ask_reason="random")
        omar = open_browser(locale="en-GB")
        pages.sign_in(omar, "omar@example.org")
        omar.goto("/staff/listening/labels")
        rows = omar.locator("[data-behaviour~='labels'] [data-row]")
        expect(rows.first).to_have_attribute("aria-current", "true")
        answered = []
        for key, words in (("3", "Negative"), ("1", "Positive"), ("0", "Nobody is asked")):
            answered.append(rows.locator("xpath=self::*[@aria-current]").get_attribute("data-item-id"))
            omar.keyboard.press(key)
            expect(omar.locator(f"[data-item-id='{answered[-1]}']")).to_contain_text(words)
            expect(omar.locator(f"[data-item-id='{answered[-1]}']")).to_have_class(re.compile("is-labelled"))
        omar.reload()
        for each in answered:
            expect(omar.locator(f"[data-item-id='{each}']")).to_have_count(0)

    @pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
    def test_without_scripts_each_answer_is_a_page(
        self, site: Site, item_id: int, open_browser: Callable[..., Page]
    ) -> None:
        with site.app.app_context():
            labelled = make_read_item("One text", panel=make_panel("Makers"), ask_reason="random").id
        omar = open_browser(locale="en-GB", java_script_enabled=False)
        pages.sign_in(omar, "omar@example.org")
        omar.goto("/staff/listening/labels")
        omar.locator(f"[data-item-id='{labelled}'] button[value=neg]").click()
        expect(omar.locator(".flashes")).to_contain_text("1 of 50 labels until the site learns by itself")
        expect(omar.locator(f"[data-item-id='{labelled}']")).to_have_count(0)
