"""Two snapshots side by side, without a database."""

from dataclasses import replace
from datetime import date

import pytest

from community.insights import comparing
from community.insights.figures import Column, Figure, Row, Section, Snapshot
from community.insights.scope import Scope
from community.statistics.intervals import Part, wilson
from community.statistics.tracking import newcombe

COLUMNS = (
    Column("topic", "Topic"),
    Column("share", "Share", "share"),
    Column("interval", "Interval", "interval", of="share"),
    Column("n", "Texts", "count"),
)


def row(topic, count, n):
    interval = wilson(count, n)
    return Row({"topic": topic, "share": count / n, "interval": [interval.low, interval.high], "n": n})


def snapshot(*rows, month=1, key="topics", **values):
    figure = Figure(key, "Topics", COLUMNS, rows, 100, "texts")
    scope = Scope((1,), date(2026, month, 1), date(2026, month, 28))
    made = Snapshot(
        kind="voice",
        title="A title",
        locale="en",
        filters=[("Period", f"Month {month}")],
        settings=scope.to_settings(),
        data_at="",
        sample=[("Texts", month)],
        warnings=[],
        summary=[],
        sections=[Section("all", "All", [figure])],
    )
    return replace(made, **values)


@pytest.fixture(autouse=True)
def words(app):
    """Figures are written in the language of the site."""


class TestCompare:
    def test_the_difference_of_shares_has_newcombes_interval(self):
        found = comparing.compare(snapshot(row("Price", 20, 100)), snapshot(row("Price", 35, 100), month=2))
        compared = found.figures[0].rows[0]
        share, count = compared.measures
        apart = newcombe(Part(20, 100), Part(35, 100))
        assert (compared.name, share.before, share.after, share.change) == ("Price", "20%", "35%", "+15 pts")
        assert share.interval == f"+{apart.low * 100:.0f} pts … +{apart.high * 100:.0f} pts"
        assert (count.before, count.after, count.change, count.interval) == ("100", "100", "0", "")

    def test_shared_texts_allow_no_interval(self):
        found = comparing.compare(snapshot(row("Price", 20, 100)), snapshot(row("Price", 35, 100)))
        assert (found.is_apart, found.figures[0].rows[0].measures[0].interval) == (False, "")

    def test_what_is_kept_back_in_one_is_kept_back(self):
        hidden = Row({"topic": "Price"}, is_hidden=True)
        for pair in ((hidden, row("Price", 35, 100)), (row("Price", 20, 100), hidden)):
            found = comparing.compare(snapshot(pair[0]), snapshot(pair[1], month=2))
            assert found.figures[0].rows == [comparing.ComparedRow("Price", [])]

    def test_figures_without_a_row_in_common_are_named(self):
        found = comparing.compare(snapshot(row("Price", 20, 100)), snapshot(row("Paper", 35, 100), month=2))
        assert (found.figures, found.missing) == ([], ["Topics"])

    def test_filters_and_sample_stand_side_by_side(self):
        found = comparing.compare(snapshot(), snapshot(month=2))
        assert (found.filters, found.sample) == (
            [("Period", "Month 1", "Month 2")],
            [("Texts", "1", "2")],
        )

    def test_rows_are_matched_by_words_so_the_language_has_to_be_one(self):
        assert comparing.can_compare(snapshot(), snapshot(month=2))
        assert not comparing.can_compare(snapshot(), snapshot(locale="zh_Hans"))
        assert not comparing.can_compare(snapshot(), snapshot(kind="ideas"))

    def test_rows_are_told_apart_by_their_first_cell_if_they_have_no_words(self):
        columns = (Column("day", "Day", "count"), Column("share", "Share", "share"))
        made = [
            replace(
                snapshot(month=month),
                sections=[
                    Section(
                        "all",
                        "All",
                        [
                            Figure(
                                "days",
                                "Days",
                                columns,
                                [Row({"day": day, "share": day / 10 + month / 100}) for day in (1, 2, 7)],
                                9,
                                "ideas",
                            )
                        ],
                    )
                ],
            )
            for month in (1, 2)
        ]
        rows = comparing.compare(*made).figures[0].rows
        assert [(each.name, [one.change for one in each.measures]) for each in rows] == [
            ("1", ["+1 pts"]),
            ("2", ["+1 pts"]),
            ("7", ["+1 pts"]),
        ]

    def test_words_behind_the_numbers_are_no_name(self):
        columns = (*COLUMNS, Column("place", "So"))
        made = []
        for month, place in ((1, "weak"), (2, "strong")):
            found = row("Price", 20 * month, 100)
            found = replace(found, cells={**found.cells, "place": place})
            figure = Figure("topics", "Topics", columns, [found], 100, "texts")
            made.append(snapshot(month=month, sections=[Section("all", "All", [figure])]))
        assert [each.name for each in comparing.compare(*made).figures[0].rows] == ["Price"]

    def test_two_rows_of_one_name_are_not_compared(self):
        twice = row("Price", 20, 100), row("Price", 35, 100)
        found = comparing.compare(snapshot(*twice), snapshot(*reversed(twice), month=2))
        assert (found.figures, found.missing) == ([], ["Topics"])

    def test_two_reports_of_one_survey_share_their_answers(self):
        made = [snapshot(month=month) for month in (1, 2)]
        made = [replace(each, settings={**each.settings, "survey_id": 7}) for each in made]
        assert not comparing.compare(*made).is_apart
