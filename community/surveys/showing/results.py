"""The results of a survey as pages show them: every question with its figures, charts and groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from community.infra import language
from community.statistics.intervals import MIN_SHOWN, reporting
from community.surveys import kinds, naming
from community.surveys.queries.results import AskedQuestion, Stored
from community.surveys.showing import charts, numbers
from community.surveys.showing.numbers import Shown, Style
from community.surveys.showing.parts import (
    KANO,
    KANO_MEANS,
    Line,
    Names,
    Part,
    Question,
    dig,
    month_name,
    parts_of,
)

Figures = Mapping[str, Any]

# Why there are no groups of opinion.
REASONS: Mapping[str, Any] = {
    "too few people": _l("Too few people voted often enough to form two groups of ten."),
    "silhouette": _l("People do not fall apart into groups: opinions shade into each other."),
    "stability": _l("With other people drawn from the same votes, the groups would be others."),
    "chance": _l("The votes hang together no more than chance would have it."),
}


@dataclass(frozen=True)
class Cell:
    """A figure of one group; `verdict` is "up" or "down" where it differs from that of all others."""

    value: str
    interval: str
    plain: str
    verdict: str


@dataclass(frozen=True)
class Row:
    """One figure: plain, weighted, and per group."""

    label: str
    meaning: str
    idea_id: int | None
    count: int | None
    plain: Shown | None
    weighted: Shown | None
    cells: Sequence[Cell | None]
    is_few: bool = False


@dataclass(frozen=True)
class Group:
    """A group of a split that is shown; few answers are marked."""

    name: str
    n: int
    is_marked: bool


@dataclass(frozen=True)
class Hidden:
    """A group that stays hidden; `why` is "few" or "subtraction"."""

    name: str
    why: str


@dataclass(frozen=True)
class Block:
    """Something to draw: `kind` names the template's macro, `data` is what it needs beside the rows."""

    kind: str
    title: str = ""
    value_name: str = ""
    note: str = ""
    rows: Sequence[Row] = ()
    has_counts: bool = False
    has_bars: bool = False
    data: Any = None


@dataclass(frozen=True)
class QuestionResult:
    """All there is to show of one question; without blocks `reporting` says why."""

    id: int
    number: int
    code: str
    kind: str
    kind_name: str
    text: str
    hint: str
    n: int
    n_eff: float | None
    reporting: str
    is_weighted: bool
    is_for_members: bool
    is_removed: bool
    is_failed: bool
    version_count: int
    scale: str
    computed_at: datetime | None
    groups: Sequence[Group] = ()
    hidden: Sequence[Hidden] = ()
    blocks: Sequence[Block] = field(default_factory=list)


def results_of(
    questions: Sequence[AskedQuestion],
    stored: Sequence[Stored],
    *,
    names: Names,
    group_names: Mapping[str, str] | None = None,
    failed: Sequence[int] = (),
    is_for_members: bool = False,
) -> list[QuestionResult]:
    """Each question with its stored figures; `group_names` by cut if they are split.

    Members see neither weights nor what needs a statistician beside them.
    """
    by_question: dict[int, list[Stored]] = {}
    for each in stored:
        by_question.setdefault(each.question_id, []).append(each)
    return [
        _result(
            asked,
            number,
            by_question.get(asked.id, []),
            names=names,
            group_names=group_names or {},
            is_failed=asked.id in failed,
            is_for_members=is_for_members,
        )
        for number, asked in enumerate(questions, start=1)
    ]


def _result(
    asked: AskedQuestion,
    number: int,
    stored: Sequence[Stored],
    *,
    names: Names,
    group_names: Mapping[str, str],
    is_failed: bool,
    is_for_members: bool,
) -> QuestionResult:
    whole = next((each for each in stored if each.cut == ""), None)
    question = _question(asked, names)
    newest = asked.versions[0]
    state = reporting(whole.n) if whole is not None else "hidden"
    found: list[Block] = []
    groups: list[Group] = []
    hidden: list[Hidden] = []
    weighted = None
    if whole is not None and state != "hidden" and whole.data.get("plain"):
        cuts = [] if is_for_members else [each for each in stored if each.cut in group_names]
        cuts.sort(key=lambda each: list(group_names).index(each.cut))
        hidden = [
            Hidden(group_names[each.cut], each.data["hidden"]) for each in cuts if each.data.get("hidden")
        ]
        cuts = [each for each in cuts if not each.data.get("hidden")]
        groups = [Group(group_names[each.cut], each.n, reporting(each.n) == "marked") for each in cuts]
        shown = [each.data for each in cuts]
        weighted = None if is_for_members else whole.data.get("weighted")
        found = _blocks(question, whole.data["plain"], weighted, shown, is_for_members=is_for_members)
    return QuestionResult(
        id=asked.id,
        number=number,
        code=asked.code,
        kind=asked.kind,
        kind_name=str(naming.KINDS[asked.kind].name),
        text=language.text_in(dict(newest.text)),
        hint=language.text_in(dict(newest.hint)) if newest.hint else "",
        n=whole.n if whole is not None else 0,
        n_eff=weighted.get("n_eff") if weighted else None,
        reporting=state,
        is_weighted=bool(weighted),
        is_for_members=is_for_members,
        is_removed=asked.is_removed,
        is_failed=is_failed,
        version_count=len(asked.versions),
        scale=_scale_words(question),
        computed_at=whole.computed_at if whole is not None else None,
        groups=groups,
        hidden=hidden,
        blocks=found,
    )


def _question(asked: AskedQuestion, names: Names) -> Question:
    """Its options in the reader's language; those of older versions behind those of the newest."""
    options: dict[str, str] = {}
    for version in asked.versions:
        for option in version.options:
            options.setdefault(str(option["key"]), language.text_in(option["text"]))
    return Question(asked.id, asked.kind, options, asked.versions[0].settings, names)


def _scale_words(question: Question) -> str:
    kind: Any = kinds.of(question.kind)
    if hasattr(kind, "points"):
        asked = kinds.Asked(question.id, "", question.kind, 0, "", settings=question.settings)
        ends = {
            "least": kind.least,
            "low": kind.low_words(asked),
            "most": kind.most,
            "high": kind.high_words(asked),
        }
        return str(_("%(least)d = %(low)s, %(most)d = %(high)s", **ends))
    return ""


def _blocks(
    question: Question,
    plain: Figures,
    weighted: Figures | None,
    groups: Sequence[Figures],
    *,
    is_for_members: bool,
) -> list[Block]:
    parts = [part for part in parts_of(question, plain) if part.for_members or not is_for_members]
    found = [_rows(part, plain, weighted, groups) for part in parts]
    if is_for_members:
        return found + (_consensus(question, plain) if question.kind == "opinions" else [])
    more = _MORE.get(question.kind)
    return found + (more(question, plain, weighted, groups) if more is not None else [])


def _rows(part: Part, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]) -> Block:
    rows = []
    for line in part.lines:
        if line.is_few:
            cells = [None] * len(groups)
            rows.append(Row(line.label, line.meaning, line.idea_id, None, None, None, cells, is_few=True))
            continue
        whole = dig(plain, line.path)
        rows.append(
            Row(
                label=line.label,
                meaning=line.meaning,
                idea_id=line.idea_id,
                count=whole.get("count") if whole else None,
                plain=numbers.show(whole, line.style, most=part.most),
                # The order of ideas is that of plain figures; weighted ones are looked up by idea.
                weighted=numbers.show(_same(plain, weighted, line.path), line.style, most=part.most),
                cells=[_cell(line, group) for group in groups],
            )
        )
    return Block(
        kind="rows",
        title=part.title,
        value_name=part.value_name,
        note=part.note,
        rows=rows,
        has_counts=part.has_counts,
        has_bars=any(row.plain and row.plain.bar for row in rows),
    )


def _same(plain: Figures, weighted: Figures | None, path: str) -> Any:
    if weighted is None or not path.startswith("items."):
        return dig(weighted, path)
    first, at, *rest = path.split(".")
    items = weighted.get(first)
    if isinstance(items, list):
        idea = plain[first][int(at)]["idea"]
        found = next((item for item in items if item["idea"] == idea), None)
        return dig(found, ".".join(rest))
    return dig(weighted, path)


def _cell(line: Line, group: Figures) -> Cell | None:
    plain = numbers.show(dig(group.get("plain"), line.path), line.style)
    if plain is None:
        return None
    weighted = numbers.show(dig(group.get("weighted"), line.path), line.style)
    differs = (group.get("differs") or {}).get(line.compared or line.path) or {}
    verdict = differs.get("verdict", "")
    main = weighted or plain
    return Cell(
        main.value,
        main.interval,
        plain.value if weighted else "",
        verdict if verdict in ("up", "down") else "",
    )


def _number_blocks(
    question: Question, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]
) -> list[Block]:
    bars = plain.get("histogram") or []
    style = Style(numbers.in_unit("", int(question.settings.get("decimals") or 0)))
    names = [
        _("%(low)s to below %(high)s", low=style.write(low, 0), high=style.write(high, 0))
        for low, high, _count in bars
    ]
    return [_columns(_("How they spread"), names, [count for _low, _high, count in bars])]


def _date_blocks(
    question: Question, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]
) -> list[Block]:
    times = plain.get("times") or []
    return [_columns(_("When"), [month_name(name) for name, _n in times], [n for _name, n in times])]


def _columns(title: str, names: Sequence[str], counts: Sequence[int]) -> Block:
    total = sum(counts) or 1
    rows = [
        (name, count, numbers.share(count / total, total), column)
        for name, count, column in zip(names, counts, charts.draw_columns(counts), strict=True)
    ]
    return Block("columns", title, data=rows)


def _matrix_blocks(
    question: Question, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]
) -> list[Block]:
    columns = question.settings.get("columns", ())
    rows = [
        (
            question.options.get(key, key),
            row["n"],
            [
                (
                    numbers.show(row["shares"].get(column["key"]), numbers.SHARE),
                    numbers.show(dig(weighted, f"rows.{key}.shares.{column['key']}"), numbers.SHARE),
                )
                for column in columns
            ],
        )
        for key, row in plain["rows"].items()
        if row["mean"]
    ]
    heads = [language.text_in(column["text"]) for column in columns]
    return [Block("grid", _("Every row"), data={"heads": heads, "rows": rows})]


def _maxdiff_blocks(
    question: Question, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]
) -> list[Block]:
    fit = plain.get("fit")
    if not fit:
        return []
    rows = [
        (
            question.options.get(key, key),
            numbers.score(item["utility"], 0),
            numbers.mean(item["se"], 0),
            numbers.show(dig(weighted, f"fit.items.{key}.share"), numbers.PREFERENCE),
        )
        for key, item in sorted(fit["items"].items(), key=lambda one: -one[1]["utility"])
    ]
    notes = [
        _(
            "The utilities predict %(share)s of all choices; a guess would be right in %(chance)s.",
            share=numbers.share(fit["predicted"], 0),
            chance=numbers.share(fit["chance"], 0),
        ),
        _(
            "Fit (McFadden’s R²): %(value)s. Above 0.2 is good, near 0 the choices are like chance.",
            value=numbers.mean(fit["mcfadden"], 0),
        ),
    ]
    if not fit["converged"]:
        notes.append(_("The utilities did not settle; take them as rough."))
    return [Block("utilities", _("Logit utilities"), data={"rows": rows, "notes": notes})]


def _kano_blocks(
    question: Question, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]
) -> list[Block]:
    rows = []
    for key, feature in plain["features"].items():
        other = dig(weighted, f"features.{key}")
        rows.append(
            {
                "label": question.options.get(key, key),
                **_kano_words(feature),
                "weighted": _kano_words(other) if other else None,
                "cells": [_kano_cell(group, key) for group in groups],
            }
        )
    few = [text for key, text in question.options.items() if key not in plain["features"]]
    return [
        Block(
            "kano",
            _("Categories"),
            data={
                "rows": rows,
                "few": few,
                "letters": [(letter, KANO[letter], KANO_MEANS[letter]) for letter in "MOAIRQ"],
            },
        )
    ]


def _kano_words(feature: Figures) -> dict[str, Any]:
    n = feature["n"]
    return {
        "n": n,
        "category": KANO[feature["category"]],
        "letter": feature["category"],
        "is_separable": feature["is_separable"],
        "gap": numbers.points(feature["fong_gap"], n),
        "limit": numbers.points(feature["fong_limit"], n),
        "better": numbers.score(feature["better"], n) if feature["better"] is not None else "–",
        "worse": numbers.score(feature["worse"], n) if feature["worse"] is not None else "–",
        "strength": numbers.share(feature["category_strength"], n),
        "care": numbers.share(feature["total_strength"], n),
        "is_bad": feature["is_bad_item"],
        "questionable": numbers.share(feature["shares"]["Q"], n),
        "shares": {letter: numbers.share(share, n) for letter, share in feature["shares"].items()},
    }


def _kano_cell(group: Figures, key: str) -> dict[str, Any] | None:
    found = dig(group.get("weighted") or group.get("plain"), f"features.{key}")
    return _kano_words(found) if found else None


def _moment_blocks(
    question: Question, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]
) -> list[Block]:
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
            [numbers.share(_at(curves[name], level, larger_is_better=larger), 0) for name in curves],
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


def _at(points: Sequence[Sequence[float]], level: float, *, larger_is_better: bool) -> float:
    """The share at a level: that of the next point on the worse side."""
    if larger_is_better:
        known = [share for at, share in points if at <= level]
        return known[-1] if known else 0.0
    known = [share for at, share in points if at >= level]
    return known[0] if known else 0.0


def _opinion_blocks(
    question: Question, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]
) -> list[Block]:
    told = question.names.statements
    data = {
        "verdict": plain["verdict"],
        "reason": REASONS[plain["reason"]] if plain["reason"] else "",
        "n": plain["n"],
        "votes": plain["votes"],
        "placed": plain["placed"],
        "one_sided": plain["one_sided"],
        "hidden_groups": plain["hidden_groups"],
        "silhouette": numbers.mean(plain["silhouette"], 0) if plain["silhouette"] is not None else "",
        "stability": numbers.mean(plain["stability"], 0) if plain["stability"] is not None else "",
        "groups": [
            {
                "name": chr(ord("A") + at),
                "size": group["size"],
                "statements": [
                    {
                        "text": told[each["statement"]],
                        "direction": each["direction"],
                        "share": numbers.share(each["share"], each["votes"]),
                        "votes": each["votes"],
                        "ratio": numbers.points(each["ratio"], 0),
                    }
                    for each in group["statements"]
                    if each["statement"] in told and each["votes"] >= MIN_SHOWN
                ],
            }
            for at, group in enumerate(plain["groups"])
        ],
    }
    return [Block("opinions", _("Groups of opinion"), data=data), *_consensus(question, plain)]


def _consensus(question: Question, plain: Figures) -> list[Block]:
    told = question.names.statements
    rows = [
        {
            "text": told[each["statement"]],
            "agreement": numbers.mean(each["agreement"], 0),
            "bar": numbers.show({"value": each["agreement"]}, numbers.SHARE),
            "agree": each["agree"],
            "disagree": each["disagree"],
            "passed": each["passed"],
            "seen": each["seen"],
            "share": numbers.share(each["agree"] / each["seen"], each["seen"]) if each["seen"] else "–",
        }
        for each in plain["consensus"]
        if each["statement"] in told and each["seen"] >= MIN_SHOWN
    ]
    return [Block("consensus", _("What all groups agree on"), data=rows)] if rows else []


def _picture_blocks(
    question: Question, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]
) -> list[Block]:
    tags = plain.get("tags") or []
    return [Block("tags", _("Words they gave"), data=tags)] if tags else []


def _text_blocks(
    question: Question, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]
) -> list[Block]:
    return [Block("texts", data=ngettext("%(num)d text", "%(num)d texts", plain["n"]))]


def _pair_blocks(
    question: Question, plain: Figures, weighted: Figures | None, groups: Sequence[Figures]
) -> list[Block]:
    rows = [
        (
            question.names.ideas.get(item["idea"], _("An idea that is gone")),
            item["rank"],
            item["wins"],
            item["losses"],
            numbers.score(item["strength"], 0),
            numbers.mean(item["se"], 0),
        )
        for item in plain["items"]
    ]
    data = {"rows": rows, "choices": plain["choices"], "undecided": plain["undecided"]}
    return [Block("pairs", _("Strengths"), data=data)]


_MORE = {
    "number": _number_blocks,
    "date": _date_blocks,
    "matrix": _matrix_blocks,
    "maxdiff": _maxdiff_blocks,
    "kano": _kano_blocks,
    "moment": _moment_blocks,
    "opinions": _opinion_blocks,
    "picture": _picture_blocks,
    "pairwise": _pair_blocks,
    "short_text": _text_blocks,
    "long_text": _text_blocks,
}
