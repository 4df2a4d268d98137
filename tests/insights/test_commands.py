"""`flask report create`."""

import pytest
from sqlalchemy import select

from community.infra.db import db
from community.insights import kinds
from community.insights.models import Report
from tests.factories.feedback import make_read_item, make_topic
from tests.factories.panels import make_panel, make_segment
from tests.insights.plain_kind import plain_kind


@pytest.fixture
def run(app, monkeypatch):
    monkeypatch.setattr(kinds, "KINDS", {"voice": plain_kind()})
    days = ("--kind", "voice", "--from", "2026-01-01", "--to", "2026-03-31")
    return lambda *words: app.test_cli_runner().invoke(args=["report", "create", *days, *words])


class TestCreate:
    def test_it_makes_the_report_and_says_its_number(self, run):
        panel = make_panel(slug="owls")
        make_read_item(panel=panel)
        make_segment({"all": []}, name="Everybody")
        make_topic("Price")
        result = run("--panel", "owls", "--segment", "Everybody", "--topic", "Price", "--title", "Spring")
        report = db.session.scalars(select(Report)).one()
        assert result.output == f"report {report.id}: Spring (0 people)\n"
        assert (result.exit_code, report.state, report.asked_by_id) == (0, "done", None)
        assert len(report.settings["segment_ids"]) == len(report.settings["topic_ids"]) == 1

    def test_it_can_leave_the_making_to_workers(self, run):
        make_panel(slug="owls")
        result = run("--panel", "owls", "--no-wait")
        assert (result.exit_code, db.session.scalars(select(Report.state)).all()) == (0, ["waiting"])

    @pytest.mark.parametrize("words", [(), ("--panel", "no"), ("--panel", "owls", "--segment", "no")])
    def test_what_is_not_there_is_said(self, run, words):
        make_panel(slug="owls")
        result = run(*words)
        assert (result.exit_code, db.session.scalars(select(Report)).all()) == (1, [])
        assert result.output.startswith("Error: ")

    def test_a_report_that_fails_fails_the_command(self, run, monkeypatch):
        def fail(_step):
            raise ZeroDivisionError("planted")

        make_panel(slug="owls")
        monkeypatch.setattr(kinds, "KINDS", {"voice": plain_kind(at_step=fail)})
        result = run("--panel", "owls")
        assert result.exit_code == 1
        assert "Something went wrong" in result.output
