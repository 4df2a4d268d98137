"""What became of ideas: how far they came, how long a first answer took, their tags, and what changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _

from community.ideas import statuses
from community.ideas.forms.statuses import LABELS
from community.insights import claims, suppression, writing
from community.insights.figures import Cell, Chart, Claim, Column, Figure, Row, Section
from community.insights.kinds.measures import SOON, Change, Counted, figure_of_changes
from community.insights.queries import ideas as queries
from community.insights.queries.ideas import Line
from community.insights.scope import Scope
from community.statistics.rates import scaled_rate_ratio
from community.statistics.survival import Curve, Wait, kaplan_meier, median_wait, share_by

DAY = timedelta(days=1)
# The days of the curve of first answers.
DAYS = (1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365)
# Tags that are shown.
TAGS = 25
# How far an idea comes; to be declined leads off the way.
WAY = ("submitted", "under_review", "planned", "in_progress", "delivered")


@dataclass(frozen=True)
class Told:
    """The ideas of a scope and of the period before it, at a moment."""

    scope: Scope
    lines: Sequence[Line]
    before: Sequence[Line]
    panels: Mapping[int, str]
    now: datetime

    @property
    def authors(self) -> int:
        """How many people wrote the ideas."""
        return _people(self.lines)


def read(scope: Scope, lines: Sequence[Line], panels: Mapping[int, str], *, now: datetime) -> Told:
    """The ideas with those of the period before."""
    return Told(scope, lines, queries.list_ideas(scope.before), panels, now)


def volume_of(told: Told) -> Section:
    """How many ideas came, by panel, and whether these are more than before."""
    by_panel, hidden = _by_panel(told)
    rows = [
        Row(
            {
                "panel": told.panels[panel_id],
                "ideas": len(lines),
                "people": _people(lines),
                **_answered(lines).cells,
            },
            texts=_texts_of(panel_id),
        )
        for panel_id, lines in by_panel.items()
    ]
    figure = Figure(
        "ideas_by_panel",
        _("New ideas by panel"),
        [
            Column("panel", _("Panel")),
            Column("ideas", _("Ideas"), "count"),
            Column("people", _("Authors"), "count"),
            Column("share", _("Answered so far"), "share"),
            Column("interval", _("Interval"), "interval", of="share"),
        ],
        suppression.keep_back(rows, hidden, named_by=("panel",)),
        n=len(told.lines),
        unit=_("ideas"),
        people=suppression.base(told.authors),
        how=_(
            "Ideas that were published in the period, and the share whose author was told something by the "
            "moment of the data. Interval: Wilson, each author counting once."
        ),
        chart=Chart("bars", x="ideas", y="panel", description=_("New ideas by panel.")),
        claims=[_claim_of_volume(told)],
        notes=suppression.note(len(hidden)),
    )
    return Section("ideas", _("What came in"), [figure])


def fate_of(told: Told) -> Section:
    """How far ideas came, and how soon they were answered."""
    figures = [_funnel(told), _waits(told), *_curve(told), *_tags(told), _changes(told)]
    return Section("answers", _("What became of them"), figures)


def wait_of(line: Line, now: datetime) -> Wait:
    """How many days an idea waited for its first answer, or has waited so far."""
    until = line.answered_at or now
    return Wait(max(0.0, (until - line.published_at) / DAY), line.answered_at is not None)


def answered_soon(lines: Sequence[Line], now: datetime) -> Counted:
    """Ideas that were answered within fourteen days, of those that are so old."""
    old = _old(lines, now)
    kept = sum(line.answered_at is not None and line.answered_at - line.published_at <= SOON for line in old)
    return Counted(kept, len(old), _people(old))


def elapsed_days(scope: Scope, now: datetime) -> float:
    """How many days of the period are over."""
    return max(0.0, (min(scope.ends_at, now) - scope.starts_at) / DAY)


def _by_panel(told: Told) -> tuple[dict[int, list[Line]], frozenset[int]]:
    """The ideas of each panel that has any, and the numbers of the panels to keep back."""
    by_panel = {
        panel_id: lines
        for panel_id in told.panels
        if (lines := [line for line in told.lines if line.panel_id == panel_id])
    }
    return by_panel, _kept_back(list(by_panel.values()))


def _kept_back(groups: Sequence[Sequence[Line]]) -> frozenset[int]:
    """The numbers of the groups of ideas with too few authors, and of those that subtraction would need."""
    authors = [{line.author_id for line in lines} for lines in groups]
    return suppression.kept_back(
        [len(each) for each in authors], together=lambda kept: len(set().union(*(authors[at] for at in kept)))
    )


def _texts_of(panel_id: int) -> dict[str, int | str]:
    return {"panel": panel_id, "source": "idea"}


def _claim_of_volume(told: Told) -> Claim:
    days, days_before = elapsed_days(told.scope, told.now), float(told.scope.before.day_count)
    what = _("New ideas")
    if not days or suppression.is_few(told.authors) or suppression.is_few(_people(told.before)):
        return claims.too_few(what, figure="ideas_by_panel")
    found = scaled_rate_ratio(
        len(told.before),
        len(told.lines),
        people_before=_people(told.before),
        people_after=told.authors,
        days_before=days_before,
        days_after=days,
    )
    rates = len(told.before) / days_before, len(told.lines) / days
    return claims.change_of_rate(what, *rates, found=found, figure="ideas_by_panel")


def _funnel(told: Told) -> Figure:
    reached = queries.list_reached(told.scope)
    is_hidden = suppression.is_few(told.authors)
    rows = []
    for status in (*WAY, "declined"):
        now = [line for line in told.lines if line.status == status]
        came = [line for line in told.lines if _came_to(line, status, reached)]
        cells: dict[str, Cell] = {"status": str(LABELS[status]), "now": len(now), "reached": len(came)}
        counted = Counted(len(came), len(told.lines), told.authors)
        rows.append(Row(cells | counted.cells))
    decided = [line for line in told.lines if line.status in statuses.DECIDED]
    said = []
    if not is_hidden and told.lines:
        text = _("%(count)d of %(all)d ideas are decided.", count=len(decided), all=len(told.lines))
        said.append(claims.plain(text, figure="idea_statuses"))
    return Figure(
        "idea_statuses",
        _("How far ideas have come"),
        [
            Column("status", _("Status")),
            Column("now", _("Stand there now"), "count"),
            Column("reached", _("Came so far"), "count"),
            Column("share", _("Share of all"), "share"),
            Column("interval", _("Interval"), "interval", of="share"),
        ],
        suppression.keep_back(rows, range(len(rows)) if is_hidden else (), named_by=("status",)),
        n=len(told.lines),
        unit=_("ideas"),
        people=suppression.base(told.authors),
        how=_(
            "An idea came so far if it ever had the status or a later one; to be declined leads off the way. "
            "Interval: Wilson, each author counting once."
        ),
        chart=Chart(
            "funnel", x="reached", y="status", description=_("How many ideas came how far, from new on.")
        ),
        claims=said,
        notes=suppression.note(len(rows) if is_hidden else 0),
    )


def _came_to(line: Line, status: str, reached: set[tuple[int, str]]) -> bool:
    later = WAY[WAY.index(status) :] if status in WAY else (status,)
    if status == "submitted":
        return True
    return line.status in later or any((line.id, each) in reached for each in later)


def _waits(told: Told) -> Figure:
    by_panel, hidden = _by_panel(told)
    rows = [
        Row({"panel": told.panels[panel_id], **_wait_cells(lines, told.now)}, texts=_texts_of(panel_id))
        for panel_id, lines in by_panel.items()
    ]
    rows = suppression.keep_back(rows, hidden, named_by=("panel",))
    is_few = suppression.is_few(told.authors)
    if len(by_panel) != 1:
        whole = Row({"panel": _("All panels"), **_wait_cells(told.lines, told.now)})
        rows = [*suppression.keep_back([whole], (0,) if is_few else (), named_by=("panel",)), *rows]
    return Figure(
        "idea_waits",
        _("Time to a first answer"),
        [
            Column("panel", _("Panel")),
            Column("ideas", _("Ideas"), "count"),
            Column("answered", _("Answered"), "count"),
            Column("waiting", _("Still waiting"), "count"),
            Column("median", _("Half are answered within"), "days"),
            Column("interval", _("Interval"), "interval", of="median"),
        ],
        rows,
        n=len(told.lines),
        unit=_("ideas"),
        people=suppression.base(told.authors),
        how=_(
            "From publishing to the first status or official answer. Ideas that still wait count as long as "
            "they have waited (Kaplan and Meier 1958); interval of the median by Brookmeyer and Crowley "
            "(1982), each author counting once. A dash: not known yet."
        ),
        claims=[] if is_few else _claim_of_wait(told),
        notes=suppression.note(len(hidden)),
    )


def _wait_cells(lines: Sequence[Line], now: datetime) -> dict[str, Cell]:
    curve = _curve_of(lines, now)
    median, low, high = median_wait(curve) if curve else (None, None, None)
    answered = sum(line.answered_at is not None for line in lines)
    return {
        "ideas": len(lines),
        "answered": answered,
        "waiting": len(lines) - answered,
        "median": median,
        "interval": [low, high] if low is not None and high is not None else None,
    }


def _claim_of_wait(told: Told) -> list[Claim]:
    curve = _curve_of(told.lines, told.now)
    if curve is None:
        return []
    median, low, high = median_wait(curve)
    if median is None:
        text = _("Fewer than half of the ideas have had a first answer so far.")
    elif low is None or high is None:
        text = _("Half of the ideas had a first answer within %(days)s.", days=writing.days(median))
    else:
        text = _(
            "Half of the ideas had a first answer within %(days)s (%(interval)s).",
            days=writing.days(median),
            interval=writing.interval(low, high, "days"),
        )
    test = _("Kaplan–Meier, %(count)d of %(all)d still waiting", count=curve.censored, all=curve.n)
    return [Claim(text, "plain", "idea_waits", test)]


def _curve_of(lines: Sequence[Line], now: datetime) -> Curve | None:
    deff = len(lines) / max(1, _people(lines))
    return kaplan_meier((wait_of(line, now) for line in lines), deff=deff)


def _curve(told: Told) -> list[Figure]:
    """By which day which share was answered; nothing if too few people wrote."""
    curve = None if suppression.is_few(told.authors) else _curve_of(told.lines, told.now)
    if curve is None:
        return []
    rows = []
    for day in DAYS:
        found = share_by(curve, day)
        if found is None:
            break
        cells: dict[str, Cell] = {"day": day, "share": found.value}
        cells["interval"] = [found.interval.low, found.interval.high] if found.interval else None
        cells["waiting"] = sum(wait_of(line, told.now).time > day for line in told.lines)
        rows.append(Row(cells))
        if found.value >= 1:
            break
    return [
        Figure(
            "idea_answer_days",
            _("Answered by day"),
            [
                Column("day", _("Days after publishing"), "count"),
                Column("share", _("Answered by then"), "share"),
                Column("interval", _("Interval"), "interval", of="share"),
                Column("waiting", _("Still waited then"), "count"),
            ],
            rows,
            n=curve.n,
            unit=_("ideas"),
            people=suppression.base(told.authors),
            how=_(
                "The share of ideas that had a first answer by a day, ideas that still wait counted for as "
                "long as they have waited (Kaplan and Meier 1958; interval: log-minus-log)."
            ),
            chart=Chart(
                "lines", x="day", y="share", low="interval", high="interval",
                description=_("The share of ideas that had a first answer, by days after publishing."),
            ),
        )
    ]  # fmt: skip


def _tags(told: Told) -> list[Figure]:
    tags = queries.list_tagged(told.scope)[:TAGS]
    if not tags:
        return []
    by_id = {line.id: line for line in told.lines}
    rows = []
    for tag in tags:
        counted = Counted(len(tag.idea_ids), len(told.lines), told.authors)
        lines = [by_id[idea_id] for idea_id in tag.idea_ids if idea_id in by_id]
        cells: dict[str, Cell] = {"tag": tag.name, "ideas": len(tag.idea_ids), **counted.cells}
        cells |= {"people": tag.people, "answered": sum(line.answered_at is not None for line in lines)}
        rows.append(Row(cells))
    hidden = {number for number, tag in enumerate(tags) if suppression.is_few(tag.people)}
    return [
        Figure(
            "idea_tags",
            _("Tags"),
            [
                Column("tag", _("Tag")),
                Column("ideas", _("Ideas"), "count"),
                Column("share", _("Share of ideas"), "share"),
                Column("interval", _("Interval"), "interval", of="share"),
                Column("answered", _("Answered"), "count"),
                Column("people", _("Authors and supporters"), "count"),
            ],
            suppression.keep_back(rows, hidden, named_by=("tag",)),
            n=len(told.lines),
            unit=_("ideas"),
            people=suppression.base(told.authors),
            how=_(
                "Ideas that carry a tag; an idea can have several. The same word in several panels is one "
                "tag. Interval: Wilson, each author counting once."
            ),
            chart=Chart(
                "bars", x="share", y="tag", low="interval", high="interval",
                description=_("The share of ideas that carry each tag."),
            ),
            notes=suppression.note(len(hidden)),
        )
    ]  # fmt: skip


def _changes(told: Told) -> Figure:
    before, after = _old(told.before, told.now), _old(told.lines, told.now)
    what = _("Answered within %(count)d days", count=SOON.days)
    changes = [Change(what, answered_soon(before, told.now), answered_soon(after, told.now))]
    parts = []
    for panel_id, name in told.panels.items():
        then, now = ([line for line in lines if line.panel_id == panel_id] for lines in (before, after))
        if len(told.panels) > 1 and (then or now):
            what = _("%(panel)s: answered within %(count)d days", panel=name, count=SOON.days)
            changes.append(Change(what, answered_soon(then, told.now), answered_soon(now, told.now)))
            parts.append((then, now))
    hidden = _kept_back([then for then, _now in parts]) | _kept_back([now for _then, now in parts])
    return figure_of_changes(
        changes,
        kept_back={at + 1 for at in hidden},
        key="idea_changes",
        title=_("First answers against the period before"),
        unit=_("ideas"),
        n=len(after),
        people=suppression.base(_people(after)),
        how=_(
            "Only ideas that are at least %(count)d days old are asked, so that both periods had the same "
            "time. Interval of the change: Newcombe, each author counting once; test: two shares, pooled; p "
            "corrected after Benjamini and Hochberg.",
            count=SOON.days,
        ),
        description=_("How the share of ideas that were answered soon changed."),
    )


def _old(lines: Sequence[Line], now: datetime) -> list[Line]:
    return [line for line in lines if line.published_at <= now - SOON]


def _answered(lines: Sequence[Line]) -> Counted:
    return Counted(sum(line.answered_at is not None for line in lines), len(lines), _people(lines))


def _people(lines: Sequence[Line]) -> int:
    return len({line.author_id for line in lines})
