"""What people do on the site, in the words of the contract: paths, fields and marks."""

from pathlib import Path

from playwright.sync_api import Page, expect

PASSWORD = "kiesel-unter-dem-ahorn"


def join(page: Page, *, name: str, email: str) -> None:
    """Become a member."""
    page.goto("/join")
    page.fill("[name=display_name]", name)
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    press(page, "display_name")
    expect(page.locator("form[action$='/sign-out']")).to_have_count(1)


def sign_in(page: Page, email: str) -> None:
    """Come back."""
    page.goto("/sign-in")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    press(page, "password")
    expect(page.locator("form[action$='/sign-out']")).to_have_count(1)


def enter_panel(page: Page, slug: str) -> None:
    """Join the panel from its own board, as somebody does who follows a link to it."""
    page.goto(f"/panels/{slug}")
    page.locator(f"form[action$='/panels/{slug}/membership'] button").first.click()
    expect(page.locator(f"form[action$='/panels/{slug}/membership/end']")).not_to_have_count(0)


def write_idea(
    page: Page, slug: str, *, title: str, body: str, tags: str = "", picture: Path | None = None
) -> int:
    """Post an idea and give back its id."""
    page.goto(f"/panels/{slug}/ideas/new")
    page.fill("[name=title]", title)
    page.fill("[name=body]", body)
    page.fill("[name=tags]", tags)
    if picture is not None:
        page.set_input_files("[name=images]", str(picture))
    press(page, "title")
    idea = page.locator("article[data-idea-id]").first
    expect(page.locator("h1")).to_have_text(title)
    return int(idea.get_attribute("data-idea-id") or 0)


def comment(page: Page, idea_id: int, body: str) -> None:
    """Say something below an idea."""
    page.goto(f"/ideas/{idea_id}")
    form = page.locator(f"form[action$='/ideas/{idea_id}/comments']").last
    form.locator("[name=body]").fill(body)
    form.locator("button[type=submit]").click()
    expect(page.locator("[data-comment-id]", has_text=body)).to_be_visible()


def press(page: Page, field: str) -> None:
    """Send the form that holds this field."""
    page.locator(f"form:has([name={field}]) button[type=submit]").last.click()
    page.wait_for_load_state()
