"""Building a report on its pages: the kind, a look at what would be in it, running, keeping, scheduling."""

import pytest
from sqlalchemy import select

from community.activity.models import Activity
from community.infra import clock
from community.infra.db import db
from community.insights import kinds
from community.insights.actions import making
from community.insights.models import Report, ReportSchedule, ReportTemplate
from tests.factories.feedback import make_read_item
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.insights.plain_kind import plain_kind
from tests.insights.reports import ask, keep, make


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    monkeypatch.setattr(kinds, "KINDS", {"voice": plain_kind()})


def chosen(*panels, **values):
    return {
        "kind": "voice",
        "panel_ids": [panel.id for panel in panels],
        "period": "fixed",
        "from_on": "2026-01-05",
        "until_on": str(clock.today()),
        "locale": "en",
    } | values


def crowd(panel, people=12):
    for _ in range(people):
        make_read_item(panel=panel, author=make_member())


class TestBuilding:
    def test_the_kind_comes_first_and_decides_the_choices(self, browser_of, ada):
        make_panel("Night owls")
        browser = browser_of(ada)
        assert 'href="/staff/insights/new?kind=voice"' in browser.get("/staff/insights/new").text
        page = browser.get("/staff/insights/new?kind=voice").text
        assert "Night owls" in page
        assert 'name="languages"' in page
        assert 'name="survey_id"' not in page

    def test_a_look_tells_what_would_be_in_it_and_keeps_nothing(self, browser_of, ada):
        panel, small = make_panel("Night owls"), make_panel("Early birds")
        crowd(panel)
        make_read_item(panel=small)
        page = browser_of(ada).post("/staff/insights/new/look", data=chosen(panel, small)).text
        assert '<div data-look="texts"><dt>Texts</dt><dd>13</dd></div>' in page
        assert "Only 13 people are in it: the intervals are wide." in page
        assert "The period is not over" in page
        # What the small panel has is not to be had by subtraction either.
        assert page.count("kept back") >= 2
        assert db.session.scalars(select(Report)).all() == []

    def test_a_look_counts_whoever_writes_in_two_languages_once(self, browser_of, ada):
        panel, both = make_panel(), [make_member() for _ in range(5)]
        crowd(panel)
        for author in both:
            make_read_item(panel=panel, author=author, language="mixed")
            make_read_item(panel=panel, author=author, language="other")
        page = browser_of(ada).post("/staff/insights/new/look", data=chosen(panel)).text
        # Ten together would hide each other; these are five, so English goes with them.
        by_language = page[page.index("<caption>By language") :].split("</table>")[0]
        assert by_language.count("kept back") == 3

    def test_a_look_at_few_people_gives_no_numbers(self, browser_of, ada):
        panel = make_panel()
        crowd(panel, 9)
        page = browser_of(ada).post("/staff/insights/new/look", data=chosen(panel)).text
        assert "fewer than 10" in page
        assert "Fewer than ten people are in this report" in page
        assert 'data-look="texts"' not in page

    def test_it_runs_and_leads_to_the_report(self, browser_of, ada):
        panel = make_panel()
        browser = browser_of(ada)
        answer = browser.post("/staff/insights/new", data=chosen(panel, title="Spring"))
        report = db.session.scalars(select(Report)).one()
        progress = f"/staff/insights/{report.id}/progress"
        assert (answer.status_code, answer.location) == (303, progress)
        page = browser.get(progress).text
        assert "data-unfinished" in page
        assert '<meta http-equiv="refresh" content="5">' in page
        making.make_owed()
        assert browser.get(progress).location == f"/staff/insights/{report.id}"
        listed = browser.get("/staff/insights").text
        assert f'data-report-id="{report.id}" data-state="done"' in listed

    def test_what_is_refused_comes_back_filled_in(self, browser_of, ada):
        answer = browser_of(ada).post(
            "/staff/insights/new", data=chosen(make_panel(), until_on="2025-01-01", title="Kept as it was")
        )
        assert answer.status_code == 422
        assert "The last day lies before the first." in answer.text
        assert "Kept as it was" in answer.text
        answer = browser_of(ada).post("/staff/insights/new", data=chosen(from_on="", until_on=""))
        assert "Please choose at least one panel." in answer.text
        assert answer.text.count("Please fill this in.") == 4

    def test_nobody_reaches_beyond_their_panels(self, browser_of, omar):
        panel, other = make_panel("Night owls"), make_panel("Early birds")
        tess = make_member(roles=("analyst",), panel_id=panel.id)
        page = browser_of(tess).get("/staff/insights/new?kind=voice").text
        assert ("Night owls" in page, "Early birds" in page) == (True, False)
        assert browser_of(tess).post("/staff/insights/new", data=chosen(other)).status_code == 422
        assert browser_of(omar).get("/staff/insights/new").status_code == 403
        assert browser_of(omar).post("/staff/insights/new", data=chosen(panel)).status_code == 403
        assert db.session.scalars(select(Report)).all() == []


class TestKeeping:
    def test_a_template_is_kept_run_scheduled_paused_and_put_away(self, browser_of, ada):
        panel, browser = make_panel(), browser_of(ada)
        sent = chosen(panel, period="last_month", name="Our months")
        assert browser.post("/staff/insights/templates", data=sent).location == "/staff/insights/templates"
        template = db.session.scalars(select(ReportTemplate)).one()
        assert "Our months" in browser.get("/staff/insights/templates").text
        assert 'value="Our months"' in browser.get(f"/staff/insights/new?template={template.id}").text
        browser.post(f"/staff/insights/templates/{template.id}/run")
        assert db.session.scalars(select(Report.template_id)).all() == [template.id]
        here = f"/staff/insights/templates/{template.id}/schedule"
        assert browser.get(here).status_code == 200
        assert browser.post(here, data={"rhythm": "weekly"}).status_code == 422
        browser.post(here, data={"rhythm": "weekly", "recipient_ids": [ada.id]})
        schedule = db.session.scalars(select(ReportSchedule)).one()
        assert schedule.next_at is not None
        assert ada.display_name in browser.get("/staff/insights/schedules").text
        browser.post(f"/staff/insights/schedules/{schedule.id}/pause")
        assert schedule.next_at is None
        browser.post(f"/staff/insights/templates/{template.id}/archive")
        assert "Our months" not in browser.get("/staff/insights/templates").text
        assert [
            kind
            for kind in db.session.scalars(select(Activity.kind).order_by(Activity.id))
            if kind.startswith("report")
        ] == [
            "report_template.saved",
            "report.asked",
            "report_schedule.saved",
            "report_schedule.ended",
            "report_template.archived",
        ]

    def test_a_name_is_needed(self, browser_of, ada):
        answer = browser_of(ada).post("/staff/insights/templates", data=chosen(make_panel(), name=" "))
        assert answer.status_code == 422

    def test_others_do_not_know_of_it(self, browser_of, ada):
        panel = make_panel()
        template = keep(ada, make_panel())
        browser = browser_of(make_member(roles=("analyst",), panel_id=panel.id))
        assert template.name not in browser.get("/staff/insights/templates").text
        for address in ("run", "archive", "schedule"):
            answer = browser.post(f"/staff/insights/templates/{template.id}/{address}")
            assert answer.status_code == 404


class TestOneReport:
    def test_it_is_called_off_made_again_and_deleted(self, browser_of, ada, omar):
        report, browser = ask(ada, make_panel()), browser_of(ada)
        assert browser_of(omar).post(f"/staff/insights/{report.id}/cancel").status_code == 403
        browser.post(f"/staff/insights/{report.id}/cancel")
        assert report.state == "cancelled"
        assert "Called off" in browser.get(f"/staff/insights/{report.id}/progress").text
        browser.post(f"/staff/insights/{report.id}/again")
        again = db.session.scalars(select(Report).where(Report.id != report.id)).one()
        assert again.settings == report.settings
        browser.post(f"/staff/insights/{report.id}/delete")
        assert db.session.scalars(select(Report.id)).all() == [again.id]

    def test_why_it_failed_is_said(self, browser_of, ada, monkeypatch):
        def fail(_step):
            raise ZeroDivisionError("planted")

        monkeypatch.setattr(kinds, "KINDS", {"voice": plain_kind(at_step=fail)})
        report = ask(ada, make_panel())
        making.make_owed()
        page = browser_of(ada).get(f"/staff/insights/{report.id}/progress").text
        assert "Something went wrong while it was made." in page
        assert "planted" not in page


class TestComparing:
    def test_two_of_a_kind_stand_side_by_side(self, browser_of, ada):
        panel = make_panel()
        make_read_item(panel=panel)
        first = make(ada, panel)
        make_read_item(panel=panel)
        second = make(ada, panel)
        browser = browser_of(ada)
        assert f'value="{second.id}"' in browser.get(f"/staff/insights/compare?a={first.id}").text
        page = browser.get(f"/staff/insights/compare?a={first.id}&b={second.id}").text
        assert '<td class="number">1</td><td class="number">2</td><td class="number">+1</td>' in page
        assert "The two share texts, so the differences have no intervals." in page

    def test_neither_may_be_out_of_sight(self, browser_of, ada):
        panel, other = make_panel(), make_panel()
        mine, theirs = make(ada, panel), make(ada, other)
        browser = browser_of(make_member(roles=("owner",), panel_id=panel.id))
        assert browser.get(f"/staff/insights/compare?a={mine.id}&b={theirs.id}").status_code == 404
        assert f'value="{theirs.id}"' not in browser.get(f"/staff/insights/compare?a={mine.id}").text
        assert browser.get("/staff/insights/compare").status_code == 404

    def test_a_number_that_no_report_can_have_leads_nowhere(self, browser_of, ada):
        browser = browser_of(ada)
        assert browser.get(f"/staff/insights/compare?a={10**30}").status_code == 404
        assert browser.get(f"/staff/insights/new?template={10**30}").status_code == 200
