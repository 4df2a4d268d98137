"""Files written for spreadsheet programs and SPSS, read back by the libraries that read them."""

import csv
import io
import re
from pathlib import Path
from time import process_time

import openpyxl
import pyreadstat
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from community.infra.spreadsheet import Variable, names_for, open_sheet, write_csv, write_sav, write_workbook
from community.infra.spreadsheet.writing import as_written, shown_as_text

FIRST = ("\t", "\r", "=", "+", "-", "@", "＝", "＋", "－", "＠")
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", '=cmd|" /C calc"!A0')


# Mostly what matters to a spreadsheet program, so that it stands close together.
TRICKY = st.text(st.sampled_from("=+-@＝＠;,\t\r\n'\" \u3000a1")) | st.text()


class TestShownAsText:
    @given(TRICKY)
    @example("'=1")
    @example("''\t=1")
    @example("\t'\t'=1")
    def test_what_comes_back_is_what_was_written(self, text: str) -> None:
        assert as_written(shown_as_text(text)) == text

    @given(TRICKY)
    @example('x;"=2+2;y')
    @example("\r\n=2+2")
    def test_no_part_is_a_formula_wherever_a_program_cuts(self, text: str) -> None:
        shown = shown_as_text(text)
        assert not shown.startswith(FIRST)
        for part in re.split("[;\t\r\n]", shown):
            assert not part.replace('"', " ").lstrip().startswith(FIRST[2:])

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("a;=2+2", "a;'=2+2"),
            ("a\tb; \t @SUM(A1)", "a\tb; \t '@SUM(A1)"),
            ("One\n- two\n- three", "One\n'- two\n'- three"),
            ("-1;+1", "'-1;'+1"),
            ("\t=1", "'\t'=1"),
        ],
    )
    def test_the_apostrophe_stands_before_the_sign(self, text: str, shown: str) -> None:
        assert shown_as_text(text) == shown

    @pytest.mark.parametrize("text", ["a=b; c-d, e@f.example", "2 + 2\nis four", "'tis fine; 'twas too", ""])
    def test_signs_within_a_text_stay_as_they_are(self, text: str) -> None:
        assert shown_as_text(text) == as_written(text) == text

    def test_a_file_cut_at_semicolons_has_no_formula(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        write_csv(path, [["text", "next"], ["a;=2+2", "b"], ['x;"=1+1;y', "c"], ["line\n=3+3", "d;\t=4"]])
        lines = path.read_text("utf-8-sig").splitlines()
        for separator in (";", "\t"):
            cells = [cell for row in csv.reader(lines, delimiter=separator) for cell in row]
            assert any("2+2" in cell for cell in cells)
            assert not any(cell.lstrip().startswith(FIRST[2:]) for cell in cells)

    def test_long_texts_take_no_longer_than_they_are(self) -> None:
        text = "".join(mark * 200_000 for mark in ";'\" \t")
        began = process_time()
        assert as_written(shown_as_text(text)) == text
        # Looking back from each mark would take hours.
        assert process_time() - began < 10


class TestWriteCsv:
    def test_texts_are_never_formulas_and_numbers_stay_numbers(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        assert write_csv(path, [["text", "number"], *([text, -1.5] for text in FORMULAS)]) == len(FORMULAS)
        rows = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))[1:]
        assert all(text.startswith("'") for text, _number in rows)
        assert {number for _text, number in rows} == {"-1.5"}

    def test_nothing_is_an_empty_cell(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        write_csv(path, [["a", "b", "c", "d"], [None, float("nan"), float("inf"), ""]])
        assert path.read_text("utf-8-sig").splitlines()[1] == ",,,"

    def test_our_own_reader_gets_back_what_was_written(self, tmp_path: Path) -> None:
        path = tmp_path / "a.csv"
        write_csv(path, [["wort", "词"], ["a,b", "第一行\n第二行"]])
        (row,) = open_sheet(path).rows()
        assert row.cells == ["a,b", "第一行\n第二行"]


class TestWriteWorkbook:
    def test_texts_are_texts_and_numbers_are_numbers(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        assert write_workbook(path, {"Rows": [["text", "n"], *([text, 2] for text in FORMULAS)]}) == len(
            FORMULAS
        )
        cells = list(openpyxl.load_workbook(path).worksheets[0].iter_rows(min_row=2))
        assert {(text.data_type, number.data_type) for text, number in cells} == {("s", "n")}
        assert [text.value for text, _number in cells] == list(FORMULAS)

    def test_what_xml_cannot_hold_is_left_out(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        write_workbook(path, {"Rows": [["text"], ["a\x00b\x1b\ud800c\ufffe好🎈"], ["x" * 40_000]]})
        values = [row[0] for row in openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)]
        assert values[1] == "abc好🎈"
        assert len(values[2]) == 32_767

    def test_addresses_become_no_links(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        write_workbook(path, {"Rows": [["text"], ["https://evil.example"], ["internal:Sheet2!A1"]]})
        sheet = openpyxl.load_workbook(path).worksheets[0]
        assert all(cell.hyperlink is None for row in sheet.iter_rows() for cell in row)

    def test_sheets_of_any_name_and_length_stand_in_one_book(self, tmp_path: Path) -> None:
        path = tmp_path / "a.xlsx"
        write_workbook(path, {"A/B [1]: *?" * 9: [["a"]], "代码本": ([str(n)] for n in range(5000))})
        book = openpyxl.load_workbook(path, read_only=True)
        assert [len(name) <= 31 for name in book.sheetnames] == [True, True]
        assert sum(1 for _row in book.worksheets[1].iter_rows()) == 5000
        book.close()


class TestWriteSav:
    def test_labels_and_missing_values_come_back(self, tmp_path: Path) -> None:
        variables = [
            Variable("q1", "Which colour?", labels={1: "Red", 2: "蓝色", -99: "Not answered"}, missing=-99),
            Variable("why", "Why?", is_text=True),
            Variable("n", "How many?"),
        ]
        path = tmp_path / "a.sav"
        rows = [[2, "因为\x07好看", 1.5], [-99, None, None], [None, "", float("nan")]]
        assert write_sav(path, variables, rows, title="颜色") == 3
        frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
        assert frame["q1"].tolist()[:2] == [2, -99]
        assert frame["why"].tolist() == ["因为好看", "", ""]
        assert frame["n"].isna().tolist() == [False, True, True]
        assert meta.variable_value_labels["q1"][2] == "蓝色"
        assert meta.column_names_to_labels["why"] == "Why?"
        assert meta.file_label == "颜色"
        assert pyreadstat.read_sav(str(path))[0]["q1"].isna().tolist() == [False, True, True]

    def test_what_is_too_long_is_cut_between_characters(self, tmp_path: Path) -> None:
        variables = [
            Variable("q1", "问" * 200, labels={1: "答" * 200}),
            Variable("text", "Text", is_text=True),
        ]
        path = tmp_path / "a.sav"
        write_sav(path, variables, [[1, "字" * 20_000]], title="题" * 200)
        frame, meta = pyreadstat.read_sav(str(path))
        assert meta.column_names_to_labels["q1"] == "问" * 85
        assert meta.variable_value_labels["q1"][1] == "答" * 40
        assert frame["text"][0] == "字" * 10_922

    def test_a_survey_nobody_answered_is_a_file_too(self, tmp_path: Path) -> None:
        variables = [Variable("q1", "A", labels={1: "x"}), Variable("text", "B", is_text=True)]
        assert write_sav(tmp_path / "a.sav", variables, [], title="") == 0
        frame, _meta = pyreadstat.read_sav(str(tmp_path / "a.sav"))
        assert list(frame.columns) == ["q1", "text"]


class TestNamesFor:
    @pytest.mark.parametrize(
        ("codes", "names"),
        [
            (["q1", "q1_other", "nps"], ["q1", "q1_other", "nps"]),
            (["q1", "Q1", "q1"], ["q1", "Q1_2", "q1_3"]),
            (["by", "WITH", "to"], ["v_by", "v_WITH", "v_to"]),
            (["1st", "_x", "满意", ""], ["v_1st", "x", "v", "v_2"]),
            (["a-b", "a b", "a.b"], ["a_b", "a_b_2", "a_b_3"]),
            (["x" * 80, "x" * 80], ["x" * 64, "x" * 62 + "_2"]),
        ],
    )
    def test_they_are_what_spss_takes_and_all_differ(self, codes: list[str], names: list[str]) -> None:
        assert names_for(codes) == names
