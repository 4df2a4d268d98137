"""Which ideas stand where: ways of ranking side by side, where they disagree, and who wants what."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from community.insights import claims, suppression, writing
from community.insights.figures import Cell, Chart, Claim, Column, Figure, Row, Section
from community.insights.kinds.ideas.standing import (
    COVERED,
    Agreement,
    Gap,
    Groups,
    Standing,
    Way,
    agreements,
    common_ways,
    gaps,
    leading,
    rank,
    ways_of,
)
from community.insights.kinds.measures import Counted, span
from community.insights.queries import ideas as queries
from community.insights.queries import scopes
from community.insights.queries.ideas import Line
from community.insights.scope import Scope
from community.statistics.intervals import MIN_SHOWN
from community.surveys.models import WeightTargets
from community.surveys.queries import profiles
from community.surveys.showing.words import words_of
from community.surveys.weighting import TOGETHER

# The first of each way are shown; and so many of those on which the ways differ most.
FIRST = 10
DIFFERING = 10
# Groups of ideas are crossed with customers for so many ideas.
CROSSED = 8

WAY_NAMES: Mapping[Way, Any] = {
    "support": _l("Supporters"),
    "wilson": _l("At least (Wilson)"),
    "proven": _l("Proven (Bayes)"),
    "weighted": _l("As all customers"),
    "value": _l("Customer value"),
}
# From here on the lower limit of tau makes two orders nearly the same: six of seven pairs agree.
NEARLY = 0.7
_AGREEMENT: Mapping[str, Any] = {
    "same": _l("%(one)s and %(other)s give the same order (%(found)s)."),
    "nearly": _l("%(one)s and %(other)s give nearly the same order (%(found)s)."),
    "partly": _l("%(one)s and %(other)s agree in part (%(found)s)."),
    "unknown": _l("%(one)s and %(other)s: no agreement proven (%(found)s)."),
    "opposite": _l("%(one)s and %(other)s contradict each other (%(found)s)."),
}


class Ranked:
    """The ideas of a scope, ranked, with what is needed to say how."""

    def __init__(self, scope: Scope, lines: Sequence[Line]) -> None:
        self.scope = scope
        self.panels = scopes.list_panel_names(scope.panel_ids)
        self.targets = queries.find_targets(scope.targets_id)
        self.groups = _groups_of(scope, self.targets)
        self.standings = rank(
            lines,
            queries.count_met(scope),
            groups=self.groups,
            worth=queries.sum_worth(scope) if scope.value_attribute else None,
        )
        self.unranked_count = len(lines) - len(self.standings)
        self.ways = ways_of(self.standings)

    @property
    def people(self) -> int:
        """Acts of meeting an idea: each person once for each idea they met."""
        return sum(each.met.people for each in self.standings)


def section_of(ranked: Ranked) -> Section:
    """All that ranks ideas."""
    figures = [_side_by_side(ranked)]
    if found := agreements(ranked.standings):
        figures += [_agreement(ranked, found), *_gaps(ranked)]
    if ranked.groups is not None and any(each.shown for each in ranked.standings):
        figures.append(_by_group(ranked, ranked.groups))
    return Section(
        "ranking",
        _("Which ideas lead"),
        figures,
        lead=_(
            "Several ways to rank the same ideas, side by side. Where they agree, the order is safe; where "
            "they differ, it depends on what you ask."
        ),
    )


def definitions_of(ranked: Ranked) -> list[tuple[str, str]]:
    """What the ways of ranking mean."""
    chance = writing.percent(0.95)
    words: dict[Way, str] = {
        "support": _("How many people support it; votes found not to be honest left out."),
        "wilson": _(
            "What the share of supporters among those who met it is at least, with a certainty of "
            "%(chance)s: the lower limit of Wilson’s interval, one-sided (Wilson 1927).",
            chance=chance,
        ),
        "proven": _(
            "The share that it reaches with a chance of %(chance)s, starting from what the ideas of this "
            "report are like: a quantile of the Beta-binomial posterior, its prior by moments "
            "(Kleinman 1973).",
            chance=chance,
        ),
        "weighted": _weighting_words(ranked),
        "value": _(
            "The value of its supporters added up, as they gave it in their profile; at least %(least)d "
            "of them have to have told.",
            least=MIN_SHOWN,
        ),
    }
    met = _("Opened it, or supports it. An idea counts together with all that was merged into it.")
    return [(_("Met an idea"), met), *((str(WAY_NAMES[way]), words[way]) for way in ranked.ways)]


def _side_by_side(ranked: Ranked) -> Figure:
    shown = leading(ranked.standings, count=FIRST)
    has_weights, has_value = "weighted" in ranked.ways, "value" in ranked.ways
    columns = [
        Column("idea", _("Idea")),
        Column("panel", _("Panel")),
        Column("support", str(WAY_NAMES["support"]), "count"),
        Column("met", _("Met it"), "count"),
        Column("share", _("Share of supporters"), "share"),
        Column("interval", _("Interval"), "interval", of="share"),
        Column("wilson", str(WAY_NAMES["wilson"]), "share"),
        Column("proven", str(WAY_NAMES["proven"]), "share"),
    ]
    if has_weights:
        columns += [
            Column("weighted", str(WAY_NAMES["weighted"]), "share"),
            Column("least", _("Least of any group"), "share"),
            Column("spread", _("Most less least"), "points"),
        ]
    if has_value:
        columns += [
            Column("value", str(WAY_NAMES["value"]), "number"),
            Column("told", _("Supporters with a value"), "count"),
        ]
    columns += [Column(f"place_{way}", _place_title(way), "count") for way in ranked.ways]
    kept = {column.key for column in columns}
    rows = [
        Row(
            {key: cell for key, cell in _cells(each, ranked).items() if key in kept},
            texts={"thread": f"idea:{each.line.id}"},
        )
        for each in shown
    ]
    return Figure(
        "idea_ranking",
        _("Ideas side by side"),
        columns,
        rows,
        n=len(ranked.standings),
        unit=_("ideas"),
        how=_how_ranked(ranked),
        chart=Chart(
            "dots", x="share", y="idea", low="interval", high="interval",
            description=_("The share of supporters among those who met each leading idea."),
        ),
        claims=_claims_of_leaders(ranked),
        notes=_notes(ranked, shown_count=len(shown)),
    )  # fmt: skip


def _cells(each: Standing, ranked: Ranked) -> dict[str, Cell]:
    counted = Counted(each.met.supporters, each.met.people, each.met.people)
    cells: dict[str, Cell] = {
        "idea": each.line.title,
        "panel": ranked.panels.get(each.line.panel_id, ""),
        "support": each.met.supporters,
        "met": each.met.people,
        **counted.cells,
        "wilson": each.scores["wilson"],
        "proven": each.scores["proven"],
        "weighted": each.scores["weighted"],
        "least": each.weighted.least if each.weighted else None,
        "spread": each.weighted.spread if each.weighted else None,
        "value": each.scores["value"],
        "told": each.worth.told if each.worth else None,
    }
    return cells | {f"place_{way}": each.places[way] for way in ranked.ways}


def _agreement(ranked: Ranked, found: Sequence[Agreement]) -> Figure:
    rows = [
        Row(
            {
                "one": str(WAY_NAMES[each.one]),
                "other": str(WAY_NAMES[each.other]),
                "n": each.n,
                "kendall": each.kendall.value,
                "kendall_interval": span(each.kendall.interval),
                "spearman": each.spearman.value if each.spearman else None,
                "spearman_interval": span(each.spearman.interval) if each.spearman else None,
            }
        )
        for each in found
    ]
    return Figure(
        "idea_agreement",
        _("How well the ways agree"),
        [
            Column("one", _("One way")),
            Column("other", _("The other")),
            Column("n", _("Ideas"), "count"),
            Column("kendall", _("Kendall’s tau"), "score"),
            Column("kendall_interval", _("Interval of tau"), "interval", of="kendall"),
            Column("spearman", _("Spearman’s rho"), "score"),
            Column("spearman_interval", _("Interval of rho"), "interval", of="spearman"),
        ],
        rows,
        n=len(ranked.standings),
        unit=_("ideas"),
        how=_(
            "From −1 (the opposite order) over 0 (nothing in common) to 1 (the same order). Kendall’s tau-b: "
            "of two ideas, how much more often the ways agree than not (Kendall 1945); Spearman’s rho: the "
            "correlation of places. Intervals by Fisher’s z (Fieller, Hartley and Pearson 1957; Bonett and "
            "Wright 2000)."
        ),
        chart=Chart(
            "heat", x="other", y="one", colour="kendall",
            description=_("How well each two ways of ranking agree, by Kendall’s tau."),
        ),
        claims=[_claim_of_agreement(each) for each in found],
    )  # fmt: skip


def _claim_of_agreement(each: Agreement) -> Claim:
    found = f"tau {writing.score(each.kendall.value)}"
    if each.kendall.interval is not None:
        limits = claims.interval_words(each.kendall.interval, "score")
        found = _("%(tau)s, %(interval)s", tau=found, interval=limits)
    words = {"one": _quoted(each.one), "other": _quoted(each.other), "found": found}
    return Claim(
        str(_AGREEMENT[_verdict_of(each)]) % words,
        "plain",
        "idea_agreement",
        _("Kendall’s tau-b over %(count)d ideas", count=each.n),
    )


def _verdict_of(each: Agreement) -> str:
    interval = each.kendall.interval
    if interval is None:
        return "same" if each.kendall.value > 0 else "opposite"
    if interval.high < 0:
        return "opposite"
    if interval.low <= 0:
        return "unknown"
    return "nearly" if interval.low >= NEARLY else "partly"


def _gaps(ranked: Ranked) -> list[Figure]:
    """The ideas on which the ways differ; nothing if they do not."""
    ways = common_ways(ranked.standings)
    found = gaps(ranked.standings, ways)
    shown = [gap for gap in found if gap.width > 0][:DIFFERING]
    if not shown:
        return []
    rows = [
        Row(
            {
                "idea": gap.standing.line.title,
                **{f"place_{way}": gap.places[way] for way in ways},
                "width": gap.width,
                "best": str(WAY_NAMES[gap.best]),
                "worst": str(WAY_NAMES[gap.worst]),
            },
            texts={"thread": f"idea:{gap.standing.line.id}"},
        )
        for gap in shown
    ]
    figure = Figure(
        "idea_gaps",
        _("Where the ways disagree"),
        [
            Column("idea", _("Idea")),
            *(Column(f"place_{way}", _place_title(way), "count") for way in ways),
            Column("width", _("Places between"), "count"),
            Column("best", _("Highest by")),
            Column("worst", _("Lowest by")),
        ],
        rows,
        n=len(found),
        unit=_("ideas"),
        how=_(
            "Places among the %(count)d ideas that all of these ways can tell of; equal ones share the best "
            "place. Shown are the ideas whose best and worst place lie farthest apart.",
            count=len(found),
        ),
        chart=Chart(
            "bars",
            x="width",
            y="idea",
            description=_("How many places lie between the best and the worst place of an idea."),
        ),
        claims=[_claim_of_gap(shown[0])],
    )
    return [figure]  # fmt: skip


def _claim_of_gap(gap: Gap) -> Claim:
    return claims.plain(
        _(
            "The ways differ most on “%(idea)s”: place %(first)d by %(best)s, place %(last)d by %(worst)s.",
            idea=gap.standing.line.title,
            first=gap.places[gap.best],
            last=gap.places[gap.worst],
            best=_quoted(gap.best),
            worst=_quoted(gap.worst),
        ),
        figure="idea_gaps",
    )


def _by_group(ranked: Ranked, groups: Groups) -> Figure:
    by_weight = sorted(
        (each for each in ranked.standings if each.shown),
        key=lambda each: (-(each.scores["weighted"] or -1.0), -each.met.supporters, each.line.id),
    )
    rows = [
        row
        for each in by_weight[:CROSSED]
        for key in groups.weights
        if (row := _group_row(each, key, groups)) is not None
    ]
    return Figure(
        "idea_groups",
        _("Who wants what"),
        [
            Column("idea", _("Idea")),
            Column("group", _("Group of customers")),
            Column("met", _("Met it"), "count"),
            Column("support", str(WAY_NAMES["support"]), "count"),
            Column("share", _("Share of supporters"), "share"),
            Column("interval", _("Interval"), "interval", of="share"),
        ],
        rows,
        n=sum(each.met.people for each in by_weight[:CROSSED]),
        unit=_("people who met an idea"),
        how=_("Supporters among those who met an idea, by group, with Wilson’s interval."),
        chart=Chart(
            "heat", x="group", y="idea", colour="share",
            description=_("The share of supporters of each idea by group of customers."),
        ),
        notes=suppression.note(sum(row.is_hidden for row in rows)),
    )  # fmt: skip


def _group_row(each: Standing, key: str, groups: Groups) -> Row | None:
    name: dict[str, Cell] = {"idea": each.line.title, "group": groups.names[key]}
    if key in each.hidden:
        return Row(name, is_hidden=True)
    met = each.shown.get(key)
    if met is None:
        return None
    counted = Counted(met.supporters, met.people, met.people)
    return Row({**name, "met": met.people, "support": met.supporters, **counted.cells})


def _claims_of_leaders(ranked: Ranked) -> list[Claim]:
    """Who comes first by each way; a count, no judgement."""
    firsts: dict[int, list[Way]] = {}
    titles: dict[int, str] = {}
    for way in ranked.ways:
        best = [each for each in ranked.standings if each.places[way] == 1]
        if len(best) == 1:
            firsts.setdefault(best[0].line.id, []).append(way)
            titles[best[0].line.id] = best[0].line.title
    said = []
    for idea_id, ways in firsts.items():
        names = " · ".join(str(WAY_NAMES[way]) for way in ways)
        if len(ways) == len(ranked.ways) > 1:
            text = _("“%(idea)s” comes first by every way.", idea=titles[idea_id])
        else:
            text = _("“%(idea)s” comes first by: %(ways)s.", idea=titles[idea_id], ways=names)
        said.append(claims.plain(text, figure="idea_ranking"))
    return said


def _notes(ranked: Ranked, *, shown_count: int) -> list[str]:
    notes = [
        _(
            "Shown are %(shown)d of %(all)d ranked ideas: the first %(first)d by each way.",
            shown=shown_count,
            all=len(ranked.standings),
            first=FIRST,
        )
    ]
    if ranked.unranked_count:
        notes.append(
            ngettext(
                "%(num)d idea is not ranked: fewer than ten people have met it.",
                "%(num)d ideas are not ranked: fewer than ten people have met each of them.",
                ranked.unranked_count,
            )
        )
    if ranked.groups is None:
        notes.append(
            _("Support is not weighted: there are no targets, and no two segments with enough people.")
        )
    elif "weighted" not in ranked.ways:
        notes.append(_("Support could not be weighted: too few people of each group have met the ideas."))
    if ranked.scope.value_attribute and "value" not in ranked.ways:
        notes.append(_("Too few supporters have told the number that stands for their value."))
    if ranked.targets is not None and len(ranked.targets.margins) > 1:
        notes.append(_("The targets have several parts; support is weighted by the first of them."))
    return notes


def _how_ranked(ranked: Ranked) -> str:
    return str(
        _(
            "Ideas that were published in the period and met by at least %(least)d people, with all support "
            "that stands at the moment of the data, whenever it was given. Share and interval: supporters "
            "among those who met the idea (Wilson, %(level)s). The definitions explain the other columns.",
            least=MIN_SHOWN,
            level=writing.percent(0.95),
        )
    )


def _weighting_words(ranked: Ranked) -> str:
    if ranked.targets is not None:
        source = _(
            "the targets “%(name)s” (%(source)s, %(day)s)",
            name=ranked.targets.name,
            source=ranked.targets.source,
            day=writing.day(ranked.targets.as_of),
        )
    else:
        source = _("the sizes of the segments in these panels; segments may overlap")
    return str(
        _(
            "Support as if each group of customers had met the idea according to its size: each group’s "
            "smoothed share, (supporters + 1) / (people + 2), times its weight, added up. Weights: "
            "%(source)s. Groups of fewer than ten people are left out; the others have to stand for "
            "%(covered)s of all customers.",
            source=source,
            covered=writing.percent(COVERED),
        )
    )


def _place_title(way: Way) -> str:
    return str(_("Place by %(way)s", way=_quoted(way)))


def _quoted(way: Way) -> str:
    return str(_("“%(words)s”", words=WAY_NAMES[way]))


def _groups_of(scope: Scope, targets: WeightTargets | None) -> Groups | None:
    if targets is not None and targets.margins:
        return _groups_of_targets(scope, targets)
    sizes = [each for each in queries.list_sizes(scope) if each.people >= MIN_SHOWN]
    if len(sizes) < 2:
        return None
    met = queries.count_met_by_segment(scope, [each.id for each in sizes])
    return Groups(
        {str(each.id): each.name for each in sizes},
        {str(each.id): float(each.people) for each in sizes},
        overlap=True,
        met={
            idea_id: {str(segment_id): found for segment_id, found in by_segment.items()}
            for idea_id, by_segment in met.items()
        },
    )


def _groups_of_targets(scope: Scope, targets: WeightTargets) -> Groups:
    margin = targets.margins[0]
    name, weights = str(margin["attribute"]), {key: float(each) for key, each in margin["targets"].items()}
    options = [option for joined in weights for option in joined.split(TOGETHER)]
    names = queries.list_panel_names_by_slug(options) if name == "panel" else {}
    words = words_of(profiles.list_choice_attributes(), names)
    met = queries.count_met_by_option(scope, name, options)
    return Groups(
        {key: words.option(name, key) for key in weights},
        weights,
        overlap=False,
        met={
            idea_id: {
                key: _joined([by_option[option] for option in key.split(TOGETHER) if option in by_option])
                for key in weights
            }
            for idea_id, by_option in met.items()
        },
    )


def _joined(parts: Sequence[queries.Met]) -> queries.Met:
    return queries.Met(sum(each.people for each in parts), sum(each.supporters for each in parts))
