"""Reports are made by the workers: in one view of the data, exactly once, whatever happens to them."""

import signal
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from community.infra import clock
from community.infra.db import db, one_view, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.insights import kinds
from community.insights.actions import asking, cancelling, holding, making
from community.insights.figures import Quote
from community.insights.models import Report, ReportChart, ReportQuote
from community.insights.queries import owed, reports
from community.insights.scope import Scope
from community.panels.models import Panel
from tests.factories.feedback import make_read_item
from tests.factories.members import make_member
from tests.factories.panels import make_panel
from tests.insights import planted
from tests.insights.plain_kind import plain_kind
from tests.racing import at_once
from tests.workers import start_worker


def scope_of(panel: Panel) -> Scope:
    today = clock.today()
    return Scope((panel.id,), today - timedelta(days=30), today)


def ask(panel, by=None):
    return asking.ask_for_report(by, kind="voice", scope=scope_of(panel), locale="en")


def let_go():
    """As if the time of whoever holds a report were over."""
    with unit_of_work() as session:
        session.execute(update(Report).values(held_until=clock.ago(seconds=1)))


def elsewhere(app, work):
    """Do something in another thread, with a connection of its own, and wait for it."""
    failures = []

    def run():
        try:
            with app.app_context():
                work()
        except Exception as failure:  # noqa: BLE001 - told to the test's own thread
            failures.append(failure)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=60)
    assert failures == []


@pytest.fixture
def use(monkeypatch):
    """A function that lets the site know one kind alone."""
    return lambda kind: monkeypatch.setattr(kinds, "KINDS", {"voice": kind})


class TestMakeOwed:
    def test_what_it_froze_stays(self, app, use):
        use(plain_kind(charts=1))
        panel = make_panel()
        make_read_item(panel=panel)
        report = ask(panel)
        assert (making.make_owed(), making.make_owed()) == (1, 0)
        assert (report.state, report.item_count, report.done_count) == ("done", 1, report.step_count)
        frozen = reports.get_snapshot(report.id)
        assert frozen.figures()[0].rows[0].cells == {"panel": "All", "n": 1}
        make_read_item(panel=panel)
        assert reports.get_snapshot(report.id) == frozen
        assert db.session.scalar(select(ReportChart.svg)).startswith("<svg")

    def test_the_kind_counts_from_the_moment_of_the_data(self, app, use):
        plain, told = plain_kind(), []

        def collect(scope, progress, *, now):
            told.append(now)
            return plain.collect(scope, progress, now=now)

        use(replace(plain, collect=collect))
        report = ask(make_panel())
        making.make_owed()
        assert told == [report.data_at]

    def test_quotes_are_kept_apart(self, app, use):
        panel = make_panel()
        item = make_read_item("Lovely paper.", panel=panel)
        use(plain_kind(quotes=[Quote(item.id, "Lovely paper.", "Import")]))
        report = ask(panel)
        making.make_owed()
        assert "Lovely paper" not in report.snapshot
        assert db.session.scalars(select(ReportQuote.text)).all() == ["Lovely paper."]

    def test_a_kind_that_refuses_or_breaks_fails_alone(self, app, use):
        panel = make_panel()
        errors = iter((Invalid("There is no such survey."), ZeroDivisionError("planted")))

        def fail(_step):
            if error := next(errors, None):
                raise error

        use(plain_kind(at_step=fail))
        asked = [ask(panel) for _ in range(3)]
        while making.make_owed():
            pass
        assert [(each.state, each.error) for each in asked] == [
            ("failed", "There is no such survey."),
            ("failed", "stopped"),
            ("done", ""),
        ]

    def test_it_is_given_up_once_three_workers_stopped_at_it(self, app, use):
        use(plain_kind())
        report = ask(make_panel())
        for _ in range(3):
            holding.take(Report)
            let_go()
        assert making.make_owed() == 1
        assert (report.state, report.error) == ("failed", "killed")


class TestBesideOthers:
    def test_everything_in_it_is_true_at_one_moment(self, new_app, use):
        app = new_app()
        counts = []
        with app.app_context():
            panel = make_panel()
            panel_id = panel.id

            def write(step):
                if step == 1:
                    elsewhere(app, lambda: make_read_item(panel=db.session.get(Panel, panel_id)))

            use(plain_kind(steps=3, at_step=write))
            report = ask(panel)
            making.make_owed()
            counts.append(report.item_count)
            making.make_until_done(ask(panel).id, on_progress=lambda _done, _of: None)
            counts.append(db.session.scalars(select(Report.item_count).order_by(Report.id.desc())).first())
        assert counts == [0, 1]

    def test_others_see_how_far_it_is_and_can_call_it_off(self, new_app, use):
        app = new_app()
        seen = []
        with app.app_context():

            def look():
                found = db.session.scalars(select(Report)).one()
                seen.append((found.state, found.done_count))
                if len(seen) == 3:
                    cancelling.cancel_report(found, make_member(roles=("admin",)))

            use(plain_kind(steps=10, at_step=lambda _step: elsewhere(app, look)))
            report = ask(make_panel())
            making.make_owed()
            assert seen == [("running", 0), ("running", 7), ("running", 14)]
            assert (report.state, report.data_at) == ("cancelled", None)

    def test_two_workers_make_each_report_once(self, new_app, use):
        app = new_app()
        with app.app_context():
            made = []
            use(plain_kind(steps=1, at_step=made.append))
            panel = make_panel()
            for _ in range(6):
                ask(panel)

        def work():
            while making.make_owed():
                pass

        at_once(app, work, work)
        with app.app_context():
            assert len(made) == 6
            assert set(db.session.execute(select(Report.state, Report.attempt_count))) == {("done", 1)}

    def test_who_was_overtaken_leaves_it_to_the_other(self, new_app, use):
        app = new_app()
        with app.app_context():

            def overtake():
                let_go()
                assert holding.take(Report).attempt == 2

            use(plain_kind(at_step=lambda step: elsewhere(app, overtake) if step else None))
            report = ask(make_panel())
            making.make_owed()
            assert (report.state, report.attempt_count, report.data_at) == ("running", 2, None)

    def test_the_hold_is_renewed_as_long_as_the_work_goes_on(self, new_app, monkeypatch):
        app = new_app()
        monkeypatch.setattr(holding, "BEAT_SECONDS", 0.02)
        with app.app_context():
            ask(make_panel())
            held = holding.take(Report)
            renewed = threading.Event()
            with holding.hold(held):
                let_go()
                for _ in range(3000):
                    db.session.rollback()
                    if owed.seconds_until_free() > 1:
                        renewed.set()
                        break
                    renewed.wait(0.02)
            assert renewed.is_set()


class TestKilledWorkers:
    def test_another_one_goes_on(self, new_app):
        app = new_app()
        with app.app_context():
            panel = make_panel()
            make_read_item(panel=panel)
            report = asking.ask_for_report(None, kind="voice", scope=scope_of(panel), locale="en")
            for _ in range(2):
                worker = start_worker(app, "--until-idle", make_app=planted.make_app)
                assert worker.wait() == -signal.SIGKILL
                let_go()
            frozen = report.snapshot
            assert (report.state, frozen is None) == ("running", False)
            make_read_item(panel=panel)
            assert start_worker(app, "--until-idle", make_app=planted.make_app).wait() == 0
            db.session.expire_all()
            assert (report.state, report.attempt_count, report.snapshot) == ("done", 3, frozen)
            assert reports.list_drawn(report.id) == {"texts.0", "texts.1", "texts.2"}
            # What was drawn before the second death was not drawn again.
            drawn = (Path(app.config["INSTANCE"]) / "drawn").read_text().split()
            assert drawn == ["texts.0", "texts.1", "texts.2"]


class TestOneView:
    def test_nothing_can_be_changed_inside(self, app):
        with one_view(), pytest.raises(RuntimeError), unit_of_work():
            pass
        with pytest.raises(RuntimeError), one_view() as session:
            session.add(Report(kind="voice", title="Slipped in", settings={}, locale="en"))


class TestCancelling:
    def test_a_report_that_waits_is_called_off_at_once(self, app, ada, use):
        use(plain_kind())
        report = ask(make_panel(), ada)
        cancelling.cancel_report(report, ada)
        assert (report.state, making.make_owed()) == ("cancelled", 0)
        with pytest.raises(Conflict):
            cancelling.cancel_report(report, ada)

    def test_one_whose_worker_died_needs_no_other_to_end(self, app, ada, use):
        use(plain_kind())
        report = ask(make_panel(), ada)
        holding.take(Report)
        let_go()
        cancelling.cancel_report(report, ada)
        assert report.state == "cancelled"

    def test_a_deleted_report_leaves_nothing(self, app, ada, use):
        panel = make_panel()
        use(plain_kind(quotes=[Quote(make_read_item(panel=panel).id, "Lovely.", "Import")]))
        report = ask(panel, ada)
        making.make_owed()
        cancelling.delete_report(report, ada)
        assert db.session.scalars(select(ReportQuote)).all() == []
        assert db.session.scalars(select(Report)).all() == []
