"""Which figures a kind of question shows, in which order and with which words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from babel.dates import format_skeleton
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.infra import language
from community.surveys import kinds
from community.surveys.kinds import moment
from community.surveys.showing import numbers
from community.surveys.showing.numbers import Style
from community.surveys.tallies.choices import BROUGHT

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One figure: where it stands among the stored ones, what it is called, and how it is written.

    `compared` is its name among the differences between groups, if it is not its path. Of what fewer than ten
    people answered there is no figure: such a line `is_few`.
    """

    path: str
    label: str
    style: Style
    meaning: str = ""
    compared: str = ""
    idea_id: int | None = None
    is_few: bool = False


@dataclass(frozen=True)
class Part:
    """Figures of one sort under one heading; `most` is where the axes of their bars end."""

    title: str
    lines: Sequence[Line]
    value_name: str
    note: str = ""
    has_counts: bool = False
    most: float | None = None
    # What members may see of a survey that shows them its results.
    for_members: bool = True


@dataclass(frozen=True)
class Names:
    """What ideas, statements and pictures are called, by their numbers."""

    ideas: Mapping[int, str] = field(default_factory=dict)
    statements: Mapping[int, str] = field(default_factory=dict)
    pictures: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """A question as its results are shown: its options by key, in the reader's language."""

    id: int
    kind: str
    options: Mapping[str, str]
    settings: Mapping[str, Any]
    names: Names


KANO: Mapping[str, Any] = {
    "M": _l("Must be"),
    "O": _l("The more the better"),
    "A": _l("Delights"),
    "I": _l("Indifferent"),
    "R": _l("Rather not"),
    "Q": _l("Questionable"),
}
KANO_MEANS: Mapping[str, Any] = {
    "M": _l("Taken for granted: nobody praises it, but everybody misses it."),
    "O": _l("Pleases in the measure in which it is there."),
    "A": _l("Nobody expects it, and it pleases those who get it."),
    "I": _l("Makes no difference to them."),
    "R": _l("They would rather be without it."),
    "Q": _l("Answers that contradict each other."),
}


def parts_of(question: Question, figures: Figures) -> list[Part]:
    """What is shown of the question's figures as rows, in order; nothing for kinds that have none."""
    layout = _LAYOUTS.get(question.kind)
    return layout(question, figures) if layout is not None else []


def dig(figures: Any, path: str) -> Any:
    """What stands at a path such as "shares.red" or "items.0.chance"; None if nothing does."""
    for step in path.split("."):
        if isinstance(figures, Sequence) and not isinstance(figures, str):
            figures = figures[int(step)] if int(step) < len(figures) else None
        else:
            figures = (figures or {}).get(step)
    return figures


def _choice(question: Question, figures: Figures) -> list[Part]:
    label = {"yes": _("Yes"), "no": _("No")} | dict(question.options)
    lines = [Line(f"shares.{key}", label.get(key, key), numbers.SHARE) for key in figures["shares"]]
    note = _("Several answers were possible, so the shares add up to more than 100%.")
    is_several = question.kind == "several"
    return [Part(_("Answers"), lines, _("Share"), note=note if is_several else "", has_counts=True)]


def _picture(question: Question, figures: Figures) -> list[Part]:
    lines = [
        Line(
            f"shares.{key}",
            _("A picture of their own") if key == BROUGHT else _picture_name(question, int(key)),
            numbers.SHARE,
        )
        for key in figures["shares"]
    ]
    return [Part(_("Pictures"), lines, _("Share"), has_counts=True)]


def _picture_name(question: Question, picture_id: int) -> str:
    return question.names.pictures.get(picture_id) or _("Picture %(number)d", number=picture_id)


def _scale(question: Question, figures: Figures) -> list[Part]:
    low, high = (int(each) for each in (next(iter(figures["shares"])), list(figures["shares"])[-1]))
    return [
        Part(
            _("In short"),
            [
                Line("mean", _("Mean"), numbers.scale(low, high), _("The average of all answers.")),
                Line(
                    "top",
                    _("%(low)d to %(high)d", low=figures["from"], high=figures["to"]),
                    numbers.SHARE,
                    _TOPS[question.kind if question.kind in _TOPS else "rating"](),
                ),
            ],
            _("Figure"),
        ),
        _points(question, figures),
    ]


_TOPS: Mapping[str, Callable[[], str]] = {
    "rating": lambda: _("The top box: the share that chose one of the best answers."),
    "csat": lambda: _("CSAT, the top box: the share that is satisfied or very satisfied."),
    "ces": lambda: _("CES: the share that agrees that it was easy."),
}


def _nps(question: Question, figures: Figures) -> list[Part]:
    return [
        Part(
            _("In short"),
            [
                Line(
                    "nps",
                    "NPS",
                    numbers.NPS,
                    _("The share of promoters less the share of detractors, from −100 to +100."),
                ),
                Line("promoters", _("Promoters"), numbers.SHARE, _("Those who said 9 or 10.")),
                Line("passives", _("Passives"), numbers.SHARE, _("Those who said 7 or 8.")),
                Line("detractors", _("Detractors"), numbers.SHARE, _("Those who said 0 to 6.")),
            ],
            _("Figure"),
        ),
        _points(question, figures),
    ]


def _points(question: Question, figures: Figures) -> Part:
    kind: Any = kinds.of(question.kind)
    ends = {str(kind.least): kind.low_words, str(kind.most): kind.high_words}
    asked = kinds.Asked(question.id, "", question.kind, 0, "", settings=question.settings)
    lines = [
        Line(f"shares.{key}", f"{key}: {ends[key](asked)}" if key in ends else key, numbers.SHARE)
        for key in figures["shares"]
    ]
    return Part(_("Answers"), lines, _("Share"), has_counts=True)


def _number(question: Question, figures: Figures) -> list[Part]:
    style = _unit_style(question, int(question.settings.get("decimals") or 0) + 1)
    return [
        Part(
            _("In short"),
            [
                Line("mean", _("Mean"), style, _("The average of all answers.")),
                Line("median", _("Median"), style, _("Half of the answers lie below it, half above.")),
            ],
            _("Figure"),
        )
    ]


def _unit_style(question: Question, decimals: int) -> Style:
    return Style(numbers.in_unit(_unit(question), decimals))


def _unit(question: Question) -> str:
    unit = question.settings.get("unit") or {}
    return language.text_in(unit) if isinstance(unit, dict) else str(unit)


def _ranking(question: Question, figures: Figures) -> list[Part]:
    style = numbers.scale(1, max(2, len(question.options)))
    return [
        Part(
            _("Mean rank"),
            _ordered(question, figures, "means", style, is_best_first=False),
            _("Mean rank"),
            note=_("1 is the first place: the smaller, the better."),
        ),
        Part(
            _("First places"),
            _ordered(question, figures, "firsts", numbers.SHARE),
            _("Share"),
            has_counts=True,
        ),
    ]


def _allocation(question: Question, figures: Figures) -> list[Part]:
    lines = _ordered(question, figures, "means", Style(numbers.points))
    total = question.settings.get("total", 100)
    return [
        Part(
            _("Mean points"),
            lines,
            _("Mean points"),
            note=_("Of %(total)d points that everybody shared out.", total=total),
            most=_most(figures["means"].values(), most=total),
        )
    ]


def _matrix(question: Question, figures: Figures) -> list[Part]:
    columns = [language.text_in(column["text"]) for column in question.settings.get("columns", ())]
    lines = [
        Line(f"rows.{key}.mean", question.options.get(key, key), numbers.scale(1, max(2, len(columns))))
        for key, row in figures["rows"].items()
        if row["mean"]
    ]
    lines += [
        Line("", question.options.get(key, key), numbers.SHARE, is_few=True)
        for key, row in figures["rows"].items()
        if not row["mean"]
    ]
    note = _(
        "The columns are counted from 1 (%(low)s) to %(count)d (%(high)s).",
        low=columns[0] if columns else "",
        high=columns[-1] if columns else "",
        count=len(columns),
    )
    return [Part(_("Mean of each row"), lines, _("Mean"), note=note)]


def _maxdiff(question: Question, figures: Figures) -> list[Part]:
    few = [
        Line("", text, numbers.SHARE, is_few=True)
        for key, text in question.options.items()
        if key not in figures["items"]
    ]

    def lines(path: str, style: Style, *, compared: bool = False) -> list[Line]:
        keys = [key for key in question.options if dig(figures, path.format(key))]
        keys.sort(key=lambda key: -(dig(figures, path.format(key)).get("value") or 0))
        return [
            Line(path.format(key), question.options[key], style, compared=f"scores.{key}" if compared else "")
            for key in keys
        ] + few

    found = [
        Part(
            _("Best less worst"),
            lines("items.{}.score", numbers.SCORE, compared=True),
            _("Score"),
            note=_(
                "How often something was chosen as the best, less how often as the worst, by how often it "
                "was shown: from −1 (always the worst) to +1 (always the best)."
            ),
            for_members=False,
        )
    ]
    if figures.get("fit"):
        items = figures["fit"]["items"].values()
        shares = lines("fit.items.{}.share", numbers.PREFERENCE)
        found.insert(
            0,
            Part(
                _("Share of preference"),
                shares,
                _("Share"),
                note=_(
                    "From logit utilities: how likely each is to be chosen among otherwise average ones. "
                    "The shares add up to 100%."
                ),
                most=_most((item["share"] for item in items), most=100.0),
            ),
        )
    return found


def _moment(question: Question, figures: Figures) -> list[Part]:
    scale = numbers.scale(moment.LOW, moment.HIGH)
    gap = Style(numbers.score)
    lived = [
        Line("expected", _("Expected"), scale),
        Line("met", _("Met"), scale, _("What they met, by itself.")),
        Line("gap", _("Gap"), gap, _("Met less expected: below zero is less than they expected.")),
        Line("meeting", _("Got what they expected, or more"), numbers.SHARE),
        Line("matters", _("How much it matters"), scale),
    ]
    found = [Part(_("Expected and met"), [_or_few(line, figures) for line in lived], _("Figure"))]
    unit = Style(numbers.in_unit(_unit(question), 2))
    levels = [
        Line(
            "standard",
            _("The standard for seven in ten (S70)"),
            unit,
            _("At least seven in ten of those who answered still call this satisfactory."),
        ),
        Line(
            "failure",
            _("Line of failure"),
            unit,
            _("Beyond it fewer than seven in ten still accept it at all."),
        ),
        Line("compliance", _("Kept the standard"), numbers.SHARE, _("Contacts within the standard.")),
        Line(
            "experience",
            _("Standard from experience"),
            unit,
            _("The level at which 70% are satisfied, from what people met and whether they were."),
        ),
    ]
    asked = {
        "standard": question.settings.get("asks_levels") and "levels_n" not in figures,
        "failure": question.settings.get("asks_levels") and "levels_n" not in figures,
        "compliance": question.settings.get("asks_actual") and "compliance" not in figures,
    }
    shown = [_or_few(line, figures) for line in levels if figures.get(line.path) or asked.get(line.path)]
    if shown:
        note = _("That 70% have to be content is a choice of policy, not of statistics.")
        found.append(Part(_("A standard for the service"), shown, _("Figure"), note=note, for_members=False))
    return found


def _or_few(line: Line, figures: Figures) -> Line:
    return line if figures.get(line.path) else replace(line, is_few=True)


def _pairwise(question: Question, figures: Figures) -> list[Part]:
    paths = {item["idea"]: f"items.{at}.chance" for at, item in enumerate(figures["items"])}
    lines = [
        Line(
            paths.get(idea, ""),
            question.names.ideas.get(idea, _("An idea that is gone")),
            numbers.SHARE,
            idea_id=idea if idea in question.names.ideas else None,
            is_few=idea not in paths,
        )
        for idea in [*paths, *figures.get("few", ())]
    ]
    note = _(
        "The chance to be chosen over an average idea of this list, by the strengths of Bradley and Terry."
    )
    return [Part(_("The ideas, the strongest first"), lines, _("Chance to win"), note=note)]


def _ordered(
    question: Question, figures: Figures, name: str, style: Style, *, is_best_first: bool = True
) -> list[Line]:
    """The options by their figures, the best first."""
    found = {key: each for key, each in figures[name].items() if each}
    keys = sorted(found, key=lambda key: -found[key]["value"] if is_best_first else found[key]["value"])
    return [Line(f"{name}.{key}", question.options.get(key, key), style) for key in keys]


def _most(found: Any, *, most: float) -> float:
    """Where the axis ends: a little beyond the largest end of an interval, and not beyond what can be."""
    ends = [each.get("high") or each.get("value") or 0 for each in found if each]
    return float(min(most, max(ends, default=most) * 1.05 or most))


def month_name(written: str) -> str:
    """A month "2026-03" or year "2026" as the reader's language writes it."""
    if len(written) == 4:
        return written
    year, month = written.split("-")
    return str(format_skeleton("yMMM", date(int(year), int(month), 1), locale=language.current_locale()))


_LAYOUTS: Mapping[str, Callable[[Question, Figures], list[Part]]] = {
    "single": _choice,
    "several": _choice,
    "yes_no": _choice,
    "rating5": _scale,
    "rating7": _scale,
    "csat": _scale,
    "ces": _scale,
    "nps": _nps,
    "number": _number,
    "ranking": _ranking,
    "allocation": _allocation,
    "matrix": _matrix,
    "maxdiff": _maxdiff,
    "moment": _moment,
    "pairwise": _pairwise,
    "picture": _picture,
}
