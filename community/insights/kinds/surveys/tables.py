"""Stored results of a question as figures of a report: each sort of figure is a table of its own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from community.insights import claims
from community.insights.claims import Judged
from community.insights.figures import Cell, CellKind, Chart, Claim, Column, Figure, Row
from community.statistics.intervals import MIN_SHOWN, Interval
from community.surveys.queries.results import Stored
from community.surveys.showing import numbers
from community.surveys.showing.numbers import Style
from community.surveys.showing.parts import Line, Part, Question, dig

Figures = Mapping[str, Any]

# A question with more proven differences than this tells the rest in its table.
MOST_CLAIMS = 4
# Of what is not proven, so much as fills the table up to this is shown.
MOST_DIFFERENCES = 8


@dataclass(frozen=True)
class Asked:
    """A question with its words and its stored results: of all, and of groups by their names."""

    question: Question
    text: str
    plain: Figures
    weighted: Figures | None
    # Groups of one way to split, such as the panels or the ages: (way, group, result).
    groups: Sequence[tuple[str, str, Stored]] = ()

    @property
    def key(self) -> str:
        """What its figures' keys begin with."""
        return f"q{self.question.id}"

    @property
    def n(self) -> int:
        """How many people answered."""
        return int(self.plain["n"])


def unit_of(style: Style) -> tuple[CellKind, float]:
    """How figures of this style are written in a report, and what they are multiplied with for that."""
    if style is numbers.SHARE:
        return "share", 1.0
    if style is numbers.NPS:
        return "points", 0.01
    if style is numbers.PREFERENCE:
        return "share", 0.01
    if style is numbers.SCORE:
        return "score", 1.0
    return "number", 1.0


def value_of(found: Any, scale: float = 1.0) -> float | None:
    """The value of a stored figure."""
    value = found.get("value") if found else None
    return value * scale if value is not None else None


def interval_of(found: Any, scale: float = 1.0) -> list[float] | None:
    """The interval of a stored figure."""
    if not found or found.get("low") is None or found.get("high") is None:
        return None
    return [found["low"] * scale, found["high"] * scale]


def figures_of_part(asked: Asked, part: Part, number: int, *, how: str) -> list[Figure]:
    """One part of a question's results: a row for each of its lines.

    Figures in different units stand side by side if they are two, else in a table for each unit.
    """
    kinds = list(dict.fromkeys(unit_of(line.style)[0] for line in part.lines if not line.is_few))
    key = f"{asked.key}-{number}"
    title = _("%(question)s: %(part)s", question=asked.text, part=part.title)
    if len(kinds) < 2:
        return [_one_below_the_other(asked, part, key, title, how=how)]
    if len(part.lines) == 2:
        return [_side_by_side(asked, part, key, title, how=how)]
    return [
        _one_below_the_other(
            asked,
            replace(part, lines=[line for line in part.lines if unit_of(line.style)[0] == kind]),
            key if kind == kinds[0] else f"{key}-{kind}",
            title,
            how=how,
        )
        for kind in kinds
    ]


def by_group(asked: Asked, part: Part, number: int, *, way: str, how: str) -> Figure | None:
    """The part for each group of a way to split; None if there is nothing of it to show."""
    shown = [(group, stored) for of, group, stored in asked.groups if of == way]
    lines = [line for line in part.lines if not line.is_few]
    if not shown or not lines:
        return None
    kind, _scale = unit_of(lines[0].style)
    rows: list[Row] = []
    for group, stored in shown:
        if stored.data.get("hidden"):
            rows.append(Row({"group": group}, is_hidden=True))
            continue
        figures = stored.data.get("weighted") or stored.data["plain"]
        for line in lines:
            of_line, scale = unit_of(line.style)
            found = dig(figures, line.path)
            if of_line == kind and found:
                rows.append(
                    Row(
                        {
                            "group": group,
                            "answer": line.label,
                            "n": stored.n,
                            "value": value_of(found, scale),
                            "interval": interval_of(found, scale),
                        }
                    )
                )
    if not rows:
        # Groups are told of by other figures than the first ones, as in MaxDiff.
        return None
    return Figure(
        key=f"{asked.key}-{number}-{way.replace(':', '-')}",
        title=_("%(question)s: by group", question=asked.text),
        columns=(
            Column("group", _("Group of people")),
            Column("answer", _("Answer")),
            Column("n", _("People"), "count"),
            Column("value", part.value_name, kind),
            Column("interval", _("Interval"), "interval", "value"),
        ),
        rows=rows,
        n=asked.n,
        unit=_("answers"),
        people=asked.n,
        how=how,
    )


def differences(asked: Asked, lines: Iterable[Line], *, ways: Mapping[str, str]) -> list[Figure]:
    """Where groups answered otherwise than everybody else, one table for each unit."""
    by_path = {line.compared or line.path: line for line in lines if not line.is_few}
    found: dict[CellKind, list[tuple[Row, Claim, bool]]] = {}
    for way, group, stored in asked.groups:
        if stored.data.get("hidden"):
            continue
        differs = stored.data.get("differs") or {}
        for path, each in differs.items():
            line = by_path.get(path)
            if line is None:
                continue
            kind, scale = unit_of(line.style)
            figures = stored.data.get("weighted") or stored.data["plain"]
            here = value_of(dig(figures, line.path), scale)
            test = _tested(each, scale, count=_tests_of(asked, way))
            cells: dict[str, Cell] = {
                "group": _("%(option)s (%(question)s)", option=group, question=ways[way]),
                "answer": line.label,
                "here": here,
                "difference": test.value,
                "interval": _ends(test.interval),
                "p": test.p,
                "verdict": _VERDICTS[each["verdict"]](),
            }
            what = _("%(group)s, “%(answer)s”", group=cells["group"], answer=line.label)
            claim = claims.against_others(
                what,
                None if here is None else here - test.value,
                here,
                found=test,
                kind=kind,
                figure=f"{asked.key}-differs-{kind}",
            )
            found.setdefault(kind, []).append((Row(cells), claim, test.is_proven))
    return [_differences_table(asked, kind, each) for kind, each in found.items()]


_VERDICTS = {
    "up": lambda: _("higher"),
    "down": lambda: _("lower"),
    "no change found": lambda: _("no difference proven"),
}


def _differences_table(asked: Asked, kind: CellKind, found: Sequence[tuple[Row, Claim, bool]]) -> Figure:
    # What is proven first, the largest difference above the others.
    ordered = sorted(found, key=lambda each: (not each[2], -abs(_number(each[0].cells["difference"]))))
    proven = [claim for _row, claim, is_proven in ordered if is_proven]
    told = proven[:MOST_CLAIMS] or [
        Claim(
            _("%(question)s: no difference between groups is proven.", question=asked.text),
            "unproven",
            f"{asked.key}-differs-{kind}",
            _("%(count)d comparisons, corrected after Holm", count=len(found)),
        )
    ]
    unit: CellKind = "points" if kind in ("share", "points") else kind
    shown = ordered[: max(len(proven), MOST_DIFFERENCES)]
    left = len(ordered) - len(shown)
    return Figure(
        key=f"{asked.key}-differs-{kind}",
        title=_("%(question)s: who answers otherwise", question=asked.text),
        columns=(
            Column("group", _("Group of people")),
            Column("answer", _("Answer")),
            Column("here", _("In the group"), kind),
            Column("difference", _("Against all others"), unit),
            Column("interval", _("Interval"), "interval", "difference"),
            Column("p", "p", "p"),
            Column("verdict", _("What is proven")),
        ),
        rows=[row for row, _claim, _is_proven in shown],
        n=asked.n,
        unit=_("answers"),
        people=asked.n,
        how=_(
            "Each group against everybody else who answered; p-values corrected for all comparisons of the "
            "question within one way to split (Holm 1979)."
        ),
        claims=told,
        notes=[_("%(count)d more comparisons prove no difference either.", count=left)] if left else [],
    )


def _side_by_side(asked: Asked, part: Part, key: str, title: str, *, how: str) -> Figure:
    """Figures in different units: a column each, and a row for the plain and one for the weighted ones."""
    columns = [Column("of", _("Figures of")), Column("n", _("Answers"), "count")]
    notes: list[str] = [part.note] if part.note else []
    lines = [line for line in part.lines if not line.is_few]
    for line in lines:
        kind, _scale = unit_of(line.style)
        columns += [
            Column(line.path, line.label, kind),
            Column(f"{line.path}.interval", _("Interval"), "interval", line.path),
        ]
    notes += _meanings(part)
    notes += [_few(line.label) for line in part.lines if line.is_few]
    rows = [_row_of_lines(_("All who answered"), asked.n, lines, asked.plain)]
    if asked.weighted:
        rows.append(_row_of_lines(_("Weighted to all customers"), asked.n, lines, asked.weighted))
    return Figure(
        key=key,
        title=title,
        columns=columns,
        rows=rows,
        n=asked.n,
        unit=_("answers"),
        people=asked.n,
        how=how,
        notes=notes,
    )


def _row_of_lines(name: str, n: int, lines: Sequence[Line], figures: Figures) -> Row:
    cells: dict[str, Cell] = {"of": name, "n": n}
    for line in lines:
        _kind, scale = unit_of(line.style)
        found = dig(figures, line.path)
        cells[line.path] = value_of(found, scale)
        cells[f"{line.path}.interval"] = interval_of(found, scale)
    return Row(cells)


def _one_below_the_other(asked: Asked, part: Part, key: str, title: str, *, how: str) -> Figure:
    kind, scale = unit_of(next((line.style for line in part.lines if not line.is_few), numbers.SHARE))
    columns = [Column("answer", _("Answer"))]
    if part.has_counts:
        columns.append(Column("count", _("People"), "count"))
    columns += [
        Column("value", part.value_name, kind),
        Column("interval", _("Interval"), "interval", "value"),
    ]
    if asked.weighted:
        columns += [
            Column("weighted", _("Weighted"), kind),
            Column("weighted_interval", _("Interval, weighted"), "interval", "weighted"),
        ]
    rows: list[Row] = []
    for line in part.lines:
        if line.is_few:
            rows.append(Row({"answer": line.label}, is_hidden=True))
            continue
        found = dig(asked.plain, line.path)
        other = dig(asked.weighted, _path_in(asked.weighted, asked.plain, line.path))
        cells: dict[str, Cell] = {
            "answer": line.label,
            "value": value_of(found, scale),
            "interval": interval_of(found, scale),
        }
        if part.has_counts:
            cells["count"] = found.get("count") if found else None
        if asked.weighted:
            cells |= {"weighted": value_of(other, scale), "weighted_interval": interval_of(other, scale)}
        rows.append(Row(cells))
    return Figure(
        key=key,
        title=title,
        columns=columns,
        rows=rows,
        n=asked.n,
        unit=_("answers"),
        people=asked.n,
        how=how,
        chart=_bars(title, "weighted" if asked.weighted else "value") if len(rows) > 1 else None,
        notes=[*([part.note] if part.note else []), *_meanings(part)],
    )


def _meanings(part: Part) -> list[str]:
    return [
        _("%(term)s: %(meaning)s", term=line.label, meaning=line.meaning)
        for line in part.lines
        if line.meaning
    ]


def _path_in(weighted: Figures | None, plain: Figures, path: str) -> str:
    """Where the same figure stands among the weighted ones, whose ideas are in an order of their own."""
    if weighted is None or not path.startswith("items.") or not isinstance(plain.get("items"), list):
        return path
    _items, at, *rest = path.split(".")
    idea = plain["items"][int(at)]["idea"]
    place = next((at for at, item in enumerate(weighted["items"]) if item["idea"] == idea), None)
    return f"items.{place}.{'.'.join(rest)}" if place is not None else "gone"


def _bars(title: str, value: str) -> Chart:
    interval = "interval" if value == "value" else "weighted_interval"
    return Chart("bars", x="answer", y=value, low=interval, high=interval, description=title)


def _tested(each: Figures, scale: float, *, count: int) -> Judged:
    low, high = each.get("low"), each.get("high")
    interval = Interval(low * scale, high * scale) if low is not None and high is not None else None
    return Judged((each["value"] or 0.0) * scale, interval, each.get("p"), count, "z")


def _tests_of(asked: Asked, way: str) -> int:
    return sum(len(each.data.get("differs") or {}) for of, _group, each in asked.groups if of == way)


def _ends(interval: Interval | None) -> list[float] | None:
    return [interval.low, interval.high] if interval else None


def _number(cell: Cell) -> float:
    return float(cell) if isinstance(cell, int | float) else 0.0


def _few(what: str) -> str:
    return str(_("%(what)s: fewer than %(count)d people answered it.", what=what, count=MIN_SHOWN))
