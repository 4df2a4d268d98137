"""Themes: what many texts of a period say alike, named by their telling words, growing or shrinking."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import comb, erfc, log, sqrt
from typing import Literal, NamedTuple

from community.analysis import tokens
from community.analysis.masking import mask
from community.analysis.telling import SMALL_WORDS, telling_words

Trend = Literal["new", "growing", "steady", "shrinking"]

LEAST_TEXTS = 3

# Texts belong together from this likeness to the theme's centre on (cosine, terms weighted by rarity).
_ALIKE = 0.27
# A text is known by as many of its rarest terms, a theme by those of its texts that weigh most.
_MOST_TERMS, _MOST_OF_CENTRE = 40, 60
# What more texts than this share say, and more than a few, says nothing of what one of them is about.
_EVERYWHERE, _A_FEW = 0.15, 40
# Chance, at most, that a change as large as this is none.
_SURE = 0.05
# From here on the normal curve is as good as the sum of all cases.
_MANY = 400


class Row(NamedTuple):
    """A text, the main topic it was given, and when it was said."""

    id: int
    text: str
    topic: str | None
    at: datetime


@dataclass(frozen=True)
class Theme:
    """What several texts say alike."""

    # Telling words, the most telling first; at most three.
    words: tuple[str, ...]
    topic: str | None
    # Of the period, the most typical first.
    ids: tuple[int, ...]
    count_before: int
    trend: Trend
    # The chance, 0 to 1, of a change this large if nothing had changed.
    chance: float

    @property
    def count(self) -> int:
        """How many texts of the period belong to it."""
        return len(self.ids)


@dataclass
class _Group:
    """Texts that belong together, by their numbers, and the sum of their terms' weights."""

    members: list[int] = field(default_factory=list)
    centre: dict[str, float] = field(default_factory=dict)
    norm: float = 0.0


_Vector = Mapping[str, float]


def themes_of(
    rows: Sequence[Row], *, start: datetime, end: datetime, least: int = LEAST_TEXTS
) -> list[Theme]:
    """The themes of the period from `start` to before `end`, those with the most texts first.

    The period is compared with the one of the same length before it, so `rows` should reach as far back; what
    is older is left out. A theme stays within one topic and has at least `least` texts in the period.
    """
    before = start - (end - start)
    rows = [row for row in rows if before <= row.at < end]
    # Addresses and names of people are no theme.
    texts = [mask(row.text) for row in rows]
    vectors = _vectors(texts)
    by_topic: dict[str | None, list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        by_topic[row.topic].append(at)
    groups: list[tuple[list[int], list[int]]] = []
    for numbers in by_topic.values():
        for group in _grouped(numbers, vectors):
            now = [at for at in group if rows[at].at >= start]
            if len(now) >= least:
                groups.append((now, [at for at in group if rows[at].at < start]))
    found: list[Theme] = []
    for (now, then), words in zip(
        groups, telling_words(texts, [now + then for now, then in groups]), strict=True
    ):
        if not words:
            continue
        said = tuple(_as_said(word, [(texts[at], rows[at].text) for at in now]) for word in words)
        trend, chance = trend_of(len(now), len(then))
        ids = tuple(rows[at].id for at in now)
        found.append(Theme(said, rows[now[0]].topic, ids, len(then), trend, chance))
    return sorted(found, key=lambda theme: (-theme.count, theme.ids))


def trend_of(count: int, count_before: int) -> tuple[Trend, float]:
    """Whether a count has changed since the period before, and the chance of such a change if it had not.

    Both counts are taken as Poisson, so that given their sum the first is binomial with a chance of one half;
    the test is two-sided (Przyborowski and Wilenski 1940).
    """
    total = count + count_before
    low = min(count, count_before)
    if total > _MANY:
        chance = erfc(max(0.0, abs(count - count_before) - 1) / sqrt(2 * total))
    else:
        chance = min(1.0, 2 * sum(comb(total, k) for k in range(low + 1)) / 2**total)
    if chance > _SURE:
        return "steady", chance
    if not count_before:
        return "new", chance
    return ("growing" if count > count_before else "shrinking"), chance


def _as_said(word: str, texts: Iterable[tuple[str, str]]) -> str:
    """The word in the script that people wrote it in; the texts are given masked, and as they were said."""
    for masked, text in texts if not word.isascii() else ():
        start = masked.find(word)
        if start >= 0:
            return text[start : start + len(word)]
    return word


def _vectors(texts: Sequence[str]) -> list[_Vector]:
    """The telling terms of each text with their weights; each vector has the length one, or nothing in it."""
    terms = [set(tokens.index_terms(text)) - SMALL_WORDS for text in texts]
    frequency = Counter(term for each in terms for term in each)
    most = max(_A_FEW, _EVERYWHERE * len(texts))
    rarity = {
        term: log(1 + len(texts) / count)
        for term, count in frequency.items()
        if 1 < count <= most and len(term) > 1
    }
    vectors: list[_Vector] = []
    for each in terms:
        kept = sorted((term for term in each if term in rarity), key=lambda term: (-rarity[term], term))
        vectors.append(_of_length_one({term: rarity[term] for term in kept[:_MOST_TERMS]}))
    return vectors


def _grouped(numbers: Sequence[int], vectors: Sequence[_Vector]) -> list[list[int]]:
    """The numbers in groups, in each the one nearest to the centre first.

    Twice through all: the first time each joins the group it is most like, or begins one; the second time the
    centres of the larger groups stand, and each joins the nearest.
    """
    groups: list[_Group] = []
    holders: dict[str, dict[int, float]] = defaultdict(dict)
    # Those with much to say first: they make better beginnings.
    for number in sorted(numbers, key=lambda number: (-len(vectors[number]), number)):
        vector = vectors[number]
        if not vector:
            continue
        which, alike = _nearest(vector, groups, holders)
        if which is None or alike < _ALIKE:
            which = len(groups)
            groups.append(_Group())
        _join(groups[which], number, vector)
        for term in vector:
            holders[term][which] = groups[which].centre[term]
    centres = [_Group(centre=_strongest(group.centre)) for group in groups if len(group.members) > 1]
    holders = defaultdict(dict)
    for which, group in enumerate(centres):
        group.norm = _length(group.centre.values())
        for term, weight in group.centre.items():
            holders[term][which] = weight
    alikes: list[list[tuple[float, int]]] = [[] for _ in centres]
    for number in numbers:
        which, alike = _nearest(vectors[number], centres, holders)
        if which is not None and alike >= _ALIKE:
            alikes[which].append((-alike, number))
    return [[number for _alike, number in sorted(each)] for each in alikes if each]


def _nearest(
    vector: _Vector, groups: Sequence[_Group], holders: Mapping[str, Mapping[int, float]]
) -> tuple[int | None, float]:
    shared: dict[int, float] = defaultdict(float)
    for term, weight in vector.items():
        for which, held in holders.get(term, {}).items():
            shared[which] += weight * held
    if not shared:
        return None, 0.0
    which = max(shared, key=lambda which: (shared[which] / groups[which].norm, -which))
    return which, shared[which] / groups[which].norm


def _join(group: _Group, number: int, vector: _Vector) -> None:
    group.members.append(number)
    square = group.norm * group.norm
    for term, weight in vector.items():
        held = group.centre.get(term, 0.0)
        group.centre[term] = held + weight
        square += weight * (2 * held + weight)
    group.norm = sqrt(square)


def _strongest(centre: _Vector) -> dict[str, float]:
    kept = sorted(centre, key=lambda term: (-centre[term], term))[:_MOST_OF_CENTRE]
    return {term: centre[term] for term in kept}


def _of_length_one(weights: _Vector) -> dict[str, float]:
    length = _length(weights.values())
    return {term: weight / length for term, weight in weights.items()}


def _length(weights: Iterable[float]) -> float:
    return sqrt(sum(weight * weight for weight in weights))
