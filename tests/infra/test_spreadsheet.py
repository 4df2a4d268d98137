"""Reading table files from people, whatever program and place they come from, and writing CSV for them."""

import io
import zipfile
from datetime import date, datetime

import pytest

from community.infra.spreadsheet import Unreadable, as_written, csv_lines, open_sheet
from tests.factories.files import csv_bytes, json_lines, xlsx_bytes

CHINESE = [["编号", "评论"], ["1", "房间很干净，服务也好。"], ["2", "等了两个小时，太慢了。"]]
TRADITIONAL = [["編號", "評論"], ["1", "房間很乾淨，服務也好。"], ["2", "等了兩個小時，太慢了。"]]
FRENCH = [["id", "text"], ["1", "Le café était très bon, merci à l’équipe."], ["2", "Déçu."]]


@pytest.fixture
def sheet_of(tmp_path):
    def write(data):
        path = tmp_path / "file"
        path.write_bytes(data)
        return open_sheet(path)

    return write


def cells(sheet):
    return [row.cells for row in sheet.rows()]


def troubles(sheet):
    return [row.trouble for row in sheet.rows()]


class TestEncodings:
    @pytest.mark.parametrize(
        ("rows", "encoding"),
        [
            (CHINESE, "utf-8"),
            (CHINESE, "utf-8-sig"),
            (CHINESE, "utf-16"),
            (CHINESE, "gb18030"),
            (TRADITIONAL, "big5"),
            (TRADITIONAL, "utf-8"),
            (FRENCH, "cp1252"),
            (FRENCH, "utf-16"),
        ],
    )
    def test_a_file_is_read_in_the_encoding_it_was_saved_in(self, sheet_of, rows, encoding):
        sheet = sheet_of(csv_bytes(rows, encoding=encoding))
        assert [list(sheet.columns), *cells(sheet)] == rows

    def test_utf_16_without_its_mark_is_read_too(self, sheet_of):
        assert cells(sheet_of(csv_bytes(FRENCH, encoding="utf-16-le"))) == FRENCH[1:]

    def test_bytes_that_are_no_text_spoil_only_their_row(self, sheet_of):
        good = csv_bytes([*CHINESE, ["3", "很好"]])
        sheet = sheet_of(good.replace("太慢了".encode(), b"\xff\xfe\x80"))
        assert troubles(sheet) == ["", "undecodable", ""]
        assert cells(sheet)[2] == ["3", "很好"]

    def test_a_program_is_no_table(self, sheet_of):
        with pytest.raises(Unreadable) as refused:
            sheet_of(b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 20)
        assert refused.value.reason == "no_table"


class TestCsv:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_the_delimiter_is_found_out(self, sheet_of, delimiter):
        rows = [["id", "text", "stars"], ["1", "Good, really; yes", "5"], ["2", 'He said "no"', "1"]]
        assert cells(sheet_of(csv_bytes(rows, delimiter=delimiter))) == rows[1:]

    def test_a_file_of_one_column_is_not_cut_at_its_commas(self, sheet_of):
        sheet = sheet_of(b"text\nGood, cheap, and near.\nLoud.\n")
        assert cells(sheet) == [["Good, cheap, and near."], ["Loud."]]

    def test_a_cell_may_hold_several_lines(self, sheet_of):
        assert cells(sheet_of(b'id,text\n1,"One.\nTwo."\n')) == [["1", "One.\nTwo."]]

    def test_lines_may_end_as_on_any_system(self, sheet_of):
        for end in (b"\n", b"\r\n", b"\r"):
            assert cells(sheet_of(end.join([b"id,text", b"1,Yes", b"", b"2,No"]))) == [
                ["1", "Yes"],
                ["2", "No"],
            ]

    def test_short_rows_are_filled_up_and_rows_that_are_too_wide_are_marked(self, sheet_of):
        sheet = sheet_of(b"id,text,stars\n1,Good\n2,Good, but loud,3\n3,Fine,4,,\n")
        assert troubles(sheet) == ["", "wide", ""]
        assert cells(sheet) == [["1", "Good", ""], ["2", "Good", " but loud 3"], ["3", "Fine", "4"]]

    def test_a_quotation_that_never_ends_is_marked(self, sheet_of):
        sheet = sheet_of(b'id,text\n1,Fine\n2,"Never closed\n3,Swallowed\n')
        assert troubles(sheet) == ["", "broken"]

    def test_what_follows_an_endless_cell_is_read_again(self, sheet_of):
        long = b'2,"' + b"x" * 400_000 + b"\n" + b"y" * 10 + b'"\n3,Fine\n'
        sheet = sheet_of(b"id,text\n1,Fine\n" + long)
        assert troubles(sheet)[:2] == ["", "broken"]
        assert cells(sheet)[-1] == ["3", "Fine"]

    def test_zero_bytes_do_no_harm(self, sheet_of):
        sheet = sheet_of(b"id,text\n1,Go\x00od and a few more words to make this a text\n")
        assert cells(sheet)[0][0] == "1"

    def test_columns_have_names_of_their_own(self, sheet_of):
        assert sheet_of(b"text,,text,\n1,2,3,\n").columns == ("text", "#2", "text (2)")

    def test_rows_are_numbered_as_a_spreadsheet_program_shows_them(self, sheet_of):
        data = b'\n"id\n(number)",text\n1,Fine\n\n2,"Two\nlines"\n,\n3,Last\n'
        assert [(row.number, row.line) for row in sheet_of(data).rows()] == [(1, 3), (2, 5), (3, 7)]

    def test_rows_behind_a_number_can_be_asked_for(self, sheet_of):
        sheet = sheet_of(csv_bytes([["text"], *([f"Text {number}"] for number in range(1, 8))]))
        assert [row.number for row in sheet.rows(after=5)] == [6, 7]

    @pytest.mark.parametrize(
        ("data", "reason"), [(b"", "empty"), (b"\n \n", "empty"), (b"id,text\n", "no_rows")]
    )
    def test_a_file_without_rows_says_so(self, sheet_of, data, reason):
        with pytest.raises(Unreadable) as refused:
            sheet_of(data)
        assert refused.value.reason == reason

    def test_too_many_columns_are_refused(self, sheet_of):
        with pytest.raises(Unreadable) as refused:
            sheet_of(csv_bytes([[f"c{n}" for n in range(300)], ["x"] * 300]))
        assert refused.value.reason == "too_many_columns"


class TestJsonLines:
    def test_keys_are_columns_and_values_cells(self, sheet_of):
        sheet = sheet_of(json_lines([{"id": 1, "text": "好"}, {"text": "Fine", "stars": 4.5, "tags": ["a"]}]))
        assert sheet.columns == ("id", "text", "stars", "tags")
        assert cells(sheet) == [["1", "好", "", ""], ["", "Fine", "4.5", '["a"]']]

    def test_a_line_that_is_no_object_spoils_only_itself(self, sheet_of):
        deep = b"[" * 100_000
        sheet = sheet_of(b'{"text": "One"}\n{"text": \n[1, 2]\n' + deep + b'\n{"text": "Two"}\n')
        assert troubles(sheet) == ["", "not_json", "not_json", "not_json", ""]

    def test_rows_are_numbered_by_their_lines(self, sheet_of):
        sheet = sheet_of(b'\n{"text": "One"}\n\nno object\n')
        assert [(row.number, row.line, row.trouble) for row in sheet.rows()] == [
            (1, 2, ""),
            (2, 4, "not_json"),
        ]

    def test_half_characters_do_not_reach_anybody(self, sheet_of):
        sheet = sheet_of(b'{"text": "broken \\ud83d emoji"}\n')
        assert cells(sheet)[0][0].encode()


class TestWorkbooks:
    def test_numbers_dates_and_truths_become_text(self, sheet_of):
        rows = [
            ["id", "text", "when", "day", "is_new", "stars"],
            [
                7,
                "房间很好",
                datetime(2025, 3, 31, 18, 30),  # noqa: DTZ001 - workbooks know no zones
                date(2025, 4, 1),
                True,
                4.5,
            ],
        ]
        assert cells(sheet_of(xlsx_bytes(rows))) == [
            ["7", "房间很好", "2025-03-31 18:30:00", "2025-04-01 00:00:00", "true", "4.5"]
        ]

    def test_rows_are_numbered_as_in_the_sheet(self, sheet_of):
        rows = [[None], ["id", "text"], [1, "Fine"], [None, None], [2, "Good"]]
        assert [(row.number, row.line) for row in sheet_of(xlsx_bytes(rows)).rows()] == [(1, 3), (2, 5)]

    def test_formulas_are_not_worked_out(self, sheet_of):
        sheet = sheet_of(
            xlsx_bytes([["id", "text"], [1, '=HYPERLINK("http://evil.example","Click")'], [2, "Fine"]])
        )
        assert cells(sheet) == [["1", ""], ["2", "Fine"]]

    def test_blank_rows_are_left_out(self, sheet_of):
        assert cells(sheet_of(xlsx_bytes([["text"], ["One"], [None], ["Two"]]))) == [["One"], ["Two"]]

    def test_another_zip_is_no_table(self, sheet_of):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            archive.writestr("readme.txt", "Hello")
        with pytest.raises(Unreadable) as refused:
            sheet_of(target.getvalue())
        assert refused.value.reason == "no_table"

    def test_an_old_or_protected_workbook_says_how_to_mend_it(self, sheet_of):
        with pytest.raises(Unreadable) as refused:
            sheet_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512)
        assert refused.value.reason == "old_workbook"

    def test_a_damaged_workbook_is_refused(self, sheet_of):
        data = xlsx_bytes([["text"], ["One"]])
        for spoilt in (data[: len(data) // 2], data.replace(b"xl/workbook.xml", b"xl/workbook.xmI")):
            with pytest.raises(Unreadable):
                sheet_of(spoilt)

    def test_a_bomb_is_not_unpacked(self, sheet_of):
        data = with_part(xlsx_bytes([["text"], ["One"]]), "xl/worksheets/sheet2.xml", b"<a/>" * 100_000_000)
        assert len(data) < 2_000_000
        with pytest.raises(Unreadable) as refused:
            sheet_of(data)
        assert refused.value.reason == "too_large"

    def test_xml_that_declares_entities_is_refused(self, sheet_of):
        laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><sst>&b;</sst>'
        data = with_part(xlsx_bytes([["text"], ["One"]]), "xl/extra.xml", laughs)
        with pytest.raises(Unreadable) as refused:
            sheet_of(data)
        assert refused.value.reason == "broken_workbook"

    @pytest.mark.parametrize(
        ("part", "content"),
        [
            ("xl/worksheets/sheet1.xml", f"<sheetData><row>{'<c/>' * 300_000}</row></sheetData>"),
            ("xl/worksheets/sheet1.xml", f"<sheetData>{'<row/>' * 1_100_000}</sheetData>"),
            ("xl/worksheets/sheet1.xml", "<x>" * 300_000 + "</x>" * 300_000),
            ("xl/worksheets/sheet1.xml", f"<row><c><v>{'1' * 20_000_000}</v></c></row>"),
            ("xl/styles.xml", f"<fonts>{'<font/>' * 300_000}</fonts>"),
            ("xl/theme/theme1.xml", f"<fonts>{'<row/>' * 300_000}</fonts>"),
        ],
        ids=["cells", "rows", "depth", "letters", "styles", "rows elsewhere"],
    )
    def test_a_part_that_piles_up_in_memory_is_refused(self, sheet_of, part, content):
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        data = with_part(xlsx_bytes([["text"], ["One"]]), part, f'<x xmlns="{main}">{content}</x>')
        with pytest.raises(Unreadable) as refused:
            sheet_of(data)
        assert refused.value.reason == "too_large"

    def test_a_workbook_under_another_name_is_refused(self, sheet_of):
        data = xlsx_bytes([["text"], ["One"]])
        types = zipfile.ZipFile(io.BytesIO(data)).read("[Content_Types].xml")
        moved = types.replace(b"/xl/workbook.xml", b"/xl/worksheets/a.xml")
        assert moved != types
        with pytest.raises(Unreadable):
            sheet_of(with_part(data, "[Content_Types].xml", moved))

    def test_a_row_may_not_claim_to_be_the_ten_billionth(self, sheet_of):
        data = xlsx_bytes([["text"], ["One"], ["Two"]])
        sheet = zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml")
        claimed = sheet.replace(b'<row r="3"', b'<row r="9999999999"')
        assert claimed != sheet
        assert cells(sheet_of(with_part(data, "xl/worksheets/sheet1.xml", claimed))) == [["One"]]


def with_part(data, name, content):
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for part in source.namelist():
            if part != name:
                archive.writestr(part, source.read(part))
        archive.writestr(name, content)
    return target.getvalue()


class TestWriting:
    def test_what_would_be_a_formula_is_shown_as_text(self):
        dangerous = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "＝1"]
        line = "".join(csv_lines([dangerous]))
        assert line.startswith("\ufeff")
        for cell in dangerous:
            assert f"'{cell}" in line

    @pytest.mark.parametrize("cell", ["=1+1", "Plain", "'tis fine", "-5", "它'好"])
    def test_a_cell_that_comes_back_is_what_it_was(self, cell):
        written = "".join(csv_lines([[cell]])).removeprefix("\ufeff").strip("\r\n")
        assert as_written(written) == cell
