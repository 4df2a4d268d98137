"""What changed from wave to wave of a survey: its figures side by side, tested, and frozen claims."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from community.infra import language
from community.insights import claims
from community.insights.claims import Judged
from community.insights.figures import Cell, CellKind, Chart, Claim, Column, Figure, Row, Section, Verdict
from community.insights.kinds.surveys.tables import Asked, interval_of, unit_of, value_of
from community.statistics.intervals import Interval
from community.surveys import findings, measuring
from community.surveys.models import Survey
from community.surveys.queries import comparing
from community.surveys.queries.comparing import Cut, Line, Tracked
from community.surveys.queries.results import Stored
from community.surveys.showing.parts import dig, parts_of

Figures = Mapping[str, Any]

# How figures of each measure are written, and what they are multiplied with for that.
_UNITS: Mapping[str, tuple[CellKind, float]] = {
    "share": ("share", 1.0),
    "mean": ("number", 1.0),
    "nps": ("points", 0.01),
}
_CHANGES: Mapping[str, CellKind] = {"share": "points", "mean": "number", "nps": "points"}


@dataclass(frozen=True)
class Wave:
    """A wave with its stored results by question code."""

    survey: Survey
    stored: Mapping[str, Stored]

    @property
    def name(self) -> str:
        """What it is called in a table, with the day on which it began."""
        opened = self.survey.opened_at
        if opened is None:
            return str(_("Wave %(number)d", number=self.survey.wave))
        return str(
            _("Wave %(number)d (%(day)s)", number=self.survey.wave, day=language.show_date(opened, "medium"))
        )


@dataclass(frozen=True)
class _Measured:
    """One figure of one question, measured in two waves."""

    question: str
    measure: str
    metric: str
    found: dict[str, Any]


def section_of(asked: Mapping[str, Asked], waves: Sequence[Wave]) -> Section | None:
    """All there is to say of the last wave against those before it; None for a survey that is the first."""
    if len(waves) < 2:
        return None
    before, after = waves[-2].survey, waves[-1].survey
    tracked = comparing.list_tracked(after)
    found = _measure(before, after, tracked)
    concluded = measuring.conclude([each.found for each in found], ["any"] * len(found))
    tests = [replace(each, found=figures) for each, figures in zip(found, concluded, strict=True)]
    figures = [
        *_changes(tests, waves[-2:]),
        *_over_waves(asked, waves),
        *_frozen(before, after, {each.asked.code: each.asked.text for each in tracked}),
    ]
    if not figures:
        return None
    lead = _("Compared with the wave before: the same questions, asked again.")
    return Section("tracking", _("What changed since the wave before"), figures, lead)


def _measure(before: Survey, after: Survey, tracked: Sequence[Tracked]) -> list[_Measured]:
    there = {each.asked.code for each in comparing.list_tracked(before)}
    found: list[_Measured] = []
    for each in tracked:
        if each.asked.code not in there:
            continue
        for metric, options, name in _measures_of(each):
            scores = [
                comparing.list_scores(wave.id, each.asked.code, metric=metric, options=options)
                for wave in (before, after)
            ]
            figures = measuring.measure(*scores, metric=metric)
            found.append(_Measured(each.asked.text, name, metric, figures))
    return found


def _measures_of(tracked: Tracked) -> list[tuple[str, tuple[str, ...], str]]:
    """What is followed of a question, as (metric, options, name): its score or mean, else each share."""
    if "nps" in tracked.metrics:
        return [("nps", (), "NPS")]
    if "mean" in tracked.metrics:
        return [("mean", (), _("Mean"))]
    choices = measuring.choices_of(tracked.asked)
    if tracked.asked.kind == "yes_no":
        # That of no says the same once more.
        choices = choices[:1]
    return [("share", (key,), text) for key, text in choices]


def _changes(tests: Sequence[_Measured], waves: Sequence[Wave]) -> list[Figure]:
    """A table for each measure: before, after, the change with its interval, and what that proves."""
    figures: list[Figure] = []
    for metric, (kind, scale) in _UNITS.items():
        of_metric = [each for each in tests if each.metric == metric]
        if not of_metric:
            continue
        key = f"change-{metric}"
        rows: list[Row] = []
        said: list[Claim] = []
        used = dict.fromkeys(each.found["method"] for each in of_metric if "method" in each.found)
        methods = [str(findings.METHODS[method]) for method in used]
        for each in of_metric:
            named: dict[str, Cell] = {"question": each.question, "measure": each.measure}
            if each.found["state"] != "measured":
                rows.append(Row(named, is_hidden=True))
                continue
            test = _tested(each.found, scale)
            first, second = (each.found[name]["value"] for name in ("before", "after"))
            rows.append(
                Row(
                    {
                        **named,
                        "before_n": each.found["before"]["n"],
                        "before": _scaled(first, scale),
                        "after_n": each.found["after"]["n"],
                        "after": _scaled(second, scale),
                        "change": test.value if test else None,
                        "interval": _ends(test.interval) if test else None,
                        "p": test.p if test else None,
                    }
                )
            )
            what = each.question if metric != "share" else _of_question(each.question, each.measure)
            said.append(
                claims.change(
                    what, _scaled(first, scale), _scaled(second, scale), found=test, kind=kind, figure=key
                )
            )
        figures.append(
            Figure(
                key=key,
                title=_TITLES[metric](),
                columns=(
                    Column("question", _("What was asked")),
                    Column("measure", _("Measure")),
                    Column("before_n", _("People before"), "count"),
                    Column("before", _("Before"), kind),
                    Column("after_n", _("People now"), "count"),
                    Column("after", _("Now"), kind),
                    Column("change", _("Moved by"), _CHANGES[metric]),
                    Column("interval", _("Interval"), "interval", "change"),
                    Column("p", "p", "p"),
                ),
                rows=rows,
                n=max((each.found["after"]["n"] for each in of_metric if "after" in each.found), default=0),
                unit=_("answers"),
                how=_(
                    "%(before)s against %(after)s. Interval of the change: 95 per cent; p corrected for all "
                    "questions together (Benjamini and Hochberg 1995).",
                    before=waves[0].name,
                    after=waves[1].name,
                ),
                claims=said,
                notes=methods,
            )
        )
    return figures


_TITLES = {
    "share": lambda: _("Shares, against the wave before"),
    "mean": lambda: _("Means, against the wave before"),
    "nps": lambda: _("NPS, against the wave before"),
}


def _over_waves(asked: Mapping[str, Asked], waves: Sequence[Wave]) -> list[Figure]:
    """How the first figure of each question went over all waves, one chart for each unit."""
    rows: dict[CellKind, list[Row]] = {}
    for code, question in asked.items():
        parts = parts_of(question.question, question.plain)
        lines = [line for line in parts[0].lines if not line.is_few][:1] if parts else []
        for line in lines:
            kind, scale = unit_of(line.style)
            for wave in waves:
                stored = wave.stored.get(code)
                plain = stored.data.get("plain") if stored is not None else None
                found = dig(plain, line.path)
                if stored is None or not found:
                    continue
                rows.setdefault(kind, []).append(
                    Row(
                        {
                            "wave": wave.name,
                            "question": _of_question(question.text, line.label),
                            "n": stored.n,
                            "value": value_of(found, scale),
                            "interval": interval_of(found, scale),
                        }
                    )
                )
    return [
        Figure(
            key=f"waves-{kind}",
            title=_WAVES[kind](),
            columns=(
                Column("wave", _("Wave")),
                Column("question", _("What was asked")),
                Column("n", _("People"), "count"),
                Column("value", _("Measure"), kind),
                Column("interval", _("Interval"), "interval", "value"),
            ),
            rows=found,
            n=sum(wave.survey.completed_count - wave.survey.excluded_count for wave in waves),
            unit=_("answers"),
            how=_("The first figure of each question, plain, in every wave of this series."),
            chart=Chart(
                "lines",
                x="wave",
                y="value",
                low="interval",
                high="interval",
                colour="question",
                description=_WAVES[kind](),
            ),
        )
        for kind, found in rows.items()
    ]


_WAVES: Mapping[CellKind, Any] = {
    "share": lambda: _("Shares, wave by wave"),
    "number": lambda: _("Means, wave by wave"),
    "points": lambda: _("NPS, wave by wave"),
    "score": lambda: _("Scores, wave by wave"),
}


def _frozen(before: Survey, after: Survey, texts: Mapping[str, str]) -> list[Figure]:
    """What was claimed before the change shipped, and what came of it."""
    lines = [line for line in comparing.list_comparisons(before) if line.frozen_at is not None]
    measured = [line for line in lines if line.measured_at is not None and line.after_id == after.id]
    if not measured:
        return []
    cuts = comparing.list_cuts(before, locale=language.current_locale())
    rows = [_claim_row(line, texts, cuts) for line in measured]
    waiting = len(lines) - len(measured)
    return [
        Figure(
            key="claims",
            title=_("What was claimed before, and what came of it"),
            columns=(
                Column("claim", _("Claim")),
                Column("question", _("What was asked")),
                Column("among", _("Among")),
                Column("frozen", _("Frozen on"), "date"),
                Column("before", _("Before")),
                Column("after", _("After")),
                Column("change", _("Moved by")),
                Column("interval", _("Interval")),
                Column("p", "p", "p"),
                Column("expected", _("As expected")),
            ),
            rows=rows,
            n=after.completed_count - after.excluded_count,
            unit=_("answers"),
            how=_(
                "Written down and frozen before the change shipped; the result cannot be chosen afterwards."
            ),
            claims=[_claim_of(line) for line in measured],
            notes=[_("%(count)d claims are not measured yet.", count=waiting)] if waiting else [],
        )
    ]


def _claim_row(line: Line, texts: Mapping[str, str], cuts: Sequence[Cut]) -> Row:
    named: dict[str, Cell] = {
        "claim": line.hypothesis,
        "question": texts.get(line.question_code, line.question_code),
        "among": next((cut.name for cut in cuts if cut.key == line.cut), _("Everybody")),
        "frozen": line.frozen_at.date().isoformat() if line.frozen_at else None,
    }
    result = line.result
    if result.get("state") != "measured":
        return Row(named, is_hidden=True)
    deciding = result.get(result["decides"]) or {}
    before, after = (findings.figure(line.metric, result[name]) for name in ("before", "after"))
    return Row(
        named
        | {
            "before": before.value if before else None,
            "after": after.value if after else None,
            "change": findings.change(line.metric, deciding.get("value")),
            "interval": findings.between(line.metric, deciding.get("low"), deciding.get("high")),
            "p": result.get("p"),
            "expected": result.get("is_expected"),
        }
    )


def _claim_of(line: Line) -> Claim:
    result = line.result
    verdicts: Mapping[str, Verdict] = {"up": "rose", "down": "fell"}
    said = " ".join(filter(None, (findings.in_words(line.metric, result), findings.expectation(result))))
    test = ""
    if result.get("state") == "measured":
        deciding = result.get(result["decides"]) or {}
        name = findings.TESTS.get(str(deciding.get("test")), _("difference in differences"))
        test = _("%(test)s, p = %(p)s", test=name, p=findings.chance(result.get("p")))
    return Claim(
        _("“%(claim)s”: %(found)s", claim=line.hypothesis, found=said),
        verdicts.get(str(result.get("verdict")), "unproven"),
        "claims",
        test,
    )


def _tested(found: Figures, scale: float) -> Judged | None:
    difference = found.get("difference")
    if difference is None:
        return None
    low, high = difference.get("low"), difference.get("high")
    interval = Interval(low * scale, high * scale) if low is not None and high is not None else None
    value = float(difference["value"] or 0.0) * scale
    return Judged(value, interval, found.get("p"), int(found.get("compared") or 0), str(difference["test"]))


def _of_question(question: str, part: str) -> str:
    return str(_("%(question)s – %(part)s", question=question, part=part))


def _scaled(value: float | None, scale: float) -> float | None:
    return value * scale if value is not None else None


def _ends(interval: Interval | None) -> list[float] | None:
    return [interval.low, interval.high] if interval else None
