"""The files of a report, read by programs that are not ours and compared with its snapshot."""

import hashlib
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import cffi
import openpyxl
import pyarrow.parquet as pq
import pytest
from flask import Flask
from PIL import Image
from pypdf import PdfReader

from community import create_app
from community.infra import language
from community.insights.failures import CannotMake
from community.insights.figures import Column, Figure, Row, from_json
from community.insights.files import pdf, tidy
from tests.factories.insights import DATA_AT, make_figure, make_snapshot
from tests.insights.files.material import csv_rows, make_material, numbers_in, of_one_figure, write

NASTY = '=HYPERLINK("http://evil","x")\x07 <script>alert(1)</script> 你好'
CLEAN = NASTY.replace("\x07", "")

Written = Callable[..., Path]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """A site without a database: files are made of the snapshot alone."""
    return create_app({"INSTANCE": tmp_path_factory.mktemp("site"), "TESTING": True})


@pytest.fixture(scope="module")
def files(site: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Path]]:
    """The sample report in one of the formats, each made once."""
    folder, made = tmp_path_factory.mktemp("files"), {}
    with site.app_context():
        material = make_material()

        def of(file_format: str) -> Path:
            if file_format not in made:
                with language.writing_to("en"):
                    made[file_format] = write(folder, material, file_format)
            return made[file_format]

        yield of


@pytest.fixture
def writing(site: Flask, tmp_path: Path) -> Iterator[Written]:
    """A function that writes another report."""
    with site.app_context(), language.writing_to("en"):
        yield lambda material, file_format, **given: write(tmp_path, material, file_format, **given)


def nasty_figure() -> Figure:
    """A figure whose words would be formulas, markup or letters that files cannot hold."""
    return Figure(
        key="nasty",
        title="[All]: 'What'/is? *it*\\",
        columns=[Column("name", NASTY), Column("n", "Texts", "count")],
        rows=[Row({"name": NASTY, "n": 3}), Row({"name": "@few"}, is_hidden=True)],
        n=3,
        unit="texts",
    )


class TestNumbers:
    def test_csv_and_parquet_hold_every_number_of_the_snapshot(self, files):
        expected = {
            (figure.key, row, column): (value, *(interval or (None, None)))
            for figure in make_snapshot().figures()
            for row, column, value, interval in numbers_in(figure)
        }
        number = lambda word: float(word) if word else None  # noqa: E731
        in_csv = {
            (row["figure"], int(row["row_number"]), row["column"]): tuple(
                number(row[name]) for name in ("value", "low", "high")
            )
            for row in csv_rows(files("csv"))
            if row["value"]
        }
        in_parquet = {
            (row["figure"], row["row_number"], row["column"]): (row["value"], row["low"], row["high"])
            for row in pq.read_table(files("parquet")).to_pylist()
            if row["value"] is not None
        }
        assert len(expected) > 200
        assert in_csv == expected
        assert in_parquet == expected

    def test_a_workbook_holds_every_number_of_the_snapshot(self, files):
        book = openpyxl.load_workbook(files("xlsx"))
        for place, figure in enumerate(make_snapshot().figures(), start=1):
            name = next(each for each in book.sheetnames if each.startswith(f"{place} "))
            head, *rows = book[name].iter_rows(values_only=True)
            for row, key, value, interval in numbers_in(figure):
                column = next(each for each in figure.columns if each.key == key)
                found = dict(zip(head, rows[row - 1], strict=True))
                assert found[column.title] == pytest.approx(value, rel=1e-12)
                if interval:
                    low, high = found["Interval, 95%, from"], found["Interval, 95%, to"]
                    assert [low, high] == pytest.approx(interval, rel=1e-12)

    def test_what_is_kept_back_has_a_name_and_no_number(self, files):
        hidden = [row for row in csv_rows(files("csv")) if row["is_kept_back"] == "true"]
        assert [(row["figure"], row["row"]) for row in hidden] == [
            ("moods_by_panel", "Night workers"),
            ("topics", "Envelopes"),
        ]
        assert {row[name] for row in hidden for name in ("column", "value", "text", "low", "high")} == {""}

    def test_json_is_the_snapshot_and_its_fingerprint_proves_it(self, files):
        held = json.loads(files("json").read_text("utf-8"))
        text = json.dumps(held["snapshot"], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        assert hashlib.sha256(text.encode()).hexdigest() == held["fingerprint"] == make_material().fingerprint
        assert from_json(text).figures()[3].rows == make_snapshot().figures()[3].rows
        assert [quote["item_id"] for quote in held["quotes"]["topics"]] == [1, 2]


class TestCsv:
    def test_the_mark_of_utf_8_is_there_if_it_is_wanted(self, writing):
        material = make_material(locale="zh_Hans")
        plain = writing(material, "csv").read_bytes()
        marked = writing(material, "csv", has_bom=True).read_bytes()
        assert marked == b"\xef\xbb\xbf" + plain
        assert "配送" in plain.decode("utf-8")

    def test_no_text_can_be_run_as_a_formula(self, writing):
        rows = csv_rows(writing(make_material(of_one_figure(nasty_figure())), "csv"))
        assert [row["row"] for row in rows] == ["'" + CLEAN, "'@few"]

    def test_every_interval_is_in_it_whatever_it_belongs_to(self, writing):
        columns = [
            Column("name", "Name"), Column("share", "Share", "share"),
            Column("wide", "95% interval", "interval", "share"),
            Column("near", "80% interval", "interval", "share"),
            Column("range", "Range", "interval", "name"),
        ]  # fmt: skip
        row = Row({"name": "A", "share": 0.5, "wide": [0.3, 0.7], "near": [0.4, 0.6], "range": [1.0, 9.0]})
        figure = replace(nasty_figure(), columns=columns, rows=[row])
        rows = csv_rows(writing(make_material(of_one_figure(figure)), "csv"))
        assert [tuple(row[name] for name in ("column", "value", "low", "high")) for row in rows] == [
            ("share", "0.5", "0.3", "0.7"), ("near", "", "0.4", "0.6"), ("range", "", "1.0", "9.0"),
        ]  # fmt: skip


class TestParquet:
    def test_columns_have_types_and_the_file_says_what_it_is_of(self, files):
        table = pq.read_table(files("parquet"))
        assert table.column_names == list(tidy.TidyRow._fields)
        types = {name: str(table.schema.field(name).type) for name in ("n", "value", "is_kept_back", "row")}
        assert types == {"n": "int64", "value": "double", "is_kept_back": "bool", "row": "string"}
        assert table.schema.metadata[b"fingerprint"].decode() == make_material().fingerprint
        assert table.schema.metadata[b"data_at"] == b"2026-07-01T06:30:00+00:00"


class TestXlsx:
    def test_heads_are_frozen_and_can_be_filtered_and_charts_are_pictures(self, files):
        book = openpyxl.load_workbook(files("xlsx"))
        sheets = [book[name] for name in book.sheetnames if name[0].isdigit()]
        assert len(sheets) == len(make_snapshot().figures())
        assert {sheet.freeze_panes for sheet in sheets} == {"B2"}
        assert all(sheet.auto_filter.ref.startswith("A1:") for sheet in sheets)
        assert [len(sheet._images) for sheet in sheets if "Leading" in sheet.title] == [1]

    def test_cells_have_types_and_are_shown_as_what_they_are(self, files):
        book = openpyxl.load_workbook(files("xlsx"))
        week, topics = book["1 Texts per week"], book["4 Leading topics"]
        assert week["A2"].value == datetime(2026, 1, 5)  # noqa: DTZ001 cells have no zone
        assert week["A2"].number_format == "yyyy-mm-dd"
        assert (topics["B2"].value, topics["B2"].number_format) == (1186, "#,##0")
        assert (topics["C2"].value, topics["C2"].number_format) == (0.38, "0.0%")

    def test_contents_lead_to_each_sheet_and_notes_say_what_it_rests_on(self, files):
        book = openpyxl.load_workbook(files("xlsx"))
        contents = book["Contents"]
        links = [cell.hyperlink.location for cell in contents["A"] if cell.hyperlink]
        assert links == [f"'{name}'!A1" for name in book.sheetnames if name[0].isdigit()]
        notes = list(book["Notes"].iter_rows(values_only=True))
        assert (make_material().fingerprint) in {row[2] for row in notes}
        assert ("Who is in it, and who is not", "People", 1284) in notes
        assert book["In short"]["A2"].value.startswith("Delivery was named more often")

    def test_a_chart_with_nothing_to_draw_leaves_its_table(self, writing):
        figure = make_figure("topics")
        empty = replace(figure, rows=[replace(row, is_hidden=True) for row in figure.rows])
        book = openpyxl.load_workbook(writing(make_material(of_one_figure(empty)), "xlsx"))
        assert book["1 Leading topics"]._images == []

    def test_hostile_words_are_words(self, writing):
        figure = nasty_figure()
        snapshot = of_one_figure(figure)
        twice = replace(snapshot.sections[0], figures=[figure, replace(figure, key="again", title="A" * 60)])
        path = writing(make_material(replace(snapshot, sections=[twice])), "xlsx")
        book = openpyxl.load_workbook(path)
        sheet = book[next(name for name in book.sheetnames if name.startswith("1 "))]
        assert (sheet["A2"].value, sheet["A2"].data_type, sheet["A2"].hyperlink) == (CLEAN, "s", None)
        assert [cell.value for cell in sheet[3]] == [
            "@few",
            None,
            "Too few people, or could be found out from them",
        ]
        assert all(len(name) <= 31 for name in book.sheetnames)


class TestHtml:
    def test_it_stands_alone(self, files):
        text = files("html").read_text("utf-8")
        found = _Reader.of(text)
        assert found.tags.isdisjoint({"script", "link", "img", "iframe", "object", "form", "base"})
        assert not re.search(r"url\(|@import|\ssrc=|srcset=", text)
        assert all(link.startswith(("#", "https://panel.example/")) for link in found.links)
        assert found.missing_anchors == set()

    def test_each_row_with_texts_leads_to_them(self, files):
        links = _Reader.of(files("html").read_text("utf-8")).links
        assert "https://panel.example/staff/insights/7/texts?figure=topics&row=0" in links

    def test_words_are_escaped(self, writing):
        text = writing(make_material(of_one_figure(nasty_figure(), title=NASTY)), "html").read_text("utf-8")
        assert "<script" not in text
        assert "&lt;script&gt;" in text


@pytest.mark.skipif(not pdf.is_possible(), reason="this machine has no Pango, without which none is set")
class TestPdf:
    def test_contents_lead_to_numbered_pages(self, files):
        reader = PdfReader(files("pdf"))
        pages = [page.extract_text() for page in reader.pages]
        assert reader.metadata.title == "Voice of the panel, first half of 2026"
        assert reader.metadata.creation_date == DATA_AT
        assert f"4 / {len(pages)}" in pages[3]
        number = int(re.search(r"Leading topics[ .]*(\d+)", pages[1]).group(1))
        assert "Leading topics" in pages[number - 1]
        assert [each.title for each in reader.outline if not isinstance(each, list)][1:] == [
            "In short", "What it rests on", "How much was said", "What it was about",
            "What moves satisfaction", "How to read it",
        ]  # fmt: skip

    def test_pictures_that_break_off_are_refused_as_before(self, files):
        files("pdf")
        whole = BytesIO()
        Image.effect_noise((300, 300), 80).save(whole, "PNG")
        with pytest.raises(OSError, match="truncated"):
            Image.open(BytesIO(whole.getvalue()[:-2000])).load()

    def test_a_long_table_has_its_head_on_each_page(self, writing):
        figure = replace(
            nasty_figure(), columns=[Column("name", "Name of it"), Column("n", "Texts", "count")],
            rows=[Row({"name": f"Row {number}", "n": number}) for number in range(200)],
        )  # fmt: skip
        reader = PdfReader(writing(make_material(of_one_figure(figure)), "pdf"))
        pages = [page.extract_text() for page in reader.pages]
        with_rows = [page for page in pages if re.search(r"^Row \d", page, re.M)]
        assert len(with_rows) > 3
        assert all("Name of it" in page for page in with_rows)

    def test_chinese_is_set_with_chinese_letters_and_the_same_report_gives_the_same_bytes(self, writing):
        figure = make_figure("topics", locale="zh_Hans")
        material = make_material(of_one_figure(figure, locale="zh_Hans"))
        with language.writing_to("zh_Hans"):
            path = writing(material, "pdf")
            first = path.read_bytes()
            assert writing(material, "pdf").read_bytes() == first
        reader = PdfReader(path)
        assert reader.root_object["/Lang"] == "zh-Hans"
        assert "讨论组之声，2026 年上半年" in reader.pages[0].extract_text()
        fonts = {
            font.get_object()["/BaseFont"]
            for page in reader.pages
            for font in page["/Resources"]["/Font"].values()
        }
        assert any("CJK" in font or "Han" in font for font in fonts)


class TestPdfWithoutPango:
    def test_it_says_what_is_missing(self, writing, monkeypatch):
        def is_missing(*_given: object) -> None:
            raise OSError("cannot load library")

        for name in [name for name in sys.modules if name.split(".")[0] == "weasyprint"]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.setattr(cffi.FFI, "dlopen", is_missing)
        with pytest.raises(CannotMake) as refused:
            writing(make_material(), "pdf")
        assert refused.value.reason == "pdf"


class TestSameBytes:
    def test_the_same_snapshot_gives_the_same_files(self, files, writing):
        material = make_material()
        for file_format in ("html", "xlsx", "csv", "parquet", "json"):
            assert writing(material, file_format).read_bytes() == files(file_format).read_bytes(), file_format


class _Reader(HTMLParser):
    """What stands in a page: its elements, where links lead, and which anchors are led to and not there."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.ids: set[str] = set()

    @classmethod
    def of(cls, text: str) -> "_Reader":
        reader = cls()
        reader.feed(text)
        return reader

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.add(tag)
        if tag == "a":
            self.links.append(values["href"] or "")
        self.ids.add(values.get("id") or "")

    @property
    def missing_anchors(self) -> set[str]:
        return {link[1:] for link in self.links if link.startswith("#")} - self.ids
