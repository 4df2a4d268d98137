"""Files of responses: asked for, made by the worker, read back in every format, deleted after some days."""

import csv
import io
import threading
from datetime import timedelta
from pathlib import Path

import openpyxl
import pyreadstat
import pytest
from sqlalchemy import select

from community.activity.models import Activity
from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Invalid
from community.members.models import Member
from community.surveys.actions import exporting
from community.surveys.models import (
    EXPORT_FORMATS,
    QUESTION_KINDS,
    QuestionVersion,
    SurveyExport,
)
from community.surveys.queries import exporting as queries
from tests.factories.members import make_member
from tests.factories.panels import make_attribute, make_panel
from tests.factories.surveys import answer, make_question, make_survey

NASTY = '=HYPERLINK("http://evil","x")\x07\x00 你好，世界\r\n第二行'
CLEAN = '=HYPERLINK("http://evil","x") 你好，世界\n第二行'


def taken_away(survey, by, file_format, locale="en"):
    """The path of the file of the survey, asked for and made."""
    export = exporting.ask_for_file(survey, by, file_format=file_format, locale=locale)
    exporting.make_waiting()
    made = db.session.get(SurveyExport, export.id, populate_existing=True)
    assert made.state == "done"
    return exporting.path_of(made)


def csv_rows(path: Path):
    """The rows of a CSV file by the names of its columns."""
    return list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))))


def sheet_rows(path: Path, number=0):
    """The rows of a sheet by the names of its columns."""
    names, *rows = openpyxl.load_workbook(path).worksheets[number].iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def answered():
    """A survey of four questions answered by two people, one of whom is excluded."""
    make_attribute("region", "single_choice", "north", "south")
    make_attribute("shops", "several_choices", "market", "store")
    survey = make_survey(kinds=("single", "several", "nps", "long_text"), panel=make_panel(slug="garden"))
    ana = answer(
        survey,
        make_member("Ana Martins"),
        {"single": "green", "several": ["red", "blue"], "nps": 9, "long_text": NASTY},
        profile={"region": ["south"], "shops": ["store"], "panel": ["garden"]},
        weight=1.25,
        seconds=61.4,
    )
    ben = answer(
        survey,
        make_member("Ben Okoro"),
        {"single": "red", "several": ["red"]},
        path="single,several,nps",
        excluded_at=clock.now(),
        seconds=10.0,
    )
    return survey, ana, ben


class TestFormats:
    def test_csv_holds_a_row_for_each_response(self, app, omar):
        survey, *_rest = answered()
        rows = sorted(csv_rows(taken_away(survey, omar, "csv")), key=lambda row: row["excluded"])
        ana, ben = rows
        assert (ana["single"], ana["several_red"], ana["several_green"], ana["nps"]) == ("2", "1", "0", "9")
        assert (ana["weight"], ana["seconds"], ana["language"]) == ("1.25", "61", "en")
        assert (ana["profile_region"], ana["profile_shops_market"], ana["profile_shops_store"]) == (
            "2",
            "0",
            "1",
        )
        assert ana["panels"] == "garden"
        assert (ben["excluded"], ben["nps"], ben["long_text"], ben["weight"]) == ("1", "", "", "")

    def test_texts_are_no_formulas_in_csv(self, app, omar):
        survey, *_rest = answered()
        texts = {row["long_text"] for row in csv_rows(taken_away(survey, omar, "csv"))}
        assert texts == {"'" + CLEAN, ""}

    def test_xlsx_holds_texts_as_texts_and_figures_as_figures(self, app, omar):
        survey, *_rest = answered()
        path = taken_away(survey, omar, "xlsx")
        rows = sorted(sheet_rows(path), key=lambda row: row["excluded"])
        assert (rows[0]["single"], rows[0]["weight"], rows[0]["nps"]) == (2, 1.25, 9)
        assert rows[0]["long_text"] == CLEAN
        sheet = openpyxl.load_workbook(path).worksheets[0]
        cell = next(cell for row in sheet for cell in row if cell.value == CLEAN)
        assert (cell.data_type, cell.hyperlink) == ("s", None)

    def test_xlsx_has_the_codebook_on_its_second_sheet(self, app, omar):
        survey, *_rest = answered()
        rows = sheet_rows(taken_away(survey, omar, "xlsx"), 1)
        codes = {(row["Column"], row["Code"]): row["What the code means"] for row in rows}
        assert codes["single", 2] == "Green"
        assert codes["excluded", 1] == "Yes"
        assert codes["profile_region", 2] == "South"
        assert {row["Column"] for row in rows} >= {"person", "weight", "long_text", "nps"}

    def test_sav_has_labels_and_marks_what_was_not_answered(self, app, omar):
        survey, *_rest = answered()
        frame, meta = pyreadstat.read_sav(str(taken_away(survey, omar, "sav")), user_missing=True)
        rows = {row["excluded"]: row for row in frame.to_dict("records")}
        assert meta.column_names_to_labels["single"] == "What do you say to single?"
        assert meta.variable_value_labels["single"] == {1: "Red", 2: "Green", 3: "Blue", -99: "Not answered"}
        assert meta.missing_ranges["single"] == [{"lo": -99, "hi": -99}]
        assert (rows[0]["single"], rows[0]["weight"]) == (2, 1.25)
        assert rows[0]["long_text"] == CLEAN
        assert rows[1]["long_text"] == ""
        plain, _meta = pyreadstat.read_sav(str(taken_away(survey, omar, "sav")))
        assert plain["profile_region"].notna().sum() == 1

    def test_asked_and_left_out_differs_from_not_asked_in_sav(self, app, omar):
        survey = make_survey(kinds=("single", "yes_no", "nps"))
        answer(survey, make_member(), {"nps": 3}, path="single,nps")
        path = str(taken_away(survey, omar, "sav"))
        frame, _meta = pyreadstat.read_sav(path, user_missing=True)
        assert frame["single"][0] == -99
        assert frame["yes_no"].isna()[0]
        assert pyreadstat.read_sav(path)[0]["single"].isna()[0]

    @pytest.mark.parametrize("file_format", EXPORT_FORMATS)
    def test_long_chinese_texts_fit(self, app, omar, file_format):
        survey = make_survey(kinds=(), title="问" * 200)
        options = [{"key": str(n), "text": {"en": "选" * 90 + str(n)}} for n in (1, 2)]
        make_question(survey, "single", text="问题" * 150, options=options)
        make_question(survey, "long_text", settings={"most": 10000})
        answer(survey, make_member(), {"single": "2", "long_text": "长" * 10_000})
        path = taken_away(survey, omar, file_format)
        if file_format == "sav":
            frame, meta = pyreadstat.read_sav(str(path))
            assert len(frame["long_text"][0]) == 10_000
            assert meta.column_names_to_labels["single"] == "问题" * 42 + "问"
            assert meta.variable_value_labels["single"][2.0] == "选" * 40
        else:
            (row,) = csv_rows(path) if file_format == "csv" else sheet_rows(path)
            assert len(row["long_text"]) == 10_000

    def test_codes_that_clash_get_names_of_their_own(self, app, omar):
        survey = make_survey(kinds=())
        make_question(survey, "number", code="weight")
        make_question(survey, "yes_no", code="by")
        answer(survey, make_member(), {"weight": 7, "by": "yes"}, weight=0.5)
        (row,) = csv_rows(taken_away(survey, omar, "csv"))
        assert (row["weight"], row["weight_2"], row["v_by"]) == ("0.5", "7", "1")

    def test_every_kind_goes_into_every_format(self, app, omar):
        survey = make_survey(
            kinds=tuple(kind for kind in QUESTION_KINDS if kind not in ("maxdiff", "picture"))
        )
        values = {
            "single": "red", "several": ["red"], "yes_no": "no", "rating5": 4, "rating7": 7, "nps": 0,
            "csat": 5, "ces": 1, "number": 12.5, "date": "2026-03-01", "short_text": "-1",
            "long_text": "两行\n第二行",
            "ranking": ["care", "speed", "price"], "matrix": {"rows": {"speed": "5", "price": "1"}},
            "allocation": {"points": {"speed": 60, "price": 40, "care": 0}},
            "kano": {"pairs": {"speed": {"present": "like", "absent": "dislike"}}},
            "pairwise": {"pairs": 3}, "opinions": {"votes": 5},
            "moment": {"expected": 5, "met": 3, "matters": 7},
        }  # fmt: skip
        answer(survey, make_member(), values)
        answer(survey, make_member(), {})
        (row, empty) = sorted(csv_rows(taken_away(survey, omar, "csv")), key=lambda each: each["nps"] or "~")
        assert (row["nps"], row["yes_no"], row["number"], row["date"]) == ("0", "0", "12.5", "2026-03-01")
        assert (row["short_text"], row["matrix_speed"], row["allocation_price"]) == ("'-1", "5", "40")
        assert {empty[column] for column in ("nps", "matrix_speed", "short_text")} == {""}
        sheet = sheet_rows(taken_away(survey, omar, "xlsx"))
        frame, _meta = pyreadstat.read_sav(str(taken_away(survey, omar, "sav")))
        assert [set(each) for each in (row, sheet[0], frame.columns)] == [set(row)] * 3

    def test_an_option_that_is_no_longer_offered_keeps_its_column(self, app, omar):
        survey = make_survey(kinds=("several",))
        answer(survey, make_member(), {"several": ["blue"]})
        question_id = db.session.scalar(select(QuestionVersion.question_id))
        with unit_of_work() as session:
            session.add(
                QuestionVersion(
                    question_id=question_id, number=2, text={"en": "Asked anew"},
                    options=[{"key": "red", "text": {"en": "Crimson"}}],
                )
            )  # fmt: skip
        (row,) = csv_rows(taken_away(survey, omar, "csv"))
        assert (row["several_red"], row["several_blue"]) == ("0", "1")

    def test_a_locale_gives_labels_and_never_codes(self, app, omar):
        survey, *_rest = answered()
        rows = sheet_rows(taken_away(survey, omar, "xlsx", "zh_Hans"))
        assert {"person", "single", "excluded"} <= set(rows[0])


class TestPseudonyms:
    def test_no_name_number_or_address_is_in_it(self, app, omar):
        survey, *_rest = answered()
        text = taken_away(survey, omar, "csv").read_text("utf-8-sig")
        for member in db.session.scalars(select(Member)):
            assert member.display_name not in text
            assert (member.email or "@") not in text

    def test_a_person_goes_by_one_name_in_all_waves_and_by_another_elsewhere(self, app, omar):
        ana = make_member()
        first = make_survey(kinds=("nps",))
        second = make_survey(kinds=("nps",), series_id=first.id, wave=2)
        other = make_survey(kinds=("nps",))
        names = []
        for survey in (first, second, other):
            answer(survey, ana, {"nps": 5})
            (row,) = csv_rows(taken_away(survey, omar, "csv"))
            names.append(row["person"])
        assert names[0] == names[1] != names[2]
        assert len(names[0]) == 16

    def test_the_order_of_rows_says_nothing(self, app, omar):
        survey = make_survey(kinds=("nps",))
        for _n in range(12):
            answer(survey, make_member(), {"nps": 5})
        names = [row["person"] for row in csv_rows(taken_away(survey, omar, "csv"))]
        assert names == sorted(names)


class TestMaking:
    def test_unfinished_and_withdrawn_responses_are_left_out(self, app, omar):
        survey = make_survey(kinds=("nps",))
        for state in ("started", "withdrawn", "trial", "completed"):
            answer(survey, make_member(), {"nps": 5}, state=state)
        assert len(csv_rows(taken_away(survey, omar, "csv"))) == 1

    def test_more_rows_than_are_read_at_once_come_in_one_file(self, app, omar, monkeypatch):
        monkeypatch.setattr(queries, "BATCH", 3)
        survey = make_survey(kinds=("nps",))
        for number in range(8):
            answer(survey, make_member(), {"nps": number})
        rows = csv_rows(taken_away(survey, omar, "csv"))
        assert sorted(int(row["nps"]) for row in rows) == list(range(8))
        export = db.session.scalars(select(SurveyExport)).one()
        assert export.row_count == 8

    def test_asking_is_recorded_with_who_asked(self, app, omar):
        survey, *_rest = answered()
        exporting.ask_for_file(survey, omar, file_format="sav", locale="en")
        told = db.session.scalars(select(Activity).where(Activity.kind == "survey.exported")).one()
        assert (told.actor_id, told.subject_id, told.data) == (omar.id, survey.id, {"format": "sav"})

    def test_there_is_nothing_to_take_away_before_it_opens(self, app, omar):
        for state in ("draft", "preview"):
            with pytest.raises(Conflict):
                exporting.ask_for_file(make_survey(state=state), omar, file_format="csv", locale="en")

    def test_other_kinds_of_files_are_refused(self, app, omar):
        with pytest.raises(Invalid):
            exporting.ask_for_file(make_survey(), omar, file_format="exe", locale="en")

    def test_a_file_that_cannot_be_made_holds_up_none_behind_it(self, app, omar):
        broken, good = make_survey(kinds=("nps",)), make_survey(kinds=("nps",))
        answer(broken, make_member(), {"nps": {"number": {"not": "a cell"}}})
        answer(good, make_member(), {"nps": 5})
        for survey in (broken, good):
            exporting.ask_for_file(survey, omar, file_format="xlsx", locale="en")
        assert [exporting.make_waiting() for _n in range(3)] == [1, 1, 0]
        states = db.session.scalars(select(SurveyExport.state).order_by(SurveyExport.id)).all()
        assert states == ["failed", "done"]

    def test_a_file_is_gone_after_some_days(self, app, omar):
        survey, *_rest = answered()
        path = taken_away(survey, omar, "csv")
        exporting.forget_old()
        assert path.exists()
        with clock.stopped_at(clock.now() + exporting.KEPT_FOR + timedelta(minutes=1)):
            exporting.forget_old()
        assert not path.exists()
        export = db.session.scalars(select(SurveyExport).execution_options(populate_existing=True)).one()
        assert (export.state, export.key, export.row_count) == ("done", None, 2)

    def test_two_workers_at_one_file_make_one(self, new_app):
        app = new_app()
        with app.app_context():
            survey = make_survey(kinds=("nps",))
            answer(survey, make_member(), {"nps": 5})
            by = make_member(roles=("owner",))
            export_id = exporting.ask_for_file(survey, by, file_format="csv", locale="en").id
        barrier, failures = threading.Barrier(2), []

        def make():
            with app.app_context():
                barrier.wait()
                try:
                    exporting.make_file(export_id)
                except Exception as failure:  # noqa: BLE001 - told to the test's own thread
                    failures.append(failure)

        threads = [threading.Thread(target=make) for _n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=60)
        with app.app_context():
            assert failures == []
            export = db.session.get(SurveyExport, export_id)
            assert (export.state, export.row_count) == ("done", 1)
            files = list(Path(app.config["UPLOAD_DIR"]).rglob("*.csv"))
            assert files == [exporting.path_of(export)]


class TestPages:
    def test_a_file_is_asked_for_followed_and_fetched(self, app, omar, browser_of):
        survey, *_rest = answered()
        browser, path = browser_of(omar), f"/staff/surveys/{survey.id}/exports"
        assert browser.get(path).status_code == 200
        sent = browser.post(path, data={"format": "xlsx"})
        assert (sent.status_code, sent.headers["Location"]) == (303, path)
        page = browser.get(path).text
        assert "data-unfinished" in page
        assert 'data-behaviour="follow"' in page
        assert "data-unfinished" in browser.get(path, headers={"X-Fragment": "1"}).text
        exporting.make_waiting()
        assert "data-unfinished" not in browser.get(path, headers={"X-Fragment": "1"}).text
        export = db.session.scalars(select(SurveyExport)).one()
        fetched = browser.get(f"/staff/surveys/exports/{export.id}/file", buffered=True)
        assert fetched.status_code == 200
        assert (
            fetched.headers["Content-Disposition"]
            == f"attachment; filename=survey-{survey.id}-{export.id}.xlsx"
        )
        assert "no-" in fetched.headers["Cache-Control"] or "max-age=0" in fetched.headers["Cache-Control"]
        book = openpyxl.load_workbook(io.BytesIO(fetched.data))
        assert book.sheetnames == ["Responses", "Codebook"]

    def test_the_codebook_can_be_fetched_alone(self, app, omar, browser_of):
        survey, *_rest = answered()
        fetched = browser_of(omar).get(f"/staff/surveys/{survey.id}/codebook.csv")
        rows = list(csv.reader(io.StringIO(fetched.text.removeprefix("\ufeff"))))
        assert rows[0] == ["Column", "What it holds", "Type", "Code", "What the code means"]
        assert ["single", "What do you say to single?", "code", "2", "Green"] in rows

    def test_an_unknown_kind_of_file_comes_back(self, app, omar, browser_of):
        survey, *_rest = answered()
        for data in ({"format": "exe"}, {}):
            sent = browser_of(omar).post(f"/staff/surveys/{survey.id}/exports", data=data)
            assert sent.status_code == 422
        assert db.session.scalars(select(SurveyExport)).all() == []

    def test_a_deleted_file_is_not_found(self, app, omar, browser_of):
        survey, *_rest = answered()
        taken_away(survey, omar, "csv")
        export = db.session.scalars(select(SurveyExport)).one()
        with unit_of_work():
            lock(SurveyExport, export.id).key = None
        browser = browser_of(omar)
        assert browser.get(f"/staff/surveys/exports/{export.id}/file").status_code == 404
        assert "Deleted" in browser.get(f"/staff/surveys/{survey.id}/exports").text

    def test_others_get_nothing(self, app, ana, mia, browser_of):
        panel, other = make_panel(), make_panel()
        survey = make_survey(kinds=("nps",), panel=panel)
        answer(survey, make_member(), {"nps": 5})
        here = make_member(roles=("analyst",), panel_id=panel.id)
        elsewhere = make_member(roles=("analyst",), panel_id=other.id)
        taken_away(survey, here, "csv")
        export = db.session.scalars(select(SurveyExport)).one()
        for path in (
            f"/staff/surveys/{survey.id}/exports",
            f"/staff/surveys/{survey.id}/codebook.csv",
            f"/staff/surveys/exports/{export.id}/file",
        ):
            people = (here, elsewhere, mia, ana)
            answers = [browser_of(who).get(path, buffered=True).status_code for who in people]
            assert answers == [200, 404, 403, 403], path
            assert app.test_client().get(path).status_code == 303
        sent = browser_of(elsewhere).post(f"/staff/surveys/{survey.id}/exports", data={"format": "csv"})
        assert sent.status_code == 404
