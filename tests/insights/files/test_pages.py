"""The page on which a report is taken away, and fetching its files: by whom, and in parts."""

import re

import pytest

from community.insights.actions import exporting, filing
from community.insights.models import InsightFile
from community.members.actions import roles
from tests.factories.insights import make_report
from tests.factories.members import make_member
from tests.factories.panels import make_panel


@pytest.fixture
def panel(app):
    return make_panel()


@pytest.fixture
def report(panel):
    return make_report(panels=[panel], has_charts=False)


@pytest.fixture
def analyst(panel):
    """An analyst of the report's panel alone."""
    return make_member("Tess", roles=("analyst",), panel_id=panel.id)


@pytest.fixture
def file(report, analyst) -> InsightFile:
    """A file of the report that the analyst asked for and that is made."""
    file = exporting.ask_for_file(report, analyst, file_format="csv")
    filing.make_owed()
    return file


def fetch(browser, path: str, headers=None):
    """Status, content and headers of an answer that is a file."""
    with browser.get(path, headers=headers) as answer:
        return answer.status_code, answer.data, answer.headers


class TestAskFile:
    def test_it_is_asked_for_followed_and_called_off(self, browser_of, report, analyst):
        browser, path = browser_of(analyst), f"/staff/insights/{report.id}/files"
        assert "PDF" in browser.get(path).text
        answer = browser.post(path, data={"format": "xlsx"})
        assert (answer.status_code, answer.location) == (303, f"{path}#files")
        shown = browser.get(path, headers={"X-Fragment": "1"}).text
        assert "data-unfinished" in shown
        assert "<html" not in shown
        cancel = re.search(r'action="(/staff/insights/files/\d+/cancel)"', shown).group(1)
        assert browser.post(cancel).status_code == 303
        assert "Called off" in browser.get(path).text

    def test_a_format_there_is_none_of_comes_back(self, browser_of, report, analyst):
        answer = browser_of(analyst).post(f"/staff/insights/{report.id}/files", data={"format": "exe"})
        assert answer.status_code == 422
        assert filing.make_owed() == 0

    def test_one_that_failed_says_why(self, browser_of, report, analyst, monkeypatch):
        def broken(*_given):
            raise ZeroDivisionError

        monkeypatch.setitem(filing.MAKERS, "report", broken)
        exporting.ask_for_file(report, analyst, file_format="csv")
        filing.make_owed()
        assert "Something went wrong" in browser_of(analyst).get(f"/staff/insights/{report.id}/files").text


class TestFile:
    def test_it_is_fetched_in_parts_and_known_again(self, browser_of, report, analyst, file):
        browser, path = browser_of(analyst), f"/staff/insights/files/{file.id}/file"
        status, whole, headers = fetch(browser, path)
        assert headers["Content-Disposition"] == f"attachment; filename={file.name}"
        assert headers["Content-Type"].startswith("text/csv")
        assert (status, headers["Cache-Control"]) == (200, "private, no-cache")
        etag = headers["ETag"]
        assert fetch(browser, path, {"Range": "bytes=100-", "If-Range": etag})[:2] == (206, whole[100:])
        assert fetch(browser, path, {"If-None-Match": etag})[:2] == (304, b"")

    def test_nobody_else_can_fetch_or_call_it_off(
        self, browser_of, client, report, analyst, ada, omar, ana, file
    ):
        path = f"/staff/insights/files/{file.id}"
        stranger = make_member(roles=("analyst",), panel_id=make_panel().id)
        for member, status in ((ada, 404), (omar, 404), (stranger, 404), (ana, 403)):
            browser = browser_of(member)
            assert browser.get(f"{path}/file").status_code == status
            assert browser.post(f"{path}/cancel").status_code == status
        assert client.get(f"{path}/file").status_code == 303
        assert browser_of(stranger).get(f"/staff/insights/{report.id}/files").status_code == 404

    def test_with_the_role_goes_the_file(self, browser_of, analyst, ada, file):
        roles.end_role(analyst, grant_id=analyst.roles[0].id, by=ada)
        assert browser_of(analyst).get(f"/staff/insights/files/{file.id}/file").status_code in (403, 404)
