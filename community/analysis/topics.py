"""Topics: which of the site's own topics a text speaks of, by their words and by what was learned."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from math import exp
from typing import NamedTuple

from community.analysis.cues import Cue, Hit
from community.analysis.script import fold

READER = "topic"
SUGGESTED = 3

# How sure one word, two words, … make us; a word shared with the rest of the text's topics counts for less.
_SURE_BY_WORD = 1.35
_ALONE = 0.75
_ONE_WORD = 1 - exp(-_SURE_BY_WORD)
# What learned chances have to say where words speak as well.
_LEARNED_SHARE = 0.65
_LEAST = 0.05


class TopicWords(NamedTuple):
    """A topic of the site's tree: its key, the words that speak of it in any language, the topic above it."""

    key: str
    words: tuple[str, ...] = ()
    parent: str | None = None


class TopicGuess(NamedTuple):
    """A topic and the chance, 0 to 1, that people would agree the text speaks of it."""

    key: str
    confidence: float


def phrases_of(topics: Iterable[TopicWords]) -> dict[str, list[Cue]]:
    """The words of all topics, folded, as phrases for `cues.Phrasebook`; with plurals of English words."""
    phrases: dict[str, list[Cue]] = {}
    for topic in topics:
        cue = Cue(READER, topic.key, 1.0)
        for phrase in dict.fromkeys(chain.from_iterable(map(_forms, topic.words))):
            cues = phrases.setdefault(phrase, [])
            if cue not in cues:
                cues.append(cue)
    return phrases


def guesses(
    hits: Iterable[Hit], masked: str, *, learned: Mapping[str, float] | None = None
) -> tuple[TopicGuess, ...]:
    """The likeliest topics, at most three; `learned` are the chances that the learned layer gives to each."""
    said = [hit for hit in hits if hit.cue.reader == READER]
    if learned:
        by_words = _chances(said, masked) if said else {}
        share = _LEARNED_SHARE if by_words else 1.0
        chances = {
            key: share * learned.get(key, 0.0) + (1 - share) * by_words.get(key, 0.0)
            for key in {**by_words, **learned}
        }
    elif len(said) > 1:
        chances = _chances(said, masked)
    elif said:
        return (TopicGuess(said[0].cue.name, _ONE_WORD),)
    else:
        return ()
    best = sorted(chances, key=lambda key: (-chances[key], key))[:SUGGESTED]
    return tuple(TopicGuess(key, chances[key]) for key in best if chances[key] >= _LEAST)


def _chances(said: Sequence[Hit], masked: str) -> dict[str, float]:
    """How sure the words make us of each topic; the same word twice is one."""
    words: dict[str, set[str]] = {}
    for start, end, cue in said:
        words.setdefault(cue.name, set()).add(masked[start:end].lower())
    total = sum(map(len, words.values()))
    return {
        key: (1 - exp(-_SURE_BY_WORD * len(each))) * (_ALONE + (1 - _ALONE) * len(each) / total)
        for key, each in words.items()
    }


def counts_by_topic(topics: Sequence[TopicWords], texts: Iterable[Collection[str]]) -> dict[str, int]:
    """How many texts speak of each topic or of one below it, given the topics of each text."""
    parents = {topic.key: topic.parent for topic in topics}
    counts = dict.fromkeys(parents, 0)
    for keys in texts:
        for line in {above for key in keys for above in _with_parents(key, parents)}:
            counts[line] += 1
    return counts


def _with_parents(key: str, parents: Mapping[str, str | None]) -> list[str]:
    line: list[str] = []
    above: str | None = key
    while above is not None and above in parents and above not in line:
        line.append(above)
        above = parents[above]
    return line


def _forms(word: str) -> list[str]:
    folded = " ".join(fold(word).split())
    if not folded.isascii() or len(folded) < 3 or not folded[-1].isalpha():
        return [folded] if folded else []
    if folded.endswith("y") and folded[-2] not in "aeiou":
        return [folded, folded[:-1] + "ies"]
    if folded.endswith(("s", "x", "ch", "sh")):
        return [folded, folded + "es"]
    return [folded, folded + "s"]
