"""Who carries the talk: how unevenly what is said is spread over members, without any name."""

from collections import Counter
from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from community.feedback import wording
from community.insights import claims, suppression, writing
from community.insights.figures import Cell, Chart, Claim, Column, Figure, Row, Section
from community.insights.kinds.measures import span
from community.insights.queries import health as queries
from community.insights.scope import Scope
from community.statistics import inequality
from community.statistics.intervals import share

TOP = 0.1


def section_of(scope: Scope, members: Sequence[int]) -> Section:
    """How many say anything, what the tenth who say most say, and the curve of it all."""
    texts = queries.count_texts_by_author(scope)
    together: Counter[int] = Counter()
    for by_author in texts.values():
        together.update(by_author)
    kinds: list[tuple[str, Mapping[int, int]]] = [(_("All texts"), together)]
    kinds += [(str(wording.SOURCES[source]), by_author) for source, by_author in texts.items()]
    kinds.append((_("Votes for ideas"), queries.count_votes_by_member(scope)))
    kinds = [(name, counts) for name, counts in kinds if counts]
    figures = [_voices(kinds, members)]
    if not suppression.is_few(len(together)) and together:
        figures += [_shares(kinds), _lorenz(together)]
    return Section("talk", _("Who carries the talk"), figures)


def _voices(kinds: Sequence[tuple[str, Mapping[int, int]]], members: Sequence[int]) -> Figure:
    """The share of members that did anything of each sort."""
    everybody = frozenset(members)
    rows: list[Row] = []
    for name, counts in kinds:
        said = len(everybody & counts.keys())
        found = share(said, len(everybody)) if everybody else None
        rows.append(
            Row(
                {
                    "what": name,
                    "people": said,
                    "share": found.value if found else None,
                    "interval": span(found.interval) if found else None,
                }
            )
        )
    return Figure(
        key="voices",
        title=_("Members who said anything"),
        columns=(
            Column("what", _("What they did")),
            Column("people", _("Members"), "count"),
            Column("share", _("Share"), "share"),
            Column("interval", _("Interval"), "interval", "share"),
        ),
        rows=rows,
        n=len(everybody),
        unit=_("members"),
        people=len(everybody),
        how=_("Of those who are members now; what they said or did in the period. Wilson’s interval."),
    )


def _shares(kinds: Sequence[tuple[str, Mapping[int, int]]]) -> Figure:
    rows: list[Row] = []
    said: list[Claim] = []
    for name, counts in kinds:
        amounts = list(counts.values())
        if suppression.is_few(len(amounts)):
            rows.append(Row({"what": name}, is_hidden=True))
            continue
        gini, top = inequality.gini(amounts), inequality.top_share(amounts, TOP)
        cells: dict[str, Cell] = {
            "what": name,
            "people": len(amounts),
            "count": sum(amounts),
            "gini": gini.value if gini else None,
            "gini_interval": span(gini.interval) if gini else None,
            "top": top.value if top else None,
            "top_interval": span(top.interval) if top else None,
        }
        rows.append(Row(cells))
        if top is not None and top.interval is not None and not said:
            said.append(
                claims.plain(
                    _(
                        "The tenth of the authors who write most (%(people)s people) wrote %(share)s of all "
                        "texts (%(interval)s).",
                        people=writing.count(inequality.count_top(len(amounts), TOP)),
                        share=writing.percent(top.value),
                        interval=writing.interval(top.interval.low, top.interval.high, "share"),
                    ),
                    figure="concentration",
                )
            )
    return Figure(
        key="concentration",
        title=_("How much comes from how few"),
        columns=(
            Column("what", _("What they did")),
            Column("people", _("Who did it at all"), "count"),
            Column("count", _("How often"), "count"),
            Column("gini", _("Gini"), "number"),
            Column("gini_interval", _("Interval"), "interval", "gini"),
            Column("top", _("Share of the tenth who do most"), "share"),
            Column("top_interval", _("Interval"), "interval", "top"),
        ),
        rows=rows,
        n=sum(kinds[0][1].values()),
        unit=_("texts"),
        people=len(kinds[0][1]),
        how=_(
            "Among those who did it at all, also those who have left since. Gini: 0 if all do alike, near 1 "
            "if one does all. Intervals by drawing people anew (bootstrap, %(count)d draws, fixed seed).",
            count=inequality.RESAMPLES,
        ),
        claims=said,
        notes=suppression.note(sum(row.is_hidden for row in rows)),
    )


def _lorenz(counts: Mapping[int, int]) -> Figure:
    points = inequality.lorenz(list(counts.values()), steps=20)
    title = _("Which share of the texts comes from which share of the authors")
    return Figure(
        key="lorenz",
        title=title,
        columns=(
            Column("authors", _("Authors, from those who write least"), "share"),
            Column("texts", _("Their share of all texts"), "share"),
        ),
        rows=[Row({"authors": people, "texts": held}) for people, held in points],
        n=sum(counts.values()),
        unit=_("texts"),
        people=len(counts),
        how=_("The Lorenz curve: the further below the diagonal, the fewer carry the talk."),
        chart=Chart("lines", x="authors", y="texts", description=title),
    )
