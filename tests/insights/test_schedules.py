"""Templates whose period moves along, and schedules that run them once each time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from community.activity import actions as activity
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.errors import Invalid
from community.infra.mail import OutgoingMail
from community.insights import kinds, periods
from community.insights.actions import making, schedules, templates
from community.insights.models import Report
from community.members.models import RoleGrant
from community.notifications.actions import mailing
from community.notifications.models import Notice
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.insights.plain_kind import plain_kind
from tests.insights.reports import keep
from tests.racing import at_once

# A Wednesday.
NOW = datetime(2026, 3, 4, 12, 30, tzinfo=UTC)
MONDAY = datetime(2026, 3, 9, 6, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    monkeypatch.setattr(kinds, "KINDS", {"voice": plain_kind()})


def run(template, by, *recipients, rhythm="weekly"):
    return schedules.save_schedule(
        by, template=template, rhythm=rhythm, recipient_ids=[each.id for each in recipients]
    )


def all_reports():
    return db.session.scalars(select(Report).order_by(Report.id)).all()


class TestPeriods:
    @pytest.mark.parametrize(
        ("period", "today", "first", "last"),
        [
            ("last_week", date(2026, 3, 4), date(2026, 2, 23), date(2026, 3, 1)),
            ("last_week", date(2026, 3, 9), date(2026, 3, 2), date(2026, 3, 8)),
            ("last_month", date(2026, 1, 31), date(2025, 12, 1), date(2025, 12, 31)),
            ("last_quarter", date(2026, 2, 1), date(2025, 10, 1), date(2025, 12, 31)),
            ("last_year", date(2026, 2, 1), date(2025, 1, 1), date(2025, 12, 31)),
            ("last_30_days", date(2026, 3, 1), date(2026, 1, 30), date(2026, 2, 28)),
        ],
    )
    def test_they_are_over_and_whole(self, period, today, first, last):
        assert periods.days_of(period, today) == (first, last)

    def test_the_next_time_lies_ahead(self):
        assert periods.next_at("weekly", NOW) == MONDAY
        assert periods.next_at("weekly", MONDAY) == MONDAY + timedelta(days=7)
        assert periods.next_at("monthly", NOW) == datetime(2026, 4, 1, 6, tzinfo=UTC)
        assert periods.next_at("monthly", datetime(2026, 12, 1, 5, tzinfo=UTC)).month == 12


class TestTemplates:
    def test_a_run_takes_the_period_of_its_day(self, app, ada):
        template = keep(ada, make_panel())
        with clock.stopped_at(NOW):
            report = templates.run_template(template, ada)
        assert (report.settings["from_on"], report.settings["until_on"]) == ("2026-02-23", "2026-03-01")
        assert report.title == "Our weeks, Feb 23, 2026 to Mar 1, 2026"
        assert report.template_id == template.id

    def test_one_that_is_put_away_runs_no_more(self, app, ada):
        template = keep(ada, make_panel())
        with clock.stopped_at(NOW):
            schedule = run(template, ada, ada)
            templates.archive_template(template, ada)
        assert schedule.next_at is None


class TestSchedules:
    def test_it_runs_once_each_time_and_once_after_a_standstill(self, app, ada):
        with clock.stopped_at(NOW):
            schedule = run(keep(ada, make_panel()), ada, ada)
            schedules.run_due()
            assert (schedule.next_at, all_reports()) == (MONDAY, [])
        for at, count in ((MONDAY, 1), (MONDAY + timedelta(hours=2), 1), (MONDAY + timedelta(days=30), 2)):
            with clock.stopped_at(at):
                schedules.run_due()
            assert len(all_reports()) == count
        first = all_reports()[0]
        assert (first.due_at, first.settings["from_on"], first.asked_by_id) == (MONDAY, "2026-03-02", ada.id)

    def test_many_workers_ask_for_one_report(self, new_app):
        app = new_app()
        with app.app_context(), clock.stopped_at(NOW):
            ada = make_member(roles=("admin",))
            run(keep(ada, make_panel()), ada, ada)
        with clock.stopped_at(MONDAY):
            at_once(app, schedules.run_due, schedules.run_due, schedules.run_due)
        with app.app_context():
            assert len(all_reports()) == 1

    def test_it_stops_once_its_maker_may_not_build_it_and_says_so(self, app):
        tess = make_member("Tess", roles=("analyst",))
        with clock.stopped_at(NOW):
            schedule = run(keep(tess, make_panel()), tess, tess)
        with unit_of_work() as session:
            session.query(RoleGrant).filter_by(member_id=tess.id).delete()
        with clock.stopped_at(MONDAY):
            schedules.run_due()
            activity.follow_due()
        assert (schedule.next_at, all_reports()) == (None, [])
        notice = db.session.scalars(select(Notice)).one()
        assert (notice.kind, notice.member_id, notice.data) == (
            "insights.stopped",
            tess.id,
            {"title": "Our weeks"},
        )

    def test_only_those_who_may_read_it_can_be_told(self, app, ada, ana):
        with pytest.raises(Invalid) as refused:
            run(keep(ada, make_panel()), ada, ada, ana)
        assert refused.value.field == "recipient_ids"

    def test_who_is_told_gets_a_link_and_no_figure(self, app, ada):
        panel = make_panel("Night owls")
        tess = make_member("Tess", roles=("analyst",), panel_id=panel.id)
        gone = make_member("Gone", roles=("owner",))
        with clock.stopped_at(NOW):
            run(keep(ada, panel), ada, tess, gone)
        with unit_of_work() as session:
            session.query(RoleGrant).filter_by(member_id=gone.id).delete()
        with clock.stopped_at(MONDAY):
            schedules.run_due()
            making.make_owed()
            activity.follow_due()
        with clock.stopped_at(MONDAY + timedelta(hours=1)):
            mailing.mail_due()
        notice = db.session.scalars(select(Notice)).one()
        report = all_reports()[0]
        assert (notice.member_id, notice.kind, notice.path) == (
            tess.id,
            "insights.made",
            f"/staff/insights/{report.id}",
        )
        sent = db.session.scalars(select(OutgoingMail)).one()
        assert sent.to_address == tess.email
        assert "Our weeks" in sent.body
        assert report.title in sent.body
        assert str(report.snapshot) not in sent.body

    def test_pausing_ends_it_until_it_is_saved_anew(self, app, ada):
        template = keep(ada, make_panel())
        with clock.stopped_at(NOW):
            schedule = run(template, ada, ada)
            schedules.pause_schedule(schedule, ada)
            assert schedule.next_at is None
            assert run(template, ada, ada, rhythm="monthly").id == schedule.id
            assert schedule.next_at.day == 1
