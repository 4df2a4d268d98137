"""A report from the first click to its PDF: built, looked at, run by a worker, read, taken away."""

import io
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from community.members import actions as members
from tests.factories.feedback import make_read_item, make_topic
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.journeys import pages
from tests.journeys.conftest import Site


@pytest.fixture
def site(quick_site: Site) -> Site:
    """What worker processes do is tested elsewhere; here the work is done while the page waits for it."""
    return quick_site


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_analyst_builds_reads_and_takes_a_report_away(
    site: Site, open_browser: Callable[..., Page]
) -> None:
    with site.app.app_context():
        members.create_member(
            display_name="Tess Obi", email="tess@example.org", password=pages.PASSWORD, roles=("analyst",)
        )
        panel, topic = make_panel("Night owls"), make_topic("Delivery")
        for number in range(24):
            make_read_item(
                f"The card came late, for the time number {number}.",
                panel=panel,
                author=make_member(),
                sentiment="neg" if number % 3 else "pos",
                topic_id=topic.id,
            )
    page = open_browser()
    pages.sign_in(page, "tess@example.org")
    page.goto("/staff/insights")
    page.get_by_role("link", name="New report").first.click()
    page.get_by_role("link", name="Voice of the panel").click()
    page.select_option("[name=period]", "fixed")
    page.evaluate("document.querySelector('[name=until_on]').value = new Date().toISOString().slice(0, 10)")
    page.get_by_role("button", name="Look first").click()
    expect(page.locator("[data-look=texts] dd")).to_have_text("24")
    page.fill("[name=title]", "How the owls feel")
    page.get_by_role("button", name="Make the report").click()
    expect(page.locator("[data-unfinished] progress")).to_be_visible()
    site.work()
    # The page follows the worker, and shows the report by itself once it is there.
    expect(page.locator("h1")).to_have_text("How the owls feel")
    expect(page.locator("svg[role=img]").first).to_be_visible(timeout=60_000)
    assert "Delivery" in page.locator("main").inner_text()
    page.get_by_role("link", name="Take it away").click()
    page.check("[name=format][value=pdf]")
    page.get_by_role("button", name="Make the file").click()
    expect(page.locator("tr[data-state=waiting]")).to_be_visible()
    site.work()
    link = page.locator("tr[data-state=done] a[download]").first
    expect(link).to_be_visible(timeout=60_000)
    with page.expect_download() as download:
        link.click()
    pdf = PdfReader(io.BytesIO(download.value.path().read_bytes()))
    assert "How the owls feel" in pdf.pages[0].extract_text()
    assert any("Delivery" in each.extract_text() for each in pdf.pages)
