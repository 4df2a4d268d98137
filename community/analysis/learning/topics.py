"""The learner of topics: which of a site's topics a text speaks of, from examples of each."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from heapq import nlargest
from math import log, sqrt
from operator import eq
from typing import Any, NamedTuple

from community.analysis.language import Language
from community.analysis.learning import features
from community.analysis.learning.calibrating import calibrate, one_thread, softmax
from community.analysis.masking import mask
from community.analysis.topics import TopicGuess

FORMAT = 1
# A topic with fewer examples is left to its words.
LEAST_EXAMPLES = 3
MOST_GUESSES = 3

_UNIT = 100
_MOST_RUNS = 12_000
# The strongest of all weights of runs for topics; the model is then at most about 600 KB of JSON.
_MOST_WEIGHTS = 60_000
# The inverse of the regularisation of the logistic regression.
_STRENGTH = 3.0
_FOLDS = 3


class Example(NamedTuple):
    """A text and the topic that a person says it speaks of."""

    text: str
    language: Language
    topic: str


@dataclass(frozen=True)
class TopicModel:
    """A fitted learner of topics as plain numbers.

    A text's logit of a topic is its bias plus the weights of its known runs, divided by the root of how many
    there are; the chances are those of the logits times the temperature.
    """

    topics: tuple[str, ...]
    example_count: int
    # The cross-validated share of examples whose likeliest topic is right, 0 to 1.
    accuracy: float
    temperature: float
    biases: tuple[float, ...]
    # By run: number of a topic, its weight in hundredths, the next number, its weight …
    run_weights: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def guess(self, masked: str, language: Language) -> tuple[TopicGuess, ...]:
        """The likeliest topics of a masked text, at most `MOST_GUESSES`; none if no run of it is known."""
        known = self.run_weights.keys() & _runs(masked, language)
        if not known:
            return ()
        chances = softmax([self.temperature * logit for logit in self._logits(known)])
        best = nlargest(MOST_GUESSES, range(len(chances)), key=chances.__getitem__)
        return tuple(TopicGuess(self.topics[at], chances[at]) for at in best)

    def to_json(self) -> dict[str, Any]:
        """Everything as values that JSON holds."""
        return asdict(self) | {"format": FORMAT}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "TopicModel":
        """What `to_json` made; ValueError if another format wrote it."""
        if stored.get("format") != FORMAT:
            raise ValueError(f"a model of topics of format {stored.get('format')!r}, not {FORMAT}")
        return cls(
            tuple(stored["topics"]),
            stored["example_count"],
            stored["accuracy"],
            stored["temperature"],
            tuple(stored["biases"]),
            {run: tuple(weights) for run, weights in stored["run_weights"].items()},
        )

    def _logits(self, known: set[str]) -> list[float]:
        sums = [0] * len(self.topics)
        for run in known:
            weights = self.run_weights[run]
            for at in range(0, len(weights), 2):
                sums[weights[at]] += weights[at + 1]
        unit = 1 / (_UNIT * sqrt(len(known)))
        return [bias + unit * total for bias, total in zip(self.biases, sums, strict=True)]


def train_topics(examples: Iterable[Example]) -> TopicModel | None:
    """The model that the examples teach; None unless two topics have `LEAST_EXAMPLES` each.

    Of examples with the same text the last counts. Needs scikit-learn.
    """
    latest = {example.text: example for example in examples}
    counts = Counter(example.topic for example in latest.values())
    used = [example for example in latest.values() if counts[example.topic] >= LEAST_EXAMPLES]
    topics = sorted({example.topic for example in used})
    if len(topics) < 2:
        return None
    runs = [_runs(mask(example.text), example.language) for example in used]
    labels = [topics.index(example.topic) for example in used]
    with one_thread():
        unseen = _unseen_logits(runs, labels, topics)
        numbers = range(len(topics))
        temperature, _no_shifts = calibrate(unseen, labels, numbers, may_shift=False)
        answers = [max(numbers, key=logits.__getitem__) for logits in unseen]
        hits = sum(map(eq, answers, labels))
        model = _fit(runs, labels, topics)
    return TopicModel(
        tuple(topics), len(used), round(hits / len(used), 4), temperature, model.biases, model.run_weights
    )


def _unseen_logits(
    runs: Sequence[set[str]], labels: Sequence[int], topics: Sequence[str]
) -> list[list[float]]:
    """For each example the logits of a model that has not seen its fold."""
    seen: Counter[int] = Counter()
    folds = []
    for label in labels:
        folds.append(seen[label] % _FOLDS)
        seen[label] += 1
    logits: list[list[float]] = [[] for _ in labels]
    for fold in range(_FOLDS):
        rows = [at for at, each in enumerate(folds) if each != fold]
        model = _fit([runs[at] for at in rows], [labels[at] for at in rows], topics)
        for at in (at for at, each in enumerate(folds) if each == fold):
            logits[at] = model._logits(model.run_weights.keys() & runs[at])
    return logits


def _fit(runs: Sequence[set[str]], labels: Sequence[int], topics: Sequence[str]) -> TopicModel:
    """A multinomial logistic regression of the topics, with the strongest of its weights."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    frequency = Counter(run for each in runs for run in each)
    least = 1 if len(labels) < 10 * len(topics) else 2
    usual = sorted(frequency, key=lambda run: (-frequency[run], run))[:_MOST_RUNS]
    vocabulary = sorted(run for run in usual if frequency[run] >= least)
    idfs = [log((1 + len(runs)) / (1 + frequency[run])) + 1 for run in vocabulary]
    matrix = features.matrix(runs, dict(zip(vocabulary, idfs, strict=True)))
    regression = LogisticRegression(C=_STRENGTH, max_iter=100)
    regression.fit(matrix, labels)
    weights, biases = regression.coef_, regression.intercept_
    if len(weights) == 1:
        weights, biases = np.vstack([-weights, weights]) / 2, np.concatenate([-biases, biases]) / 2
    hundredths = np.rint(weights * np.array(idfs) * _UNIT).astype(int).T
    sizes = np.sort(np.abs(hundredths), axis=None)
    bar = max(1, int(sizes[-_MOST_WEIGHTS]) + 1) if sizes.size > _MOST_WEIGHTS else 1
    run_weights = {}
    for run, row in zip(vocabulary, hundredths, strict=True):
        strong = np.flatnonzero(np.abs(row) >= bar)
        if strong.size:
            run_weights[run] = tuple(np.column_stack([strong, row[strong]]).ravel().tolist())
    return TopicModel(tuple(topics), len(labels), 0.0, 1.0, tuple(np.round(biases, 4).tolist()), run_weights)


def _runs(masked: str, language: Language) -> set[str]:
    # The letters of a language that no scorer reads are still good enough to tell topics apart.
    return features.grams(masked, features.group_of(language) or "en")
