"""Whether service levels were met: first answers and resolutions, by both clocks, and by whom."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from datetime import datetime

from flask_babel import gettext as _

from community.insights import suppression, writing
from community.insights.figures import Cell, Chart, Claim, Column, Figure, Row, Section
from community.insights.kinds.loop.keeping import (
    DEADLINES,
    DeadlineName,
    WorkClock,
    deadline_of,
    kept,
    people_in,
)
from community.insights.kinds.loop.telling import Names
from community.insights.kinds.measures import Change, Counted, span
from community.insights.queries.loop import By, Line
from community.statistics.survival import Curve, Wait, kaplan_meier, median_wait

# More rows than this say less.
MOST = 30


def section_of(
    lines: Sequence[Line], *, levels: Mapping[int, str], names: Names, work: WorkClock, now: datetime
) -> Section:
    """Both deadlines over all and by service level, then by panel, owner and topic."""
    figures = [
        _by_level(lines, "answer", levels=levels, work=work, now=now),
        _by_level(lines, "resolution", levels=levels, work=work, now=now),
    ]
    for by, of in _GROUPS.items():
        if len({of(line) for line in lines}) > 1:
            figures.append(_by_group(lines, by, names=names, now=now))
    return Section(
        "levels",
        _("Service levels"),
        figures,
        lead=_("Were cases answered and resolved in the time that members are promised?"),
    )


def changes_of(before: Sequence[Line], after: Sequence[Line], *, now: datetime) -> list[Change]:
    """Deadlines that were kept, against the period before."""
    return [
        Change(name, kept(before, deadline, now=now), kept(after, deadline, now=now))
        for deadline, name in _kept_names().items()
    ]


def _by_level(
    lines: Sequence[Line],
    deadline: DeadlineName,
    *,
    levels: Mapping[int, str],
    work: WorkClock,
    now: datetime,
) -> Figure:
    groups: list[tuple[str, list[Line]]] = [
        (name, [line for line in lines if line.level_id == level_id]) for level_id, name in levels.items()
    ]
    groups.append((_("No service level"), [line for line in lines if line.level_id not in levels]))
    groups = [(name, cases) for name, cases in groups if cases]
    hidden = _hidden([cases for _name, cases in groups], now)
    rows = [Row({"level": name, **_level_cells(cases, deadline, work, now)}) for name, cases in groups]
    rows = suppression.keep_back(rows, hidden, named_by=("level",))
    if len(groups) > 1:
        whole = Row({"level": _("All cases"), **_level_cells(lines, deadline, work, now)})
        is_few = 0 in _hidden([lines], now)
        rows = [*suppression.keep_back([whole], (0,) if is_few else (), named_by=("level",)), *rows]
    is_answer = deadline == "answer"
    title = _("First answers in time") if is_answer else _("Resolved in time")
    return Figure(
        f"levels_{deadline}",
        title,
        [
            Column("level", _("Service level")),
            Column("due", _("Cases that were due"), "count"),
            Column("share", _("In time"), "share"),
            Column("interval", _("Interval"), "interval", of="share"),
            Column("work_share", _("In time by working hours"), "share"),
            Column("work_interval", _("Interval of that"), "interval", of="work_share"),
            Column("half", _("Half within"), "days"),
            Column("half_interval", _("Interval of half"), "interval", of="half"),
            Column("work_half", _("Half within, in working hours"), "number"),
            Column("people", _("People"), "count"),
        ],
        rows,
        n=len(lines),
        unit=_("cases"),
        people=suppression.base(len(people_in(lines))),
        how=_how(deadline),
        chart=Chart(
            "dots", x="share", y="level", low="interval", high="interval",
            description=_("The share of cases that were in time, by service level."),
        ),
        claims=_claims(lines, deadline, now=now),
        notes=suppression.note(len(hidden)),
    )  # fmt: skip


def _level_cells(
    lines: Sequence[Line], deadline: DeadlineName, work: WorkClock, now: datetime
) -> dict[str, Cell]:
    customer = kept(lines, deadline, now=now)
    company = kept(lines, deadline, now=now, work=work)
    people = len(people_in(lines))
    half = _half([deadline_of(line, deadline).wait(now) for line in lines], people)
    work_half = _half([deadline_of(line, deadline).wait_at_work(work, now) for line in lines], people)
    return {
        "due": customer.n,
        **customer.cells,
        "work_share": company.estimate.value if company.estimate else None,
        "work_interval": span(company.estimate.interval) if company.estimate else None,
        "half": half[0],
        "half_interval": [half[1], half[2]] if half[1] is not None and half[2] is not None else None,
        "work_half": work_half[0],
        "people": people,
    }


def _half(waits: Sequence[Wait], people: int) -> tuple[float | None, float | None, float | None]:
    curve: Curve | None = kaplan_meier(waits, deff=max(1.0, len(waits) / people)) if people else None
    return median_wait(curve) if curve is not None else (None, None, None)


_GROUPS: Mapping[By, Callable[[Line], int | None]] = {
    "panel": lambda line: line.panel_id,
    "owner": lambda line: line.owner_id,
    "topic": lambda line: line.topic_id,
}


def _by_group(lines: Sequence[Line], by: By, *, names: Names, now: datetime) -> Figure:
    of, called = _GROUPS[by], names.of(by)
    cases: dict[int | None, list[Line]] = {}
    for line in lines:
        cases.setdefault(of(line), []).append(line)
    keys = sorted(cases, key=lambda key: (-len(cases[key]), called.get(key, ""), key or 0))
    hidden = _hidden([cases[key] for key in keys], now)
    rows = [Row({"group": called.get(key, ""), **_group_cells(cases[key], now)}) for key in keys]
    title, column = {
        "panel": (_("Service levels by panel"), _("Panel")),
        "owner": (_("Service levels by owner"), _("Owner")),
        "topic": (_("Service levels by topic"), _("Topic")),
    }[by]
    return Figure(
        f"levels_by_{by}",
        title,
        [
            Column("group", column),
            Column("cases", _("Cases"), "count"),
            Column("due", _("First answers due"), "count"),
            Column("share", _("Answered in time"), "share"),
            Column("interval", _("Interval"), "interval", of="share"),
            Column("resolve_due", _("Resolutions due"), "count"),
            Column("resolved", _("Resolved in time"), "share"),
            Column("resolved_interval", _("Interval of that"), "interval", of="resolved"),
            Column("people", _("People"), "count"),
        ],
        suppression.keep_back(rows, hidden, named_by=("group",))[:MOST],
        n=len(lines),
        unit=_("cases"),
        people=suppression.base(len(people_in(lines))),
        how=_how("answer"),
        chart=Chart(
            "dots", x="share", y="group", low="interval", high="interval",
            description=_("The share of cases that were answered in time."),
        ),
        notes=suppression.note(len(hidden)),
    )  # fmt: skip


def _group_cells(lines: Sequence[Line], now: datetime) -> dict[str, Cell]:
    answered, resolved = kept(lines, "answer", now=now), kept(lines, "resolution", now=now)
    return {
        "cases": len(lines),
        "due": answered.n,
        **answered.cells,
        "resolve_due": resolved.n,
        "resolved": resolved.estimate.value if resolved.estimate else None,
        "resolved_interval": span(resolved.estimate.interval) if resolved.estimate else None,
        "people": len(people_in(lines)),
    }


def _hidden(groups: Sequence[Sequence[Line]], now: datetime) -> frozenset[int]:
    """The groups to keep back: by everybody in them, and by those for whom each deadline is past."""
    bases = [[people_in(lines) for lines in groups]]
    for deadline in DEADLINES:
        past = [[line for line in lines if deadline_of(line, deadline).is_past(now)] for lines in groups]
        bases.append([people_in(lines) for lines in past])
    return frozenset().union(*(_kept_back(base) for base in bases))


def _kept_back(people: Sequence[frozenset[Hashable]]) -> frozenset[int]:
    return suppression.kept_back(
        [len(each) for each in people],
        together=lambda kept_back: len(frozenset().union(*(people[at] for at in kept_back))),
    )


def _kept_names() -> dict[DeadlineName, str]:
    return {"answer": _("First answers in time"), "resolution": _("Resolved in time")}


def _claims(lines: Sequence[Line], deadline: DeadlineName, *, now: datetime) -> list[Claim]:
    counted: Counted = kept(lines, deadline, now=now)
    found = counted.estimate
    if found is None or found.interval is None or suppression.is_few(counted.people):
        return []
    return [
        Claim(
            _(
                "%(what)s: %(share)s of the cases that were due (%(interval)s).",
                what=_kept_names()[deadline],
                share=writing.percent(found.value),
                interval=writing.interval(found.interval.low, found.interval.high),
            ),
            "plain",
            f"levels_{deadline}",
            _(
                "Wilson interval, %(count)d cases of %(people)d people",
                count=counted.n,
                people=counted.people,
            ),
        )
    ]


def _how(deadline: DeadlineName) -> str:
    first = (
        _("Cases that were opened in the period and whose first answer was due by the moment of the data.")
        if deadline == "answer"
        else _(
            "Cases that were opened in the period and were due to be resolved by the moment of the data; one "
            "that was opened again counts with its last due time."
        )
    )
    return str(
        _(
            "%(cases)s In time: by the customer’s clock, which never stops. By working hours: in as many "
            "hours, if only those count in which the company works. Interval: Wilson, each person counting "
            "once. Half within: all cases, those that still wait as long as they have waited (Kaplan and "
            "Meier 1958).",
            cases=first,
        )
    )
