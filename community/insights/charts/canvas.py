"""A sheet in pixels on which shapes put bars, lines and words; Altair marks, so that Vega draws them."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import altair as alt

from community.insights.charts import house, measuring
from community.insights.charts.house import COLOURS, SIZE

Align = Literal["left", "center", "right"]

# Pointed shapes seem smaller than round ones of the same area.
_LARGER: Mapping[str, float] = {"triangle-up": 1.4, "triangle-down": 1.4, "diamond": 1.25, "square": 1.1}
_AT: dict[str, Any] = {"scale": None, "axis": None}


class Canvas:
    """Marks one over the other, in pixels from the upper left corner; colours by their names in the house."""

    def __init__(self, width: float) -> None:
        self.width = width
        self._layers: list[alt.Chart] = []
        self._texts: dict[tuple[Any, ...], list[dict[str, Any]]] = {}

    def rects(self, rows: Sequence[dict[str, Any]], *, round_: float = 2, gap: float = 0) -> None:
        """Boxes from x, y to x2, y2 in a tone, with words in `told`."""
        if not rows:
            return
        mark = alt.Chart(_data(rows)).mark_rect(
            cornerRadius=round_, stroke=COLOURS["sheet"] if gap else None, strokeWidth=gap
        )
        self._layers.append(mark.encode(**_box(), **_tone("fill"), **_told(rows)))

    def rules(
        self,
        rows: Sequence[dict[str, Any]],
        *,
        width: float = 1,
        dash: Sequence[int] = (),
        opacity: float = 1,
    ) -> None:
        """Straight lines from x, y to x2, y2 in a tone."""
        if not rows:
            return
        mark = alt.Chart(_data(rows)).mark_rule(strokeWidth=width, strokeDash=list(dash), opacity=opacity)
        self._layers.append(mark.encode(**_box(), **_tone("stroke")))

    def points(self, rows: Sequence[dict[str, Any]], *, size: float = 70) -> None:
        """Points at x, y in a tone; with `hollow` only their outline, and with a shape of their own."""
        if not rows:
            return
        full = [
            {
                "shape": "circle",
                "told": "",
                **row,
                "tone": COLOURS["sheet" if row.get("hollow") else row["tone"]],
                "line": COLOURS[row["tone"] if row.get("hollow") else "sheet"],
                "size": size * _LARGER.get(str(row.get("shape")), 1),
            }
            for row in rows
        ]
        mark = alt.Chart(alt.InlineData(values=full)).mark_point(strokeWidth=1.5, opacity=1)
        self._layers.append(
            mark.encode(
                x=alt.X("x:Q", **_AT),
                y=alt.Y("y:Q", **_AT),
                fill=alt.Fill("tone:N", scale=None, legend=None),
                stroke=alt.Stroke("line:N", scale=None, legend=None),
                size=alt.Size("size:Q", scale=None, legend=None),
                shape=alt.Shape("shape:N", scale=None, legend=None),
                **_told(full),
            )
        )

    def line(
        self, rows: Sequence[dict[str, Any]], *, tone: str, width: float = 2, dash: Sequence[int] = ()
    ) -> None:
        """A line through x, y."""
        mark = alt.Chart(alt.InlineData(values=list(rows))).mark_line(
            color=COLOURS[tone], strokeWidth=width, strokeDash=list(dash), strokeJoin="round"
        )
        self._layers.append(mark.encode(x=alt.X("x:Q", **_AT), y=alt.Y("y:Q", **_AT)))

    def band(self, rows: Sequence[dict[str, Any]], *, tone: str, opacity: float = 0.16) -> None:
        """What lies between y and y2 along x."""
        mark = alt.Chart(alt.InlineData(values=list(rows))).mark_area(
            color=COLOURS[tone], opacity=opacity, line=False
        )
        self._layers.append(mark.encode(x=alt.X("x:Q", **_AT), y=alt.Y("y:Q", **_AT), y2=alt.Y2("y2:Q")))

    def text(
        self, words: str | Sequence[str], *, x: float, y: float, align: Align = "left", size: float = SIZE,
        tone: str = "ink", is_bold: bool = False,
    ) -> None:  # fmt: skip
        """Words at a place, lines around the middle `y`; all words lie above everything else."""
        lines = [words] if isinstance(words, str) else list(words)
        leading = size * 1.25
        first = y - leading * (len(lines) - 1) / 2
        rows = self._texts.setdefault((align, size, is_bold), [])
        for index, line in enumerate(lines):
            rows.append({"x": x, "y": first + index * leading, "words": line, "tone": COLOURS[tone]})

    def legend(self, entries: Sequence[tuple[str, str, str]], *, left: float = 0) -> float:
        """A line (or more) of names with their tones and shapes at the top; how high it is."""
        x, y = left, 9.0
        marks = []
        for name, tone, shape in entries:
            words = measuring.shorten(name, within=self.width - left - 24, size=SIZE)
            needed = 18 + measuring.width(words, size=SIZE) + 18
            if x > left and x + needed - 18 > self.width:
                x, y = left, y + 22
            marks.append({"x": x + 6, "y": y, "tone": tone, "shape": shape})
            self.text(words, x=x + 18, y=y)
            x += needed
        self.points(marks, size=110)
        return y + 17

    def to_spec(self, *, height: float, locale: str) -> dict[str, Any]:
        """Everything that was put on it, in Vega-Lite."""
        chart = alt.layer(*self._layers, *self._written(), config=house.settings(locale))
        return chart.properties(width=self.width, height=height).to_dict(validate=False)

    def _written(self) -> list[alt.Chart]:
        return [
            alt.Chart(alt.InlineData(values=rows))
            .mark_text(align=align, fontSize=size, fontWeight=600 if is_bold else 400)
            .encode(
                x=alt.X("x:Q", **_AT),
                y=alt.Y("y:Q", **_AT),
                text=alt.Text("words:N"),
                fill=alt.Fill("tone:N", scale=None, legend=None),
            )
            for (align, size, is_bold), rows in self._texts.items()
        ]


def _data(rows: Sequence[dict[str, Any]]) -> alt.InlineData:
    return alt.InlineData(values=[{"told": "", **row, "tone": COLOURS[row["tone"]]} for row in rows])


def _box() -> dict[str, Any]:
    return {"x": alt.X("x:Q", **_AT), "y": alt.Y("y:Q", **_AT), "x2": alt.X2("x2:Q"), "y2": alt.Y2("y2:Q")}


def _tone(channel: Literal["fill", "stroke"]) -> dict[str, Any]:
    kind = alt.Fill if channel == "fill" else alt.Stroke
    return {channel: kind("tone:N", scale=None, legend=None)}


def _told(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"description": alt.Description("told:N")} if any(row.get("told") for row in rows) else {}
