"""What people do on the site, in the words of the contract: paths, fields and marks."""

from pathlib import Path
from typing import Any
from weakref import WeakSet

from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import Page, expect

PASSWORD = "kiesel-unter-dem-ahorn"
# The width of a phone, and what can differ there, in the dark and in Chinese, from the same page on a desk.
PHONE = 390
OTHERWISE_ON_A_PHONE = (
    "color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable", "meta-viewport",
    "html-has-lang", "html-lang-valid", "valid-lang", "button-name", "link-name", "label", "image-alt",
)  # fmt: skip

# What it did not find is not asked for either: that would be most of the answer.
FIND_BARRIERS = """
options => axe.run(document, {resultTypes: ["violations"], ...options}).then(found => found.violations)
"""
# The windows that bring axe-core along to each page they open: half a megabyte, told to them once.
_checked: WeakSet[Page] = WeakSet()


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
    """Send the form that holds this field, not by a button that leads elsewhere."""
    page.locator(f"form:has([name={field}]) button[type=submit]:not([formaction])").last.click()
    page.wait_for_load_state()


def meet_no_barrier(page: Page, path: str) -> None:
    """Open the page: axe-core finds nothing (all its rules on a desk), and it fits the screen."""
    if page not in _checked:
        page.add_init_script(AXE_SCRIPT)
        _checked.add(page)
    page.goto(path)
    is_phone = page.viewport_size is not None and page.viewport_size["width"] <= PHONE
    find_no_barrier(page, {"runOnly": list(OTHERWISE_ON_A_PHONE)} if is_phone else {})
    width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert width <= 0, f"{path} is {width} pixels too wide"


def find_no_barrier(page: Page, options: dict[str, Any] | None = None) -> None:
    """axe-core finds nothing on the page as it stands."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found = AxeResults({"violations": page.evaluate(FIND_BARRIERS, options or {})})
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
