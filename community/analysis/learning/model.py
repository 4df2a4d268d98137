"""The learned layer as it serves: plain weights that read one text, say how sure they are and why."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from heapq import nlargest
from math import sqrt
from typing import Any, Literal, NamedTuple

from community.analysis.language import Language
from community.analysis.learning import features
from community.analysis.learning.calibrating import softmax
from community.analysis.learning.features import Group
from community.analysis.sentiment import scorer
from community.analysis.sentiment.findings import Evidence, Label, Scored, Sentiment

# What answers: the lexicons as they are, their signals weighed for the site, or these and runs of letters.
Stage = Literal["lexicon", "thresholds", "grams"]
# Why that stage answers.
Reason = Literal["few_labels", "one_sided", "not_better", "thresholds_better", "grams_better"]

FORMAT = 2
SIDES: tuple[Label, ...] = ("pos", "neu", "neg")

# Weights of runs are whole thousandths: a third of the size in JSON, and no answer changes.
UNIT = 1000
# Evidence: how far a run must lean to be looked for, how many are, how far a stretch must lean to be shown.
_TELLING = 400
_MOST_RUNS = 16
_LEAST_WEIGHT = 0.25
_MOST_STRETCHES = 3
# Where the lexicons see both sides, the model must be this sure to say that it is only one.
_SURE_OF_ONE_SIDE = 0.75


class Scores(NamedTuple):
    """Cross-validated scores of one stage on the site's own labels, each 0 to 1."""

    accuracy: float
    macro_f1: float
    calibration_error: float


@dataclass(frozen=True)
class Trained:
    """One fitting of the learned layer of a group of languages; what it answers, and why it does or does not.

    A text's logit of a label is its bias plus temperature times the sum of the signals, each with its
    weight, and of the weights of the known runs, divided by the root of how many there are. Thresholds
    know no runs.
    """

    group: Group
    stage: Stage
    reason: Reason
    label_count: int
    # Of these, drawn at random; the scores are measured on them alone once there are enough.
    random_count: int
    scores: Mapping[Stage, Scores] = field(default_factory=dict)
    # The labels that it tells apart: those that the site has used.
    classes: tuple[Label, ...] = ()
    temperature: float = 1.0
    biases: tuple[float, ...] = ()
    signal_weights: tuple[tuple[float, ...], ...] = ()
    # Thousandths, by run, one for each of the classes; the inverse document frequency is already in them.
    gram_weights: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    @property
    def is_live(self) -> bool:
        """Whether it answers in place of the lexicons."""
        return self.stage != "lexicon"

    def read(self, masked: str, scored: Scored, *, language: Language) -> Sentiment | None:
        """How a masked text feels, with the lexicon's evidence and its own; None if the lexicons answer."""
        if not self.is_live:
            return None
        known = self._known(masked)
        chances = self._chances(masked, scored, known=known, language=language)
        pos, _neu, neg = chances
        label = SIDES[max(range(3), key=chances.__getitem__)]
        confidence = max(chances)
        if confidence < _SURE_OF_ONE_SIDE and scorer.decide(scored, language)[0] == "mixed":
            label = "mixed"
        evidence = scored.evidence
        if known:
            evidence = (*evidence, *self._evidence(masked, known))
        return Sentiment(label, pos - neg, confidence, evidence, "learned")

    def chances(self, masked: str, scored: Scored, *, language: Language) -> tuple[float, float, float]:
        """The chances of pos, neu and neg; those of the lexicons unless the model is live."""
        if not self.is_live:
            return scorer.chances(scored.signals, language)
        return self._chances(masked, scored, known=self._known(masked), language=language)

    def to_json(self) -> dict[str, Any]:
        """Everything as values that JSON holds."""
        stored = asdict(self) | {"format": FORMAT}
        stored["scores"] = {stage: score._asdict() for stage, score in self.scores.items()}
        return stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "Trained":
        """What `to_json` made; ValueError if another format wrote it."""
        if stored.get("format") != FORMAT:
            raise ValueError(f"a learned model of format {stored.get('format')!r}, not {FORMAT}")
        values = {key: value for key, value in stored.items() if key != "format"}
        values["scores"] = {stage: Scores(**score) for stage, score in stored["scores"].items()}
        values["classes"] = tuple(stored["classes"])
        values["biases"] = tuple(stored["biases"])
        values["signal_weights"] = tuple(map(tuple, stored["signal_weights"]))
        values["gram_weights"] = {run: tuple(weights) for run, weights in stored["gram_weights"].items()}
        return cls(**values)

    def _known(self, masked: str) -> set[str]:
        if not self.gram_weights:
            return set()
        return self.gram_weights.keys() & features.grams(masked, self.group)

    def _chances(
        self, masked: str, scored: Scored, *, known: set[str], language: Language
    ) -> tuple[float, float, float]:
        sums = self._sums(features.signal_values(masked, scored, language=language), known)
        logits = [bias + self.temperature * value for bias, value in zip(self.biases, sums, strict=True)]
        shares = dict(zip(self.classes, softmax(logits), strict=True))
        return shares.get("pos", 0.0), shares.get("neu", 0.0), shares.get("neg", 0.0)

    def _sums(self, signals: Sequence[float], known: set[str]) -> list[float]:
        sums = [
            sum(weight * value for weight, value in zip(weights, signals, strict=True))
            for weights in self.signal_weights
        ]
        if known:
            unit = 1 / (UNIT * sqrt(len(known)))
            for at, total in enumerate(
                map(sum, zip(*map(self.gram_weights.__getitem__, known), strict=True))
            ):
                sums[at] += unit * total
        return sums

    @cached_property
    def _telling(self) -> dict[str, int]:
        """The runs that lean clearly to one side: their weight for "pos" less that for "neg"."""
        if "pos" not in self.classes or "neg" not in self.classes:
            return {}
        pos, neg = self.classes.index("pos"), self.classes.index("neg")
        leanings = {run: weights[pos] - weights[neg] for run, weights in self.gram_weights.items()}
        return {run: leaning for run, leaning in leanings.items() if abs(leaning) >= _TELLING and run.strip()}

    def _evidence(self, masked: str, known: set[str]) -> list[Evidence]:
        """The words, or characters, that lean most, as stretches of the text in its order."""
        telling = self._telling
        runs = nlargest(_MOST_RUNS, known & telling.keys(), key=lambda run: (abs(telling[run]), run))
        if not runs:
            return []
        joined, starts, spans = features.places(masked, self.group)
        unit = self.temperature / (UNIT * sqrt(len(known)))
        weights = [0.0] * len(starts)
        for run in runs:
            self._spread(run, unit * telling[run], joined=joined, starts=starts, weights=weights)
        stretches = _stretches(weights, spans)
        strongest = nlargest(_MOST_STRETCHES, stretches, key=lambda stretch: abs(stretch.weight))
        return sorted(stretch for stretch in strongest if abs(stretch.weight) >= _LEAST_WEIGHT)

    def _spread(
        self, run: str, leaning: float, *, joined: str, starts: list[int], weights: list[float]
    ) -> None:
        """Share the leaning of a run, at its first place, among the tokens that it covers."""
        place = joined.find(run)
        if place < 0:
            return
        start = place + len(run) - len(run.lstrip())
        first = max(bisect_right(starts, start) - 1, 0)
        last = max(bisect_right(starts, place + len(run.rstrip()) - 1) - 1, first)
        for at in range(first, last + 1):
            weights[at] += leaning / (last + 1 - first)


def _stretches(weights: Sequence[float], spans: Sequence[tuple[int, int]]) -> list[Evidence]:
    """Neighbours that lean to the same side, as one piece of evidence each, of at most VADER's size."""
    found: list[Evidence] = []
    before = 0.0
    for weight, (start, end) in zip(weights, spans, strict=True):
        if weight * before > 0:
            last = found.pop()
            found.append(Evidence(last.start, end, last.weight + weight, "learned"))
        elif weight:
            found.append(Evidence(start, end, weight, "learned"))
        before = weight
    return [each._replace(weight=round(max(-4.0, min(4.0, each.weight)), 3)) for each in found]
