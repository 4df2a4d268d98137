"""Who may ask for which report, and what is made of what was chosen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from community.infra import clock
from community.infra.db import db
from community.infra.errors import Forbidden, Invalid, NotFound, TooMany
from community.insights import kinds
from community.insights.actions import asking, templates
from community.insights.models import Report
from community.insights.queries import doors, reports
from community.insights.scope import Scope
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.factories.surveys import make_survey
from tests.insights.plain_kind import plain_kind
from tests.insights.reports import ask, scope_of


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    monkeypatch.setattr(kinds, "KINDS", {"voice": plain_kind()})


class TestAskForReport:
    def test_analysts_of_a_panel_ask_about_it_alone(self, app):
        panel, other = make_panel(), make_panel()
        tess = make_member(roles=("analyst",), panel_id=panel.id)
        assert ask(tess, panel).state == "waiting"
        with pytest.raises(Forbidden):
            ask(tess, panel, other)

    def test_owners_read_and_do_not_ask(self, app, omar):
        with pytest.raises(Forbidden):
            ask(omar, make_panel())

    def test_it_is_called_after_its_kind_and_days_in_its_language(self, app, ada, monkeypatch):
        scope = replace(
            scope_of(make_panel()), from_on=clock.today().replace(2026, 1, 1), until_on=clock.today()
        )
        scope = replace(scope, until_on=scope.from_on)
        assert ask(ada, scope=scope).title == "Voice of the panel, Jan 1, 2026"
        assert ask(ada, scope=scope, title=" Mine ").title == "Mine"

    def test_choices_that_the_kind_does_not_heed_are_left_out(self, app, ada):
        scope = replace(scope_of(make_panel()), value_attribute="spending", targets_id=7)
        settings = ask(ada, scope=scope).settings
        assert (settings["value_attribute"], settings["targets_id"]) == ("", None)

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"panel_ids": ()}, "panel_ids"),
            ({"panel_ids": (10**9,)}, "panel_ids"),
            ({"segment_ids": (10**9,)}, "panel_ids"),
            ({"languages": ("tlh",)}, "panel_ids"),
            ({"from_on": clock.today() + timedelta(days=9), "until_on": clock.today()}, "until_on"),
            ({"from_on": clock.today() - timedelta(days=5000)}, "from_on"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, app, ada, change, field):
        with pytest.raises(Invalid) as refused:
            ask(ada, scope=replace(scope_of(make_panel()), **change))
        assert refused.value.field == field

    def test_one_person_has_so_many_under_way(self, app, ada):
        panel = make_panel()
        for _ in range(asking.AT_ONCE):
            ask(ada, panel)
        with pytest.raises(TooMany):
            ask(ada, panel)
        assert ask(make_member(roles=("admin",)), panel).id


class TestDoors:
    def test_a_report_is_read_by_those_who_may_read_of_all_its_people(self, app, ada, omar):
        panel, other = make_panel(), make_panel()
        report = ask(ada, panel, other)
        halves = [make_member(roles=("analyst",), panel_id=each.id) for each in (panel, other)]
        for member, sees in ((ada, True), (omar, True), (halves[0], False), (halves[1], False)):
            lines = reports.list_reports(member, kind="", number=1).items
            assert bool(lines) == sees
            if sees:
                assert doors.get_report(report.id, member) == report
            else:
                with pytest.raises(NotFound):
                    doors.get_report(report.id, member)

    def test_readers_change_nothing(self, app, ada, omar):
        with pytest.raises(Forbidden):
            doors.get_own_report(ask(ada, make_panel()).id, omar)


class TestScope:
    def test_it_is_written_down_and_read_again(self, app, ada):
        report = ask(ada, make_panel())
        assert isinstance(report, Report)
        assert Scope.from_settings(report.settings).to_settings() == report.settings


class TestReportsOnSurveys:
    def test_they_are_about_those_it_asked_on_the_days_it_was_open(self, app, ada, browser_of, monkeypatch):
        kind = replace(plain_kind(), heeds=frozenset({"survey"}), needs=frozenset({"survey"}))
        monkeypatch.setattr(kinds, "KINDS", {"voice": kind})
        panel, other = make_panel(), make_panel()
        survey = make_survey(panel=panel, opened_at=clock.ago(days=20))
        page = browser_of(ada).get("/staff/insights/new?kind=voice").text
        assert (f'value="{survey.id}"' in page, 'name="period"' in page) == (True, False)
        browser_of(ada).post(
            "/staff/insights/new", data={"kind": "voice", "survey_id": survey.id, "locale": "en"}
        )
        scope = Scope.from_settings(db.session.scalars(select(Report)).one().settings)
        assert (scope.panel_ids, scope.survey_id) == ((panel.id,), survey.id)
        assert (scope.from_on, scope.until_on) == (clock.ago(days=20).date(), clock.today())
        elsewhere = make_member(roles=("analyst",), panel_id=other.id)
        with pytest.raises(Invalid):
            ask(elsewhere, scope=replace(scope_of(other), survey_id=survey.id))

    def test_without_a_title_it_is_called_after_its_survey(self, app, ada, monkeypatch):
        kind = replace(plain_kind(), heeds=frozenset({"survey"}), needs=frozenset({"survey"}))
        monkeypatch.setattr(kinds, "KINDS", {"voice": kind})
        panel = make_panel()
        with clock.stopped_at(datetime(2026, 3, 9, 12, tzinfo=UTC)):
            survey = make_survey(panel=panel, title="Your parcel", opened_at=clock.ago(days=8))
            report = ask(ada, scope=replace(scope_of(panel), survey_id=survey.id))
        assert report.title == "Your parcel, Mar 1, 2026 to Mar 9, 2026"

    def test_a_template_is_called_after_the_days_of_its_run(self, app, ada, monkeypatch):
        kind = replace(plain_kind(), heeds=frozenset({"survey"}), needs=frozenset({"survey"}))
        monkeypatch.setattr(kinds, "KINDS", {"voice": kind})
        panel = make_panel()
        with clock.stopped_at(datetime(2026, 3, 9, 12, tzinfo=UTC)):
            survey = make_survey(panel=panel, opened_at=clock.ago(days=8))
            scope = replace(scope_of(panel), survey_id=survey.id)
            template = templates.save_template(
                ada, name="Lids", kind="voice", scope=scope, period="fixed", locale="en"
            )
        with clock.stopped_at(datetime(2026, 3, 16, 12, tzinfo=UTC)):
            assert templates.run_template(template, ada).title == "Lids, Mar 1, 2026 to Mar 16, 2026"
