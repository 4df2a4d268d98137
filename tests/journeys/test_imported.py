"""A file with broken rows: it is looked at, taken in, its refused rows are mended, and all of it is read."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from community.members import actions as members
from tests.factories.panels import make_panel
from tests.journeys import pages
from tests.journeys.conftest import Site

HEADER = ["Review ID", "Review", "Stars", "Date"]
ROWS = [
    ["r1", "The puzzle is lovely, my children adore it.", "5", "2025-03-01"],
    ["r2", "", "4", "2025-03-02"],
    ["r3", "拼图少了两块，客服一直不回复，太失望了。", "1", "2025-03-03 18:30"],
    ["r4", "It arrived broken and nobody answers.", "one", "2025-03-04"],
    ["r1", "The puzzle, once more.", "2", "2025-03-05"],
]


def write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


def bring_in(page: Page, path: Path) -> None:
    page.goto("/staff/feedback/imports/new")
    page.set_input_files("[name=file]", str(path))
    page.fill("[name=name]", "Shop reviews")
    pages.press(page, "name")
    expect(page.locator("select[name=text]")).to_have_value("Review")
    expect(page.locator("select[name=rating]")).to_have_value("Stars")
    expect(page.locator("main table")).to_contain_text("客服一直不回复")
    pages.press(page, "text")
    # The worker takes it in; the page follows by itself.
    expect(page.locator("[data-count=read]")).to_be_visible(timeout=30_000)


def counts(page: Page) -> dict[str, str]:
    return {
        what: page.locator(f"[data-count={what}]").inner_text()
        for what in ("read", "taken", "known", "refused")
    }


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestImportingAFile:
    def test_broken_rows_are_refused_mended_and_brought_again(
        self, site: Site, open_browser: Callable[..., Page], tmp_path: Path
    ) -> None:
        with site.app.app_context():
            panel = make_panel("Toys", slug="toys")
            members.create_member(
                display_name="Tess", email="tess@example.org", password=pages.PASSWORD,
                roles=("analyst",), panel_id=panel.id,
            )  # fmt: skip
        page = open_browser()
        pages.sign_in(page, "tess@example.org")

        bring_in(page, write(tmp_path / "reviews.csv", ROWS))
        assert counts(page) == {"read": "5", "taken": "2", "known": "0", "refused": "3"}
        with page.expect_download() as started:
            page.locator("a[download]").click()
        refused = list(csv.reader(io.StringIO(started.value.path().read_text(encoding="utf-8-sig"))))
        assert refused[0][:4] == HEADER
        assert [row[0] for row in refused[1:]] == ["r2", "r4", "r1"]
        assert all(row[4] for row in refused[1:])

        mended = [*ROWS[:1], ["r2", "Fine as a gift.", "4", "2025-03-02"], ROWS[2]]
        mended += [["r4", "It arrived broken and nobody answers.", "1", "2025-03-04"]]
        bring_in(page, write(tmp_path / "reviews.csv", mended))
        assert counts(page) == {"read": "4", "taken": "2", "known": "2", "refused": "0"}

        site.work()
        page.goto("/staff/feedback?source=import")
        expect(page.locator("[data-item-id]")).to_have_count(4)
        expect(page.locator("[data-item-id][data-sentiment=neg]", has_text="拼图少了两块")).to_have_count(1)
        expect(page.locator("[data-item-id][data-sentiment=pos]", has_text="lovely")).to_have_count(1)
