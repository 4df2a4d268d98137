"""Charts: every shape, in both widths and languages, with nothing cut off and nothing that runs."""

import re
import subprocess
import sys
from dataclasses import replace
from itertools import combinations
from math import dist
from pathlib import Path
from xml.etree.ElementTree import Element, fromstring

import pytest

from community.insights.charts import house, measuring, png_of, svg_of
from community.insights.figures import Chart, Column, Figure, Row
from tests.factories.insights import make_figure, make_snapshot
from tests.insights.speaking import speaking

ROOT = Path(__file__).parents[2]
CSS = "".join(
    (ROOT / "static" / "css" / name).read_text("utf-8") for name in ("tokens.css", "pages/report.css")
)
SVG = "{http://www.w3.org/2000/svg}"
MARKS = {"svg", "g", "path", "line", "text", "tspan", "title"}


@pytest.fixture(autouse=True)
def _speaking():
    with speaking():
        yield


@pytest.fixture(scope="module")
def drawn() -> dict[tuple[str, str], str]:
    """What was drawn so far: (figure, locale) → SVG."""
    return {}


def charts(drawn, locale="en"):
    if not any(each == locale for _key, each in drawn):
        for figure in make_snapshot(locale=locale).figures():
            drawn[figure.key, locale] = svg_of(figure, locale)
    return {key: svg for (key, each), svg in drawn.items() if each == locale}


def parts(svg: str) -> list[Element]:
    """The wide and the narrow one."""
    # Drawn by ourselves a moment ago.
    return list(fromstring(f"<div>{svg}</div>"))  # noqa: S314


def words(svg: Element) -> list[str]:
    return [each.text or "" for each in svg.iter(f"{SVG}text")]


def outside(svg: Element) -> list[str]:
    """Words that are not wholly within the picture, as far as they can be measured."""
    left, _top, width, _height = (float(each) for each in svg.get("viewBox").split())
    found = []

    def walk(element, x):
        move = re.match(r"translate\((-?[\d.]+)", element.get("transform", ""))
        x += float(move[1]) if move else 0
        if element.tag == f"{SVG}text":
            long = 0.85 * measuring.width(element.text, size=float(element.get("font-size").rstrip("px")))
            start = x - long * {"start": 0, "middle": 0.5, "end": 1}[element.get("text-anchor", "start")]
            if start < left - 1 or start + long > left + width + 1:
                found.append(element.text)
        for child in element:
            walk(child, x)

    walk(svg, 0.0)
    return found


class TestEveryShape:
    @pytest.mark.parametrize("locale", ["en", "zh_Hans"])
    def test_it_is_drawn_wide_and_narrow_with_nothing_cut_off(self, drawn, locale):
        found = charts(drawn, locale)
        assert {make_figure(key).chart.shape for key in found} == {
            "bars", "dots", "lines", "stacked", "slope", "scatter", "heat", "funnel",
        }  # fmt: skip
        for key, svg in found.items():
            wide, narrow = parts(svg)
            assert (wide.get("class"), narrow.get("class")) == ("chart chart-wide", "chart chart-narrow"), key
            assert float(narrow.get("width")) < 0.6 * float(wide.get("width")), key
            assert (outside(wide), outside(narrow)) == ([], []), key

    def test_it_is_marks_alone_named_for_those_who_cannot_see_it(self, drawn):
        for key, svg in charts(drawn).items():
            for part in parts(svg):
                assert {each.tag.removeprefix(SVG) for each in part.iter()} <= MARKS, key
                assert part.get("role") == "img"
                assert part.get("aria-label").startswith(make_figure(key).title)
            assert not re.search(r"\b(style|id|href|on\w+)=", svg), key
            assert svg.count("http") == svg.count("xmlns="), "nothing is fetched"

    def test_its_values_are_written_in_it_and_told_to_who_points_at_them(self, drawn):
        found = charts(drawn)
        assert {"Delivery", "38%"} <= set(words(parts(found["topics"])[0]))
        assert {"+7 pts", "−15", "+15 pts"} <= set(words(parts(found["changes"])[0]))
        assert {"412", "65%"} <= set(words(parts(found["funnel"])[0]))
        assert "Delivery: 38% (35–41%)" in found["topics"]
        assert "2026年1月" in words(parts(charts(drawn, "zh_Hans")["moods_by_month"])[0])

    def test_who_is_kept_back_is_not_in_it(self, drawn):
        assert "Envelopes" not in charts(drawn)["topics"]
        assert "Night workers" not in charts(drawn)["moods_by_panel"]

    def test_the_same_figure_is_drawn_to_the_byte(self, drawn):
        assert svg_of(make_figure("slopes"), "en") == charts(drawn)["slopes"]

    def test_every_colour_has_its_class(self, drawn):
        for key, svg in charts(drawn).items():
            colours = set(re.findall(r'(?:fill|stroke)="(#\w+)"', svg))
            assert colours <= set(house.NAMES), key
            for element in re.findall(r"<[^>]*#\w{6}[^>]*>", svg):
                assert re.search(r'class="c[fs]-', element), element


class TestOddFigures:
    def figure(self, shape, rows, **chart):
        columns = [Column("name", "Name"), Column("group", "Group"), Column("day", "Day", "date"),
                   Column("value", "Value", "share"), Column("other", "Other", "score")]  # fmt: skip
        picture = Chart(shape, chart.pop("x", "name"), "value", "A picture.", **chart)
        return Figure("odd", "Odd", columns, [Row(each) for each in rows], len(rows), "texts", chart=picture)

    def test_words_of_people_stay_words(self):
        rows = [{"name": "<script>alert('&')</script>", "value": 0.5}]
        svg = svg_of(self.figure("bars", rows), "en")
        assert "<script" not in svg
        assert "".join(words(parts(svg)[0])).startswith("<script>alert('&')")

    @pytest.mark.parametrize(
        "shape", ["bars", "dots", "lines", "stacked", "slope", "heat", "funnel", "scatter"]
    )
    def test_little_and_much_can_be_drawn(self, shape):
        by_group = {"colour": "group"} if shape in ("stacked", "slope") else {}
        x = {"scatter": "other", "lines": "day"}.get(shape, "name")
        chart = {"x": x, **by_group}
        one = [{"name": "Only", "group": "A", "day": "2026-01-05", "value": 0.0, "other": 0.0}]
        svg_of(self.figure(shape, one, **chart), "en")
        many = [
            {"name": f"Name number {at} that is rather long for one line", "group": f"Group {at % 9}",
             "day": f"2026-01-{at + 1:02}", "value": 1.0, "other": at / 40}
            for at in range(30)
        ]  # fmt: skip
        svg = svg_of(self.figure(shape, many, **chart), "en")
        for part in parts(svg):
            assert outside(part) == []

    def test_it_waits_for_what_another_worker_is_just_loading(self):
        """Altair takes what is half loaded for whole, so the chart would be missing."""
        script = """
import sys, threading
from tests.factories.insights import make_figure
from tests.insights.speaking import speaking
from community.insights.charts import svg_of
import community.insights.charts.drawing
figure = make_figure("topics")
assert "numpy" not in sys.modules
with speaking():
    loading = threading.Thread(target=__import__, args=("numpy",))
    loading.start()
    while "numpy" not in sys.modules:
        pass
    svg_of(figure, "en")
"""
        done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def test_nothing_to_draw_is_no_picture(self):
        assert svg_of(self.figure("bars", []), "en") == ""
        assert svg_of(self.figure("bars", [{"name": "None", "value": None}]), "en") == ""
        assert svg_of(replace(make_figure("topics"), chart=None), "en") == ""
        assert png_of(self.figure("bars", []), "en") == b""

    def test_what_is_left_out_is_said(self):
        rows = [{"name": f"Number {at}", "value": 0.5} for at in range(25)]
        assert "5 more in the table." in words(parts(svg_of(self.figure("bars", rows), "en"))[0])

    def test_a_line_is_broken_where_a_day_is_kept_back(self):
        figure = make_figure("volume")
        whole = svg_of(figure, "en")
        rows = list(figure.rows)
        rows[9] = Row({"week": rows[9].cells["week"]}, is_hidden=True)
        broken = svg_of(replace(figure, rows=rows), "en")
        lines = [svg.count('fill="none"') for svg in (whole, broken)]
        strokes = [len(re.findall(r'stroke="#1d5a49" stroke-width="2"', svg)) for svg in (whole, broken)]
        assert strokes[1] == 2 * strokes[0], lines


class TestPicture:
    def test_it_is_a_picture_on_white(self):
        from io import BytesIO

        from PIL import Image

        picture = Image.open(BytesIO(png_of(make_figure("funnel"), "en")))
        assert picture.format == "PNG"
        assert picture.width > 1200
        assert picture.convert("RGBA").getpixel((1, 1)) == (255, 255, 255, 255)


# How red-, green- and blue-blind people see linear RGB (Machado, Oliveira and Fernandes 2009).
BLINDNESS = {
    "none": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": ((0.1523, 1.0526, -0.2049), (0.1145, 0.7863, 0.0992), (-0.0039, -0.0481, 1.0520)),
    "deutan": ((0.3673, 0.8607, -0.2280), (0.2801, 0.6725, 0.0474), (-0.0118, 0.0429, 0.9689)),
    "tritan": ((1.2555, -0.0767, -0.1788), (-0.0784, 0.9308, 0.1476), (0.0047, 0.6914, 0.3039)),
}
TOKENS = {
    "text": ("#1f1c18", "#f1ece3"), "surface": ("#fffdf9", "#1f1c18"), "muted": ("#6a6259", "#a79d90"),
    "line": ("#e6dfd2", "#37322b"), "edge": ("#8c8273", "#7d7264"),
}  # fmt: skip


def linear(colour):
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]


def contrast(one, other):
    weights = (0.2126, 0.7152, 0.0722)
    low, high = sorted(
        sum(w * c for w, c in zip(weights, linear(each), strict=True)) for each in (one, other)
    )
    return (high + 0.05) / (low + 0.05)


def seen(colour, matrix):
    red, green, blue = (
        min(1.0, max(0.0, sum(m * c for m, c in zip(row, linear(colour), strict=True)))) for row in matrix
    )
    xyz = (
        (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047,
        0.2126 * red + 0.7152 * green + 0.0722 * blue,
        (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883,
    )
    x, y, z = (each ** (1 / 3) if each > 0.008856 else 7.787 * each + 16 / 116 for each in xyz)
    return (116 * y - 16, 500 * (x - y), 200 * (y - z))


def by_night_and_day() -> list[dict[str, str]]:
    """The colours by their names, by day and by night, as the page's style sheet has them."""
    found = re.findall(r"--chart-([\w-]+): (?:light-dark\((#\w+), (#\w+)\)|var\(--(\w+)\));", CSS)
    pairs = {name: TOKENS[token] if token else (day, night) for name, day, night, token in found}
    return [{name: pair[at] for name, pair in pairs.items()} for at in (0, 1)]


class TestColours:
    def test_the_page_knows_them_all_and_the_same_by_day(self):
        day, night = by_night_and_day()
        assert day == dict(house.COLOURS)
        assert night.keys() == day.keys()
        assert all(f".cf-{name} {{ fill: var(--chart-{name})" in CSS for name in day)
        assert all(f".cs-{name} {{ stroke: var(--chart-{name})" in CSS for name in day)

    @pytest.mark.parametrize("night", [0, 1])
    def test_letters_can_be_read_on_them(self, night):
        colours = by_night_and_day()[night]
        filled = (*house.SERIES, *house.FEELINGS.values(), *house.BELOW_AND_ABOVE, *house.MUCH)
        for tone in filled:
            on = "sheet" if tone in house.DEEP else "letters" if tone in house.PALE else "ink"
            assert contrast(colours[tone], colours[on]) >= 4.5, tone
        for tone in (*house.SERIES, "bar", "up", "down", "flat", "positive", "negative"):
            assert contrast(colours[tone], colours["sheet"]) >= 3, tone

    @pytest.mark.parametrize("night", [0, 1])
    @pytest.mark.parametrize("kind", BLINDNESS)
    def test_neighbours_are_told_apart_by_everybody(self, night, kind):
        colours = by_night_and_day()[night]
        for group in (house.SERIES, tuple(house.FEELINGS.values()), ("up", "down", "flat")):
            for one, other in combinations(group, 2):
                apart = dist(*(seen(colours[each], BLINDNESS[kind]) for each in (one, other)))
                assert apart > 12, (one, other)


class TestMeasuring:
    def test_lines_break_between_words_and_chinese_characters_and_are_about_even(self):
        assert measuring.wrap("Paper and print quality", within=120, size=13) == [
            "Paper and",
            "print quality",
        ]
        first, second = measuring.wrap("积分快过期的时候提前告诉我一声，好吗", within=130, size=13)
        assert abs(len(first) - len(second)) <= 2
        assert not second.startswith("，")

    def test_what_is_too_long_ends_in_three_dots(self):
        [only] = measuring.wrap("A name that nobody can read at a glance", within=80, size=13, most=1)
        assert only.endswith("…")
        assert measuring.width(only, size=13) <= 80

    def test_labels_that_would_lie_on_each_other_move_apart_in_their_order(self):
        moved = measuring.spread([50, 52, 10], apart=17, low=0, high=100)
        assert moved[0] < moved[1]
        assert moved[1] - moved[0] >= 16.9
        assert moved[2] == 10


class TestWhatIsProven:
    @pytest.mark.parametrize(("p", "tone"), [(0.001, "down"), (0.072, "flat")])
    def test_a_change_has_a_colour_only_if_its_corrected_test_stands(self, p, tone):
        columns = [
            Column("name", "What"),
            Column("change", "Moved by", "points"),
            Column("interval", "Interval", "interval", of="change"),
            Column("p", "p", "p"),
        ]
        row = Row({"name": "In time", "change": -0.12, "interval": [-0.24, -0.02], "p": p})
        chart = Chart(
            "dots", x="change", y="name", low="interval", high="interval", palette="change", description=""
        )
        svg = svg_of(Figure("in_time", "In time", columns, [row], n=182, unit="cases", chart=chart), "en")
        assert (f"cs-{tone}" in svg, "cs-up" in svg) == (True, False)
        assert ("cs-down" in svg) is (tone == "down")
