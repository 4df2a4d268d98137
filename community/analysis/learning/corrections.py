"""Corrections that work at once: what a person said of one text holds for texts that say nearly the same."""

from collections.abc import Iterable
from functools import lru_cache
from math import sqrt
from typing import NamedTuple

from community.analysis.learning import features
from community.analysis.learning.features import Group

# How much alike two texts have to be, as the cosine of their runs.
LEAST_LIKENESS = 0.6
# Runs that fall on one bit make sketches look less alike than the texts are, by less than this.
_BITS, _ROUGH = 4096, 0.1


class Correction(NamedTuple):
    """What a person said a text is: a sentiment, a kind or a topic."""

    text: str  # masked
    group: Group
    value: str
    # What the reading had said: the correction holds for texts that are read like that.
    was: str


class Found(NamedTuple):
    """A correction that holds for a text, and how much alike the two texts are, 0 to 1."""

    correction: Correction
    likeness: float


class Corrections:
    """The corrections of one field of a site, found by likeness; of those of one text the last counts."""

    def __init__(self, corrections: Iterable[Correction] = ()) -> None:
        self._by_key = {(each.group, _key(each.text)): each for each in corrections}
        self._alike: dict[tuple[Group, str], list[tuple[int, int, Correction]]] = {}
        for each in self._by_key.values():
            sketch = _sketch(each.text, each.group)
            if sketch:
                held = self._alike.setdefault((each.group, each.was), [])
                held.append((sketch, sketch.bit_count(), each))

    def __len__(self) -> int:
        return len(self._by_key)

    def find(self, masked: str, group: Group, *, was: str) -> Found | None:
        """The correction of the text most like this one, of those that were read as it; None if none is."""
        if not self._by_key:
            return None
        same = self._by_key.get((group, _key(masked)))
        if same is not None:
            return Found(same, 1.0)
        runs = features.grams(masked, group)
        sketch = _sketch_of(runs)
        size = sketch.bit_count()
        best: Found | None = None
        least = LEAST_LIKENESS
        for other, other_size, correction in self._alike.get((group, was), ()) if runs else ():
            if (sketch & other).bit_count() < (least - _ROUGH) * sqrt(size * other_size):
                continue
            others = features.grams(correction.text, group)
            likeness = len(runs & others) / sqrt(len(runs) * len(others))
            if likeness >= least:
                best, least = Found(correction, likeness), likeness
        return best


@lru_cache(maxsize=3 * 2048)
def _sketch(masked: str, group: Group) -> int:
    """The sketch of a text; kept, because every correction makes all of them anew."""
    return _sketch_of(features.grams(masked, group))


def _sketch_of(runs: Iterable[str]) -> int:
    """The runs of a text as bits of one number: far smaller than they are, and far sooner compared."""
    bits = bytearray(_BITS // 8)
    for run in runs:
        place = hash(run) % _BITS
        bits[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(bits, "little")


def _key(masked: str) -> str:
    return " ".join(masked.lower().split())
