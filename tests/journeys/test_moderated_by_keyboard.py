"""A moderator works through 500 waiting ideas without touching the mouse."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from community.ideas.models import Idea
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.members import actions as members
from community.moderation.models import Decision, QueueItem
from community.moderation.queries.queue import PER_PAGE
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.journeys import pages
from tests.journeys.conftest import Site

WAITING = 500


@pytest.fixture
def site(quick_site: Site) -> Site:
    """These pages need no processes of their own."""
    return quick_site


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_five_hundred_waiting_ideas_are_worked_through_by_keyboard(
    site: Site, open_browser: Callable[..., Page]
) -> None:
    with site.app.app_context():
        members.create_member(
            display_name="Mia Berg", email="mia@example.org", password=pages.PASSWORD, roles=("moderator",)
        )
        let_wait(WAITING)
    page = open_browser()
    pages.sign_in(page, "mia@example.org")
    page.goto("/staff/moderation", wait_until="networkidle")
    rows = page.locator("[data-row]")
    press = page.keyboard.press

    # The first is hidden with a reason and the second looked at more closely: on pages of their own.
    press("j")
    press("r")
    expect(page.locator("#hide")).to_have_attribute("open", "")
    expect(page.locator("#hide-reason")).to_be_focused()
    press("ArrowDown")
    press("Tab")
    page.keyboard.type("Say it kindly.")
    press("Tab")
    press("Tab")
    press("Enter")
    page.wait_for_url("**/staff/moderation/2")
    page.wait_for_load_state("networkidle")
    press("a")
    page.wait_for_url("**/staff/moderation/3")
    page.wait_for_load_state("networkidle")
    press("u")
    page.wait_for_url("**/staff/moderation")
    page.wait_for_load_state("networkidle")

    press("j")
    left = WAITING - 2
    while left:
        shown = min(left, PER_PAGE)
        expect(rows).to_have_count(shown)
        expect(rows.first.locator("[data-open]")).to_be_focused()
        expect(rows.first).to_have_attribute("aria-current", "true")
        first = rows.first.get_attribute("data-item-id")
        for _row in range(shown):
            press("a")
        left -= shown
        if left:
            expect(page.locator(f'[data-item-id="{first}"]')).to_have_count(0, timeout=60_000)
            expect(rows).to_have_count(min(left, PER_PAGE), timeout=60_000)
    expect(page.get_by_role("heading", name="Nothing waits")).to_be_visible(timeout=60_000)

    with site.app.app_context():
        counts = db.session.execute(select(Decision.verb, func.count()).group_by(Decision.verb))
        decided = dict(counts.all())
        assert decided == {"hide": 1, "approve": WAITING - 1}
        assert db.session.scalar(select(func.count(Idea.id)).where(Idea.is_listed)) == WAITING - 1


def let_wait(count: int) -> None:
    """Ideas as screening leaves them, written in a few statements."""
    panel, author = make_panel(), make_member()
    with unit_of_work() as session:
        ideas = [
            Idea(
                panel_id=panel.id, author_id=author.id, title=f"A card for every day, number {number}",
                body="x", body_html="<p>x</p>", state="waiting", is_listed=False,
            )
            for number in range(1, count + 1)
        ]  # fmt: skip
        session.add_all(ideas)
        session.flush()
        for idea in ideas:
            idea.root_id = idea.id
        session.add_all(
            QueueItem(
                kind="held", subject_type="idea", subject_id=idea.id, panel_id=panel.id, author_id=author.id,
                title=idea.title, path=f"/ideas/{idea.id}", reasons=[{"rule": "first_posts"}],
                due_at=clock.ahead(hours=1),
            )
            for idea in ideas
        )  # fmt: skip
