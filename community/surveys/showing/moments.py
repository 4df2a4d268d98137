"""What moments of truth show besides their rows: the outcome test and the curves."""

from collections.abc import Sequence

from flask_babel import gettext as _

from community.infra import language
from community.surveys.showing import charts, numbers
from community.surveys.showing.blocks import Block, Figures
from community.surveys.showing.numbers import Style
from community.surveys.showing.parts import Question, dig


def outcome_and_curves(
    question: Question, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]
) -> list[Block]:
    """Whether enough were content, and how many accept which level."""
    found: list[Block] = []
    outcome = plain.get("outcome")
    if outcome:
        data = {
            "verdict": outcome["verdict"],
            "share": numbers.share(outcome["share"], 0),
            "low": numbers.share(outcome["low"], plain["n"]),
            "high": numbers.share(outcome["high"], plain["n"]),
            "weighted": dig(weighted, "outcome.verdict"),
            "priority": numbers.mean(plain["priority"], 0) if "priority" in plain else "",
            "volume": plain.get("volume"),
        }
        found.append(Block("outcome", _("Are at least seven in ten content?"), data=data))
    if plain.get("curves"):
        found.append(_curves(question, plain))
    return found


def _curves(question: Question, plain: Figures) -> Block:
    unit = Style(numbers.in_unit(language.text_in(question.settings.get("unit") or {}), 2))
    bare = Style(numbers.in_unit("", 2))
    uprights = {name: plain[name]["value"] for name in ("standard", "failure") if plain.get(name)}
    curves = plain["curves"]
    larger = bool(question.settings.get("larger_is_better"))
    drawing = charts.draw_curves(curves, uprights=uprights, larger_is_better=larger)
    levels = sorted({level for points in curves.values() for level, _share in points})
    rows = [
        (
            unit.write(level, 0),
            [numbers.share(share_at(curves[name], level, larger_is_better=larger), 0) for name in curves],
        )
        for level in levels
    ]
    return Block(
        "curves",
        _("How many accept which level"),
        data={
            "drawing": drawing,
            "ticks": [(tick.at, bare.write(tick.value, 0)) for tick in drawing.up],
            "shares": [(tick.at, numbers.share(tick.value, 0)) for tick in drawing.across],
            "unit": language.text_in(question.settings.get("unit") or {}),
            "standard": unit.write(uprights["standard"], 0) if "standard" in uprights else "",
            "failure": unit.write(uprights["failure"], 0) if "failure" in uprights else "",
            "rows": rows,
            "n": plain["levels_n"],
        },
    )


def share_at(points: Sequence[Sequence[float]], level: float, *, larger_is_better: bool) -> float:
    """The share at a level: that of the next point on the worse side."""
    if larger_is_better:
        known = [share for at, share in points if at <= level]
        return known[-1] if known else 0.0
    known = [share for at, share in points if at >= level]
    return known[0] if known else 0.0
