"""Likeness of short texts by the runs of characters they share, the same for words and for Chinese."""

import re
from collections import Counter
from dataclasses import dataclass
from math import sqrt
from operator import add

from community.analysis.script import fold

_GAPS = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Profile:
    """How often each run of two or three characters occurs in a text, and the length of that vector."""

    counts: Counter[str]
    norm: float


def profile(text: str) -> Profile:
    """The profile of a text; make it once for a text that is compared with many."""
    counts = Counter(runs(text))
    return Profile(counts, sqrt(sum(count * count for count in counts.values())))


def runs(text: str) -> list[str]:
    """All runs of two and of three characters of the text as it is compared, with the gaps around words."""
    folded = f" {_GAPS.sub(' ', fold(text)).strip()} "
    # The gap alone is no likeness.
    if folded.isspace():
        return []
    pairs = list(map(add, folded, folded[1:]))
    return pairs + list(map(add, pairs, folded[2:]))


def likeness(one: str | Profile, other: str | Profile) -> float:
    """Cosine of the two texts' profiles: 0 for nothing in common, 1 for the same; 0 if either is empty."""
    one = profile(one) if isinstance(one, str) else one
    other = profile(other) if isinstance(other, str) else other
    if not one.norm or not other.norm:
        return 0.0
    if len(other.counts) < len(one.counts):
        one, other = other, one
    shared = sum(count * other.counts[run] for run, count in one.counts.items() if run in other.counts)
    return min(1.0, shared / (one.norm * other.norm))
