"""How figures are written, in each language."""

import pytest
from flask_babel import force_locale

from community.insights import writing
from community.insights.figures import Column, Figure, Row
from tests.factories.insights import make_figure
from tests.insights.speaking import speaking


@pytest.fixture(autouse=True)
def _speaking():
    with speaking():
        yield


def of(columns: list[Column], *rows: Row) -> Figure:
    return Figure("any", "Any", columns, rows, n=sum(1 for _ in rows), unit="texts")


class TestWrite:
    @pytest.mark.parametrize(
        ("value", "kind", "words"),
        [
            (0.384, "share", "38%"),
            (0.004, "share", "0.4%"),
            (0.0001, "share", "<\u202f0.1%"),
            (0.996, "share", "99.6%"),
            (0.0, "share", "0%"),
            (1.0, "share", "100%"),
            (0.07, "points", "+7 pts"),
            (-0.004, "points", "0 pts"),
            (-0.125, "score", "−0.12"),
            (0.0, "score", "0.00"),
            (12345, "count", "12,345"),
            (3.14159, "number", "3.14"),
            (1.0, "days", "1 day"),
            (2.25, "days", "2.2 days"),
            (0.0004, "p", "<\u202f0.001"),
            # Rounded once: by way of 0.7835 and 0.19050 these would come out as 0.784 and 0.190.
            (0.783457, "p", "0.783"),
            (0.190513, "p", "0.191"),
            (0.99449999999, "share", "99.4%"),
            (0.295, "share", "30%"),
            (1e24, "number", "1,000,000,000,000,000,000,000,000"),
            (0.0412, "p", "0.041"),
            ("2026-03-02", "date", "Mar 2, 2026"),
            ("Week 3", "date", "Week 3"),
            (True, "text", "Yes"),
            (None, "count", "–"),
        ],
    )
    def test_a_value_is_written_in_its_unit(self, value, kind, words):
        assert writing.write(value, kind) == words

    @pytest.mark.parametrize(
        ("ends", "kind", "words"),
        [
            ([0.31, 0.382], "share", "31–38%"),
            ([-0.02, 0.06], "points", "−2 to +6 pts"),
            ([-0.1, 0.2], "score", "−0.10 to +0.20"),
            ([88.2, 1101.7], "count", "88–1,102"),
            ([1.25, 3.5], "days", "1.2–3.5 days"),
            ([-1.5, 2.0], "number", "−1.5 to 2"),
        ],
    )
    def test_an_interval_is_written_in_the_unit_of_its_column(self, ends, kind, words):
        assert writing.write(ends, "interval", of=kind) == words

    def test_marks_of_an_axis_say_their_unit_once(self):
        assert writing.write_marks([-0.05, 0.0, 0.05], "points") == ["−5", "0", "+5 pts"]
        assert writing.write_marks([-0.5, 0.0, 0.5], "score") == ["−0.5", "0.0", "+0.5"]


class TestTable:
    def test_narrow_intervals_make_their_columns_finer(self):
        columns = [
            Column("name", "Name"),
            Column("share", "Share", "share"),
            Column("interval", "Interval", "interval", "share"),
            Column("part", "Part", "share"),
        ]
        rows = [
            Row({"name": each, "share": 0.3141, "interval": [0.30, 0.33], "part": 0.5141}) for each in "ab"
        ]
        cells = [cell.text for cell in writing.write_table(of(columns, *rows)).rows[1].cells]
        assert cells == ["31.4%", "30.0–33.0%", "51%"]
        wide = Row({"name": "c", "share": 0.3, "interval": [0.2, 0.4], "part": 0.5})
        cells = [cell.text for cell in writing.write_table(of(columns, *rows, wide)).rows[1].cells]
        assert cells == ["31%", "30–33%", "51%"]

    def test_first_days_of_months_are_called_by_their_month(self):
        table = writing.write_table(make_figure("moods_by_month"))
        assert table.rows[0].name == "Jan 2026"
        assert writing.write_table(make_figure("volume")).rows[0].name == "Jan 5, 2026"

    def test_what_is_kept_back_has_its_names_and_no_number(self):
        columns = [Column("topic", "Topic"), Column("panel", "Panel"), Column("texts", "Texts", "count")]
        hidden = Row({"topic": "Price", "panel": "Teachers", "texts": 7}, is_hidden=True)
        [row] = writing.write_table(of(columns, hidden)).rows
        assert (row.name, [cell.text for cell in row.cells], row.is_hidden) == ("Price", ["Teachers"], True)


class TestInChinese:
    def test_days_and_months_are_chinese(self):
        with force_locale("zh_Hans"):
            assert writing.day("2026-03-02") == "2026年3月2日"
            assert writing.short_day("2026-03-01", has_days=False) == "2026年3月"
            assert writing.interval(0.31, 0.38) == "31–38%"
