"""The opinion map: who votes alike on short statements, what each group stands for and what all agree on."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from math import isfinite, prod, sqrt
from random import Random
from typing import TYPE_CHECKING, Literal, NamedTuple

from community.statistics import clusters
from community.statistics.intervals import MIN_SHOWN

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Numbers = NDArray[np.int64]
    Flags = NDArray[np.bool_]

AGREE, PASS, DISAGREE = 1, 0, -1

# A person is admitted with this many votes, or with a vote on each statement; the most active fill up.
ENOUGH_VOTES, FEWEST_PEOPLE = 7, 15
# Somebody who votes nearly always the same way says nothing of the statements.
ONE_SIDED, ONE_SIDED_VOTES = 0.95, 15
# A number of groups has to win this many updates running before it is taken.
STREAK = 4
# Groups are taken for real from these values on.
LEAST_SILHOUETTE, LEAST_STABILITY = 0.2, 0.6

Verdict = Literal["stable", "no stable groups"]
Reason = Literal["too few people", "silhouette", "stability", "chance"]
Direction = Literal["agree", "disagree"]

_CLUSTERS_PER_GROUP, _MOST_GROUPS = 12, 5
# One-sided, 90 percent.
_SURE = 1.2816
_MOST_TELLING = 5
_RESTARTS = 10


class Tally(NamedTuple):
    """The votes that a statement has, and how far it lies out on the map; by id."""

    statement: int
    agree: int
    disagree: int
    passed: int
    extremity: float = 0.0


@dataclass(frozen=True)
class GroupCount:
    """The number of groups in use, the one that won last, and how many updates running it has won."""

    k: int
    candidate: int
    streak: int


@dataclass(frozen=True)
class Place:
    """Where a person, by row, stands on the map and in which group; None if there are no groups."""

    row: int
    x: float
    y: float
    group: int | None


@dataclass(frozen=True)
class Telling:
    """A statement that sets a group apart from the others."""

    statement: int
    direction: Direction
    # Of the group: how many voted on it, and the share in that direction, drawn a little towards one half.
    votes: int
    share: float
    # How many times that of the others the share is.
    ratio: float
    z_share: float
    z_ratio: float
    score: float


@dataclass(frozen=True)
class Group:
    """People who vote alike: how many they are, their middle, and what they stand for."""

    number: int
    size: int
    x: float
    y: float
    # The most telling first, but before all an agreeing one if there is any.
    statements: tuple[Telling, ...]


@dataclass(frozen=True)
class Consensus:
    """How far all groups agree with a statement, 0..1, and the votes of all their people together."""

    statement: int
    agreement: float
    agree: int
    disagree: int
    passed: int
    seen: int


@dataclass(frozen=True)
class OpinionMap:
    """People, groups and consensus; rows and statements are positions in the votes that were given."""

    people: tuple[Place, ...]
    # Rows that had votes enough, now or before.
    admitted: tuple[int, ...]
    # Admitted rows that are left out for voting nearly always the same way; nothing of theirs is lost.
    one_sided: tuple[int, ...]
    verdict: Verdict
    reason: Reason | None
    silhouette: float | None
    # Mean adjusted Rand index of the groups with those of people drawn anew; 1 is the same groups.
    stability: float | None
    state: GroupCount | None
    # Largest first.
    groups: tuple[Group, ...]
    # Groups too small to be shown; their people are in no figure.
    hidden_groups: int
    # Highest agreement first.
    consensus: tuple[Consensus, ...]
    # Per statement: how far out on the map somebody stands who only agrees with it, and its direction there.
    extremities: tuple[float, ...]
    loadings: tuple[tuple[float, float], ...]


def opinion_map(
    votes: Sequence[Sequence[int | None]],
    *,
    seed: int,
    moderated_out: Collection[int] = (),
    kept: Collection[int] = (),
    state: GroupCount | None = None,
    resamples: int = 20,
) -> OpinionMap:
    """The map of opinions from votes, one row per person: 1 agree, 0 pass, -1 disagree, None not seen.

    Statements in `moderated_out` count for nothing; people in `kept` were admitted before and stay; `state`
    is that of the map of the update before. "No stable groups" is the verdict if there are not two groups of
    ten, if the silhouette is below 0.2, if people drawn anew fall into other groups (mean adjusted Rand index
    below 0.6), or if the votes hang together no more than the same votes shuffled within each statement. The
    same seed gives the same map. Raises ValueError (Polis: Small et al. 2021; Rousseeuw 1987; Hubert & Arabie
    1985; Horn 1965).
    """
    if resamples < 2:
        raise ValueError(f"Stability needs two resamples at least, not {resamples}.")
    matrix, live = _matrix(votes, moderated_out)
    admitted = _admitted(matrix[:, live], kept, len(votes))
    import numpy as np

    rng = np.random.default_rng(seed)
    one_sided = _one_sided(matrix[:, live], admitted)
    rows = np.setdiff1d(admitted, one_sided)
    cast = matrix[np.ix_(rows, live)]
    plane = _plane(cast)
    points = _positions(cast, plane)
    choice = _grouped(points, state, rng) if len(rows) >= 2 * MIN_SHOWN else None
    stability = _stability(cast, choice, resamples, rng) if choice else None
    reason = _reason(choice, stability)
    if reason is None and not _hangs_together(cast, resamples, rng):
        reason = "chance"
    labels = choice.labels if choice and reason is None else np.full(len(rows), -1)
    shown = [number for number in range(labels.max(initial=-1) + 1) if (labels == number).sum() >= MIN_SHOWN]
    extremities, loadings = np.zeros(len(live)), np.zeros((len(live), 2))
    loadings[live] = plane.components.T
    extremities[live] = sqrt(live.sum()) * (1 - plane.means) * np.hypot(*plane.components)
    return OpinionMap(
        people=tuple(
            Place(row, x, y, None if group < 0 else group)
            for row, (x, y), group in zip(rows.tolist(), points.tolist(), labels.tolist(), strict=True)
        ),
        admitted=tuple(admitted.tolist()),
        one_sided=tuple(one_sided.tolist()),
        verdict="no stable groups" if reason else "stable",
        reason=reason,
        silhouette=choice.silhouette if choice else None,
        stability=stability,
        state=choice.state if choice else state,
        groups=_groups(cast, points, labels, shown, np.flatnonzero(live).tolist()),
        hidden_groups=int(labels.max(initial=-1)) + 1 - len(shown),
        consensus=_consensus(cast, labels, shown, np.flatnonzero(live).tolist()),
        extremities=tuple(extremities.tolist()),
        loadings=tuple((x, y) for x, y in loadings.tolist()),
    )


def settle(best: int, state: GroupCount | None) -> GroupCount:
    """The number of groups to use when `best` has won this update: a new one only after four wins running.

    Raises ValueError for fewer than two groups (Polis: Small et al. 2021).
    """
    if best < 2:
        raise ValueError(f"There are two groups at least, not {best}.")
    if state is None:
        return GroupCount(best, best, 1)
    streak = state.streak + 1 if state.candidate == best else 1
    return GroupCount(best if streak >= STREAK else state.k, best, streak)


def group_informed_consensus(groups: Iterable[tuple[int, int]]) -> float:
    """Product over groups of (agree + 1) / (seen + 2), 0..1: high only if every group agrees.

    Each group is the number of people who agree and of those who voted. Raises ValueError (Polis: Small et
    al. 2021).
    """
    shares: list[float] = []
    for agree, seen in groups:
        if not 0 <= agree <= seen:
            raise ValueError(f"Of {seen} who voted, {agree} cannot agree.")
        shares.append((agree + 1) / (seen + 2))
    if not shares:
        raise ValueError("Consensus needs one group at least.")
    return prod(shares)


def priority(tally: Tally) -> float:
    """How much a statement is worth showing next: agreed with, telling groups apart, seldom passed, new.

    Raises ValueError for counts or an extremity below 0 (Polis: Small et al. 2021).
    """
    _statement, agree, disagree, passed, extremity = tally
    if min(agree, disagree, passed) < 0 or not (isfinite(extremity) and extremity >= 0):
        raise ValueError(f"Votes and extremity of a statement are not below 0: {tally}.")
    seen = agree + disagree + passed
    importance = (1 - (passed + 1) / (seen + 2)) * (1 + extremity) * (agree + 1) / (seen + 2)
    return (importance * (1 + 8 * 2 ** (-seen / 5))) ** 2


def next_statement(tallies: Sequence[Tally], voted: Collection[int], *, seed: int) -> int | None:
    """The statement to show a person next, drawn by priority among those not voted on; None if none is left.

    Give the tallies of live statements only. The same seed draws the same. Raises ValueError for a statement
    given twice (Polis: Small et al. 2021).
    """
    if len({tally.statement for tally in tallies}) != len(tallies):
        raise ValueError("Each statement is given once.")
    seen = frozenset(voted)
    left = [tally for tally in tallies if tally.statement not in seen]
    if not left:
        return None
    rng = Random(seed)  # noqa: S311 - must be repeatable
    return rng.choices(left, [priority(tally) for tally in left])[0].statement


@dataclass(frozen=True)
class _Plane:
    """What the map is drawn on: the mean of each statement and two directions."""

    means: "Floats"
    components: "Floats"


@dataclass(frozen=True)
class _Choice:
    """People in groups, the largest being 0, how well they are apart, and the state of their number."""

    labels: "Numbers"
    silhouette: float
    state: GroupCount

    @property
    def k(self) -> int:
        return int(self.labels.max()) + 1


def _matrix(votes: Sequence[Sequence[int | None]], moderated_out: Collection[int]) -> "tuple[Floats, Flags]":
    """Votes with NaN for what was not seen, and which statements stand."""
    import numpy as np

    width = len(votes[0]) if len(votes) else 0
    if any(len(row) != width for row in votes):
        raise ValueError("Every person has one place for each statement.")
    matrix = np.array(votes, dtype=float).reshape(len(votes), width)
    if not (np.isnan(matrix) | np.isin(matrix, (AGREE, PASS, DISAGREE))).all():
        raise ValueError("A vote is 1, 0 or -1, or None.")
    if any(not 0 <= statement < width for statement in moderated_out):
        raise ValueError(f"There are {width} statements; one that was moderated out is not among them.")
    live: Flags = np.ones(width, dtype=bool)
    live[list(moderated_out)] = False
    return matrix, live


def _admitted(cast: "Floats", kept: Collection[int], people: int) -> "Numbers":
    import numpy as np

    if any(not 0 <= row < people for row in kept):
        raise ValueError(f"There are {people} people; one who was kept is not among them.")
    times = (~np.isnan(cast)).sum(axis=1)
    enough: Flags = times >= max(1, min(ENOUGH_VOTES, cast.shape[1]))
    enough[list(kept)] = True
    most_active = np.lexsort((np.arange(people), -times, ~enough))
    missing = FEWEST_PEOPLE - int(enough.sum())
    if missing > 0:
        enough[most_active[:FEWEST_PEOPLE]] = times[most_active[:FEWEST_PEOPLE]] > 0
    # Without any vote there is no place on the map, admitted or not.
    return np.flatnonzero(enough & (times > 0))


def _one_sided(cast: "Floats", admitted: "Numbers") -> "Numbers":
    import numpy as np

    theirs = cast[admitted]
    times = (~np.isnan(theirs)).sum(axis=1)
    means = np.nansum(theirs, axis=1) / np.maximum(1, times)
    found: Numbers = admitted[(times >= ONE_SIDED_VOTES) & (np.abs(means) > ONE_SIDED)]
    return found


def _plane(cast: "Floats") -> _Plane:
    """The two directions along which people differ most: power iteration, missing votes at the mean."""
    import numpy as np

    seen = (~np.isnan(cast)).sum(axis=0)
    means: Floats = np.nansum(cast, axis=0) / np.maximum(1, seen)
    centred = np.where(np.isnan(cast), 0.0, cast - means)
    spread = centred.T @ centred / max(1, len(cast) - 1)
    components = np.zeros((2, cast.shape[1]))
    for each in components:
        each[:] = _main_direction(spread)
        spread = spread - (each @ spread @ each) * np.outer(each, each)
    return _Plane(means, components)


def _main_direction(spread: "Floats") -> "Floats":
    import numpy as np

    width = len(spread)
    direction: Floats = np.zeros(width)
    if not width or np.abs(spread).max() < 1e-12:
        return direction
    # A column of the matrix has to do with its main direction; the other part keeps it from being across.
    direction = spread[:, np.diag(spread).argmax()] + np.linspace(1e-6, 1.1e-6, width)
    direction /= np.linalg.norm(direction)
    for _ in range(2000):
        following = spread @ direction
        following /= np.linalg.norm(following)
        change = np.abs(following - direction).max()
        direction = following
        if change < 1e-12:
            break
    # Either sign would do; the largest part is made positive.
    found: Floats = direction * np.sign(direction[np.abs(direction).argmax()])
    return found


def _positions(cast: "Floats", plane: _Plane) -> "Floats":
    """Each person by the votes cast, drawn out as if every statement had been voted on."""
    import numpy as np

    times = (~np.isnan(cast)).sum(axis=1)
    centred = np.where(np.isnan(cast), 0.0, cast - plane.means)
    points: Floats = (centred @ plane.components.T) * np.sqrt(cast.shape[1] / np.maximum(1, times))[:, None]
    return points


def _grouped(points: "Floats", state: GroupCount | None, rng: "np.random.Generator") -> _Choice | None:
    """The best number of groups that has settled, and everyone's group; None if all stand at one place."""
    import numpy as np

    middles, base = clusters.base_clusters(points, rng)
    many: Floats = np.bincount(base).astype(float)
    most = min(_MOST_GROUPS, 2 + len(middles) // _CLUSTERS_PER_GROUP, len(middles))
    if most < 2:
        return None
    tried: dict[int, tuple[float, Numbers]] = {}
    for k in range(2, most + 1):
        labels = clusters.k_means(middles, many, k, rng, restarts=_RESTARTS)
        tried[k] = clusters.mean_silhouette(middles, labels, many), labels
    best = max(tried, key=lambda k: (tried[k][0], -k))
    settled = settle(best, state)
    if settled.k not in tried:
        settled = GroupCount(best, best, 1)
    score, labels = tried[settled.k]
    sizes = np.bincount(labels, weights=many)
    # Largest first; as large ones from left to right.
    lefts = [float(middles[labels == number, 0].mean()) for number in range(len(sizes))]
    order = sorted(range(len(sizes)), key=lambda number: (-sizes[number], lefts[number]))
    rank = np.argsort(order)
    return _Choice(rank[labels][base], score, settled)


def _stability(cast: "Floats", choice: _Choice, resamples: int, rng: "np.random.Generator") -> float:
    """How well the same groups come back when people are drawn anew and the whole map is made again."""
    import numpy as np

    total = 0.0
    for _ in range(resamples):
        drawn = cast[rng.integers(len(cast), size=len(cast))]
        plane = _plane(drawn)
        middles, base = clusters.base_clusters(_positions(drawn, plane), rng)
        many: Floats = np.bincount(base).astype(float)
        if len(middles) < choice.k:
            continue
        labels = clusters.k_means(middles, many, choice.k, rng, restarts=_RESTARTS)
        groups = clusters.middles_of(middles, many, labels, choice.k)
        everyone = clusters.nearest_of(_positions(cast, plane), groups)
        total += clusters.adjusted_rand(choice.labels.tolist(), everyone.tolist())
    return total / resamples


def _hangs_together(cast: "Floats", resamples: int, rng: "np.random.Generator") -> bool:
    """Whether votes differ along one direction by more than they do once each statement is shuffled.

    Statements that divide people, each in its own way, make stable groups of nothing.
    """
    import numpy as np

    centred = np.where(np.isnan(cast), 0.0, cast - _plane(cast).means)
    largest = np.linalg.eigvalsh(centred.T @ centred)[-1]
    for _ in range(max(20, resamples)):
        shuffled = rng.permuted(centred, axis=0)
        if np.linalg.eigvalsh(shuffled.T @ shuffled)[-1] >= largest:
            return False
    return True


def _reason(choice: _Choice | None, stability: float | None) -> Reason | None:
    """Why there are no groups to speak of, or None if there are."""
    import numpy as np

    if choice is None or stability is None:
        return "too few people"
    if choice.silhouette < LEAST_SILHOUETTE:
        return "silhouette"
    if stability < LEAST_STABILITY:
        return "stability"
    # A single group that may be shown is no map of groups.
    return "too few people" if (np.bincount(choice.labels) >= MIN_SHOWN).sum() < 2 else None


def _groups(
    cast: "Floats", points: "Floats", labels: "Numbers", shown: Sequence[int], statements: Sequence[int]
) -> tuple[Group, ...]:
    import numpy as np

    agree = np.array([(cast[labels == number] == AGREE).sum(axis=0) for number in shown])
    disagree = np.array([(cast[labels == number] == DISAGREE).sum(axis=0) for number in shown])
    seen = np.array([(~np.isnan(cast[labels == number])).sum(axis=0) for number in shown])
    found: list[Group] = []
    for at, number in enumerate(shown):
        telling: list[Telling] = []
        for column, statement in enumerate(statements):
            votes, others = int(seen[at, column]), int(seen[:, column].sum() - seen[at, column])
            sides: tuple[tuple[Direction, Numbers], ...] = (("agree", agree), ("disagree", disagree))
            both = [
                _telling(
                    statement,
                    direction,
                    (int(counts[at, column]), votes),
                    (int(counts[:, column].sum() - counts[at, column]), others),
                )
                for direction, counts in sides
            ]
            telling.append(max(both, key=lambda each: each.z_ratio))
        middle = points[labels == number].mean(axis=0).tolist()
        size = int((labels == number).sum())
        found.append(Group(number, size, middle[0], middle[1], _most_telling(telling)))
    return tuple(found)


def _telling(statement: int, direction: Direction, group: tuple[int, int], rest: tuple[int, int]) -> Telling:
    """How a group's share in a direction stands out; each side is how many voted so, and how many voted."""
    (count, votes), (others, others_votes) = group, rest
    share = (count + 1) / (votes + 2)
    ratio = share / ((others + 1) / (others_votes + 2))
    z_share = 2 * sqrt(votes + 1) * ((count + 1) / (votes + 1) - 0.5)
    # One is added everywhere, as in the share itself.
    n_group, n_rest = votes + 1, others_votes + 1
    p_group, p_rest = (count + 1) / n_group, (others + 1) / n_rest
    pooled = (count + others + 2) / (n_group + n_rest)
    error = sqrt(pooled * (1 - pooled) * (1 / n_group + 1 / n_rest))
    z_ratio = (p_group - p_rest) / error if error else 0.0
    score = ratio * z_ratio * share * z_share
    return Telling(statement, direction, votes, share, ratio, z_share, z_ratio, score)


def _most_telling(telling: Iterable[Telling]) -> tuple[Telling, ...]:
    passing = [each for each in telling if each.z_share > _SURE and each.z_ratio > _SURE]
    passing.sort(key=lambda each: (-each.score, each.statement))
    agreeing = [each for each in passing if each.direction == "agree"][:1]
    return tuple(agreeing + [each for each in passing if each not in agreeing])[:_MOST_TELLING]


def _consensus(
    cast: "Floats", labels: "Numbers", shown: Sequence[int], statements: Sequence[int]
) -> tuple[Consensus, ...]:
    """Agreement on each statement over the groups that may be shown, or over all people if there are none."""
    import numpy as np

    members = [labels == number for number in shown] or [np.ones(len(cast), dtype=bool)]
    if sum(int(each.sum()) for each in members) < MIN_SHOWN:
        return ()
    agree = np.array([(cast[each] == AGREE).sum(axis=0) for each in members])
    disagree = np.array([(cast[each] == DISAGREE).sum(axis=0) for each in members]).sum(axis=0)
    seen = np.array([(~np.isnan(cast[each])).sum(axis=0) for each in members])
    found: list[Consensus] = []
    for at, statement in enumerate(statements):
        agreement = group_informed_consensus(zip(agree[:, at].tolist(), seen[:, at].tolist(), strict=True))
        yes, no, all_seen = int(agree[:, at].sum()), int(disagree[at]), int(seen[:, at].sum())
        found.append(Consensus(statement, agreement, yes, no, all_seen - yes - no, all_seen))
    return tuple(sorted(found, key=lambda each: (-each.agreement, each.statement)))
