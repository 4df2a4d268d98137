"""Files of reports: asked for, made by the worker, called off, taken back, deleted after some days."""

import errno
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from community.activity.models import Activity
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Invalid, NotFound, TooMany
from community.insights.actions import exporting, filing
from community.insights.files.contract import Made
from community.insights.models import InsightFile, Report
from community.insights.queries import files as queries
from community.members import actions as members
from tests.factories.feedback import make_read_item
from tests.factories.insights import make_report, make_snapshot
from tests.factories.members import make_member
from tests.factories.panels import make_panel


@pytest.fixture
def store(app, monkeypatch, tmp_path) -> Path:
    """The folder of the files, empty."""
    monkeypatch.setitem(app.config, "UPLOAD_DIR", tmp_path)
    return tmp_path / "insights"


@pytest.fixture
def report(store):
    """A finished report without charts, which take long to draw."""
    return make_report(has_charts=False)


def ask(report: Report, by, file_format: str = "json", **given) -> InsightFile:
    return exporting.ask_for_file(report, by, file_format=file_format, **given)


def made(report: Report, by, file_format: str = "json") -> InsightFile:
    """A file that was asked for and made."""
    file = ask(report, by, file_format)
    assert filing.make_owed() == 1
    return again(file)


def again(file: InsightFile) -> InsightFile:
    found = db.session.get(InsightFile, file.id, populate_existing=True)
    assert found is not None
    return found


def lying(store: Path) -> list[Path]:
    """What lies in the store."""
    return [each for each in store.rglob("*") if each.is_file()]


class TestAskForFile:
    def test_the_worker_makes_it_and_the_log_knows_who_asked(self, report, ada):
        file = made(report, ada, "csv")
        assert (file.state, file.error, file.attempt_count) == ("done", "", 1)
        assert filing.path_of(file).stat().st_size == file.byte_count
        assert file.row_count == filing.path_of(file).read_bytes().count(b"\r\n") - 1
        assert file.name == f"report-{report.id}-voice-{report.fingerprint[:8]}.csv"
        activity = db.session.scalars(select(Activity).where(Activity.kind == "report.exported")).one()
        assert (activity.actor_id, activity.subject_id, activity.data["format"]) == (ada.id, report.id, "csv")
        assert filing.make_owed() == 0

    def test_the_same_again_is_the_same_file(self, report, ada, omar):
        file = made(report, ada)
        assert ask(report, ada).id == file.id
        assert ask(report, omar).id != file.id
        assert ask(report, ada, "csv").id != ask(report, ada, "csv", has_bom=True).id

    def test_what_is_not_finished_or_no_format_is_refused(self, report, ada):
        with pytest.raises(Conflict):
            ask(make_report(state="running"), ada)
        for file_format in ("jsonl", "exe"):
            with pytest.raises(Invalid):
                ask(report, ada, file_format)

    def test_one_person_waits_for_three_at_a_time(self, report, ada, omar):
        for file_format in ("json", "csv", "html"):
            ask(report, ada, file_format)
        with pytest.raises(TooMany):
            ask(report, ada, "xlsx")
        ask(report, omar, "xlsx")
        filing.make_owed()
        ask(report, ada, "xlsx")


class TestMaking:
    def make_by(self, monkeypatch, maker) -> None:
        monkeypatch.setitem(filing.MAKERS, "report", maker)
        monkeypatch.setattr(filing, "TELL_EVERY_SECONDS", 0)

    def test_it_says_how_far_it_is_and_stops_when_it_is_called_off(self, store, monkeypatch, report, ada):
        file = ask(report, ada)
        seen = []

        def maker(path, _wanted, progress):
            path.write_text("half of it")
            progress(40, 100)
            seen.append((again(file).done_count, again(file).row_count))
            filing.cancel_file(file)
            progress(50, 100)
            raise AssertionError("it went on")

        self.make_by(monkeypatch, maker)
        filing.make_owed()
        assert seen == [(40, 100)]
        assert (again(file).state, lying(store)) == ("cancelled", [])

    def test_one_that_waits_is_called_off_at_once_and_one_that_is_made_is_not(self, report, ada):
        file = ask(report, ada)
        filing.cancel_file(file)
        assert (again(file).state, filing.make_owed()) == ("cancelled", 0)
        with pytest.raises(Conflict):
            filing.cancel_file(made(report, ada))

    def test_after_a_killed_worker_another_begins_anew_at_most_three_times(self, monkeypatch, report, ada):
        file = ask(report, ada)

        def killed(_path, _wanted, _progress):
            raise KeyboardInterrupt

        self.make_by(monkeypatch, killed)
        now = clock.now()
        for minute in range(3):
            with clock.stopped_at(now + timedelta(minutes=minute)):
                with pytest.raises(KeyboardInterrupt):
                    filing.make_owed()
                # Held for a moment: nobody else begins it.
                assert filing.make_owed() == 0
        with clock.stopped_at(now + timedelta(minutes=5)):
            filing.make_owed()
        assert (again(file).state, again(file).error) == ("failed", "killed")

    def test_one_that_cannot_be_made_holds_up_no_other(self, store, monkeypatch, report, ada):
        def full(path, wanted, _progress):
            path.write_text("half")
            if wanted.format == "json":
                raise OSError(errno.ENOSPC, "No space left on device")
            if wanted.format == "html":
                raise ZeroDivisionError
            return Made()

        self.make_by(monkeypatch, full)
        files = [ask(report, ada, each) for each in ("json", "html", "csv")]
        while filing.make_owed():
            pass
        states = [(again(each).state, again(each).error) for each in files]
        assert states == [("failed", "disk"), ("failed", "stopped"), ("done", "")]
        assert len(lying(store)) == 1

    def test_a_report_that_is_deleted_meanwhile_leaves_nothing(self, store, monkeypatch, report, ada):
        def maker(path, _wanted, _progress):
            path.write_text("all of it")
            with unit_of_work() as session:
                session.delete(lock(Report, report.id))
            return Made()

        self.make_by(monkeypatch, maker)
        ask(report, ada)
        filing.make_owed()
        assert lying(store) == []


class TestForgetting:
    def test_files_go_after_their_days_and_the_row_stays(self, store, report, ada):
        file = made(report, ada)
        with clock.stopped_at(clock.now() + filing.KEPT_FOR - timedelta(hours=1)):
            filing.forget_old()
            assert len(lying(store)) == 1
        with clock.stopped_at(clock.now() + filing.KEPT_FOR + timedelta(hours=1)):
            filing.forget_old()
        assert (again(file).state, again(file).key, lying(store)) == ("done", None, [])
        assert ask(report, ada).id != file.id

    def test_a_file_with_words_that_were_taken_back_is_not_given_out_any_more(self, store, ada):
        author, panel = make_member(), make_panel()
        members.give_consent(author, "quotes")
        snapshot = make_snapshot()
        quoted = next(figure.quotes[0] for figure in snapshot.figures() if figure.quotes)
        item = make_read_item(quoted.text, panel=panel, author=author)
        report = make_report(snapshot=snapshot, panels=[panel], quoted=[item.id], has_charts=False)
        file, figures = made(report, ada), made(report, ada, "csv")
        assert quoted.text in filing.path_of(file).read_text("utf-8")
        members.withdraw_consent(author, "quotes")
        with pytest.raises(NotFound):
            queries.get_own_made_file(file.id, ada)
        # Numbers alone say nobody's words.
        assert queries.get_own_made_file(figures.id, ada) == figures
        new = made(report, ada)
        assert new.id != file.id
        assert quoted.text not in filing.path_of(new).read_text("utf-8")
        filing.forget_old()
        assert (again(file).key, len(lying(store))) == (None, 2)


class TestExportCommand:
    def test_it_writes_the_file_that_the_site_makes(self, app, report, ada, tmp_path):
        out = tmp_path / "report.json"
        result = app.test_cli_runner().invoke(
            args=["report", "export", str(report.id), "--format", "json", "--out", str(out)]
        )
        assert result.exit_code == 0, result.output
        assert out.read_bytes() == filing.path_of(made(report, ada)).read_bytes()
        assert sorted(each.name for each in tmp_path.iterdir()) == ["insights", "report.json"]
        kinds = db.session.scalars(select(Activity.kind).where(Activity.kind == "report.exported")).all()
        assert len(kinds) == 2

    def test_it_says_what_is_wrong(self, app, report, tmp_path):
        def output_of(*arguments: str) -> str:
            result = app.test_cli_runner().invoke(args=["report", "export", *arguments])
            assert result.exit_code != 0
            return result.output

        out = str(tmp_path / "report.json")
        assert "no finished report" in output_of("999999", "--format", "json", "--out", out)
        assert "Invalid value" in output_of(str(report.id), "--format", "doc", "--out", out)
        nowhere = str(tmp_path / "nowhere" / "report.json")
        assert "No such file" in output_of(str(report.id), "--format", "json", "--out", nowhere)
