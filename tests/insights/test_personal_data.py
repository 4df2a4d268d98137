"""What reports hold about a member is told to them, and goes with them."""

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from community.infra import clock, jobs
from community.infra.db import db, unit_of_work
from community.infra.files import Store
from community.insights import kinds, personal_data
from community.insights.actions import schedules, unquoting
from community.insights.figures import Quote, Section, fingerprint
from community.insights.models import InsightFile, ReportChart, ReportQuote, ReportSchedule
from community.insights.queries import quotes, reports
from community.members import actions as members
from community.privacy import actions as privacy
from tests.factories.feedback import make_read_item
from tests.factories.ideas import make_idea
from tests.factories.insights import make_figure, make_report, make_snapshot
from tests.factories.known import PASSWORD, make_person
from tests.factories.panels import make_panel
from tests.insights.plain_kind import plain_kind
from tests.insights.reports import keep, make
from tests.privacy.places import places_of

WORDS = "My quibblepaper came without an envelope, and that was that."


@pytest.fixture
def folder(app, tmp_path, monkeypatch):
    monkeypatch.setitem(app.config, "UPLOAD_DIR", str(tmp_path / "uploads"))
    monkeypatch.setitem(app.config, "INSTANCE", str(tmp_path))
    return tmp_path / "uploads"


@pytest.fixture
def person(folder):
    return make_person()


@pytest.fixture
def quoted(person, monkeypatch):
    """A report that quotes the person, who agreed."""
    panel = make_panel()
    members.give_consent(person, "quotes")
    item = make_read_item(WORDS, panel=panel, author=person, source="idea", source_name="")
    monkeypatch.setattr(kinds, "KINDS", {"voice": plain_kind(quotes=[Quote(item.id, WORDS, "Idea, May")])})
    return make(None, panel)


def stored(folder, **values):
    """A file that was made."""
    key = Store(folder / "insights").put_from(io.BytesIO(WORDS.encode()), "csv")
    with unit_of_work() as session:
        file = InsightFile(format="csv", locale="en", state="done", key=key, made_at=clock.now(), **values)
        session.add(file)
    return file


def renamed(figure, column, word, *, key):
    """The figure with a first column of this key, whose first row is called so."""
    first, *columns = figure.columns
    rows = [
        replace(row, cells={**row.cells, column: word if at == 0 else row.cells[first.key]})
        for at, row in enumerate(figure.rows)
    ]
    chart = replace(figure.chart, y=column)
    return replace(figure, key=key, columns=[replace(first, key=column), *columns], rows=rows, chart=chart)


def forget(person, *, keeps_texts):
    privacy.ask_to_erase(person, password=PASSWORD, keeps_texts=keeps_texts)
    with clock.stopped_at(clock.now() + timedelta(days=30)):
        assert privacy.erase_due() == 1


class TestErasing:
    def test_their_words_are_told_to_them(self, person, quoted):
        part = personal_data.export(person)["quotes"]
        assert [(line.words, line.said) for line in part.lines] == [("Idea, May", WORDS)]

    @pytest.mark.parametrize("keeps_texts", [True, False])
    def test_quotes_and_files_with_their_words_go(self, person, quoted, folder, keeps_texts):
        panel_id = quoted.settings["panel_ids"][0]
        of_report = stored(folder, report_id=quoted.id)
        of_panel = stored(folder, settings={"panel_ids": [panel_id]})
        of_others = stored(folder, settings={"panel_ids": [make_panel().id]})
        forget(person, keeps_texts=keeps_texts)
        kept = {"feedback_items.text quibblepaper"} if keeps_texts else set()
        assert places_of("quibblepaper") == kept
        assert (of_report.key, of_panel.key) == (None, None)
        assert [path.is_file() for path in folder.rglob("*.csv")] == [True]
        assert of_others.key is not None

    def test_what_ran_on_their_behalf_ends(self, person, ada):
        template = keep(ada, make_panel())
        schedule = schedules.save_schedule(ada, template=template, rhythm="weekly", recipient_ids=[ada.id])
        with unit_of_work():
            schedule.made_by_id = person.id
        forget(person, keeps_texts=True)
        ended = db.session.scalars(select(ReportSchedule)).one()
        assert (ended.made_by_id, ended.next_at) == (None, None)


class TestNames:
    def test_what_is_being_made_meanwhile_is_begun_anew(self, person):
        figure = renamed(make_figure(), "owner", person.display_name, key="open_oldest")
        done = make_report(
            snapshot=make_snapshot(sections=[Section("loop", "Loop", [figure])]), has_charts=False
        )
        held_until = clock.now() + timedelta(hours=1)
        being_made = make_report(state="running", held_until=held_until)
        file = InsightFile(
            report_id=done.id, format="pdf", locale="en", state="running", held_until=held_until
        )
        with unit_of_work() as session:
            session.add(file)
        with unit_of_work():
            personal_data.erase(person, keeps_texts=True)
        assert [(each.state, each.held_until) for each in (file, being_made)] == [("waiting", None)] * 2

    def test_titles_and_names_go_from_reports_and_charts_are_drawn_anew(self, person, folder):
        idea, name = make_idea("A quibblepaper for all", author=person), person.display_name
        figures = [
            renamed(make_figure(), "idea", idea.title, key="idea_ranking"),
            renamed(make_figure(), "owner", name, key="open_oldest"),
        ]
        snapshot = make_snapshot(sections=[Section("ideas", "Ideas", figures)])
        report = make_report(snapshot=snapshot, panels=[idea.panel])
        of_report = stored(folder, report_id=report.id)
        forget(person, keeps_texts=False)
        jobs.do_owed()
        ideas, owners = reports.get_snapshot(report.id).figures()
        told = ideas.rows[0].cells["idea"], owners.rows[0].cells["owner"]
        assert told == ("An idea that is gone", "A former member")
        assert (report.state, report.fingerprint) == ("done", fingerprint(report.snapshot))
        charts = db.session.scalars(select(ReportChart.svg).where(ReportChart.report_id == report.id)).all()
        assert charts
        assert not any("quibblepaper" in svg for svg in charts)
        assert of_report.key is None


class TestConsent:
    def test_words_are_not_shown_and_soon_gone_once_it_ends(self, person, quoted):
        assert unquoting.forget_quotes() == 0
        assert quotes.list_shown(quoted.id) != {}
        members.withdraw_consent(person, "quotes")
        assert quotes.list_shown(quoted.id) == {}
        assert unquoting.forget_quotes() == 1
        assert db.session.scalars(select(ReportQuote)).all() == []
