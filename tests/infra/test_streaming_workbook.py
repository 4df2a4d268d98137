"""Workbooks of any length hold what was written, as other programs read them."""

from datetime import UTC, datetime

import openpyxl

from community.infra.spreadsheet import streaming
from community.infra.spreadsheet.streaming import WorkbookWriter

HEAD = ("number", "said_at", "text")
ODD = (
    "=1+1", "a < b & c > d", "two\nlines", " edges ", "\x00\x1b\ufffecut out", "你好，世界 👋", '"',
)  # fmt: skip


def write(path, rows):
    with WorkbookWriter(path, "Feedback", HEAD, dates=(False, True, False)) as book:
        book.write_rows(rows)
    return path


class TestWorkbookWriter:
    def test_cells_have_types_under_a_frozen_head_with_filters(self, tmp_path):
        rows = [(1, "2026-11-22T17:24:23Z", "fine"), (-0.25, None, "")]
        sheet = openpyxl.load_workbook(write(tmp_path / "a.xlsx", rows)).active
        # Workbooks know no zones.
        said_at = datetime(2026, 11, 22, 17, 24, 23, tzinfo=UTC).replace(tzinfo=None)
        assert list(sheet.iter_rows(values_only=True)) == [HEAD, (1, said_at, "fine"), (-0.25, None, None)]
        assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A2", "A1:C3")
        assert sheet["A1"].font.b
        assert not sheet["A2"].font.b

    def test_texts_are_texts_whatever_is_in_them(self, tmp_path):
        sheet = openpyxl.load_workbook(write(tmp_path / "a.xlsx", [(1, None, odd) for odd in ODD])).active
        assert [cell.value for cell in sheet["C"][1:]] == [odd.replace("\x00\x1b\ufffe", "") for odd in ODD]
        assert {cell.data_type for cell in sheet["C"][1:]} <= {"s", "inlineStr"}

    def test_what_looks_like_a_character_by_its_number_stays_as_it_is(self, tmp_path):
        sheet = openpyxl.load_workbook(write(tmp_path / "a.xlsx", [(1, None, "_x0041_ _x41_")])).active
        # As Excel and XlsxWriter write it; this reader shows it unread.
        assert sheet["C2"].value == "_x005F_x0041_ _x41_"

    def test_what_a_sheet_cannot_hold_goes_on_in_the_next(self, tmp_path, monkeypatch):
        monkeypatch.setattr(streaming, "MOST_ROWS", 4)
        book = openpyxl.load_workbook(write(tmp_path / "a.xlsx", [(each, None, "") for each in range(7)]))
        assert book.sheetnames == ["Feedback", "Feedback 2", "Feedback 3"]
        assert [[cell.value for cell in sheet["A"]] for sheet in book] == [
            ["number", 0, 1, 2], ["number", 3, 4, 5], ["number", 6],
        ]  # fmt: skip

    def test_the_same_cells_give_the_same_bytes(self, tmp_path):
        first, again = (write(tmp_path / name, [(1, None, "fine")]) for name in ("a.xlsx", "b.xlsx"))
        assert first.read_bytes() == again.read_bytes()
