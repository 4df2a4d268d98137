"""Tables that several parts of the report have: parts of a whole, and the same over time."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from community.insights import suppression
from community.insights.figures import Chart, Column, Figure, Row, Shape
from community.insights.kinds.measures import Change, Counted, span
from community.insights.kinds.voice.asked import READ_TEXTS, Asked, mean_score
from community.insights.queries import cube
from community.insights.queries.cube import NOBODY, Dimension, Group


@dataclass(frozen=True)
class Parted:
    """A part of the texts: what it is called, what it comes to, and what finds its texts."""

    key: Any
    name: str
    group: Group
    texts: Mapping[str, Any]


def share_how(base: str) -> str:
    """How shares of texts are counted; `base` says of which."""
    return str(
        _("Share of %(base)s. Interval: 95 per cent, Wilson, with no more texts than people.", base=base)
    )


def changes_how() -> str:
    """How shares of the texts that were read are held against those of the period before."""
    return str(
        _(
            "Difference of two shares of the texts that were read. Interval: 95 per cent, Newcombe, with no "
            "more texts than people; p corrected for all rows (Benjamini and Hochberg)."
        )
    )


def figure_of_parts(
    parts: Sequence[Parted],
    base: Group,
    *,
    key: str,
    title: str,
    head: str,
    how: str,
    description: str,
    hidden: Collection[int] = (),
    is_sentiment: bool = False,
) -> Figure:
    """Each part with its texts, its people and its share of the base."""
    rows = [
        Row(
            {
                "name": part.name,
                "texts": part.group.items,
                "people": part.group.people,
                **Counted(part.group.items, base.items, base.people).cells,
            },
            part.texts if part.group.items else None,
        )
        for part in parts
    ]
    return Figure(
        key,
        title,
        [
            Column("name", head),
            Column("texts", _("Texts"), "count"),
            Column("people", _("People"), "count"),
            Column("share", _("Share"), "share"),
            Column("interval", _("Interval, 95%"), "interval", of="share"),
        ],
        suppression.keep_back(rows, hidden, named_by=("name",)),
        n=base.items,
        unit=_("texts"),
        people=base.people,
        how=how,
        chart=Chart(
            "bars", x="share", y="name", low="interval", high="interval",
            palette="sentiment" if is_sentiment else "plain", description=description,
        ),
        notes=suppression.note(len(hidden)),
    )  # fmt: skip


def changes_of(
    parts: Sequence[Parted], before: Mapping[Any, Group], *, base: Group, read: Group
) -> list[Change]:
    """The share of each part of what was read now, and of `base` over the period before."""
    return [
        Change(
            part.name,
            Counted(before.get(part.key, NOBODY).items, base.items, base.people),
            Counted(part.group.items, read.items, read.people),
            part.texts,
        )
        for part in parts
    ]


def figure_of_scores(
    lines: Sequence[tuple[str, Group, Mapping[str, Any]]],
    *,
    key: str,
    title: str,
    head: Column,
    description: str,
    hidden: Collection[int],
    shape: Shape = "dots",
    notes: Sequence[str] = (),
) -> Figure:
    """The mean score of each of these groups of scored texts, named by the column `head`."""
    rows = []
    for name, group, texts in lines:
        found = mean_score(group)
        rows.append(
            Row(
                {
                    head.key: name,
                    "texts": group.score_count,
                    "people": group.people,
                    "score": found.value if found else None,
                    "interval": span(found.interval) if found else None,
                },
                texts,
            )
        )
    along, up = (head.key, "score") if shape == "lines" else ("score", head.key)
    return Figure(
        key,
        title,
        [
            head,
            Column("texts", _("Texts"), "count"),
            Column("people", _("People"), "count"),
            Column("score", _("Mean score"), "score"),
            Column("interval", _("Interval, 95%"), "interval", of="score"),
        ],
        suppression.keep_back(rows, hidden, named_by=(head.key,)),
        n=sum(group.score_count for at, (_name, group, _texts) in enumerate(lines) if at not in hidden),
        unit=_("texts"),
        how=_(
            "Mean of the scores of the texts, from −1 (bad) to +1 (good). Interval: 95 per cent, Student, "
            "with no more texts than people."
        ),
        chart=Chart(shape, x=along, y=up, low="interval", high="interval", description=description),
        notes=[*suppression.note(len(hidden)), *notes],
    )


def figure_of_crossed(
    groups: Sequence[tuple[str, Sequence[tuple[str, Counted, Mapping[str, Any]]]]],
    *,
    key: str,
    title: str,
    heads: tuple[Column, Column],
    how: str,
    chart: Chart,
    hidden: Collection[int],
) -> Figure:
    """What each of these groups of texts is made of: of each part how many of its texts, and the share."""
    rows: list[Row] = []
    for at, (name, parts) in enumerate(groups):
        if at in hidden:
            rows.append(Row({heads[0].key: name}, is_hidden=True))
            continue
        rows += [
            Row(
                {
                    heads[0].key: name,
                    heads[1].key: part,
                    "texts": counted.count,
                    "of": counted.n,
                    "people": counted.people,
                    **counted.cells,
                },
                texts if counted.count else None,
            )
            for part, counted, texts in parts
        ]
    return Figure(
        key,
        title,
        [
            *heads,
            Column("texts", _("Texts"), "count"),
            Column("of", _("Out of"), "count"),
            Column("people", _("Out of people"), "count"),
            Column("share", _("Share"), "share"),
            Column("interval", _("Interval, 95%"), "interval", of="share"),
        ],
        rows,
        n=sum(parts[0][1].n for at, (_name, parts) in enumerate(groups) if at not in hidden),
        unit=_("texts"),
        how=how,
        chart=chart,
        notes=suppression.note(len(hidden)),
    )


def figure_over_time(
    asked: Asked,
    dimension: Dimension,
    names: Mapping[Any, str],
    *,
    also: Mapping[str, Sequence[Any]],
    key: str,
    title: str,
    head: str,
    how: str,
    description: str,
    is_heat: bool = False,
) -> Figure:
    """The share of each of these values in each week or month; pieces of time of too few people go."""
    bases = {group.key[0]: group for group in cube.read(asked.scope, (asked.span,), also=also)}
    found = {group.key: group for group in cube.read(asked.scope, (asked.span, dimension), also=also)}
    starts = sorted(bases)
    hidden = hidden_pieces([bases[each].people for each in starts])
    rows: list[Row] = []
    for at, starts_on in enumerate(starts):
        if at in hidden:
            rows.append(Row({"period": starts_on.isoformat()}, is_hidden=True))
            continue
        base = bases[starts_on]
        for value, name in names.items():
            group = found.get((starts_on, value))
            count = group.items if group is not None else 0
            rows.append(
                Row(
                    {
                        "period": starts_on.isoformat(),
                        "name": name,
                        "texts": count,
                        "of": base.items,
                        **Counted(count, base.items, base.people).cells,
                    },
                    {**READ_TEXTS, dimension: value, **asked.days_of(starts_on)} if count else None,
                )
            )
    is_feeling = dimension == "sentiment"
    return Figure(
        key,
        title,
        [
            Column("period", asked.span_title, "date"),
            Column("name", head),
            Column("texts", _("Texts"), "count"),
            Column("of", _("Out of"), "count"),
            Column("share", _("Share"), "share"),
            Column("interval", _("Interval, 95%"), "interval", of="share"),
        ],
        rows,
        n=sum(bases[each].items for at, each in enumerate(starts) if at not in hidden),
        unit=_("texts"),
        how=how,
        chart=Chart("heat", x="period", y="name", colour="share", description=description)
        if is_heat
        else Chart(
            "stacked", x="period", y="share", colour="name",
            palette="sentiment" if is_feeling else "plain", description=description,
        ),
        notes=[*suppression.note(len(hidden)), *cut_note(asked)],
    )  # fmt: skip


def hidden_pieces(people: Sequence[int]) -> frozenset[int]:
    """Which weeks or months to keep back; the same people may speak in each of them."""
    return suppression.kept_back(people, together=suppression.sharing(people))


def cut_note(asked: Asked) -> list[str]:
    """That the first or the last week or month is not whole."""
    first, last = asked.scope.from_on, asked.scope.until_on
    if asked.starts_of(first) == first and asked.ends_of(last) == last:
        return []
    return [
        _("The first and the last week have only the days of the period.")
        if asked.span == "week"
        else _("The first and the last month have only the days of the period.")
    ]
