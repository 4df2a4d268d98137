"""Every address of reports and their files, tried by everybody who has no business there."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from community.infra import clock
from community.infra.db import db
from community.insights.actions import filing
from community.insights.models import InsightFile
from community.members.models import Member
from community.panels.models import Panel
from tests.access import walking
from tests.access.reported import report_everything
from tests.access.walking import everything
from tests.conftest import Client
from tests.factories.feedback import make_read_item
from tests.factories.members import make_member
from tests.factories.panels import make_panel

SECRET = "kohlmeise"
# Addresses about something that is there, and none about what one may do oneself.
OF_THE_PANEL = re.compile(r"/staff/insights/(\d|files/\d|templates/\d|schedules/\d)")


@dataclass
class Desk:
    """A private panel with a report, a template, a schedule and files, and a form that fits all addresses."""

    panel: Panel
    ids: dict[str, list[str]]
    form: dict[str, Any]


@pytest.fixture
def desk(app: Flask) -> Desk:
    """Everything there can be of reports about one panel."""
    panel = make_panel(f"Closed {SECRET}", visibility="private", admission="invitation")
    item = make_read_item(f"A text about {SECRET}", panel=panel, author=make_member("Writes here"))
    ids = report_everything(panel, item_id=item.id, word=SECRET)
    today = clock.today().isoformat()
    form = {
        "kind": "voice", "panel_ids": [str(panel.id)], "period": "fixed", "from_on": today, "until_on": today,
        "locale": "en", "title": "Mine", "name": "Mine", "format": "csv", "rhythm": "weekly",
        "recipient_ids": ["1"], "has_people": "y",
    }  # fmt: skip
    return Desk(panel, ids, form)


def addresses(app: Flask, desk: Desk, *, method: str) -> Iterator[str]:
    for path, _endpoint in walking.addresses(app, ("insights_staff",), desk.ids, method=method):
        yield path
    if method == "GET":
        report_id = desk.ids["report_id"][0]
        yield f"/staff/insights/{report_id}/texts?figure=topics&row=0"
        yield f"/staff/insights/compare?a={report_id}&b={report_id}"
        yield f"/staff/insights/new?template={desk.ids['template_id'][0]}"


# Which database holds the rows does not matter to who may open a door.
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
class TestDoors:
    def test_a_visitor_is_sent_to_sign_in(self, app: Flask, desk: Desk, client: Client) -> None:
        before, asked = everything(), 0
        for method in ("GET", "POST"):
            for path in addresses(app, desk, method=method):
                answer = client.open(path, method=method, data=desk.form if method == "POST" else None)
                assert answer.status_code == 303, (method, path, answer.status_code)
                assert "/sign-in" in answer.headers["Location"], (method, path)
                asked += 1
        assert asked > 30
        assert everything() == before

    @pytest.mark.parametrize("roles", [(), ("moderator",)])
    def test_members_and_moderators_meet_none_of_it(
        self, app: Flask, desk: Desk, browser_of: Callable[[Member], Client], roles: tuple[str, ...]
    ) -> None:
        client, before = browser_of(make_member("Curious", roles=roles)), everything()
        for method in ("GET", "POST"):
            for path in addresses(app, desk, method=method):
                answer = client.open(path, method=method, data=desk.form if method == "POST" else None)
                assert answer.status_code == 403, (method, path, answer.status_code)
        assert everything() == before

    @pytest.mark.parametrize("role", ["owner", "analyst", "admin"])
    def test_staff_of_another_panel_find_nothing_of_this_one(
        self, app: Flask, desk: Desk, browser_of: Callable[[Member], Client], role: str
    ) -> None:
        client = browser_of(make_member("Staff", roles=(role,), panel_id=make_panel().id))
        before = everything()
        for path in addresses(app, desk, method="GET"):
            answer = client.get(path)
            assert SECRET not in answer.text, path
            expected = (404, 403) if OF_THE_PANEL.match(path) else (200, 403, 404)
            assert answer.status_code in expected, (path, answer.status_code)
        for path in addresses(app, desk, method="POST"):
            answer = client.post(path, data=desk.form)
            assert SECRET not in answer.text, path
            # The panel is not among those that they can choose.
            expected = (404, 403) if OF_THE_PANEL.match(path) else (422, 403)
            assert answer.status_code in expected, (path, answer.status_code)
        assert everything() == before

    def test_owners_of_the_panel_read_and_change_nothing(
        self, app: Flask, desk: Desk, browser_of: Callable[[Member], Client]
    ) -> None:
        client = browser_of(make_member("Owner", roles=("owner",), panel_id=desk.panel.id))
        report_id = desk.ids["report_id"][0]
        assert f"A report about {SECRET}" in client.get("/staff/insights").text
        assert f"People spoke of {SECRET}" in client.get(f"/staff/insights/{report_id}").text
        assert client.get(f"/staff/insights/{report_id}/files").status_code == 200
        before = everything()
        for path in addresses(app, desk, method="GET"):
            if re.search("template|schedule|files/|new", path):
                answer = client.get(path)
                assert answer.status_code in (403, 404) or f"week {SECRET}" not in answer.text, path
        for path in addresses(app, desk, method="POST"):
            # They take reports away, of which the log tells.
            if path.endswith("/files") and OF_THE_PANEL.match(path):
                continue
            assert client.post(path, data=desk.form).status_code in (403, 404), path
        assert everything() == before

    def test_a_report_of_two_panels_is_not_for_the_staff_of_one(
        self, desk: Desk, browser_of: Callable[[Member], Client]
    ) -> None:
        other = make_panel("Other")
        item = make_read_item("Elsewhere.", panel=other)
        ids = report_everything(desk.panel, other, item_id=item.id, word="both")
        for role in ("owner", "analyst"):
            client = browser_of(make_member(roles=(role,), panel_id=other.id))
            assert client.get(f"/staff/insights/{ids['report_id'][0]}").status_code == 404
            assert "both" not in client.get("/staff/insights").text


class TestFiles:
    def test_are_for_whoever_asked_and_for_nobody_else(
        self, desk: Desk, browser_of: Callable[[Member], Client]
    ) -> None:
        files = db.session.scalars(select(InsightFile).where(InsightFile.state == "done")).all()
        assert files
        asked_by = files[0].asked_by
        assert asked_by is not None
        others = (make_member(roles=("analyst",), panel_id=desk.panel.id), make_member(roles=("admin",)))
        for file in files:
            path = f"/staff/insights/files/{file.id}/file"
            assert browser_of(asked_by).get(path, buffered=True).status_code == 200
            for other in others:
                client = browser_of(other)
                assert client.get(path).status_code == 404
                assert client.post(f"/staff/insights/files/{file.id}/cancel").status_code == 404

    def test_hold_no_name_and_no_address_of_anybody(self, desk: Desk) -> None:
        for file in db.session.scalars(select(InsightFile).where(InsightFile.state == "done")):
            text = filing.path_of(file).read_text("utf-8")
            assert SECRET in text
            assert "@example.org" not in text
            assert "Writes here" not in text
