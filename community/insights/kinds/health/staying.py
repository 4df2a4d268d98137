"""How long members stay: who is active, at risk or gone, and how each cohort of newcomers has stayed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from community.customers.stages import LAPSED_AFTER, Stage, stage_of
from community.insights import claims, suppression, writing
from community.insights.figures import Cell, Chart, Claim, Column, Figure, Row, Section
from community.insights.queries import health as queries
from community.insights.queries.health import Stay
from community.insights.scope import Scope
from community.statistics.intervals import MIN_SHOWN, share
from community.statistics.survival import Curve, Wait, kaplan_meier, share_by

STAGES: Mapping[Stage, Any] = {
    "active": _l("Active (here in the last 30 days)"),
    "at_risk": _l("At risk (away for 30 days)"),
    "lapsed": _l("Lapsed (away for 90 days)"),
    "new": _l("New (first 30 days)"),
}
MONTH = 365.25 / 12
# At which months after joining a cohort is looked at.
LOOKED_AT = (1, 2, 3, 4, 5, 6, 9, 12, 18, 24, 36, 48, 60)
MOST_COHORTS = 8


class Time(NamedTuple):
    """A member's time over all panels of the report: from when, until when, whether it is over."""

    member_id: int
    joined_at: datetime
    last_active_at: datetime
    # The moment at which they left the last panel, or had not been here for so long that they count as gone.
    gone_at: datetime | None


def section_of(scope: Scope, stays: Sequence[Stay], names: Mapping[int, str], *, now: datetime) -> Section:
    """Activity by panel and by month, comings and goings, and retention by cohort."""
    months = months_of(scope.from_on, min(scope.until_on, now.date()))
    figures = [_stages(stays, names, now=now)]
    visits = _visits(scope, stays, months)
    figures += [visits] if visits is not None else []
    figures += [_flow(stays, months), _retention(stays, now=now)]
    return Section("staying", _("Who stays"), figures)


def months_of(first: date, last: date) -> list[tuple[date, date]]:
    """The calendar months from the first to the last day, those at the ends cut there."""
    found = []
    while first <= last:
        following = (first.replace(day=1) + timedelta(days=32)).replace(day=1)
        found.append((first, min(last, following - timedelta(days=1))))
        first = following
    return found


def times_of(stays: Sequence[Stay], *, now: datetime) -> list[Time]:
    """Each member's time over all panels: from the first joining to the end of the last stay."""
    by_member: dict[int, list[Stay]] = defaultdict(list)
    for stay in stays:
        by_member[stay.member_id].append(stay)
    found = []
    for member_id, theirs in by_member.items():
        joined_at = min(stay.joined_at for stay in theirs)
        last_at = max(joined_at, *(stay.last_active_at for stay in theirs))
        ends = [last_at + LAPSED_AFTER]
        if not any(stay.stands for stay in theirs):
            ends.append(max((stay.left_at or now for stay in theirs), default=now))
        gone_at = min(ends)
        found.append(Time(member_id, joined_at, last_at, max(gone_at, joined_at) if gone_at <= now else None))
    return found


def _stages(stays: Sequence[Stay], names: Mapping[int, str], *, now: datetime) -> Figure:
    times = {time.member_id: time for time in times_of(stays, now=now)}
    inside: dict[int, set[int]] = {panel_id: set() for panel_id in names}
    for stay in stays:
        if stay.stands:
            inside[stay.panel_id].add(stay.member_id)
    stage = {
        member_id: stage_of(
            joined_at=times[member_id].joined_at, last_here_at=times[member_id].last_active_at, now=now
        )
        for members in inside.values()
        for member_id in members
    }
    groups: list[tuple[str, set[int]]] = [(names[panel_id], members) for panel_id, members in inside.items()]
    groups = [group for group in groups if group[1]]
    hidden = suppression.kept_back(
        [len(members) for _name, members in groups],
        together=lambda ats: len(set().union(*(groups[at][1] for at in ats))),
    )
    everybody = set().union(*(members for _name, members in groups))
    shown = [(_("All panels"), everybody, False)] if len(groups) > 1 else []
    shown += [(name, members, at in hidden) for at, (name, members) in enumerate(groups)]
    rows: list[Row] = []
    for name, members, is_hidden in shown:
        if is_hidden:
            rows.append(Row({"panel": name}, is_hidden=True))
            continue
        for each in STAGES:
            count = sum(stage[member_id] == each for member_id in members)
            cells: dict[str, Cell] = {
                "panel": name,
                "stage": str(STAGES[each]),
                "n": len(members),
                "people": count,
                "share": count / len(members),
            }
            rows.append(Row(cells))
    title = _("Active, at risk, lapsed, new")
    active = sum(stage[member_id] in ("new", "active") for member_id in everybody)
    said = [
        claims.plain(
            _(
                "%(share)s of the %(count)s members were here in the last 30 days.",
                share=writing.percent(active / len(everybody)),
                count=writing.count(len(everybody)),
            ),
            figure="stages",
        )
    ]
    return Figure(
        key="stages",
        title=title,
        columns=(
            Column("panel", _("Panel")),
            Column("stage", _("Stage")),
            Column("n", _("Members"), "count"),
            Column("people", _("People"), "count"),
            Column("share", _("Share"), "share"),
        ),
        rows=rows,
        n=len(everybody),
        unit=_("members"),
        people=len(everybody),
        how=_(
            "All members, counted and not drawn, by when they were last here; in the first 30 days after "
            "joining whoever is here is new."
        ),
        chart=Chart("stacked", x="panel", y="share", colour="stage", description=title),
        claims=said,
        notes=suppression.note(len(hidden)),
    )


def _visits(scope: Scope, stays: Sequence[Stay], months: Sequence[tuple[date, date]]) -> Figure | None:
    """The share of members that was here in each month, as far back as days of visits are kept."""
    since = queries.find_first_visit()
    months = [month for month in months if since is not None and since <= month[0]]
    bases = [_standing(stays, *month) for month in months]
    kept = [(month, base) for month, base in zip(months, bases, strict=True) if base >= MIN_SHOWN]
    if not kept:
        return None
    counts = queries.count_visitors(scope, [month for month, _base in kept])
    rows: list[Row] = []
    for ((first, _last), base), count in zip(kept, counts, strict=True):
        found = share(min(count, base), base)
        rows.append(
            Row(
                {
                    "month": first.isoformat(),
                    "n": base,
                    "people": count,
                    "share": found.value if found else None,
                    "interval": [found.interval.low, found.interval.high]
                    if found and found.interval
                    else None,
                }
            )
        )
    title = _("Members who were here, month by month")
    return Figure(
        key="visits",
        title=title,
        columns=(
            Column("month", _("Month"), "date"),
            Column("n", _("Members"), "count"),
            Column("people", _("Were here"), "count"),
            Column("share", _("Share"), "share"),
            Column("interval", _("Interval"), "interval", "share"),
        ),
        rows=rows,
        n=max(base for _month, base in kept),
        unit=_("members"),
        people=max(base for _month, base in kept),
        how=_(
            "Members who were in a panel in that month; here on one day of it at least. Wilson’s interval."
        ),
        chart=Chart("lines", x="month", y="share", low="interval", high="interval", description=title),
    )


def _flow(stays: Sequence[Stay], months: Sequence[tuple[date, date]]) -> Figure:
    rows = []
    for first, last in months:
        begins, ends = queries.start_of(first), queries.start_of(last + timedelta(days=1))
        rows.append(
            Row(
                {
                    "month": first.isoformat(),
                    "joined": sum(begins <= stay.joined_at < ends for stay in stays),
                    "left": sum(stay.left_at is not None and begins <= stay.left_at < ends for stay in stays),
                    "there": _standing(stays, last, last),
                }
            )
        )
    title = _("Comings and goings")
    return Figure(
        key="flow",
        title=title,
        columns=(
            Column("month", _("Month"), "date"),
            Column("joined", _("Have joined"), "count"),
            Column("left", _("Have left"), "count"),
            Column("there", _("Members at its end"), "count"),
        ),
        rows=rows,
        n=len({stay.member_id for stay in stays}),
        unit=_("members"),
        people=len({stay.member_id for stay in stays}),
        how=_("Joinings and leavings of all panels; who is in two panels joins twice, and is one member."),
        chart=Chart("lines", x="month", y="there", description=title) if len(rows) > 1 else None,
    )


def _standing(stays: Sequence[Stay], first: date, last: date) -> int:
    """How many members were in a panel at some time between these days."""
    begins, ends = queries.start_of(first), queries.start_of(last + timedelta(days=1))
    return len(
        {
            stay.member_id
            for stay in stays
            if stay.joined_at < ends and (stay.left_at is None or stay.left_at >= begins)
        }
    )


def _retention(stays: Sequence[Stay], *, now: datetime) -> Figure:
    times = times_of(stays, now=now)
    cohorts = cohorts_of(times, now=now)
    hidden = suppression.kept_back([len(members) for _name, members in cohorts])
    curves = [(name, members, at in hidden) for at, (name, members) in enumerate(cohorts)]
    if len(cohorts) > 1:
        curves.insert(0, (_("Everybody"), times, suppression.is_few(len(times))))
    points: list[tuple[int, Row]] = []
    rows: list[Row] = []
    said: list[Claim] = []
    for name, members, is_hidden in curves:
        if is_hidden:
            rows.append(Row({"cohort": name}, is_hidden=True))
            continue
        curve = kaplan_meier(_wait(member, now) for member in members)
        for month in LOOKED_AT:
            cells = _still_here(curve, members, month, now=now) if curve else None
            if cells is not None:
                points.append((month, Row({"cohort": name, "month": month, **cells})))
        if not said:
            said = _claim_of(points)
    title = _("How each cohort has stayed")
    points.sort(key=lambda point: point[0])
    return Figure(
        key="retention",
        title=title,
        columns=(
            Column("cohort", _("Joined in")),
            Column("month", _("Months since joining"), "count"),
            Column("at_risk", _("Watched so long and still there"), "count"),
            Column("share", _("Still there"), "share"),
            Column("interval", _("Interval"), "interval", "share"),
        ),
        rows=[*(row for _month, row in points), *rows],
        n=len(times),
        unit=_("members"),
        people=len(times),
        how=_(
            "The product-limit estimate (Kaplan and Meier 1958) with Greenwood’s interval: whoever joined "
            "later counts as long as they could be watched. Gone is who left the panel, or was not here for "
            "90 days. Months in which fewer than ten could be watched are left out."
        ),
        chart=Chart(
            "lines", x="month", y="share", low="interval", high="interval", colour="cohort", description=title
        )
        if points
        else None,
        claims=said,
        notes=suppression.note(len(hidden)),
    )


def cohorts_of(times: Sequence[Time], *, now: datetime) -> list[tuple[str, list[Time]]]:
    """Members by when they joined, the earliest first: by month, quarter or year, as many as are read."""
    if not times:
        return []
    first = min(time.joined_at for time in times)
    months = (now.year - first.year) * 12 + now.month - first.month + 1
    width = 1 if months <= MOST_COHORTS else 3 if months <= 3 * MOST_COHORTS else 12
    groups: dict[tuple[int, int], list[Time]] = defaultdict(list)
    for time in times:
        groups[time.joined_at.year, (time.joined_at.month - 1) // width].append(time)
    newest = sorted(groups)[-MOST_COHORTS:]
    return [(_cohort_name(year, part, width), groups[year, part]) for year, part in newest]


def _cohort_name(year: int, part: int, width: int) -> str:
    if width == 12:
        return str(year)
    if width == 3:
        return str(_("Q%(quarter)d %(year)d", quarter=part + 1, year=year))
    return writing.short_day(date(year, part + 1, 1).isoformat(), has_days=False)


def _wait(time: Time, now: datetime) -> Wait:
    ends_at = time.gone_at or now
    return Wait(max(0.0, (ends_at - time.joined_at) / timedelta(days=1)), time.gone_at is not None)


def _still_here(
    curve: Curve, members: Sequence[Time], month: int, *, now: datetime
) -> dict[str, Cell] | None:
    days = month * MONTH
    at_risk = sum(_wait(member, now).time >= days for member in members)
    gone = share_by(curve, days)
    if gone is None or at_risk < MIN_SHOWN:
        return None
    interval = [1 - gone.interval.high, 1 - gone.interval.low] if gone.interval else None
    return {"at_risk": at_risk, "share": 1 - gone.value, "interval": interval}


def _claim_of(points: Sequence[tuple[int, Row]]) -> list[Claim]:
    """What is still there of everybody at the longest time that is known."""
    if not points:
        return []
    month, row = points[-1]
    interval = row.cells["interval"]
    value = writing.write(row.cells["share"], "share")
    if interval is not None:
        value = _(
            "%(value)s (%(interval)s)", value=value, interval=writing.write(interval, "interval", of="share")
        )
    return [
        claims.plain(
            _(
                "Of all who joined, %(share)s are still there after %(months)d months.",
                share=value,
                months=month,
            ),
            figure="retention",
        )
    ]
