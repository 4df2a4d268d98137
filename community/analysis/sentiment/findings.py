"""What reading the feeling of a text finds: the values every scorer gives and the learned layer takes."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

Label = Literal["pos", "neu", "neg", "mixed"]
LABELS: tuple[Label, ...] = ("pos", "neu", "neg", "mixed")

# A site's own words: valence, about -4 to 4, by masked word or phrase in small letters; 0 silences it.
Words = Mapping[str, float]


class Evidence(NamedTuple):
    """The stretch `start:end` of the original text, what it adds to the score, and the rule that says so."""

    start: int
    end: int
    # Positive speaks for "pos", negative for "neg"; of the size of VADER's valences, about -4 to 4.
    weight: float
    rule: str


class Signals(NamedTuple):
    """What the lexicons saw in one text, as numbers; the learned layer always has them among its features."""

    positive: float  # sum of the positive weights
    negative: float  # sum of the negative weights, as a positive number
    compound: float  # the balance, -1 to 1
    positive_count: int
    negative_count: int
    last: float  # the weight of the last evidence: people end with what they think
    contrast: float  # balance of what follows the last "but" or 但是; 0 without one
    is_question: bool
    is_request: bool
    exclamations: int
    emphasis: float  # capitals, repeated letters and marks, 死了: 0 to 1
    length: int  # characters of the masked text


class Scored(NamedTuple):
    """One text as the lexicons see it: their signals and the evidence, in the order of the text."""

    signals: Signals
    evidence: tuple[Evidence, ...]


class Sentiment(NamedTuple):
    """The answer: a label, the balance from -1 to 1, and the chance, 0 to 1, that people would agree."""

    label: Label
    score: float
    confidence: float
    evidence: tuple[Evidence, ...]
    # Who said so: "lexicon", "learned" or "correction".
    method: str
