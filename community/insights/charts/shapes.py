"""The shapes of charts: where bars, lines and words go on a sheet; each says how high it became."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import ngettext

from community.insights import writing
from community.insights.charts import house, measuring
from community.insights.charts.canvas import Canvas
from community.insights.charts.house import SIZE, SMALL
from community.insights.charts.plan import FEELINGS, Plan, Point, ticks
from community.statistics.intervals import Interval
from community.statistics.tracking import verdict

Draw = Callable[[Canvas, Plan], float]

# Below this width names stand above their bars instead of beside them.
_BESIDE = 500
_NAME = 190


@dataclass(frozen=True)
class Scale:
    """Where a value lies in pixels."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Its place."""
        share = (value - self.low) / (self.high - self.low) if self.high != self.low else 0.5
        return self.start + share * (self.end - self.start)


def bars(canvas: Canvas, plan: Plan) -> float:
    """A bar per name with its interval and its value; several series are drawn as dots, days as columns."""
    if plan.series:
        return dots(canvas, plan)
    if plan.days:
        return columns(canvas, plan)
    names = _Names(canvas, plan.names, bar=16, top=2)
    room = max(measuring.width(each.words, size=SIZE) for each in plan.points) + 12
    scale = Scale(min(0.0, plan.least), max(plan.most, 0.0) or 1.0, names.right, canvas.width - room)
    rects, whiskers = [], []
    for place, point in zip(names.middles, plan.points, strict=True):
        ends = sorted((scale.at(0), scale.at(point.value)))
        tone = _bar_tone(plan, point)
        rects.append(_rect(ends[0], place - 8, ends[1], place + 8, tone, point.told))
        if point.low is not None and point.high is not None:
            low, high = scale.at(max(point.low, scale.low)), scale.at(min(point.high, scale.high))
            whiskers += _whisker(low, place, high, place)
        canvas.text(point.words, x=scale.at(point.most) + 8, y=place, is_bold=True)
    canvas.rects(rects)
    canvas.rules(whiskers, width=1.4)
    canvas.rules([_line(scale.at(0), place - 13, scale.at(0), place + 13, "edge") for place in names.middles])
    return names.bottom


def columns(canvas: Canvas, plan: Plan) -> float:
    """A column per day (or week, or month), with its interval."""
    frame = _Frame(canvas, plan, from_nothing=True)
    step = frame.step
    half = min(18.0, step * 0.36)
    rects, whiskers = [], []
    for point in plan.points:
        x = frame.x(point)
        ends = sorted((frame.y.at(0), frame.y.at(point.value)))
        rects.append(_rect(x - half, ends[0], x + half, ends[1], _bar_tone(plan, point), point.told))
        if point.low is not None and point.high is not None:
            low, high = frame.y.at(point.low), frame.y.at(point.high)
            whiskers += _whisker(x, low, x, high)
    canvas.rects(rects)
    canvas.rules(whiskers, width=1.2)
    return frame.bottom


def dots(canvas: Canvas, plan: Plan) -> float:
    """A dot per name with its interval along an axis; several series one under the other."""
    entries = [(name, tone, shape) for name, tone, shape in _entries(plan) if plan.series]
    top = canvas.legend(entries) if entries else 0.0
    names = _Names(canvas, plan.names, bar=max(16, 14 * len(plan.series)), top=top + 4)
    room = 0.0 if plan.series else max(measuring.width(each.words, size=SIZE) for each in plan.points) + 14
    scale, marks = _axis(plan, names.right + 6, canvas.width - room - 8, pixels_apart=80)
    _grid_across(canvas, plan, scale, marks, top=top, bottom=names.bottom)
    names.clear(canvas)
    middles = dict(zip(plan.names, names.middles, strict=True))
    points, whiskers = [], []
    for point in plan.points:
        place = middles[point.name] + _offset(plan, point, apart=14)
        tone = _tone(plan, point)
        is_open = plan.chart.palette == "change" and tone == "flat"
        if point.low is not None and point.high is not None:
            low, high = scale.at(point.low), scale.at(point.high)
            whiskers.append(_line(low, place, high, place, tone))
        points.append(
            {
                "x": scale.at(point.value),
                "y": place,
                "tone": tone,
                "hollow": is_open,
                "shape": _shape(plan, point),
                "told": point.told,
            }
        )
        if not plan.series:
            canvas.text(point.words, x=canvas.width, y=place, align="right", is_bold=not is_open)
    canvas.rules(whiskers, width=2)
    canvas.points(points, size=90)
    return names.bottom + 22


def lines(canvas: Canvas, plan: Plan) -> float:
    """A line per series along time or steps, broken where something is missing, with its name at its end.

    The interval is a band if the line is alone, and a thin line at each point if there are a few.
    """
    frame = _Frame(canvas, plan, ends=True)
    has_dots = len(plan.names) <= 31
    whiskers = []
    for number, name in enumerate(plan.series or [""]):
        for run in _runs(plan, name):
            tone = _tone(plan, run[0])
            known = [each for each in run if each.low is not None and each.high is not None]
            if not plan.series and known:
                canvas.band(
                    [{"x": frame.x(p), "y": frame.y.at(p.least), "y2": frame.y.at(p.most)} for p in known],
                    tone=tone,
                )
            elif len(plan.series) <= 3:
                aside = 3 * (number - (len(plan.series) - 1) / 2)
                whiskers += [
                    _line(
                        frame.x(p) + aside, frame.y.at(p.least), frame.x(p) + aside, frame.y.at(p.most), tone
                    )
                    for p in known
                ]
            if len(run) > 1:
                canvas.line([{"x": frame.x(p), "y": frame.y.at(p.value)} for p in run], tone=tone)
    canvas.rules(whiskers, opacity=0.4)
    points_at = [
        {
            "x": frame.x(p),
            "y": frame.y.at(p.value),
            "tone": _tone(plan, p),
            "shape": _shape(plan, p),
            "told": p.told,
        }
        for p in plan.points
        if has_dots or p.name == plan.names[-1]
    ]
    canvas.points(points_at, size=46 if has_dots else 60)
    return frame.bottom


def stacked(canvas: Canvas, plan: Plan) -> float:
    """Parts of a whole: a bar per name, or a column where the names are days."""
    order = _series_in_order(plan)
    entries = [(name, _tone(plan, _one_of(plan, name)), "square") for name in order]
    top = canvas.legend(entries)
    sums = {name: sum(p.value for p in plan.points if p.name == name) for name in plan.names}
    whole = max(sums.values()) or 1.0
    if plan.kind == "share" and whole > 0.98:
        whole = max(1.0, whole)
    if plan.days:
        return _stacked_columns(canvas, plan, order, whole=whole, top=top)
    names = _Names(canvas, plan.names, bar=24, top=top + 2)
    scale = Scale(0, whole, names.right, canvas.width)
    rects = []
    for name, place in zip(plan.names, names.middles, strict=True):
        x = scale.start
        for series in order:
            for point in (p for p in plan.points if p.name == name and p.series == series):
                end = x + scale.at(point.value) - scale.start
                tone = _tone(plan, point)
                rects.append(_rect(x, place - 12, end, place + 12, tone, point.told))
                if end - x > measuring.width(point.words, size=SMALL) + 8:
                    canvas.text(
                        point.words, x=(x + end) / 2, y=place, align="center", size=SMALL, tone=_on(tone)
                    )
                x = end
    canvas.rects(rects, round_=0, gap=1.5)
    return names.bottom


def slope(canvas: Canvas, plan: Plan) -> float:
    """What was before and what is now, a line for each name, both values written at its ends."""
    first, last = plan.names[0], plan.names[-1]
    before = {p.series: p for p in plan.points if p.name == first}
    after = {p.series: p for p in plan.points if p.name == last}
    both = [name for name in plan.series if name in before and name in after]
    if not both or first == last:
        return dots(canvas, plan)
    is_wide = canvas.width >= _BESIDE
    named = {name: measuring.shorten(name, within=220 if is_wide else 120, size=SIZE) for name in both}
    value_room = max(measuring.width(p.words, size=SIZE) for p in plan.points) * 1.1 + 22
    name_room = max(measuring.width(each, size=SIZE) for each in named.values()) + 14
    left, right = (
        value_room + (60 if is_wide else 0),
        canvas.width - value_room - name_room - (40 if is_wide else 0),
    )
    height = max(200.0 if is_wide else 170.0, 25.0 * len(both))
    top = 34.0
    spread = (plan.most - plan.least) or 1.0
    scale = Scale(plan.least - spread * 0.03, plan.most + spread * 0.03, top + height, top)
    canvas.rules([_line(x, top - 8, x, top + height + 8, "hair") for x in (left, right)])
    canvas.text(_called(plan, 0), x=left, y=12, align="center", size=SMALL, tone="soft")
    canvas.text(_called(plan, len(plan.names) - 1), x=right, y=12, align="center", size=SMALL, tone="soft")
    ends = [[scale.at(side[name].value) for name in both] for side in (before, after)]
    left_at, right_at = (measuring.spread(each, apart=17, low=top, high=top + height) for each in ends)
    whiskers, marks = [], []
    for index, name in enumerate(both):
        for side, x, points in ((0, left, before), (1, right, after)):
            point = points[name]
            if point.low is not None and point.high is not None:
                whiskers.append(_line(x, scale.at(point.low), x, scale.at(point.high), "one"))
            marks.append({"x": x, "y": ends[side][index], "tone": "one", "told": point.told})
        canvas.line(
            [{"x": left, "y": ends[0][index]}, {"x": right, "y": ends[1][index]}], tone="one", width=1.8
        )
        canvas.text(before[name].words, x=left - 12, y=left_at[index], align="right")
        canvas.text(after[name].words, x=right + 12, y=right_at[index], is_bold=True)
        canvas.text(named[name], x=right + value_room, y=right_at[index])
    canvas.rules(whiskers, width=1, opacity=0.55)
    canvas.points(marks, size=60)
    return top + height + 10


def scatter(canvas: Canvas, plan: Plan) -> float:
    """A named point for each row between two measures, with lines at the middle of both."""
    assert plan.other
    is_wide = canvas.width >= _BESIDE
    top, height = 26.0, 300.0 if is_wide else 260.0
    y, y_marks = _linear(plan.least, plan.most, plan.kind, start=top + height, end=top, most=6)
    others = [each.other for each in plan.points]
    written = writing.write_marks(y_marks, plan.kind)
    room = max(measuring.width(each, size=SMALL) for each in written) + 10
    x, x_marks = _linear(
        min(others),
        max(others),
        plan.other.kind,
        start=room + 8,
        end=canvas.width - 12,
        most=6 if is_wide else 4,
    )
    canvas.rules([_line(room, y.at(each), canvas.width, y.at(each), "hair") for each in y_marks])
    canvas.rules([_line(x.at(each), top, x.at(each), top + height, "hair") for each in x_marks])
    for each, words in zip(y_marks, written, strict=True):
        canvas.text(words, x=room - 8, y=y.at(each), align="right", size=SMALL, tone="soft")
    for each, words in zip(x_marks, writing.write_marks(x_marks, plan.other.kind), strict=True):
        canvas.text(words, x=x.at(each), y=top + height + 14, align="center", size=SMALL, tone="soft")
    canvas.text(f"↑ {plan.measure.title}", x=0, y=8, size=SMALL, tone="soft")
    canvas.text(
        f"{plan.other.title} →", x=canvas.width, y=top + height + 33, align="right", size=SMALL, tone="soft"
    )
    middle_x, middle_y = x.at(_middle(others)), y.at(_middle([each.value for each in plan.points]))
    canvas.rules(
        [
            _line(middle_x, top, middle_x, top + height, "edge"),
            _line(room, middle_y, canvas.width, middle_y, "edge"),
        ],
        dash=(4, 4),
    )
    placed = [(x.at(p.other), y.at(p.value)) for p in plan.points]
    canvas.rules(
        [
            _line(at[0], y.at(max(p.low, y.low)), at[0], y.at(min(p.high, y.high)), "one")
            for p, at in zip(plan.points, placed, strict=True)
            if p.low is not None and p.high is not None
        ],
        opacity=0.5,
    )
    canvas.points(
        [
            {"x": at[0], "y": at[1], "tone": _tone(plan, p), "shape": _shape(plan, p), "told": p.told}
            for p, at in zip(plan.points, placed, strict=True)
        ],
        size=90,
    )
    _name_points(canvas, [p.name for p in plan.points], placed, most=170 if is_wide else 110)
    return top + height + 42


def heat(canvas: Canvas, plan: Plan) -> float:
    """A table of colours with its values written in; names up and along."""
    is_wide = canvas.width >= _BESIDE
    left = (
        min(_NAME if is_wide else 104.0, max(measuring.width(each, size=SIZE) for each in plan.series)) + 12
    )
    step = (canvas.width - left) / len(plan.names)
    step = min(step, 150.0)
    size = SIZE if step >= 52 else SMALL - 1
    heads = [
        measuring.wrap(_called(plan, index), within=step - 8, size=SMALL, most=3)
        for index in range(len(plan.names))
    ]
    top = 8 + 15.0 * max(len(each) for each in heads)
    lines = [measuring.wrap(each, within=left - 12, size=SIZE) for each in plan.series]
    row = 38.0 if any(len(each) > 1 for each in lines) else 32.0
    for index, head in enumerate(heads):
        canvas.text(
            head, x=left + step * (index + 0.5), y=top / 2 - 2, align="center", size=SMALL, tone="soft"
        )
    found = {(p.series, p.name): p for p in plan.points}
    tones = _heat_tones(plan)
    rects = []
    for at, series in enumerate(plan.series):
        y = top + row * at
        canvas.text(lines[at], x=left - 10, y=y + row / 2, align="right")
        for index, name in enumerate(plan.names):
            point = found.get((series, name))
            if point is None:
                canvas.text(
                    writing.NOTHING, x=left + step * (index + 0.5), y=y + row / 2, align="center", tone="soft"
                )
                continue
            tone = tones(point.value)
            rects.append(_rect(left + step * index, y, left + step * (index + 1), y + row, tone, point.told))
            canvas.text(
                point.words,
                x=left + step * (index + 0.5),
                y=y + row / 2,
                align="center",
                size=size,
                tone=_on(tone),
            )
    canvas.rects(rects, gap=2, round_=3)
    return top + row * len(plan.series)


def funnel(canvas: Canvas, plan: Plan) -> float:
    """How many come to each step, on the track of those who began, with their share of them."""
    most = plan.most or 1.0
    names = _Names(canvas, plan.names, bar=22, top=2)
    shares = [writing.percent(each.value / most) for each in plan.points]
    share_room = max(measuring.width(each, size=SMALL) for each in shares) + 12
    room = max(measuring.width(each.words, size=SIZE) for each in plan.points) * 1.1 + 12 + share_room
    scale = Scale(0, most, names.right, canvas.width - room)
    tracks, rects = [], []
    for place, point, share in zip(names.middles, plan.points, shares, strict=True):
        tracks.append(_rect(scale.start, place - 11, scale.end, place + 11, "level", ""))
        rects.append(_rect(scale.start, place - 11, scale.at(point.value), place + 11, "one", point.told))
        canvas.text(point.words, x=canvas.width - share_room, y=place, align="right", is_bold=True)
        canvas.text(share, x=canvas.width, y=place, align="right", size=SMALL, tone="soft")
    canvas.rects(tracks)
    canvas.rects(rects)
    return names.bottom


def more_in_table(count: int) -> str:
    """That a chart does not show everything."""
    return str(ngettext("%(num)d more in the table.", "%(num)d more in the table.", count))


SHAPES: Mapping[str, Draw] = {
    "bars": bars,
    "dots": dots,
    "lines": lines,
    "stacked": stacked,
    "slope": slope,
    "scatter": scatter,
    "heat": heat,
    "funnel": funnel,
}


class _Names:
    """Names one under the other: beside their bars, or above them where the sheet is narrow."""

    def __init__(self, canvas: Canvas, names: Sequence[str], *, bar: float, top: float) -> None:
        is_beside = canvas.width >= _BESIDE
        within = _NAME if is_beside else canvas.width
        broken = [
            measuring.wrap(each, within=within, size=SIZE, most=2 if is_beside else 1) for each in names
        ]
        widest = max(measuring.width(line, size=SIZE) for each in broken for line in each)
        self.right = widest + 12 if is_beside else 0.0
        self.middles: list[float] = []
        self._above: list[dict[str, object]] = []
        y = top
        for each in broken:
            if is_beside:
                height = max(bar + 14, 17.0 * len(each) + 8)
                self.middles.append(y + height / 2)
                canvas.text(each, x=self.right - 12, y=y + height / 2, align="right")
            else:
                height = bar + 30
                self.middles.append(y + 20 + bar / 2)
                canvas.text(each, x=0, y=y + 9)
                self._above.append(_rect(0, y, measuring.width(each[0], size=SIZE) + 6, y + 19, "sheet", ""))
            y += height
        self.bottom = y

    def clear(self, canvas: Canvas) -> None:
        """Keep lines that were drawn so far from crossing the names."""
        canvas.rects(self._above)


class _Frame:
    """A plot along days or steps: its grid, what stands along it, and the names at the ends of lines."""

    def __init__(
        self,
        canvas: Canvas,
        plan: Plan,
        *,
        from_nothing: bool = False,
        ends: bool = False,
        top: float = 0.0,
        most: float | None = None,
    ) -> None:
        self.plan = plan
        is_wide = canvas.width >= _BESIDE
        height = 220.0 if is_wide else 190.0
        title = measuring.shorten(plan.measure.title, within=canvas.width, size=SMALL)
        canvas.text(title, x=0, y=top + 8, size=SMALL, tone="soft")
        top += 26
        low = min(0.0, plan.least) if from_nothing or plan.kind in ("count", "share") else plan.least
        high = plan.most if most is None else most
        self.y, marks = _linear(low, high, plan.kind, start=top + height, end=top, most=6)
        written = writing.write_marks(marks, plan.kind)
        left = max(measuring.width(each, size=SMALL) for each in written) + 10
        named = (
            [measuring.shorten(each, within=170 if is_wide else 96, size=SIZE) for each in plan.series]
            if ends
            else []
        )
        right = max((measuring.width(each, size=SIZE) for each in named), default=0.0)
        end = canvas.width - (right + 36 if named else 10)
        self.step = (end - left - 12) / max(1, len(plan.names) - (0 if from_nothing else 1))
        inset = self.step / 2 if from_nothing else 0.0
        self._places = _places(plan, left + 12 + inset, end - inset)
        canvas.rules(
            [
                _line(left, self.y.at(each), end + (6 if ends else 0), self.y.at(each), "hair")
                for each in marks
            ]
        )
        if self.y.low < 0 < self.y.high:
            canvas.rules([_line(left, self.y.at(0), end, self.y.at(0), "edge")])
        for each, words in zip(marks, written, strict=True):
            canvas.text(words, x=left - 8, y=self.y.at(each), align="right", size=SMALL, tone="soft")
        self._write_names(canvas, y=top + height + 15, room=end - left)
        if named:
            self._write_ends(canvas, named, x=end + 22, top=top, bottom=top + height)
        self.bottom = top + height + 26

    def x(self, point: Point) -> float:
        """Where a point lies along the plot."""
        return self._places[point.name]

    def _write_names(self, canvas: Canvas, *, y: float, room: float) -> None:
        names = self.plan.names
        called = [_called(self.plan, index) for index in range(len(names))]
        needed = min(room / 2, max(measuring.width(each, size=SMALL) for each in called)) + 14
        last = -needed
        for name, words in zip(names, called, strict=True):
            place = self._places[name]
            if place - last >= needed:
                short = measuring.shorten(words, within=needed, size=SMALL)
                canvas.text(short, x=place, y=y, align="center", size=SMALL, tone="soft")
                last = place

    def _write_ends(
        self, canvas: Canvas, named: Sequence[str], *, x: float, top: float, bottom: float
    ) -> None:
        plan = self.plan
        lasts = [
            max((p for p in plan.points if p.series == name), key=lambda p: self._places[p.name])
            for name in plan.series
        ]
        at = [self.y.at(each.value) for each in lasts]
        moved = measuring.spread(at, apart=17, low=top, high=bottom)
        # A line that ends early is known by its mark alone.
        end = max(self._places[last.name] for last in lasts)
        canvas.rules(
            [
                _line(self._places[last.name] + 6, from_y, x - 7, to_y, _tone(plan, last))
                for last, from_y, to_y in zip(lasts, at, moved, strict=True)
                if self._places[last.name] == end
            ],
            opacity=0.6,
        )
        canvas.points(
            [
                {"x": x, "y": place, "tone": _tone(plan, last), "shape": _shape(plan, last)}
                for last, place in zip(lasts, moved, strict=True)
            ],
            size=46,
        )
        for words, place in zip(named, moved, strict=True):
            canvas.text(words, x=x + 9, y=place)


def _stacked_columns(canvas: Canvas, plan: Plan, order: Sequence[str], *, whole: float, top: float) -> float:
    frame = _Frame(canvas, plan, from_nothing=True, top=top, most=whole)
    half = min(30.0, frame.step * 0.4)
    rects = []
    for name in plan.names:
        below = 0.0
        for series in order:
            for point in (p for p in plan.points if p.name == name and p.series == series):
                y2, y = frame.y.at(below), frame.y.at(below + point.value)
                x, tone = frame.x(point), _tone(plan, point)
                rects.append(_rect(x - half, y, x + half, y2, tone, point.told))
                if y2 - y >= 18 and 2 * half > measuring.width(point.words, size=SMALL) + 4:
                    canvas.text(point.words, x=x, y=(y + y2) / 2, align="center", size=SMALL, tone=_on(tone))
                below += point.value
    canvas.rects(rects, round_=0, gap=1.5)
    return frame.bottom


def _axis(plan: Plan, start: float, end: float, *, pixels_apart: float) -> tuple[Scale, list[float]]:
    low, high = plan.least, plan.most
    if plan.kind in ("share", "count", "points", "days") or plan.chart.palette == "change":
        low, high = min(0.0, low), max(0.0, high)
    return _linear(low, high, plan.kind, start=start, end=end, most=max(3, int((end - start) / pixels_apart)))


def _linear(
    low: float, high: float, kind: str, *, start: float, end: float, most: int
) -> tuple[Scale, list[float]]:
    if kind == "share" and low >= high:
        low, high = max(0.0, low - 0.1), min(1.0, high + 0.1)
    marks = ticks(low, high, most=most, is_whole=kind == "count")
    if kind == "share" and high <= 1:
        marks = [each for each in marks if each <= 1]
    return Scale(marks[0], marks[-1], start, end), marks


def _grid_across(
    canvas: Canvas, plan: Plan, scale: Scale, marks: Sequence[float], *, top: float, bottom: float
) -> None:
    canvas.rules([_line(scale.at(each), top, scale.at(each), bottom, "hair") for each in marks])
    if scale.low < 0 < scale.high:
        canvas.rules([_line(scale.at(0), top, scale.at(0), bottom, "edge")], width=1.4)
    for each, words in zip(marks, writing.write_marks(marks, plan.kind), strict=True):
        canvas.text(words, x=scale.at(each), y=bottom + 13, align="center", size=SMALL, tone="soft")


def _places(plan: Plan, start: float, end: float) -> dict[str, float]:
    """Days and numbers where they fall, so that gaps are seen; other names at even steps."""
    count = len(plan.names)
    if count == 1:
        return {plan.names[0]: (start + end) / 2}
    at: Sequence[float] = [_ordinal(day, plan) for day in plan.days] or plan.steps or range(count)
    scale = Scale(min(at), max(at), start, end)
    return {name: scale.at(each) for name, each in zip(plan.names, at, strict=True)}


def _called(plan: Plan, index: int) -> str:
    if not plan.days:
        return plan.names[index]
    return writing.short_day(plan.names[index], has_days=not plan.is_monthly)


def _ordinal(day: date, plan: Plan) -> int:
    # Months stand evenly, though they are not equally long.
    return day.year * 12 + day.month if plan.is_monthly else day.toordinal()


def _runs(plan: Plan, series: str) -> list[list[Point]]:
    """The points of a line, parted where a name between them has none."""
    found = {each.name: each for each in plan.points if each.series == series}
    runs: list[list[Point]] = [[]]
    for name in plan.names:
        if name in found:
            runs[-1].append(found[name])
        elif runs[-1]:
            runs.append([])
    return [each for each in runs if each]


def _entries(plan: Plan) -> list[tuple[str, str, str]]:
    return [
        (name, _tone(plan, one), _shape(plan, one)) for name in plan.series for one in [_one_of(plan, name)]
    ]


def _one_of(plan: Plan, series: str) -> Point:
    return next(each for each in plan.points if each.series == series)


def _series_in_order(plan: Plan) -> list[str]:
    """Feelings from good to bad, whatever else in the order of the table."""
    if plan.chart.palette != "sentiment":
        return list(plan.series)
    order = ("pos", "mixed", "neu", "neg", "")
    return sorted(plan.series, key=lambda name: order.index(_one_of(plan, name).feeling))


def _tone(plan: Plan, point: Point) -> str:
    if plan.chart.palette == "change":
        if point.low is None or point.high is None:
            return "flat"
        found = verdict(Interval(point.low, point.high), p=point.p)
        return found if found in ("up", "down") else "flat"
    if plan.chart.palette == "sentiment":
        if point.feeling:
            return house.FEELINGS[point.feeling]
        if point.series in plan.series and len(plan.series) == len(FEELINGS):
            return house.FEELINGS[FEELINGS[list(plan.series).index(point.series)]]
    if point.series in plan.series:
        return house.SERIES[list(plan.series).index(point.series) % len(house.SERIES)]
    return "one"


def _bar_tone(plan: Plan, point: Point) -> str:
    """Pale enough for the line of an interval to be seen on it."""
    tone = _tone(plan, point)
    return "bar" if tone == "one" else tone


def _shape(plan: Plan, point: Point) -> str:
    if point.series not in plan.series:
        return "circle"
    return house.SHAPES[list(plan.series).index(point.series) % len(house.SHAPES)]


def _offset(plan: Plan, point: Point, *, apart: float) -> float:
    if point.series not in plan.series:
        return 0.0
    return apart * (list(plan.series).index(point.series) - (len(plan.series) - 1) / 2)


def _heat_tones(plan: Plan) -> Callable[[float], str]:
    if plan.chart.palette != "plain" or plan.kind in ("score", "points"):
        limit = max(abs(plan_point.value) for plan_point in plan.points) or 1.0
        return lambda value: house.BELOW_AND_ABOVE[round(3 * value / limit) + 3]
    most = max(each.value for each in plan.points) or 1.0
    return lambda value: house.MUCH[min(4, int(5 * max(0.0, value) / most))]


def _on(tone: str) -> str:
    if tone in house.DEEP:
        return "sheet"
    return "letters" if tone in house.PALE else "ink"


def _middle(values: Sequence[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _name_points(
    canvas: Canvas, names: Sequence[str], placed: Sequence[tuple[float, float]], *, most: float
) -> None:
    """Names beside their points where they cover nothing: to the right, to the left, above or below."""
    taken = [(x - 7, y - 7, x + 7, y + 7) for x, y in placed]
    for name, (x, y) in sorted(zip(names, placed, strict=True), key=lambda each: each[1][1]):
        words = measuring.shorten(name, within=most, size=SMALL)
        wide = measuring.width(words, size=SMALL)
        boxes = [
            (x + 10, y - 8, x + 10 + wide, y + 8),
            (x - 10 - wide, y - 8, x - 10, y + 8),
            (x - wide / 2, y - 26, x + wide / 2, y - 10),
            (x - wide / 2, y + 10, x + wide / 2, y + 26),
        ]
        inside = [each for each in boxes if each[0] >= 0 and each[2] <= canvas.width]
        free = [each for each in inside if not any(_overlap(each, other) for other in taken)]
        box = (free or inside or boxes)[0]
        taken.append(box)
        canvas.text(words, x=box[0], y=(box[1] + box[3]) / 2, size=SMALL)


def _overlap(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _rect(x: float, y: float, x2: float, y2: float, tone: str, told: str) -> dict[str, object]:
    return {"x": x, "y": y, "x2": x2, "y2": y2, "tone": tone, "told": told}


def _whisker(x: float, y: float, x2: float, y2: float) -> list[dict[str, object]]:
    across, up = (0, 3.5) if y == y2 else (3.5, 0)
    ends = [
        _line(at_x - across, at_y - up, at_x + across, at_y + up, "ink") for at_x, at_y in ((x, y), (x2, y2))
    ]
    return [_line(x, y, x2, y2, "ink"), *ends]


def _line(x: float, y: float, x2: float, y2: float, tone: str) -> dict[str, object]:
    return {"x": x, "y": y, "x2": x2, "y2": y2, "tone": tone}
