"""What it was about: topics, how each feels, what moved, and words that stand for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext as _

from community.insights import claims, suppression
from community.insights.figures import Chart, Claim, Column, Figure, Row, Section
from community.insights.kinds.measures import Counted, figure_of_changes
from community.insights.kinds.voice.asked import (
    READ,
    READ_TEXTS,
    SCORED,
    SCORED_TEXTS,
    SENTIMENTS,
    Asked,
    sentiment_name,
)
from community.insights.kinds.voice.tables import (
    Parted,
    changes_how,
    changes_of,
    figure_of_crossed,
    figure_of_parts,
    figure_of_scores,
    figure_over_time,
    share_how,
)
from community.insights.queries import cube, quotes
from community.insights.scope import Scope

# So many topics have a row of their own; the rest are one row.
MOST_TOPICS = 15
# So many are followed over time, and quoted.
LEADING = 5
QUOTES = 2


@dataclass(frozen=True)
class Topics:
    """The leading topics, the largest first, then all others, then texts without a topic."""

    parts: Sequence[Parted]
    hidden: frozenset[int]
    # The topics that are shown, with their scored texts only, and which of them have too few of those.
    scored: Sequence[Parted]
    unscored: frozenset[int]
    # How many of those texts have a sentiment, by topic and sentiment.
    moods: Mapping[tuple[Any, str], int]

    def shown(self) -> list[Parted]:
        """Topics with a row of their own that may be shown, without those texts that have none."""
        return [
            part for at, part in enumerate(self.parts) if at not in self.hidden and part.key not in (None, ())
        ]


def find_topics(asked: Asked) -> Topics:
    """The topics of the scope and which of them to keep back."""
    groups = {group.key[0]: group for group in cube.read(asked.scope, ("topic",), also=READ)}
    none = groups.pop(None, None)
    ordered = sorted(groups, key=lambda each: (-groups[each].items, each))
    leading, rest = ordered[:MOST_TOPICS], ordered[MOST_TOPICS:]
    keys: list[tuple[int | None, ...]] = [(each,) for each in leading]
    parts = [
        Parted(each, asked.topic_name(each), groups[each], {**READ_TEXTS, "topic": each}) for each in leading
    ]
    if rest:
        others = cube.count_all(asked.scope, also={**READ, "topic": rest})
        parts.append(Parted((), _("All other topics"), others, {**READ_TEXTS, "topic": rest}))
        keys.append(tuple(rest))
    if none is not None:
        parts.append(Parted(None, asked.topic_name(None), none, {**READ_TEXTS, "topic": None}))
        keys.append((None,))
    hidden = _hidden(asked.scope, READ, keys, [part.group.people for part in parts])
    topics = Topics(parts, hidden, (), frozenset(), {})
    groups = {group.key[0]: group for group in cube.read(asked.scope, ("topic",), also=SCORED)}
    scored = [
        replace(part, group=groups[part.key], texts={**SCORED_TEXTS, "topic": part.key})
        for part in topics.shown()
        if part.key in groups
    ]
    people = [part.group.people for part in scored]
    unscored = _hidden(asked.scope, SCORED, [(part.key,) for part in scored], people)
    moods = cube.read(asked.scope, ("topic", "sentiment"), also=SCORED)
    return replace(
        topics,
        scored=scored,
        unscored=unscored,
        moods={(group.key[0], group.key[1]): group.items for group in moods},
    )


def tell_topics(asked: Asked, topics: Topics) -> Section | None:
    """What was talked about, how it felt, and what moved."""
    if suppression.is_few(asked.read.people) or not topics.parts:
        return None
    figures = [_shares(asked, topics)]
    changes = _changes(asked, topics)
    if changes is not None:
        figures.append(changes)
    leading = {each.key: each.name for each in topics.shown()[:LEADING]}
    if leading:
        figures += [_over_time(asked, leading), _scores(topics), _sentiments(topics)]
    return Section("topics", _("What it was about"), figures)


def tell_words(asked: Asked, topics: Topics) -> Section | None:
    """What people love and miss in each of the leading topics, in their own words."""
    shown = [part for at, part in enumerate(topics.scored) if at not in topics.unscored]
    figures = [_words(asked, part, topics.moods) for part in shown[:LEADING]]
    if not figures:
        return None
    return Section(
        "words",
        _("What people love and miss"),
        figures,
        lead=_(
            "Quoted are only those who agreed to it, and people from elsewhere who have no account here: the "
            "texts nearest to what most say, one of each person."
        ),
    )


def claim_topics(asked: Asked, topics: Topics) -> list[Claim]:
    """Which topic leads, with its interval."""
    shown = topics.shown()
    if not shown:
        return []
    first = shown[0]
    if any(topics.parts[at].group.items > first.group.items for at in topics.hidden if topics.parts[at].key):
        # What is said more often may not be told.
        return []
    counted = Counted(first.group.items, asked.read.items, asked.read.people)
    return [claims.leading(first.name, counted.estimate, figure="topics")]


def _hidden(
    scope: Scope,
    also: Mapping[str, Sequence[Any]],
    keys: Sequence[Sequence[int | None]],
    people: Sequence[int],
) -> frozenset[int]:
    def together(some: Sequence[int]) -> int:
        wanted = [topic_id for at in some for topic_id in keys[at]]
        return cube.count_all(scope, also={**also, "topic": wanted}).people

    return suppression.kept_back(people, together=together)


def _shares(asked: Asked, topics: Topics) -> Figure:
    return figure_of_parts(
        topics.parts,
        asked.read,
        key="topics",
        title=_("Leading topics"),
        head=_("Topic"),
        how=share_how(_("the texts that were read; each counts with its main topic")),
        description=_("Which share of the texts each topic has."),
        hidden=topics.hidden,
    )


def _changes(asked: Asked, topics: Topics) -> Figure | None:
    base = cube.count_all(asked.before, also=READ)
    if not base.people or suppression.is_few(base.people):
        return None
    before = {group.key[0]: group for group in cube.read(asked.before, ("topic",), also=READ)}
    own = [(at, part) for at, part in enumerate(topics.parts) if part.key not in (None, ())]
    hidden = {place for place, (at, _part) in enumerate(own) if at in topics.hidden}
    earlier = [before[part.key].people if part.key in before else 0 for _at, part in own]
    hidden |= _hidden(asked.before, READ, [(part.key,) for _at, part in own], earlier)
    figure = figure_of_changes(
        changes_of([part for _at, part in own], before, base=base, read=asked.read),
        key="topics.changes",
        title=_("Topics against the period before"),
        unit=_("texts"),
        n=asked.read.items,
        people=asked.read.people,
        how=changes_how(),
        description=_("By how much the share of each topic moved."),
        kept_back=hidden,
    )
    return claims.with_proven_first(figure)


def _over_time(asked: Asked, names: Mapping[Any, str]) -> Figure:
    return figure_over_time(
        asked,
        "topic",
        names,
        also=READ,
        key="topics.time",
        title=_("The leading topics over time"),
        head=_("Topic"),
        how=share_how(_("the texts of the week or month that were read")),
        description=_("How the shares of the leading topics went over the period."),
        is_heat=True,
    )


def _scores(topics: Topics) -> Figure:
    return figure_of_scores(
        [(part.name, part.group, part.texts) for part in topics.scored],
        key="topics.score",
        title=_("How each topic feels"),
        head=Column("name", _("Topic")),
        description=_("The mean score of each topic."),
        hidden=topics.unscored,
    )


def _sentiments(topics: Topics) -> Figure:
    return figure_of_crossed(
        [
            (
                part.name,
                [
                    (
                        sentiment_name(each),
                        Counted(topics.moods.get((part.key, each), 0), part.group.items, part.group.people),
                        {**part.texts, "sentiment": each},
                    )
                    for each in SENTIMENTS
                ],
            )
            for part in topics.scored
        ],
        key="topics.sentiment",
        title=_("Sentiment by topic"),
        heads=(Column("name", _("Topic")), Column("sentiment", _("Sentiment"))),
        how=share_how(_("the texts of the topic that were scored")),
        chart=Chart(
            "stacked", x="share", y="name", colour="sentiment", palette="sentiment",
            description=_("The shares of the sentiments in each topic."),
        ),
        hidden=topics.unscored,
    )  # fmt: skip


def _words(asked: Asked, part: Parted, moods: Mapping[tuple[Any, str], int]) -> Figure:
    base = part.group
    chosen = [
        quote
        for sentiment in ("pos", "neg")
        for quote in quotes.choose_quotes(
            quotes.list_candidates(asked.scope, topic_ids=(part.key,), sentiments=(sentiment,)), count=QUOTES
        )
    ]
    counts = {each: moods.get((part.key, each), 0) for each in ("pos", "neg")}
    rows = [
        Row(
            {"name": title, "texts": counts[each], **Counted(counts[each], base.items, base.people).cells},
            {**part.texts, "sentiment": each} if counts[each] else None,
        )
        for each, title in (("pos", _("Loved")), ("neg", _("Missed")))
    ]
    return Figure(
        f"words.{part.key}",
        part.name,
        [
            Column("name", _("What")),
            Column("texts", _("Texts"), "count"),
            Column("share", _("Share"), "share"),
            Column("interval", _("Interval, 95%"), "interval", of="share"),
        ],
        rows,
        n=base.items,
        unit=_("texts"),
        people=base.people,
        how=_("Loved: texts that are positive. Missed: texts that are negative.")
        + " "
        + share_how(_("the texts of the topic that were scored")),
        notes=[] if chosen else [_("Nobody who said this has agreed to be quoted.")],
        quotes=chosen,
    )
