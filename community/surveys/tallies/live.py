"""What members choose between live ideas, and what they think of statements; counted from their votes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from community.statistics import opinions, pairwise
from community.statistics.intervals import MIN_SHOWN
from community.surveys.tallies.sums import Figures, rounded


class Choice(NamedTuple):
    """Which of two ideas somebody would rather have; no winner if they could not say."""

    person: int
    low: int
    high: int
    winner: int | None


class Vote(NamedTuple):
    """What somebody thinks of a statement: 1 agrees, -1 disagrees, 0 passes."""

    person: int
    statement: int
    vote: int


class Mapped(NamedTuple):
    """The figures of an opinion map, and who is in which group, to be kept for the next one."""

    figures: Figures
    people: Figures


def rank_ideas(
    choices: Sequence[Choice], *, items: Collection[int], weights: Mapping[int, float] | None
) -> Figures:
    """The ideas by Bradley-Terry strength, plain and weighted; choices with an idea that is out count not.

    An idea that fewer than ten people chose about has no figures, and none follow from choices with it:
    else its own could be worked out from those of the others.
    """
    listed = frozenset(items)
    standing, between = _enough(choices, listed)
    few = {"few": sorted(listed - standing)}
    return {
        "plain": _ranking(between, standing, None) | few,
        "weighted": _ranking(between, standing, weights) | few if weights is not None else None,
    }


def map_opinions(
    votes: Sequence[Vote],
    *,
    statements: Sequence[int],
    out: Collection[int],
    seed: int,
    before: Mapping[str, Any],
) -> Mapped:
    """Groups, what each stands for, and consensus; `before` is the `people` of the map before this one."""
    place = {statement: at for at, statement in enumerate(statements)}
    rows = {person: at for at, person in enumerate(sorted({vote.person for vote in votes}))}
    people = list(rows)
    table: list[list[int | None]] = [[None] * len(place) for _person in people]
    for vote in votes:
        if vote.statement in place:
            table[rows[vote.person]][place[vote.statement]] = vote.vote
    state = before.get("state")
    found = opinions.opinion_map(
        table,
        seed=seed,
        moderated_out={place[statement] for statement in out if statement in place},
        kept={rows[person] for person in before.get("admitted", ()) if person in rows},
        state=opinions.GroupCount(**state) if state else None,
    )
    figures = {
        "n": len(people),
        "votes": len(votes),
        "placed": len(found.people),
        "one_sided": len(found.one_sided),
        "verdict": found.verdict,
        "reason": found.reason,
        "silhouette": rounded(found.silhouette),
        "stability": rounded(found.stability),
        "hidden_groups": found.hidden_groups,
        "groups": [_group(group, statements) for group in found.groups],
        "consensus": [
            {
                "statement": statements[each.statement],
                "agreement": rounded(each.agreement),
                "agree": each.agree,
                "disagree": each.disagree,
                "passed": each.passed,
                "seen": each.seen,
            }
            for each in found.consensus
        ],
    }
    extremities = {
        str(statement): rounded(extremity)
        for statement, extremity in zip(statements, found.extremities, strict=True)
    }
    groups = {str(people[each.row]): each.group for each in found.people if each.group is not None}
    kept = {
        "state": asdict(found.state) if found.state else None,
        "admitted": [people[row] for row in found.admitted],
        "groups": groups,
    }
    return Mapped({"plain": figures, "weighted": None, "extremities": extremities}, kept)


def _enough(choices: Sequence[Choice], items: frozenset[int]) -> tuple[frozenset[int], list[Choice]]:
    """The ideas that ten people chose about, and the choices between them."""
    while True:
        choices = [choice for choice in choices if choice.low in items and choice.high in items]
        people: dict[int, set[int]] = {item: set() for item in items}
        for choice in choices:
            people[choice.low].add(choice.person)
            people[choice.high].add(choice.person)
        enough = frozenset(item for item, chose in people.items() if len(chose) >= MIN_SHOWN)
        if enough == items:
            return items, list(choices)
        items = enough


def _ranking(
    choices: Sequence[Choice], items: Collection[int], weights: Mapping[int, float] | None
) -> Figures:
    times: dict[tuple[int, int], float] = {}
    undecided = 0
    for choice in choices:
        if choice.winner is None:
            undecided += 1
            continue
        loser = choice.high if choice.winner == choice.low else choice.low
        pair = (choice.winner, loser)
        times[pair] = times.get(pair, 0.0) + (weights.get(choice.person, 1.0) if weights is not None else 1.0)
    results = [pairwise.Result(winner, loser, count) for (winner, loser), count in times.items()]
    found = pairwise.strengths(results, items=items)
    return {
        "n": len({choice.person for choice in choices}),
        "choices": len(choices),
        "undecided": undecided,
        "converged": found.converged,
        "items": [
            {
                "idea": each.item,
                "rank": each.rank,
                "wins": rounded(each.wins),
                "losses": rounded(each.losses),
                "strength": rounded(each.strength),
                "se": rounded(each.se),
                "chance": {
                    "value": rounded(each.win_chance),
                    "low": rounded(each.win_interval.low),
                    "high": rounded(each.win_interval.high),
                },
                "quick": rounded(each.quick),
            }
            for each in found.items
        ],
    }


def _group(group: opinions.Group, statements: Sequence[int]) -> Figures:
    return {
        "number": group.number,
        "size": group.size,
        "x": rounded(group.x),
        "y": rounded(group.y),
        "statements": [
            {
                "statement": statements[each.statement],
                "direction": each.direction,
                "votes": each.votes,
                "share": rounded(each.share),
                "ratio": rounded(each.ratio),
            }
            for each in group.statements
        ],
    }
