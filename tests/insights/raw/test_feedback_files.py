"""All feedback as a file: everything of one moment, nothing that somebody may not have, on both databases."""

import csv
import errno
import io
import json
import threading
from dataclasses import replace
from datetime import date, timedelta

import openpyxl
import psycopg
import pytest
from pyarrow import parquet
from sqlalchemy import delete, select

from community.activity.models import Activity
from community.feedback import personal_data as feedback_data
from community.feedback.models import FeedbackItem
from community.infra import clock
from community.infra.db import db, unit_of_work
from community.infra.errors import Forbidden, Invalid, TooMany
from community.insights import personal_data
from community.insights.actions import feedback_files, filing, taking_away
from community.insights.kinds.contract import Cancelled
from community.insights.models import InsightFile
from community.insights.queries import raw as queries
from community.insights.raw.columns import columns
from community.insights.scope import Scope
from community.members.actions.consents import give_consent
from community.members.models import Member, RoleGrant
from tests.factories.feedback import make_item, make_read_item, make_topic
from tests.factories.members import make_member
from tests.factories.panels import make_panel, make_segment

NASTY = '=HYPERLINK("http://evil","x") 你好；世界 👋\n第二行, "quoted"'
ADDRESS = "Write to ana.canary@example.org or +49 151 234 567 89."

POSTGRES = pytest.param("postgresql", marks=pytest.mark.postgres)


def scope_of(*panels, **narrowed):
    today = clock.today()
    ids = tuple(panel.id for panel in panels)
    return replace(Scope(ids, today - timedelta(days=30), today + timedelta(days=1)), **narrowed)


def ask(scope, by, file_format="csv", **wanted):
    return taking_away.ask_for_feedback(scope, by, file_format=file_format, locale="en", **wanted)


def made(file):
    """The path of a file that was asked for, once it is made."""
    return made_by_id(file.id)


def made_by_id(file_id):
    filing.make_owed()
    file = db.session.get(InsightFile, file_id, populate_existing=True)
    assert (file.state, file.error) == ("done", "")
    return filing.path_of(file)


def csv_rows(path):
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8"), newline="")))


def json_lines(path):
    return [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]


def texts_in(scope, by):
    return [row["text"] for row in csv_rows(made(ask(scope, by)))]


@pytest.fixture
def tess(app):
    return make_member("Tess Analyst", roles=("analyst",))


@pytest.fixture
def panel(app):
    return make_panel("Garden")


class TestWhatIsInIt:
    def test_every_format_holds_the_same_rows(self, tess, ana, panel):
        give_consent(ana, "quotes")
        topic = make_topic("Price")
        read = make_read_item(
            NASTY,
            panel=panel,
            author=ana,
            title="Häppy",
            topic_id=topic.id,
            score=-0.25,
            rating=5.0,
            urgency=2,
        )
        waits = make_item("Only brought in.", panel=panel, source="idea")
        paths = {each: made(ask(scope_of(panel), tess, each)) for each in ("csv", "xlsx", "jsonl", "parquet")}
        lines = json_lines(paths["jsonl"])
        assert [line["id"] for line in lines] == [read.id, waits.id]
        first, second = lines
        assert list(first) == [column.key for column in columns(has_people=False)]
        assert (first["text"], first["title"], first["topic"], first["panel"]) == (
            NASTY, "Häppy", "Price", "Garden",
        )  # fmt: skip
        assert (first["score"], first["rating"], first["urgency"]) == (-0.25, 5, 2)
        assert first["said_at"] == read.said_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        assert (first["may_quote"], second["may_quote"]) == (True, False)
        assert (second["state"], second["author"], second["read_at"]) == ("waiting", None, None)
        table = parquet.read_table(paths["parquet"])
        assert table.column("said_at").to_pylist()[0] == read.said_at.replace(microsecond=0)
        plain = [dict(row) for row in table.drop_columns(moments()).to_pylist()]
        assert plain == [{key: line[key] for key in line if key not in moments()} for line in lines]
        names, *cells = openpyxl.load_workbook(paths["xlsx"]).active.iter_rows(values_only=True)
        sheet = [dict(zip(names, row, strict=True)) for row in cells]
        assert [(row["id"], row["score"], row["text"]) for row in sheet] == [
            (line["id"], line["score"], line["text"]) for line in lines
        ]
        row, _other = csv_rows(paths["csv"])
        assert row["text"] == "'" + NASTY
        assert (row["score"], row["rating"], row["may_quote"]) == ("-0.25", "5", "yes")

    def test_lines_that_the_database_writes_are_those_of_the_library(self, tess, ana, panel):
        for number, text in enumerate(
            (NASTY, ADDRESS, "-5", "fine", "a, -b", "7.0 at 10:30 on 2026-11-22", 'a\r"b"')
        ):
            make_read_item(text, panel=panel, author=ana, rating=number + 0.5, title=text[:9])
        make_item("Without a title or an author.", panel=panel, author_key="Zoë, of old")
        content = made(ask(scope_of(panel), tess, has_bom=True)).read_bytes()
        assert content.startswith(b"\xef\xbb\xbfid,")
        target = io.StringIO(newline="")
        csv.writer(target).writerows(csv.reader(io.StringIO(content.decode(), newline="")))
        assert target.getvalue().encode() == content

    def test_a_scope_narrows_it(self, tess, ana, ben, panel):
        above, other = make_topic("Price"), make_topic("Taste")
        below = make_topic("Discounts", parent_id=above.id)
        now = clock.now()
        make_read_item("cheap", panel=panel, author=ana, topic_id=below.id)
        make_read_item("sweet", panel=panel, author=ben, topic_id=other.id, language="zh-Hans")
        make_read_item("old", panel=panel, author=ben, said_at=now - timedelta(days=90))
        make_read_item("elsewhere", panel=make_panel(), author=ana)
        make_read_item("gone", panel=panel, author=ana, state="withdrawn")
        assert texts_in(scope_of(panel), tess) == ["cheap", "sweet"]
        assert texts_in(scope_of(panel, topic_ids=(above.id,)), tess) == ["cheap"]
        assert texts_in(scope_of(panel, languages=("zh-Hans",)), tess) == ["sweet"]
        segment = make_segment({"panel": make_panel(slug="kitchen", members=(ana,)).slug})
        assert texts_in(scope_of(panel, segment_ids=(segment.id,)), tess) == ["cheap"]

    def test_all_days_there_are_can_be_asked_for(self, tess, ana, panel):
        make_item("At some time.", panel=panel, author=ana)
        always = scope_of(panel, from_on=date.min, until_on=date.max)
        assert texts_in(always, tess) == ["At some time."]

    def test_authors_go_by_numbers_that_are_the_same_in_every_file(self, tess, ana, ben, panel):
        for author in (ana, ben, ana):
            make_read_item(panel=panel, author=author)
        make_read_item(panel=panel, author_key="customer 7")
        make_read_item(panel=panel)
        first, second, third, named, nameless = (
            row["author"] for row in csv_rows(made(ask(scope_of(panel), tess)))
        )
        assert first == third
        assert len({first, second, named}) == 3
        assert nameless == ""
        again = json_lines(made(ask(scope_of(panel), tess, "jsonl")))
        assert [line["author"] for line in again] == [first, second, first, named, None]

    def test_only_administrators_get_names_and_addresses(self, tess, ada, panel):
        cara = make_member("Cara Canary", email="cara@canary.example")
        make_read_item(ADDRESS, panel=panel, author=cara)
        (row,) = csv_rows(made(ask(scope_of(panel), tess)))
        assert row["text"] == "Write to […] or […]."
        assert "canary" not in str(row).casefold()
        (row,) = csv_rows(made(ask(scope_of(panel), ada, has_people=True)))
        assert (row["author_name"], row["author_email"]) == ("Cara Canary", "cara@canary.example")
        assert row["text"] == ADDRESS
        with pytest.raises(Forbidden):
            ask(scope_of(panel), tess, has_people=True)


class TestWhoMayHaveIt:
    def test_analysts_of_all_its_panels(self, tess, panel):
        other = make_panel()
        local = make_member("Local", roles=("analyst",), panel_id=panel.id)
        assert ask(scope_of(panel), local).id
        for by, panels in ((local, (panel, other)), (make_member(roles=("owner",)), (panel,))):
            with pytest.raises(Forbidden):
                ask(scope_of(*panels), by)

    def test_nobody_whose_role_has_ended_while_it_waited(self, tess, panel):
        file = ask(scope_of(panel), tess)
        with unit_of_work() as session:
            session.execute(delete(RoleGrant).where(RoleGrant.member_id == tess.id))
        filing.make_owed()
        file = db.session.get(InsightFile, file.id, populate_existing=True)
        assert (file.state, file.error, file.key) == ("failed", "rights", None)

    def test_it_is_in_the_log_with_what_was_asked(self, ada, panel):
        ask(scope_of(panel, languages=("en",)), ada, has_people=True)
        act = db.session.scalars(select(Activity).where(Activity.kind == "feedback.exported")).one()
        assert (act.actor_id, act.panel_id) == (ada.id, panel.id)
        assert act.data["has_people"]
        assert (act.data["panels"], act.data["languages"], act.data["format"]) == (["Garden"], ["en"], "csv")

    def test_a_few_at_a_time(self, tess, panel):
        for _each in range(filing.AT_ONCE):
            ask(scope_of(panel), tess)
        with pytest.raises(TooMany):
            ask(scope_of(panel), tess)

    def test_what_makes_no_sense_is_refused(self, tess, panel):
        today = clock.today()
        for scope in (
            scope_of(panel, from_on=today, until_on=today - timedelta(days=1)),
            scope_of(panel, topic_ids=(404,)),
            scope_of(),
        ):
            with pytest.raises(Invalid):
                ask(scope, tess)


class TestOneMoment:
    def test_what_is_written_meanwhile_is_not_half_in_it(self, new_app, monkeypatch):
        app = new_app()
        monkeypatch.setattr(queries, "BATCH", 20)
        with app.app_context():
            tess, panel = make_member(roles=("analyst",)), make_panel()
            ids = [make_read_item(f"text {number}", panel=panel).id for number in range(100)]
            file_id, panel_id = ask(scope_of(panel), tess, "jsonl").id, panel.id
        begun = threading.Event()
        tell = filing._tell_progress

        def tell_and_let_others_write(held):
            said = tell(held)

            def progress(done, total):
                said(done, total)
                if total and not begun.is_set():
                    begun.set()
                    other.join()

            return progress

        def write():
            begun.wait()
            with new_app().app_context(), unit_of_work() as session:
                session.execute(delete(FeedbackItem).where(FeedbackItem.id.in_(ids[::2])))
                session.add(
                    FeedbackItem(
                        panel_id=panel_id, source="import", source_id="late", text="late", state="read"
                    )
                )

        other = threading.Thread(target=write)
        other.start()
        monkeypatch.setattr(filing, "_tell_progress", tell_and_let_others_write)
        with app.app_context():
            found = [line["id"] for line in json_lines(made_by_id(file_id))]
            file = db.session.get(InsightFile, file_id)
            assert (file.row_count, file.done_count) == (100, 100)
            assert db.session.query(FeedbackItem).count() == 51
        assert found == ids

    def test_it_begins_anew_when_somebody_is_forgotten_meanwhile(self, new_app, monkeypatch):
        app = new_app()
        monkeypatch.setattr(filing, "TELL_EVERY_SECONDS", 0)
        monkeypatch.setattr(queries, "BATCH", 5)
        with app.app_context():
            tess, panel, ana = make_member(roles=("analyst",)), make_panel(), make_member()
            for _each in range(20):
                make_read_item("To be forgotten.", panel=panel, author=ana)
            file_id, ana_id = ask(scope_of(panel), tess, "jsonl").id, ana.id
            each_batch = queries.each_batch

            def forgotten_after_the_first(*given, **wanted):
                for number, batch in enumerate(each_batch(*given, **wanted)):
                    yield batch
                    if number == 0 and not is_forgotten.is_set():
                        forgetting.start()
                        forgetting.join()
                        is_forgotten.set()

            def forget():
                with new_app().app_context(), unit_of_work():
                    personal_data.erase(db.session.get(Member, ana_id), keeps_texts=False)
                    feedback_data.erase(db.session.get(Member, ana_id), keeps_texts=False)

            is_forgotten, forgetting = threading.Event(), threading.Thread(target=forget)
            monkeypatch.setattr(queries, "each_batch", forgotten_after_the_first)
            filing.make_owed()
            assert db.session.get(InsightFile, file_id, populate_existing=True).state == "waiting"
            assert made_by_id(file_id).read_text() == ""

    def test_it_stops_when_it_is_called_off(self, new_app, monkeypatch):
        app = new_app()
        monkeypatch.setattr(filing, "TELL_EVERY_SECONDS", 0)
        monkeypatch.setattr(queries, "BATCH", 5)
        with app.app_context():
            tess, panel = make_member(roles=("analyst",)), make_panel()
            for _each in range(20):
                make_read_item(panel=panel)
            file = ask(scope_of(panel), tess, "jsonl")
            each_batch = queries.each_batch

            def called_off_after_the_first(*given, **wanted):
                for number, batch in enumerate(each_batch(*given, **wanted)):
                    yield batch
                    if number == 0:
                        call_off()
                    assert number < 2

            def call_off():
                with new_app().app_context():
                    filing.cancel_file(db.session.get(InsightFile, file.id))

            monkeypatch.setattr(queries, "each_batch", called_off_after_the_first)
            filing.make_owed()
            file = db.session.get(InsightFile, file.id, populate_existing=True)
            assert (file.state, file.key) == ("cancelled", None)
            assert not [each for each in filing._store().root.rglob("*") if each.is_file()]

    @pytest.mark.parametrize(
        ("stop", "ends"),
        [(Cancelled(), ("cancelled", "")), (OSError(errno.ENOSPC, "full"), ("failed", "disk"))],
        ids=["called off", "disk full"],
    )
    def test_the_worker_can_go_on_after_one_that_stopped_halfway(self, new_app, monkeypatch, stop, ends):
        monkeypatch.setattr(feedback_files, "_TOLD_EVERY", 1)
        monkeypatch.setattr(queries, "BATCH", 1)
        with new_app().app_context():
            tess, panel = make_member(roles=("analyst",)), make_panel()
            for _each in range(9):
                make_read_item("long " * 3_000, panel=panel)
            file = ask(scope_of(panel), tess, "csv")

            def tell(done, _total):
                if done >= 3:
                    raise stop

            with monkeypatch.context() as patched:
                patched.setattr(filing, "_tell_progress", lambda _held: tell)
                filing.make_owed()
            file = db.session.get(InsightFile, file.id, populate_existing=True)
            assert (file.state, file.error) == ends
            assert len(texts_in(scope_of(panel), tess)) == 9

    @pytest.mark.parametrize("database_kind", [POSTGRES], indirect=True)
    def test_what_goes_wrong_while_postgresql_copies_is_no_end_of_the_file(self, new_app):
        copied = "COPY (SELECT 1 / (3 - number) FROM generate_series(1, 5) AS number) TO STDOUT"
        with new_app().app_context():
            cursor = db.session.connection().connection.cursor()
            with pytest.raises(psycopg.OperationalError, match="division by zero"), cursor.copy(copied):
                list(queries._copied_lines(cursor.connection.pgconn))
            db.session.rollback()
            assert queries.count_texts(scope_of(make_panel())) == 0


class TestPages:
    @pytest.fixture(autouse=True)
    def _an_own_folder(self, app, tmp_path, monkeypatch):
        monkeypatch.setitem(app.config, "UPLOAD_DIR", str(tmp_path))

    def test_one_asks_looks_and_fetches_it(self, browser_of, tess, panel):
        make_read_item("The first text.", panel=panel)
        browser = browser_of(tess)
        today = clock.today()
        sent = {
            "panel_ids": panel.id,
            "from_on": today - timedelta(days=9),
            "until_on": today,
            "format": "csv",
            "has_people": "y",
        }
        answer = browser.post("/staff/insights/files", data=sent)
        assert answer.status_code == 303
        assert 'data-state="waiting"' in browser.get("/staff/insights/files").text
        filing.make_owed()
        assert "data-unfinished" not in browser.get("/staff/insights/files", headers={"X-Fragment": "1"}).text
        file_id = db.session.scalar(select(InsightFile.id))
        path = f"/staff/insights/files/{file_id}/file"
        whole = browser.get(path, buffered=True)
        assert "The first text." in whole.text
        assert "author_email" not in whole.text
        assert whole.headers["Cache-Control"] == "private, no-cache"
        # A download that broke off goes on; a file that changed meanwhile would begin anew.
        begun, tag = whole.data[:100], whole.headers["ETag"]
        rest = browser.get(path, headers={"Range": "bytes=100-", "If-Range": tag}, buffered=True)
        assert rest.status_code == 206
        assert begun + rest.data == whole.data
        for other in (make_member(roles=("analyst",)), make_member(roles=("admin",))):
            assert browser_of(other).get(path).status_code == 404

    def test_what_is_refused_comes_back_filled_in(self, browser_of, tess, panel):
        answer = browser_of(tess).post(
            "/staff/insights/files", data={"from_on": "2026-01-05", "until_on": "2026-01-04", "format": "csv"}
        )
        assert answer.status_code == 422
        assert "choose at least one panel" in answer.text
        assert 'value="2026-01-05"' in answer.text

    def test_owners_fetch_reports_and_no_feedback(self, browser_of, omar, panel):
        browser = browser_of(omar)
        assert "feedback-file" not in browser.get("/staff/insights/files").text
        sent = {"panel_ids": panel.id, "from_on": "2026-01-01", "until_on": "2026-01-04", "format": "csv"}
        assert browser.post("/staff/insights/files", data=sent).status_code == 403
        assert "/staff/insights/files" not in browser.get("/staff/feedback").text

    def test_the_page_of_feedback_leads_there_with_its_filters(self, browser_of, tess, panel):
        page = browser_of(tess).get(f"/staff/feedback?panel={panel.slug}").text
        assert f"/staff/insights/files?panel={panel.id}#feedback-file" in page


def moments():
    return [column.key for column in columns(has_people=False) if column.kind == "moment"]
