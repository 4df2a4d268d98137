"""What can be learned about a member from what they did here, and what it rests on.

Nothing is learned from one thing alone, except what members say of themselves in their own words.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from community.analysis.script import fold
from community.customers.stages import stage_of

# How much one thing says about an interest; of what was done with the same thing the strongest counts.
WEIGHTS: Mapping[str, float] = {
    "wrote": 1.0,
    "said": 1.0,
    "answered": 0.8,
    "commented": 0.8,
    "supported": 0.6,
    "followed": 0.5,
}
# An interest shows in so many different things at least …
LEAST_THINGS = 2
# … that weigh so much together.
LEAST_WEIGHT = 1.2
# The weight at which half of the greatest strength is reached.
HALF_WEIGHT = 2.0
MOST_INTERESTS = 12
MOST_WISHES = 20
MOST_EVIDENCE = 6
LEAST_TEXTS = 2
LEAST_SHARE = 0.2
# "mixed" and "other" are no languages somebody could be answered in.
LANGUAGES = ("en", "zh-Hans", "zh-Hant")
# A forgotten stage is not learned again, whichever it would be: all stages have one key.
STAGE_KEY = "stage"
LONGEST_WORDS = 300


class Subject(NamedTuple):
    """What something is about: "tag:recycling" or "topic:7", and its name."""

    key: str
    name: str


class Deed(NamedTuple):
    """Something a member did with one thing ("idea" 12, or their text "item" 9), and what it is about."""

    source: str
    id: int
    how: str
    at: datetime
    subjects: tuple[Subject, ...] = ()


class Text(NamedTuple):
    """Something a member wrote: its language, and what they say of themselves as (kind, words)."""

    id: int
    how: str
    at: datetime
    language: str | None
    wishes: tuple[tuple[str, str], ...] = ()


class Known(NamedTuple):
    """All that is looked at to learn about one member."""

    joined_at: datetime
    last_here_at: datetime
    deeds: Sequence[Deed] = ()
    texts: Sequence[Text] = ()


class Fact(NamedTuple):
    """One thing learned: see `LearnedFact`."""

    kind: str
    key: str
    words: str
    strength: float
    evidence: tuple[dict[str, Any], ...]


class Change(NamedTuple):
    """What has to happen to the facts that stand: rows to add, to write anew and to drop."""

    added: list[Fact]
    renewed: list[Fact]
    dropped: list[tuple[str, str]]


def learn(known: Known, *, now: datetime) -> list[Fact]:
    """All that can be learned, the strongest of each kind first."""
    return [
        *_interests(known.deeds),
        *_wishes(known.texts),
        *_languages(known.texts),
        _stage(known, now),
    ]


def compare(found: Sequence[Fact], states: Mapping[tuple[str, str], str]) -> Change:
    """What to do, given the state of each fact that is there: only those that stand are ever touched."""
    by_key = {(fact.kind, fact.key): fact for fact in found}
    return Change(
        added=[fact for key, fact in by_key.items() if key not in states],
        renewed=[fact for key, fact in by_key.items() if states.get(key) == "standing"],
        dropped=[key for key, state in states.items() if state == "standing" and key not in by_key],
    )


def wish_key(kind: str, words: str) -> str:
    """The same for the same words wherever they are said, so that what was forgotten stays forgotten."""
    said = " ".join(fold(words).split())
    return f"{kind}:{sha256(said.encode()).hexdigest()[:32]}"


def _interests(deeds: Sequence[Deed]) -> list[Fact]:
    names: dict[str, str] = {}
    things: dict[str, dict[tuple[str, int], Deed]] = defaultdict(dict)
    for deed in sorted(deeds, key=lambda deed: deed.at):
        for subject in deed.subjects:
            names[subject.key] = subject.name
            before = things[subject.key].get((deed.source, deed.id))
            if before is None or WEIGHTS[deed.how] >= WEIGHTS[before.how]:
                things[subject.key][(deed.source, deed.id)] = deed
    facts = []
    for key, done in things.items():
        weight = sum(WEIGHTS[deed.how] for deed in done.values())
        if len(done) < LEAST_THINGS or weight < LEAST_WEIGHT:
            continue
        strongest = sorted(done.values(), key=lambda deed: (-WEIGHTS[deed.how], -deed.at.timestamp()))
        evidence = tuple(
            {"source": deed.source, "id": deed.id, "how": deed.how} for deed in strongest[:MOST_EVIDENCE]
        )
        facts.append(Fact("interest", key, names[key], weight / (weight + HALF_WEIGHT), evidence))
    facts.sort(key=lambda fact: (-fact.strength, fact.key))
    return facts[:MOST_INTERESTS]


def _wishes(texts: Sequence[Text]) -> list[Fact]:
    said: dict[str, list[tuple[Text, str]]] = defaultdict(list)
    for text in sorted(texts, key=lambda text: text.at, reverse=True):
        for kind, words in text.wishes:
            said[wish_key(kind, words)].append((text, words))
    facts = []
    # The newest first: they are in that order.
    for key, times in list(said.items())[:MOST_WISHES]:
        evidence = tuple(
            {"source": "item", "id": text.id, "how": text.how} for text, _words in times[:MOST_EVIDENCE]
        )
        words = times[0][1][:LONGEST_WORDS]
        facts.append(Fact("preference", key, words, len(times) / (len(times) + 1), evidence))
    return facts


def _languages(texts: Sequence[Text]) -> list[Fact]:
    written = [text for text in texts if text.language in LANGUAGES]
    counts = Counter(text.language for text in written)
    facts = []
    for language, count in counts.most_common():
        share = count / len(written)
        if language is None or count < LEAST_TEXTS or share < LEAST_SHARE:
            continue
        newest = sorted((text for text in written if text.language == language), key=lambda text: text.at)
        evidence = tuple(
            {"source": "item", "id": text.id, "how": text.how} for text in newest[: -MOST_EVIDENCE - 1 : -1]
        )
        facts.append(Fact("language", language, language, share, evidence))
    return facts


def _stage(known: Known, now: datetime) -> Fact:
    stage = stage_of(joined_at=known.joined_at, last_here_at=known.last_here_at, now=now)
    evidence: tuple[dict[str, Any], ...] = (
        {"source": "account", "how": "joined", "on": known.joined_at.date().isoformat()},
        {"source": "account", "how": "here", "on": known.last_here_at.date().isoformat()},
    )
    return Fact("stage", STAGE_KEY, stage, 1.0, evidence)
