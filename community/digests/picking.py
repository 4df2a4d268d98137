"""Which ideas a member may like: a small recommender that can say why.

A pick is scored by what the member supports, wrote and follows: ideas that the same people support (item to
item, cosine of supporters, shrunk where they are few), ideas about the same things, ideas that hold words of
a wish they stated, what many support, and what is new. The strongest of these is the reason they are told.
One place goes to chance, so that what nobody has found yet can be found. What a member asked to see less of
counts against what is like it.
"""

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

MOST = 5
# The weights of what speaks for an idea; see benchmarks/digest.py for what they were chosen by.
CO_SUPPORT, ALIKE, INTEREST, WISH, POPULAR, FRESH = 5.0, 1.0, 1.0, 0.6, 0.5, 0.25
# Two ideas with few supporters in common say little about each other.
SHRINKAGE = 5.0
# So much of an idea's newness is left after so many days.
FRESH_DAYS = 21.0
# An idea in a script the member does not read counts for so much.
IN_OTHER_SCRIPT = 0.3
# A personal reason that speaks less than this for an idea is not given as the reason.
LEAST_REASON = 0.05
# Of ideas for the same reason so many at most, so that one vote does not fill a digest.
MOST_FOR_ONE = 2
# What was done with an idea, as weight for what is like it.
LIKING: Mapping[str, float] = {
    "wrote": 1.0, "supported": 1.0, "followed": 0.7, "more": 1.2, "less": -1.2,
}  # fmt: skip


# Why an idea is shown, and about what: see `Pick`.
Reason = tuple[str, int | str | None]


class Candidate(NamedTuple):
    """An idea that could be shown: what it is about ("tag:…", "topic:…") and the words in it."""

    id: int
    panel_id: int
    about: frozenset[str]
    terms: frozenset[str]
    support_count: int
    seen_count: int
    published_at: datetime
    is_chinese: bool


class Liked(NamedTuple):
    """An idea the member did something with, and what that idea is about."""

    id: int
    how: str
    about: frozenset[str]


class Wish(NamedTuple):
    """Something the member says they like, need or always do: the fact's number, and its telling words."""

    id: int
    terms: frozenset[str]


class Taste(NamedTuple):
    """What is known of a member's liking; nothing of it for those who did not agree to that."""

    liked: Sequence[Liked] = ()
    interests: Mapping[str, float] = {}
    wishes: Sequence[Wish] = ()
    # Whether they read Chinese, and whether they read what is written in Latin letters.
    reads_chinese: bool = True
    reads_latin: bool = True


class Pick(NamedTuple):
    """An idea to show, and why: "support" (of idea `about`), "wrote", "followed", "more", "interest" (in the
    key `about`), "wish" (the fact `about`), "popular", "fresh" or "chance"."""

    id: int
    why: str
    about: int | str | None = None


def strength_of(shared: int, one: int, other: int) -> float:
    """How alike two ideas are by their supporters, 0 to 1: cosine, shrunk where few are shared."""
    if not shared or not one or not other:
        return 0.0
    return min(1.0, shared / math.sqrt(one * other)) * shared / (shared + SHRINKAGE)


class Pool:
    """All candidates of a run, indexed once: about the same, holding the same words, moving most people."""

    def __init__(self, candidates: Iterable[Candidate], *, now: datetime) -> None:
        self.by_id = {each.id: each for each in candidates}
        self._now = now
        self.with_key: Mapping[str, list[int]] = _index((each.id, each.about) for each in self.by_id.values())
        self.with_term: Mapping[str, list[int]] = _index(
            (each.id, each.terms) for each in self.by_id.values()
        )

    @cached_property
    def general(self) -> Mapping[int, tuple[float, float]]:
        """For each candidate how much its supporters and its newness speak for it."""
        most = max((math.log1p(each.support_count) for each in self.by_id.values()), default=0.0) or 1.0
        return {
            each.id: (
                POPULAR * math.log1p(each.support_count) / most,
                FRESH * math.exp(-max(0.0, (self._now - each.published_at).days) / FRESH_DAYS),
            )
            for each in self.by_id.values()
        }

    def telling(self, found: Sequence[int]) -> float:
        """How much it says that something holds a word or a tag: 1 if nothing else does, near 0 if all do."""
        size = len(self.by_id)
        return math.log((size + 1) / len(found)) / math.log(size + 1) if found else 0.0


def pick(
    pool: Pool,
    allowed: Collection[int],
    taste: Taste,
    neighbours: Mapping[int, Mapping[int, float]],
    *,
    seed: str,
    most: int = MOST,
) -> list[Pick]:
    """At most `most` of the allowed ideas, the likeliest first and one by chance last.

    `neighbours` has for each liked idea those with the same supporters. The same seed picks the same.
    """
    scores: dict[int, dict[Reason, float]] = defaultdict(dict)
    allowed = set(allowed)
    for reason, idea_id, points in _personal(pool, taste, neighbours):
        if idea_id in allowed:
            scores[idea_id][reason] = scores[idea_id].get(reason, 0.0) + points
    ranked = sorted(
        ((_total(pool, idea_id, scores.get(idea_id, {}), taste), idea_id) for idea_id in allowed),
        key=lambda scored: (-scored[0], -scored[1]),
    )
    picks: list[Pick] = []
    used: Counter[Reason] = Counter()
    for _total_points, idea_id in ranked:
        if len(picks) == most - 1:
            break
        reason = _reason(pool, idea_id, scores.get(idea_id, {}))
        if reason[1] is not None and used[reason] >= MOST_FOR_ONE:
            continue
        used[reason] += 1
        picks.append(Pick(idea_id, *reason))
    chosen = {each.id for each in picks}
    # Nobody is surprised with what they asked to see less of.
    left = [
        idea_id
        for idea_id in allowed - chosen
        if sum(scores.get(idea_id, {}).values()) >= 0 and _reads(pool, idea_id, taste)
    ]
    if left:
        picks.append(Pick(max(left, key=lambda idea_id: _drawn(pool.by_id[idea_id], seed)), "chance"))
    return picks


def _personal(
    pool: Pool, taste: Taste, neighbours: Mapping[int, Mapping[int, float]]
) -> Iterator[tuple[Reason, int, float]]:
    """What of the member's own speaks for which idea: (reason, idea, points)."""
    for liked in taste.liked:
        weight = CO_SUPPORT * LIKING[liked.how]
        for idea_id, strength in neighbours.get(liked.id, {}).items():
            yield (liked.how, liked.id), idea_id, weight * strength
    yield from _alike(pool, taste.liked)
    for key, strength in taste.interests.items():
        found = pool.with_key.get(key, [])
        for idea_id in found:
            yield ("interest", key), idea_id, INTEREST * strength * pool.telling(found)
    for wish in taste.wishes:
        for found in (pool.with_term.get(term, []) for term in wish.terms):
            for idea_id in found:
                yield ("wish", wish.id), idea_id, WISH * pool.telling(found) / math.sqrt(len(wish.terms))


def _alike(pool: Pool, all_liked: Sequence[Liked]) -> Iterator[tuple[Reason, int, float]]:
    """What is about the same as the liked ideas: each tag or topic counts by how often it came."""
    weights: dict[str, float] = defaultdict(float)
    example: dict[str, Reason] = {}
    for liked in all_liked:
        for key in liked.about:
            weights[key] += LIKING[liked.how]
            if LIKING[liked.how] > 0:
                example.setdefault(key, (liked.how, liked.id))
    total = math.sqrt(sum(abs(weight) for weight in weights.values()))
    for key, weight in weights.items():
        found = pool.with_key.get(key, [])
        points = ALIKE * weight / total * pool.telling(found) if weight else 0.0
        for idea_id in found:
            yield example.get(key, ("less", None)), idea_id, points


def _total(pool: Pool, idea_id: int, personal: Mapping[Reason, float], taste: Taste) -> float:
    points = sum(personal.values()) + sum(pool.general[idea_id])
    return points if _reads(pool, idea_id, taste) else points * IN_OTHER_SCRIPT


def _reads(pool: Pool, idea_id: int, taste: Taste) -> bool:
    return taste.reads_chinese if pool.by_id[idea_id].is_chinese else taste.reads_latin


def _reason(pool: Pool, idea_id: int, personal: Mapping[Reason, float]) -> Reason:
    best = max(personal.items(), key=lambda item: (item[1], str(item[0])), default=None)
    if best is not None and best[1] >= LEAST_REASON:
        return best[0]
    popular, fresh = pool.general[idea_id]
    return ("popular" if popular >= fresh else "fresh"), None


def _drawn(candidate: Candidate, seed: str) -> float:
    """A number by chance, higher for what its readers support: weighted drawing (Efraimidis & Spirakis)."""
    drawn = hashlib.blake2b(f"{seed}:{candidate.id}".encode(), digest_size=8).digest()
    uniform = (int.from_bytes(drawn) + 1) / (2**64 + 1)
    readers = max(candidate.seen_count, candidate.support_count)
    return float(uniform ** (1 / ((candidate.support_count + 1) / (readers + 2))))


def _index(things: Iterable[tuple[int, Iterable[str]]]) -> dict[str, list[int]]:
    index: dict[str, list[int]] = defaultdict(list)
    for number, words in things:
        for word in words:
            index[word].append(number)
    return index
