"""What the columns of an item say after it was read; what a person has said of it goes before that."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from community.analysis.reader import Reading

# A language that nobody here reads: no sentiment, and a person looks at it.
UNREADABLE = "other"

Values = dict[str, Any]


class TopicFound(NamedTuple):
    """A topic of an item; settled if it needs no question, at most one is."""

    topic_id: int
    confidence: float
    is_settled: bool


def failed(error: Exception) -> Values:
    """The columns of an item whose reading failed."""
    return {
        "state": "failed",
        "error": f"{type(error).__name__}: {error}"[:200],
        "language": None,
        "sentiment": None,
        "score": None,
        "confidence": None,
        "method": None,
        "evidence": [],
        "kind": None,
        "kind_confidence": None,
        "urgency": 0,
        "urgency_reasons": [],
        "preferences": [],
        "is_unsure": True,
    }


def found(
    reading: Reading, *, given_language: str | None, person_below: float, said: Mapping[str, str]
) -> Values:
    """The columns of an item that was read; `said` is what a person said of this very text, by field."""
    language = given_language or reading.language
    feeling = reading.sentiment if language != UNREADABLE else None
    kind = said.get("kind") or reading.kind
    values: Values = {
        "state": "read",
        "error": "",
        "language": language,
        "sentiment": feeling.label if feeling else None,
        "score": feeling.score if feeling else None,
        "confidence": feeling.confidence if feeling else None,
        "method": feeling.method if feeling else None,
        "evidence": [list(each) for each in sorted((*(feeling.evidence if feeling else ()), *reading.marks))],
        "kind": kind,
        "kind_confidence": 1.0 if "kind" in said else (reading.kind_confidence if kind else None),
        "urgency": reading.urgency,
        "urgency_reasons": list(reading.urgency_reasons),
        "preferences": [[each.start, each.end, each.kind] for each in reading.preferences],
        "is_unsure": feeling is None or feeling.confidence < person_below,
    }
    if said.get("sentiment"):
        values |= {"sentiment": said["sentiment"], "confidence": 1.0, "method": "person", "is_unsure": False}
    return values


def topics_found(reading: Reading, *, topic_above: float, said: Mapping[str, str]) -> list[TopicFound]:
    """The topics of an item: suggestions, and the one that a person said or that is sure enough."""
    guesses = {int(guess.key): guess.confidence for guess in reading.topics}
    if "topic" in said:
        settled = int(said["topic"]) if said["topic"] else None
    else:
        likeliest = max(guesses, key=guesses.__getitem__, default=None)
        is_sure = likeliest is not None and guesses[likeliest] >= topic_above
        settled = likeliest if is_sure else None
    if settled is not None:
        guesses[settled] = 1.0 if "topic" in said else guesses[settled]
    return [TopicFound(key, confidence, key == settled) for key, confidence in guesses.items()]
