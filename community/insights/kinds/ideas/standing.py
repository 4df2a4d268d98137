"""Where each idea stands by several ways of ranking, and how far the ways disagree; pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from community.insights import suppression
from community.insights.queries.ideas import Line, Met, Worth
from community.statistics import ranks, support
from community.statistics.intervals import MIN_SHOWN, Estimate, Part, wilson_low
from community.statistics.support import Prior, Weighted

Way = Literal["support", "wilson", "proven", "weighted", "value"]
WAYS: tuple[Way, ...] = ("support", "wilson", "proven", "weighted", "value")
# Groups that may be shown stand for at least so much of all customers, or support is not weighted.
COVERED = 0.8
# Two ways are compared over at least so many ideas.
LEAST = 10


@dataclass(frozen=True)
class Groups:
    """The groups of customers that support is weighted by: their names and weights, by their keys.

    Groups that overlap, as segments do, are parts of the same people; others share nobody.
    """

    names: Mapping[str, str]
    weights: Mapping[str, float]
    overlap: bool
    # Per idea and group; who is in no group is in none.
    met: Mapping[int, Mapping[str, Met]]


@dataclass(frozen=True)
class Standing:
    """One idea by all ways; None where a way cannot tell."""

    line: Line
    met: Met
    scores: Mapping[Way, float | None]
    # The best is 1, among the ideas that this way can tell of.
    places: Mapping[Way, int | None]
    weighted: Weighted | None = None
    worth: Worth | None = None
    # The groups that are large enough to be shown, and those that are kept back.
    shown: Mapping[str, Met] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Agreement:
    """How well two ways agree on the ideas that both can tell of."""

    one: Way
    other: Way
    n: int
    kendall: Estimate
    spearman: Estimate | None


@dataclass(frozen=True)
class Gap:
    """An idea with its places among those that all ways can tell of, and the widest difference of two."""

    standing: Standing
    places: Mapping[Way, int]
    best: Way
    worst: Way

    @property
    def width(self) -> int:
        """How many places lie between its best and its worst."""
        return self.places[self.worst] - self.places[self.best]


def is_ranked(met: Met) -> bool:
    """Whether enough people met an idea to say where it stands."""
    return met.people >= MIN_SHOWN


def rank(
    lines: Sequence[Line],
    met: Mapping[int, Met],
    *,
    groups: Groups | None = None,
    worth: Mapping[int, Worth] | None = None,
) -> list[Standing]:
    """The ideas that enough people met, by all ways, the most supported first."""
    ranked = [line for line in lines if line.id in met and is_ranked(met[line.id])]
    prior = support.prior_of([_part(met[line.id]) for line in ranked])
    standings = [_score(line, met[line.id], prior, groups, worth) for line in ranked]
    by_way = {way: _places([each.scores[way] for each in standings]) for way in WAYS}
    placed = [
        Standing(
            each.line,
            each.met,
            each.scores,
            {way: by_way[way][number] for way in WAYS},
            each.weighted,
            each.worth,
            each.shown,
            each.hidden,
        )
        for number, each in enumerate(standings)
    ]
    return sorted(placed, key=lambda each: (-each.met.supporters, each.line.id))


def ways_of(standings: Sequence[Standing]) -> tuple[Way, ...]:
    """The ways that can tell of at least two of the ideas."""
    return tuple(
        way for way in WAYS if sum(each.scores[way] is not None for each in standings) > 1
    )  # fmt: skip


def common_ways(standings: Sequence[Standing]) -> tuple[Way, ...]:
    """The ways that can tell of at least half of the ideas; a rarer one would leave too few to compare."""
    return tuple(
        way
        for way in WAYS
        if 2 * sum(each.scores[way] is not None for each in standings) >= max(1, len(standings))
    )


def leading(standings: Sequence[Standing], *, count: int) -> list[Standing]:
    """The ideas that are among the first by any of the ways, the most supported first."""
    return [each for each in standings if any(0 < (place or 0) <= count for place in each.places.values())]


def agreements(standings: Sequence[Standing]) -> list[Agreement]:
    """How well each two ways agree, if there are enough ideas that both can tell of."""
    found = []
    ways = ways_of(standings)
    for number, one in enumerate(ways):
        for other in ways[number + 1 :]:
            pairs = [
                (first, second)
                for each in standings
                if (first := each.scores[one]) is not None and (second := each.scores[other]) is not None
            ]
            scores = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
            kendall = ranks.kendall(*scores) if len(pairs) >= LEAST else None
            if kendall is not None:
                found.append(Agreement(one, other, len(pairs), kendall, ranks.spearman(*scores)))
    return found


def gaps(standings: Sequence[Standing], ways: Sequence[Way]) -> list[Gap]:
    """The ideas that these ways can tell of, those first on which they differ most."""
    known = [each for each in standings if all(each.scores[way] is not None for way in ways)]
    if len(ways) < 2:
        return []
    places = {way: ranks.places([each.scores[way] or 0.0 for each in known]) for way in ways}
    found = []
    for number, each in enumerate(known):
        own = {way: places[way][number] for way in ways}
        found.append(Gap(each, own, min(ways, key=own.__getitem__), max(ways, key=own.__getitem__)))
    return sorted(found, key=lambda gap: (-gap.width, gap.standing.line.id))


def _score(
    line: Line, met: Met, prior: Prior, groups: Groups | None, worth: Mapping[int, Worth] | None
) -> Standing:
    part = _part(met)
    shown, hidden = _groups_of(line.id, met, groups) if groups is not None else ({}, frozenset())
    weighted = _weigh(shown, groups) if groups is not None else None
    known = (worth or {}).get(line.id)
    if known is not None and known.told < MIN_SHOWN:
        known = None
    scores: dict[Way, float | None] = {
        "support": float(met.supporters),
        "wilson": wilson_low(part.count, part.n),
        "proven": support.proven(part, prior),
        "weighted": weighted.share if weighted is not None else None,
        "value": known.total if known is not None else None,
    }
    return Standing(line, met, scores, {}, weighted, known, shown, hidden)


def _groups_of(idea_id: int, met: Met, groups: Groups) -> tuple[dict[str, Met], frozenset[str]]:
    """The groups of an idea that may be shown, and the names of those that may not, nor be reckoned."""
    found = {key: each for key, each in groups.met.get(idea_id, {}).items() if each.people}
    keys, people = list(found), [each.people for each in found.values()]
    if groups.overlap:
        kept = suppression.kept_back_overlapping(people, of=met.people)
    else:
        # Those in none of the groups can be reckoned, too, for all who met the idea are known.
        kept = suppression.kept_back([*people, met.people - sum(people)])
    hidden = frozenset(keys[at] for at in kept if at < len(keys))
    return {key: each for key, each in found.items() if key not in hidden}, hidden


def _weigh(shown: Mapping[str, Met], groups: Groups) -> Weighted | None:
    covered = sum(groups.weights[key] for key in shown)
    if not shown or covered < COVERED * sum(groups.weights.values()):
        return None
    return support.weighted_support(
        [support.Group(groups.weights[key], _part(each)) for key, each in shown.items()]
    )


def _part(met: Met) -> Part:
    return Part(met.supporters, met.people)


def _places(scores: Sequence[float | None]) -> list[int | None]:
    known = [score for score in scores if score is not None]
    places = iter(ranks.places(known))
    return [None if score is None else next(places) for score in scores]
