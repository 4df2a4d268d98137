"""What still waits and for how long, which promises were kept, and what became of cases."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.cases.forms.answers import OUTCOME_LABELS
from community.cases.outcomes import HELPED_FROM
from community.insights import claims, suppression
from community.insights.figures import Cell, Chart, Column, Figure, Row, Section
from community.insights.kinds.loop.keeping import DAY, people_in
from community.insights.kinds.loop.telling import Names
from community.insights.kinds.measures import Change, Counted
from community.insights.queries import loop as queries
from community.insights.queries.loop import Line
from community.insights.scope import Scope

# The oldest open cases are listed one by one.
LISTED = 50
# Ages in days, each up to but without the next.
AGES = (0, 3, 8, 15, 31, 91)

STATES: Mapping[str, Any] = {
    "new": _l("New"),
    "assigned": _l("On a desk"),
    "answered": _l("Answered"),
    "reopened": _l("Opened again"),
}


def open_section(lines: Sequence[Line], *, names: Names, now: datetime) -> Section:
    """Open cases by age, and the oldest of them."""
    return Section(
        "open",
        _("Not resolved yet"),
        [_ages(lines, now=now), _oldest(lines, names=names, now=now)],
        lead=_("Cases that are open at the moment of the data, whenever they were opened."),
    )


def ends_section(lines: Sequence[Line], promised: Sequence[Line]) -> Section:
    """Promises and outcomes."""
    late = queries.ids_once_broken([line.id for line in promised])
    return Section(
        "ends", _("What became of it"), [_promises(promised, late), _outcomes(lines), _helped(lines)]
    )


def changes_of(scope: Scope, before: Sequence[Line], after: Sequence[Line]) -> list[Change]:
    """Promises kept, and cases that helped, against the period before."""
    return [
        Change(
            _("Promises kept in time"),
            promises_kept(queries.list_promised(scope.before)),
            promises_kept(queries.list_promised(scope)),
        ),
        # Not which were opened again: those of the period before have had longer for it.
        Change(_("It helped"), helped(before), helped(after)),
    ]


def promises_kept(lines: Sequence[Line]) -> Counted:
    """Promises that were kept in time, of those that were kept or broken."""
    over = [line for line in lines if line.promise_state != "open"]
    late = queries.ids_once_broken([line.id for line in over])
    kept = sum(line.promise_state == "kept" and line.id not in late for line in over)
    return Counted(kept, len(over), len(people_in(over)))


def helped(lines: Sequence[Line]) -> Counted:
    """Cases that helped, of those whose authors said whether."""
    rated = [line for line in lines if line.help_rating is not None]
    count = sum((line.help_rating or 0) >= HELPED_FROM for line in rated)
    return Counted(count, len(rated), len(people_in(rated)))


def opened_again(lines: Sequence[Line]) -> Counted:
    """Cases that were opened again, of those that were ever closed."""
    closed = [line for line in lines if line.reopened_count or not line.is_open]
    return Counted(sum(line.reopened_count > 0 for line in closed), len(closed), len(people_in(closed)))


def age_of(line: Line, now: datetime) -> float:
    """How many days a case has been open."""
    return max(0.0, (now - line.opened_at) / DAY)


def _ages(lines: Sequence[Line], *, now: datetime) -> Figure:
    people = len(people_in(lines))
    rows = []
    for number, first in enumerate(AGES):
        following = AGES[number + 1] if number + 1 < len(AGES) else None
        inside = [
            line
            for line in lines
            if first <= age_of(line, now) and (following is None or age_of(line, now) < following)
        ]
        counted = Counted(len(inside), len(lines), people)
        cells: dict[str, Cell] = {"age": _age_words(first, following), "cases": len(inside), **counted.cells}
        cells["overdue"] = sum(_is_overdue(line, now) for line in inside)
        rows.append(Row(cells))
    is_few = suppression.is_few(people)
    said = []
    if lines and not is_few:
        overdue = sum(_is_overdue(line, now) for line in lines)
        text = _("%(count)d cases are open, %(late)d of them overdue.", count=len(lines), late=overdue)
        said.append(claims.plain(text, figure="open_ages"))
    return Figure(
        "open_ages",
        _("Open cases by age"),
        [
            Column("age", _("Days open")),
            Column("cases", _("Cases"), "count"),
            Column("share", _("Share"), "share"),
            Column("interval", _("Interval"), "interval", of="share"),
            Column("overdue", _("of them overdue"), "count"),
        ],
        _rows(rows, is_few=is_few, named_by="age"),
        n=len(lines),
        unit=_("cases"),
        people=suppression.base(people),
        how=_("Days since the customer began to wait. Overdue: the next due time of the case has passed."),
        chart=Chart("bars", x="cases", y="age", description=_("Open cases by how long they have been open.")),
        claims=said,
        notes=suppression.note(len(rows) if is_few else 0),
    )


def _oldest(lines: Sequence[Line], *, names: Names, now: datetime) -> Figure:
    """Which cases wait longest: no words of theirs and nothing of what they are about, only the clock."""
    oldest = sorted(lines, key=lambda line: (line.opened_at, line.id))[:LISTED]
    rows = [
        Row(
            {
                "case": _("Case %(number)d", number=line.id),
                "panel": names.panel.get(line.panel_id, ""),
                "owner": names.owner.get(line.owner_id, ""),
                "state": str(STATES.get(line.state, line.state)),
                "opened": line.opened_at.date().isoformat(),
                "age": age_of(line, now),
                "due": line.due_at.date().isoformat() if line.due_at else None,
                "overdue": (now - line.due_at) / DAY if line.due_at and line.due_at < now else None,
            },
            texts={"case": line.id},
        )
        for line in oldest
    ]
    notes = []
    if len(lines) > LISTED:
        notes.append(_("Shown are the %(shown)d oldest of %(all)d open cases.", shown=LISTED, all=len(lines)))
    return Figure(
        "open_oldest",
        _("The oldest open cases"),
        [
            Column("case", _("Case")),
            Column("panel", _("Panel")),
            Column("owner", _("Owner")),
            Column("state", _("State")),
            Column("opened", _("Open since"), "date"),
            Column("age", _("Open for"), "days"),
            Column("due", _("Due"), "date"),
            Column("overdue", _("Overdue by"), "days"),
        ],
        rows,
        n=len(lines),
        unit=_("cases"),
        people=suppression.base(len(people_in(lines))),
        how=_("Single cases, told only by their clocks and by who on the staff has them."),
        notes=notes,
    )


def _promises(lines: Sequence[Line], late: Collection[int]) -> Figure:
    over = [line for line in lines if line.promise_state != "open"]
    kept = [line for line in over if line.promise_state == "kept"]
    return _parts_of(
        over,
        {
            _("Kept in time"): sum(line.id not in late for line in kept),
            _("Kept late"): sum(line.id in late for line in kept),
            _("Not kept"): sum(line.promise_state == "broken" for line in over),
        },
        key="promises",
        title=_("Promises"),
        head=_("Promise"),
        unit=_("promises"),
        how=_(
            "Promises for a day of the period that were kept or not, each case with its last one; %(open)d "
            "more are still open. Interval: Wilson, each person counting once.",
            open=len(lines) - len(over),
        ),
        description=_("Which share of promises was kept."),
    )


def _outcomes(lines: Sequence[Line]) -> Figure:
    closed = [line for line in lines if not line.is_open and line.outcome is not None]
    return _parts_of(
        closed,
        {
            str(label): sum(line.outcome == outcome for line in closed)
            for outcome, label in OUTCOME_LABELS.items()
        },
        key="outcomes",
        title=_("Outcomes"),
        head=_("Outcome"),
        unit=_("cases"),
        how=_(
            "Cases that were opened in the period and are closed. Interval: Wilson, each person counting "
            "once."
        ),
        description=_("The outcomes of closed cases."),
    )


def _parts_of(
    lines: Sequence[Line],
    counts: Mapping[str, int],
    *,
    key: str,
    title: str,
    head: str,
    unit: str,
    how: str,
    description: str,
) -> Figure:
    """What cases are made up of: each part with its share, all or none of them shown."""
    people = len(people_in(lines))
    is_few = suppression.is_few(people)
    rows = [
        Row({"part": name, "cases": count, **Counted(count, len(lines), people).cells})
        for name, count in counts.items()
        if lines
    ]
    return Figure(
        key,
        title,
        [
            Column("part", head),
            Column("cases", _("Cases"), "count"),
            Column("share", _("Share"), "share"),
            Column("interval", _("Interval"), "interval", of="share"),
        ],
        _rows(rows, is_few=is_few, named_by="part"),
        n=len(lines),
        unit=unit,
        people=suppression.base(people),
        how=how,
        chart=Chart("bars", x="share", y="part", low="interval", high="interval", description=description),
        notes=suppression.note(len(rows) if is_few else 0),
    )


def _helped(lines: Sequence[Line]) -> Figure:
    measures = [(_("It helped"), helped(lines)), (_("Opened again"), opened_again(lines))]
    rows = [
        Row({"what": name, "count": counted.count, "n": counted.n, **counted.cells})
        for name, counted in measures
        if counted.n
    ]
    hidden = [
        number
        for number, (_name, counted) in enumerate(each for each in measures if each[1].n)
        if suppression.is_few(counted.people)
    ]
    return Figure(
        "helped",
        _("Did it help?"),
        [
            Column("what", _("What")),
            Column("count", _("Cases"), "count"),
            Column("n", _("of"), "count"),
            Column("share", _("Share"), "share"),
            Column("interval", _("Interval"), "interval", of="share"),
        ],
        suppression.keep_back(rows, hidden, named_by=("what",)),
        n=len(lines),
        unit=_("cases"),
        people=suppression.base(len(people_in(lines))),
        how=_(
            "It helped: cases whose authors gave %(least)d or more of 5 when asked, of those that answered. "
            "Opened again: of all that were closed once.",
            least=HELPED_FROM,
        ),
        notes=suppression.note(len(hidden)),
    )


def _rows(rows: Sequence[Row], *, is_few: bool, named_by: str) -> list[Row]:
    """All rows of a figure, or their names alone if too few people are behind all of it."""
    return suppression.keep_back(rows, range(len(rows)) if is_few else (), named_by=(named_by,))


def _age_words(first: int, following: int | None) -> str:
    if following is None:
        return str(_("%(days)d or more", days=first))
    return f"{first}–{following - 1}"


def _is_overdue(line: Line, now: datetime) -> bool:
    return line.due_at is not None and line.due_at < now
