"""How much was told back, how soon, by panel, owner and topic."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from community.cases.told_back import GRACE
from community.feedback import queries as feedback
from community.insights import claims, suppression, writing
from community.insights.figures import Cell, Chart, Claim, Column, Figure, Row, Section
from community.insights.kinds.measures import SOON, Change, Counted
from community.insights.queries import loop as queries
from community.insights.queries.loop import NOBODY, By, Key, Soon, Told
from community.insights.scope import Scope
from community.statistics.survival import Curve, Wait, kaplan_meier, median_wait

# More rows than this say less.
MOST = 30


class Names(NamedTuple):
    """What panels, topics and owners are called; None is no topic, and nobody's desk."""

    panel: Mapping[Key, str]
    topic: Mapping[Key, str]
    owner: Mapping[Key, str]

    def of(self, by: By) -> Mapping[Key, str]:
        """The names of one kind of groups."""
        names: dict[By, Mapping[Key, str]] = {
            "panel": self.panel,
            "topic": self.topic,
            "owner": self.owner,
        }
        return names[by]


def names_of(panels: Mapping[int, str], owner_ids: Sequence[int]) -> Names:
    """The names in the present locale."""
    return Names(
        _named(panels, nothing=""),
        _named(feedback.topic_names(), nothing=_("No topic")),
        _named(queries.list_owner_names(owner_ids), nothing=_("On nobody’s desk")),
    )


def section_of(told: Mapping[By, Mapping[Key, Told]], names: Names) -> Section:
    """The told-back rate over all and by each kind of group."""
    whole = told["all"].get(None, NOBODY)
    figures = [_by_panel(whole, told["panel"], names)]
    figures += [_figure_by(by, told[by], names, whole=whole) for by in _TITLES if len(told[by]) > 1]
    return Section(
        "told_back",
        _("Told back"),
        figures,
        lead=_("How much of what members said were they told back about, and how soon?"),
    )


def change_of(scope: Scope, *, now: datetime) -> Change:
    """Texts that were told of soon, against the period before."""
    return Change(
        _("Told back within %(count)d days", count=SOON.days),
        _counted(queries.count_told_soon(scope.before, within=SOON, now=now)),
        _counted(queries.count_told_soon(scope, within=SOON, now=now)),
    )


def median_of_told(waits: Sequence[Wait]) -> float | None:
    """The median of the waits that are over, as the boards show it."""
    over = kaplan_meier([wait for wait in waits if wait.is_over])
    return median_wait(over)[0] if over is not None else None


def _named(names: Mapping[int, str], *, nothing: str) -> dict[Key, str]:
    named: dict[Key, str] = {key: name for key, name in names.items()}  # noqa: C416 - keys of another type
    named[None] = nothing
    return named


def _by_panel(whole: Told, by_panel: Mapping[Key, Told], names: Names) -> Figure:
    rows, hidden = _rows("panel", by_panel, names)
    is_few = suppression.is_few(len(whole.people))
    if len(by_panel) > 1:
        first = Row({"group": _("All panels"), **_cells(whole)})
        rows = [*suppression.keep_back([first], (0,) if is_few else (), named_by=("group",)), *rows]
    return Figure(
        "told_back",
        _("Told-back rate by panel"),
        _columns(_("Panel")),
        rows,
        n=whole.n,
        unit=_("texts"),
        people=suppression.base(len(whole.people)),
        how=_how(),
        chart=_chart(_("The told-back rate by panel, with its interval.")),
        claims=[] if is_few else _claims(whole),
        notes=suppression.note(hidden),
    )


def _figure_by(by: By, told: Mapping[Key, Told], names: Names, *, whole: Told) -> Figure:
    title, column, description = (str(words) for words in _TITLES[by]())
    rows, hidden = _rows(by, told, names)
    notes = suppression.note(hidden)
    if len(rows) > MOST:
        notes.append(
            ngettext(
                "%(num)d more row with fewer texts is not shown.",
                "%(num)d more rows with fewer texts are not shown.",
                len(rows) - MOST,
            )
        )
    return Figure(
        f"told_back_by_{by}",
        title,
        _columns(column),
        rows[:MOST],
        n=whole.n,
        unit=_("texts"),
        people=suppression.base(len(whole.people)),
        how=_how(),
        chart=_chart(description),
        notes=notes,
    )


# Called when they are needed: in the language of the report.
_TITLES: Mapping[By, Any] = {
    "owner": lambda: (
        _("Told-back rate by owner"),
        _("Owner"),
        _("The told-back rate by the owner of the case, with its interval."),
    ),
    "topic": lambda: (
        _("Told-back rate by topic"),
        _("Topic"),
        _("The told-back rate by topic, with its interval."),
    ),
}


def _rows(by: By, told: Mapping[Key, Told], names: Names) -> tuple[list[Row], int]:
    """The groups, those with the most texts first, and how many of them are kept back."""
    keys = sorted(told, key=lambda key: (-told[key].n, names.of(by).get(key, ""), key or 0))

    hidden = suppression.kept_back(
        [len(told[key].people) for key in keys],
        together=lambda kept: len(frozenset().union(*(told[keys[at]].people for at in kept))),
    )
    rows = [
        Row({"group": names.of(by).get(key, ""), **_cells(told[key])}, texts=_texts_of(by, key))
        for key in keys
    ]
    return suppression.keep_back(rows, hidden, named_by=("group",)), len(hidden)


def _texts_of(by: By, key: Key) -> dict[str, int] | None:
    return {by: key} if by != "owner" and key is not None else None


def _cells(told: Told) -> dict[str, Cell]:
    median, low, high = _half_told(told)
    return {
        "texts": told.n,
        "told": told.told,
        **Counted(told.told, told.n, len(told.people)).cells,
        "half": median,
        "half_interval": [low, high] if low is not None and high is not None else None,
        "median": median_of_told(told.waits),
        "people": len(told.people),
    }


def _half_told(told: Told) -> tuple[float | None, float | None, float | None]:
    curve = _curve_of(told)
    return median_wait(curve) if curve is not None else (None, None, None)


def _curve_of(told: Told) -> Curve | None:
    return kaplan_meier(told.waits, deff=max(1.0, told.n / len(told.people))) if told.people else None


def _columns(first: str) -> list[Column]:
    return [
        Column("group", first),
        Column("texts", _("Texts"), "count"),
        Column("told", _("Told back"), "count"),
        Column("share", _("Told-back rate"), "share"),
        Column("interval", _("Interval"), "interval", of="share"),
        Column("half", _("Half are told within"), "days"),
        Column("half_interval", _("Interval of that"), "interval", of="half"),
        Column("median", _("Median of those told"), "days"),
        Column("people", _("People"), "count"),
    ]


def _chart(description: str) -> Chart:
    return Chart("dots", x="share", y="group", low="interval", high="interval", description=description)


def _how() -> str:
    return str(
        _(
            "Texts of members that we have had for at least %(count)d days, and whether their author was "
            "told anything by the moment of the data: an answer, a decision or that it is done. Interval: "
            "Wilson, each person counting once. Half are told within: texts whose author still waits count "
            "as long as they have waited, in hours (Kaplan and Meier 1958; interval: Brookmeyer and Crowley "
            "1982). A dash: not known yet.",
            count=GRACE.days,
        )
    )


def _claims(whole: Told) -> list[Claim]:
    found = Counted(whole.told, whole.n, len(whole.people)).estimate
    if found is None or found.interval is None:
        return []
    said = [
        Claim(
            _(
                "The authors of %(share)s of all texts were told what became of them (%(interval)s).",
                share=writing.percent(found.value),
                interval=writing.interval(found.interval.low, found.interval.high),
            ),
            "plain",
            "told_back",
            _(
                "Wilson interval, %(count)d texts of %(people)d people",
                count=whole.n,
                people=len(whole.people),
            ),
        )
    ]
    median, low, high = _half_told(whole)
    if median is None:
        return [*said, claims.plain(_("Fewer than half have been told so far."), figure="told_back")]
    words = writing.days(median)
    if low is not None and high is not None:
        words = _("%(days)s (%(interval)s)", days=words, interval=writing.interval(low, high, "days"))
    text = _("Half are told within %(days)s.", days=words)
    test = _("Kaplan–Meier, %(count)d of %(all)d still waiting", count=whole.n - whole.told, all=whole.n)
    return [*said, Claim(text, "plain", "told_back", test)]


def _counted(soon: Soon) -> Counted:
    return Counted(soon.told, soon.n, soon.people)
