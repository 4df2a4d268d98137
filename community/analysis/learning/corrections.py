"""Corrections that work at once: what a person said of one text holds for texts that say nearly the same."""

from collections import Counter
from collections.abc import Iterable
from math import sqrt
from typing import NamedTuple

from community.analysis.learning import features
from community.analysis.learning.features import Group

# How much alike two texts have to be, as the cosine of their runs.
LEAST_LIKENESS = 0.6


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
        latest = {(each.group, _key(each.text)): each for each in corrections}
        self._corrections = list(latest.values())
        self._runs = [features.grams(each.text, each.group) for each in self._corrections]
        self._by_key = {key: at for at, key in enumerate(latest)}
        self._holders: dict[str, list[int]] = {}
        frequency = Counter(run for runs in self._runs for run in runs)
        for at, runs in enumerate(self._runs):
            # Two texts that are alike enough share one of these at least, whatever they share besides.
            rarest = sorted(runs, key=lambda run: (frequency[run], run))
            needed = len(runs) - int(LEAST_LIKENESS * LEAST_LIKENESS * len(runs))
            for run in rarest[: needed + 1]:
                self._holders.setdefault(run, []).append(at)

    def __len__(self) -> int:
        return len(self._corrections)

    def find(self, masked: str, group: Group, *, was: str) -> Found | None:
        """The correction of the text most like this one, of those that were read as it; None if none is."""
        if not self._corrections:
            return None
        same = self._by_key.get((group, _key(masked)))
        if same is not None:
            return Found(self._corrections[same], 1.0)
        runs = features.grams(masked, group)
        candidates = {at for run in self._holders.keys() & runs for at in self._holders[run]}
        best: Found | None = None
        for at in sorted(candidates):
            correction = self._corrections[at]
            if correction.group != group or correction.was != was:
                continue
            likeness = len(runs & self._runs[at]) / sqrt(len(runs) * len(self._runs[at]))
            if likeness >= LEAST_LIKENESS and (best is None or likeness >= best.likeness):
                best = Found(correction, likeness)
        return best


def _key(masked: str) -> str:
    return " ".join(masked.lower().split())
