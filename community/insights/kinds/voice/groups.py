"""Who said what: each panel and each segment against everybody else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from community.insights import claims, suppression
from community.insights.figures import Cell, Chart, Claim, Column, Figure, Row, Section
from community.insights.kinds.measures import Counted, span
from community.insights.kinds.voice.asked import READ, READ_TEXTS, SCORED, SCORED_TEXTS, Asked, part_of
from community.insights.kinds.voice.tables import Parted, figure_of_crossed, figure_of_scores, share_how
from community.insights.kinds.voice.topics import LEADING, Topics
from community.insights.queries import cube, scopes
from community.insights.queries.cube import NOBODY, Dimension, Group
from community.panels import queries as panels
from community.statistics.tracking import two_shares

# The largest ones; a report is no list of all segments there are.
MOST_SEGMENTS = 20


@dataclass(frozen=True)
class _Line:
    """A group, its scored texts, how many of them are good and bad, and the same of everybody else."""

    key: int
    name: str
    all: Group
    scored: Group
    counts: Mapping[str, int]
    others: Group
    other_counts: Mapping[str, int]


def tell_panels(asked: Asked, topics: Topics) -> Section | None:
    """Each panel against the others; None if there is only one."""
    if len(asked.panel_names) < 2:
        return None
    by_panel = {group.key[0]: group for group in cube.read(asked.scope, ("panel",))}
    scored = {group.key[0]: group for group in cube.read(asked.scope, ("panel",), also=SCORED)}
    counts = _counts(asked, "panel")
    known = [each for each in asked.panel_names if each in by_panel]
    lines = []
    for each in known:
        others = cube.count_all(asked.scope, also={**SCORED, "panel": [one for one in known if one != each]})
        rest = {key: sum(counts.get((one, key), 0) for one in known if one != each) for key in ("pos", "neg")}
        own = {key: counts.get((each, key), 0) for key in ("pos", "neg")}
        name = asked.panel_names[each]
        lines.append(_Line(each, name, by_panel[each], scored.get(each, NOBODY), own, others, rest))
    hidden = _hidden(asked, [line.key for line in lines], [line.all.people for line in lines], {})
    hidden |= _hidden(asked, [line.key for line in lines], [line.scored.people for line in lines], SCORED)
    figure = _figure(
        asked, lines, hidden, dimension="panel", title=_("Panels"), head=_("Panel"), key="panels"
    )
    scores = _scores(lines, hidden, dimension="panel", title=_("How each panel feels"), head=_("Panel"))
    figures = [figure, scores, *_topics_by_panel(asked, topics.shown()[:LEADING])]
    return Section("panels", _("By panel"), figures)


def tell_segments(asked: Asked) -> Section | None:
    """Each segment against everybody else in the report; None if there is none."""
    wanted = asked.scope.segment_ids or tuple(key for key, _name in panels.list_segment_names())
    names = scopes.list_segment_names(wanted)
    if not names:
        return None
    by_segment = {group.key[0]: group for group in cube.read(asked.scope, ("segment",))}
    scored = {group.key[0]: group for group in cube.read(asked.scope, ("segment",), also=SCORED)}
    counts = _counts(asked, "segment")
    whole = {group.key[0]: group.items for group in cube.read(asked.scope, ("sentiment",), also=SCORED)}
    known = sorted((each for each in names if each in scored), key=lambda each: -scored[each].people)
    lines = []
    for each in known[:MOST_SEGMENTS]:
        own = {key: counts.get((each, key), 0) for key in ("pos", "neg")}
        rest = {key: whole.get(key, 0) - own[key] for key in ("pos", "neg")}
        others = _rest(asked.scored, scored[each])
        lines.append(_Line(each, names[each], by_segment[each], scored[each], own, others, rest))
    if not lines:
        return None
    lines.sort(key=lambda line: line.name)
    hidden = suppression.kept_back_overlapping(
        [line.scored.people for line in lines], of=asked.scored.people
    ) | suppression.kept_back_overlapping([line.all.people for line in lines], of=asked.total.people)
    figure = _figure(
        asked, lines, hidden, dimension="segment", title=_("Segments"), head=_("Segment"), key="segments"
    )
    return Section(
        "segments",
        _("By segment"),
        [
            figure,
            _scores(lines, hidden, dimension="segment", title=_("How each segment feels"), head=_("Segment")),
        ],
        lead=_("Segments overlap: somebody can be in several. Who has no account is in none."),
    )


def _hidden(
    asked: Asked, panel_ids: Sequence[int], people: Sequence[int], also: Mapping[str, Sequence[Any]]
) -> frozenset[int]:
    """The numbers of the panels to keep back, by the people behind such texts of theirs."""
    return suppression.kept_back(
        people,
        together=lambda some: (
            cube.count_all(asked.scope, also={**also, "panel": [panel_ids[at] for at in some]}).people
        ),
    )


def _counts(asked: Asked, dimension: Dimension) -> dict[tuple[int, str], int]:
    groups = cube.read(asked.scope, (dimension, "sentiment"), also=SCORED)
    return {(group.key[0], group.key[1]): group.items for group in groups}


def _rest(whole: Group, part: Group) -> Group:
    """Everybody else: a person is inside with all their texts, or outside."""
    return Group(
        (),
        *(
            getattr(whole, name) - getattr(part, name)
            for name in (
                "items", "told", "score_count", "score_sum", "score_square_sum", "rating_count",
                "rating_sum", "rating_square_sum", "people",
            )
        ),
    )  # fmt: skip


def _figure(
    asked: Asked,
    lines: Sequence[_Line],
    hidden: frozenset[int],
    *,
    dimension: str,
    title: str,
    head: str,
    key: str,
) -> Figure:
    tests = [
        two_shares(part_of(line.other_counts["neg"], line.others), part_of(line.counts["neg"], line.scored))
        if at not in hidden and not suppression.is_few(line.others.people)
        else None
        for at, line in enumerate(lines)
    ]
    judged = claims.judge(tests)
    rows = []
    for line, found in zip(lines, judged, strict=True):
        cells: dict[str, Cell] = {
            "name": line.name,
            "texts": line.all.items,
            "people": line.all.people,
            "change": found.value if found else None,
            "change_interval": span(found.interval) if found else None,
            "p": found.p if found else None,
        }
        for sentiment in ("pos", "neg"):
            counted = Counted(line.counts[sentiment], line.scored.items, line.scored.people).cells
            cells |= {sentiment: counted["share"], f"{sentiment}_interval": counted["interval"]}
        rows.append(Row(cells, {dimension: line.key}))
    return Figure(
        key,
        title,
        [
            Column("name", head),
            Column("texts", _("Texts"), "count"),
            Column("people", _("People"), "count"),
            Column("pos", _("Positive"), "share"),
            Column("pos_interval", _("Interval, 95%"), "interval", of="pos"),
            Column("neg", _("Negative"), "share"),
            Column("neg_interval", _("Interval, 95%"), "interval", of="neg"),
            Column("change", _("Negative against everybody else"), "points"),
            Column("change_interval", _("Interval, 95%"), "interval", of="change"),
            Column("p", _("p, corrected"), "p"),
        ],
        suppression.keep_back(rows, hidden, named_by=("name",)),
        n=asked.scored.items,
        unit=_("texts"),
        people=asked.scored.people,
        how=_(
            "Shares of the texts that were scored, with no more texts than people. Differences "
            "against everybody else in the report: Newcombe, p corrected for all rows (Benjamini and "
            "Hochberg)."
        ),
        chart=Chart(
            "dots", x="neg", y="name", low="neg_interval", high="neg_interval",
            description=_("The share of negative texts in each group."),
        ),
        claims=claims.proven_first(
            [
                _claim(line, found, figure=key)
                for at, (line, found) in enumerate(zip(lines, judged, strict=True))
                if at not in hidden and found is not None
            ],
            figure=key,
        ),
        notes=suppression.note(len(hidden)),
    )  # fmt: skip


def _scores(
    lines: Sequence[_Line], hidden: frozenset[int], *, dimension: str, title: str, head: str
) -> Figure:
    return figure_of_scores(
        [(line.name, line.scored, {**SCORED_TEXTS, dimension: line.key}) for line in lines],
        key=f"{dimension}s.score",
        title=title,
        head=Column("name", head),
        description=_("The mean score of each group."),
        hidden=hidden,
    )


def _claim(line: _Line, found: claims.Judged, *, figure: str) -> Claim:
    others = Counted(line.other_counts["neg"], line.others.items, line.others.people).estimate
    here = Counted(line.counts["neg"], line.scored.items, line.scored.people).estimate
    return claims.against_others(
        _("Negative texts, %(group)s", group=line.name),
        others.value if others else None,
        here.value if here else None,
        found=found,
        figure=figure,
    )


def _topics_by_panel(asked: Asked, leading: Sequence[Parted]) -> list[Figure]:
    """The share of each leading topic among the texts of each panel."""
    if not leading:
        return []
    bases = {group.key[0]: group for group in cube.read(asked.scope, ("panel",), also=READ)}
    known = [each for each in asked.panel_names if each in bases]
    hidden = _hidden(asked, known, [bases[each].people for each in known], READ)
    found = {group.key: group.items for group in cube.read(asked.scope, ("panel", "topic"), also=READ)}
    figure = figure_of_crossed(
        [
            (
                asked.panel_names[each],
                [
                    (
                        part.name,
                        Counted(found.get((each, part.key), 0), bases[each].items, bases[each].people),
                        {**READ_TEXTS, "panel": each, "topic": part.key},
                    )
                    for part in leading
                ],
            )
            for each in known
        ],
        key="panels.topics",
        title=_("The leading topics in each panel"),
        heads=(Column("panel", _("Panel")), Column("name", _("Topic"))),
        how=share_how(_("the texts of the panel that were read")),
        chart=Chart(
            "heat", x="panel", y="name", colour="share",
            description=_("Which share each leading topic has in each panel."),
        ),
        hidden=hidden,
    )  # fmt: skip
    return [figure]
