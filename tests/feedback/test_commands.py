"""`flask feedback import`, `read` and `evaluate`."""

import json

import pytest
from sqlalchemy import func, select

from community.feedback.models import FeedbackImport, FeedbackItem
from community.infra.db import db
from tests.factories.feedback import make_item
from tests.factories.files import csv_bytes, json_lines
from tests.factories.panels import make_panel

LABELLED = [
    {"text": "I love it, wonderful.", "label": "pos", "lang": "en"},
    {"text": "Terrible, it broke at once.", "label": "neg", "lang": "en"},
    {"text": "房间很干净，非常满意。", "label": "pos", "lang": "zh-Hans"},
    {"text": "太差了，再也不来了。", "label": "neg", "lang": "zh-Hans"},
    {"text": "The meeting is on Tuesday.", "label": "neu", "lang": "en"},
    {"text": "Good and bad.", "label": "mixed", "lang": "en"},
]


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=["feedback", *map(str, words)])


@pytest.fixture
def file(tmp_path):
    def write(data, name="shop.csv"):
        path = tmp_path / name
        path.write_bytes(data)
        return path

    return write


class TestImport:
    def test_it_says_how_many_rows_were_read_taken_known_and_refused(self, run, file):
        make_panel(slug="toys")
        path = file(csv_bytes([["nr", "words"], ["1", "Great lid"], ["2", ""], ["3", "Bad lid"]]))
        how = (
            "import",
            path,
            "--panel",
            "toys",
            "--source",
            "shop",
            "--text-column",
            "words",
            "--id-column",
            "nr",
        )
        result = run(*how)
        assert result.exit_code == 0, result.output
        assert "3 rows read: 2 taken, 0 known already, 1 refused" in result.output
        refused = path.with_name("shop.csv.refused.csv").read_text(encoding="utf-8-sig")
        assert refused.splitlines() == [
            "nr,words,Row in your file,Why it was refused",
            "2,,3,There is no text.",
        ]
        assert "3 rows read: 0 taken, 2 known already, 1 refused" in run(*how).output

    def test_columns_that_are_not_named_are_found_and_can_be_switched_off(self, run, file):
        make_panel(slug="toys")
        path = file(json_lines([{"id": "a", "text": "Great", "lang": "en", "stars": "lovely"}]), "shop.jsonl")
        result = run("import", path, "--panel", "toys", "--source", "shop", "--rating-column", "")
        assert "1 rows read: 1 taken" in result.output
        item = db.session.scalars(select(FeedbackItem)).one()
        assert (item.source_id, item.given_language, item.rating) == ("a", "en", None)
        assert not path.with_name("shop.jsonl.refused.csv").exists()

    @pytest.mark.parametrize(
        ("words", "sentence"),
        [
            (("--panel", "none"), "no panel none"),
            (("--panel", "toys", "--text-column", "Comment"), "no column “Comment”"),
            (("--panel", "toys"), "--text-column"),
        ],
    )
    def test_it_says_what_is_wrong_and_leaves_nothing_behind(self, run, file, words, sentence):
        make_panel(slug="toys")
        path = file(csv_bytes([["a", "b"], ["1", "2"]]))
        result = run("import", path, "--source", "shop", *words)
        assert result.exit_code != 0
        assert sentence in result.output
        assert "Traceback" not in result.output
        assert db.session.scalar(select(func.count(FeedbackImport.id))) == 0

    def test_what_is_no_table_is_refused(self, run, file):
        make_panel(slug="toys")
        result = run("import", file(bytes(range(256)) * 50), "--panel", "toys", "--source", "shop")
        assert result.exit_code != 0
        assert "cannot be read" in result.output


class TestRead:
    def test_it_reads_all_that_waits_and_says_how_fast(self, run):
        make_item("I love it."), make_item("太差了。")
        result = run("read")
        assert result.exit_code == 0, result.output
        assert result.output.startswith("2 items read in ")
        assert "items a second" in result.output
        assert run("read").output.startswith("0 items read in ")


class TestEvaluate:
    def test_the_json_holds_the_scores_of_all_and_of_each_language(self, run, file):
        result = run("evaluate", file(json_lines(LABELLED)), "--json")
        assert result.exit_code == 0, result.output
        scores = json.loads(result.output)
        assert {"n", "accuracy", "macro_f1", "ece", "accuracy_kept_80", "by_language"} <= scores.keys()
        assert (scores["n"], scores["accuracy"]) == (5, 1.0)
        assert {language: each["n"] for language, each in scores["by_language"].items()} == {
            "en": 3,
            "zh-Hans": 2,
        }
        assert db.session.scalar(select(func.count(FeedbackItem.id))) == 0

    def test_two_classes_leave_neutral_rows_out(self, run, file):
        result = run("evaluate", file(json_lines(LABELLED)), "--two-classes", "--json")
        assert json.loads(result.output)["n"] == 4

    def test_labels_are_taught_first_and_the_rest_is_tested(self, run, file):
        rows = LABELLED[:4] * 5
        result = run("evaluate", file(json_lines(rows)), "--labels", "8", "--seed", "3", "--json")
        assert result.exit_code == 0, result.output
        assert json.loads(result.output)["n"] == 12

    def test_without_json_it_is_a_table_for_people(self, run, file):
        output = run("evaluate", file(json_lines(LABELLED))).output
        assert "accuracy" in output
        assert "zh-Hans" in output

    @pytest.mark.parametrize(
        ("data", "words", "sentence"),
        [
            (json_lines(LABELLED), ("--labels", "5"), "5 labels leave none"),
            (json_lines(LABELLED) + b"{broken\n", (), "line 7"),
            (json_lines([{"text": "Fine"}]), (), "no row"),
        ],
    )
    def test_it_says_what_is_wrong(self, run, file, data, words, sentence):
        result = run("evaluate", file(data), *words)
        assert result.exit_code != 0
        assert sentence in result.output
        assert "Traceback" not in result.output
