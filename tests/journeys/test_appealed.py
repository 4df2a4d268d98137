"""A comment is flagged, hidden, appealed and restored, and nobody learns more than they should."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from community.members import actions as members
from tests.factories.ideas import make_idea
from tests.factories.panels import make_panel
from tests.journeys import pages
from tests.journeys.conftest import Site

WORDS = "Whoever drew this stork has never seen a child."
APPEAL = "I meant the drawing on the card, not the person who asked for it."


@pytest.fixture
def site(quick_site: Site) -> Site:
    """These pages need no processes of their own."""
    return quick_site


@pytest.fixture
def idea_id(site: Site) -> int:
    """An idea to talk about, two moderators and two members."""
    with site.app.app_context():
        idea = make_idea("Cards without storks", panel=make_panel("Young families", slug="young-families"))
        for name, role in (
            ("Ana Martins", ""),
            ("Ben Okoro", ""),
            ("Mia Berg", "moderator"),
            ("Noor Aziz", "moderator"),
        ):
            members.create_member(
                display_name=name,
                email=f"{name.split()[0].lower()}@example.org",
                password=pages.PASSWORD,
                roles=(role,) if role else (),
            )
        return idea.id


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_a_flagged_comment_is_hidden_appealed_and_restored(
    site: Site, idea_id: int, open_browser: Callable[..., Page]
) -> None:
    ana, ben, mia, noor = (open_browser(locale="en-GB") for _number in range(4))
    for page, name in ((ana, "ana"), (ben, "ben"), (mia, "mia"), (noor, "noor")):
        pages.sign_in(page, f"{name}@example.org")

    pages.comment(ana, idea_id, WORDS)

    # Ben reports it.
    ben.goto(f"/ideas/{idea_id}")
    said = ben.locator("[data-comment-id]", has_text=WORDS)
    said.get_by_role("link", name=re.compile("Report")).click()
    expect(ben.get_by_text(WORDS)).to_be_visible()
    ben.get_by_label("It insults or threatens somebody").check()
    ben.get_by_role("button", name="Send").click()
    expect(ben.get_by_text("Thank you. A moderator looks at it")).to_be_visible()

    # Mia finds it in the queue and hides it with a reason.
    mia.goto("/staff/moderation")
    mia.get_by_role("link", name=re.compile("Cards without storks")).first.click()
    expect(mia.get_by_text(WORDS).first).to_be_visible()
    mia.locator("#hide summary").click()
    mia.locator("#hide select[name=reason]").select_option("rude")
    mia.locator("#hide button[type=submit]").first.click()
    mia.wait_for_load_state()
    site.work()
    ben.goto(f"/ideas/{idea_id}")
    expect(ben.get_by_text(WORDS)).to_have_count(0)

    # Ana reads why in her inbox and objects.
    ana.goto("/inbox")
    ana.get_by_role("link", name=re.compile("Your comment is hidden")).click()
    expect(ana.get_by_text("It spoke of others in a way that hurts")).to_be_visible()
    expect(ana.get_by_text("Mia")).to_have_count(0)
    ana.locator("[name=words]").fill(APPEAL)
    ana.get_by_role("button", name="Appeal").click()
    expect(ana.locator("[data-appeal=waiting]")).to_have_text(APPEAL)
    site.work()

    # Mia may not hear it, Noor does.
    noor.goto("/inbox")
    noor.get_by_role("link", name=re.compile("An author appeals against a decision")).click()
    mia.goto(noor.url)
    expect(mia.locator("[name=verdict]")).to_have_count(0)
    noor.get_by_label("Yes: take the decision back").check()
    noor.locator("[name=answer]").fill("You are right, we misread it.")
    noor.get_by_role("button", name="Decide").click()
    noor.wait_for_load_state()
    site.work()

    # Everybody reads it again, Ana is told, and the log of the panel says what happened, without names.
    ben.goto(f"/ideas/{idea_id}")
    expect(ben.get_by_text(WORDS)).to_be_visible()
    ana.goto("/inbox")
    expect(ana.get_by_text("You are right, we misread it.")).to_be_visible()
    ben.goto("/panels/young-families/moderation")
    expect(ben.get_by_text("Taken back after an appeal.")).to_be_visible()
    for name in ("Ana", "Mia", "Noor", WORDS):
        expect(ben.locator("main").get_by_text(name)).to_have_count(0)
