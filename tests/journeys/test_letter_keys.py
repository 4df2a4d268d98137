"""Single letters lead to things on staff pages, until somebody switches that off."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from community.members import actions as members
from tests.factories.cases import make_case
from tests.factories.members import make_member
from tests.journeys import pages
from tests.journeys.conftest import Site


@pytest.fixture
def site(quick_site: Site) -> Site:
    """These pages need no processes of their own."""
    return quick_site


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_letters_move_until_they_are_switched_off_and_the_page_works_without(
    site: Site, open_browser: Callable[..., Page]
) -> None:
    with site.app.app_context():
        members.create_member(
            display_name="Omar Haddad", email="omar@example.org", password=pages.PASSWORD, roles=("owner",)
        )
        case_id = make_case("The parcel came broken.", author=make_member()).id
    page = open_browser()
    pages.sign_in(page, "omar@example.org")
    page.goto(f"/staff/cases/{case_id}", wait_until="networkidle")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("h")
    expect(page.locator("#hand-over")).to_have_attribute("open", "")

    page.goto("/me/profile")
    page.get_by_label("Single letters lead to things on a page").uncheck()
    page.locator("form[action$='/me/profile/keys'] button[type=submit]").click()
    expect(page.get_by_label("Single letters lead to things on a page")).not_to_be_checked()

    page.goto(f"/staff/cases/{case_id}", wait_until="networkidle")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("h")
    expect(page.locator("#hand-over")).not_to_have_attribute("open", "")
    expect(page.locator("kbd").first).to_be_hidden()
    page.locator("#hand-over > summary").click()
    expect(page.locator("#hand-over")).to_have_attribute("open", "")
