"""The Chinese lexicon: words with their valence, and words that turn or stress others, ready for scanning."""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import IntEnum
from functools import cache, lru_cache
from importlib import resources
from itertools import product
from typing import Any, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from community.analysis.sentiment.emoji import valences
from community.analysis.sentiment.findings import Words


class Role(IntEnum):
    """What a word does to the reading of a text, the commonest first."""

    GUARD = 0  # says nothing, and hides what stands inside it: 不过
    WORD = 1  # has a valence
    BREAK = 2  # ends a clause (1), a sentence (2), a question (3) or a text (4)
    DEGREE = 3  # multiplies the next word: 很
    TOO = 4  # does so, and makes measures a fault: 有点, 太
    NOT = 5  # turns the next word (1), twice (2), or all of its clause (3): 不, 无不, 我不认为
    MEASURE = 6  # is good or bad by what it measures: 高
    ASPECT = 7  # what is measured: 价格
    SUFFIX = 8  # multiplies the word before it: 死了
    BUT = 9  # what follows weighs more: 但是
    WISH = 10  # what follows is not so yet: 希望
    ASK = 11  # makes a question without its mark: 吗
    FORMER = 12  # speaks of how it was (1), or prefers it (2): 以前, 还是老版本
    THAN = 13  # compares: 比
    UNLIKE = 14  # compares and finds less: 不如
    THOUGH = 15  # what follows weighs less: 虽然
    JOIN = 16  # carries a negation on: 和
    GOOD = 17  # a word by itself, a degree before another: 好
    LATIN = 18  # a word only where no letters touch it: nice
    IRONY = 19  # at the start of a text, what is praised is not meant: 呵呵
    CHEER = 20  # praise that complaints after it turn into irony: 真棒
    FACE = 21  # a word that nothing before it turns: 😊, [泪]


class Measure(NamedTuple):
    """A measuring adjective: its own valence, that of too much of it, and the name aspects know it by."""

    plain: float
    excess: float
    name: str


Aspect = Mapping[str, float]
# The role, the valence or number of the role, and what measures and aspects add.
Entry = tuple[int, float, Any]

# What stands behind each text where many are scanned as one: a control character that no one writes.
END = "\x1e"
_CHOICE = re.compile(r"\(([^()]*)\)")
_SLOT = re.compile(r"<(\w+)>")


@cache
def entries() -> dict[str, Entry]:
    """What each word or phrase of our own lexicon does, by its Simplified, small, half-width form."""
    found = {emoji: _shared_entry(Role.FACE, valence) for emoji, valence in valences().items()}
    aspects: dict[str, Aspect] = {}
    slots: dict[str, str] = {}
    for name in ("slots.tsv", "measures.tsv", "aspects.tsv", *_word_files(), "roles.tsv"):
        for first, second, phrases in _rows(name):
            if name == "slots.tsv":
                slots[first] = "(" + "|".join(phrases) + ")"
            elif name == "measures.tsv":
                plain, excess = map(float, second.split("/"))
                found |= dict.fromkeys(phrases, _entry(Role.MEASURE, 0.0, Measure(plain, excess, first)))
            elif name == "aspects.tsv":
                if second:
                    aspects[first] = dict(map(_signed, second.split()))
                found |= dict.fromkeys(_expanded(phrases, slots), _entry(Role.ASPECT, 0.0, aspects[first]))
            elif name == "roles.tsv":
                entry = _shared_entry(Role[first], float(second or 1))
                found |= dict.fromkeys(_expanded(phrases, slots), entry)
            else:
                valence = float(first)
                for phrase in _expanded(phrases, slots):
                    found[phrase] = _word(phrase, valence)
    return found


class Scanner:
    """Finds the longest of the phrases in many texts, which are joined since every search has its price."""

    def __init__(self, phrases: Mapping[str, Entry]) -> None:
        self.entries: list[Entry] = [_entry(Role.BREAK, 4), *phrases.values()]
        self._automaton = AhoCorasick((END, *phrases), MatchKind.LeftmostLongest, store_patterns=False)

    def find(self, texts: Sequence[str]) -> tuple[str, list[tuple[int, int, int]]]:
        """The texts as one, in small letters, and the hits: the number of an entry, start and end.

        A hit of entry 0 ends each text.
        """
        joined = END.join([*texts, ""]).lower()
        if joined.count(END) != len(texts):
            joined = END.join([*(text.replace(END, " ") for text in texts), ""]).lower()
        return joined, self._automaton.find_matches_as_indexes(joined)


@lru_cache(maxsize=8)
def scanner(words: frozenset[tuple[str, float]] = frozenset()) -> Scanner:
    """What finds our words, and a site's own, which go before ours."""
    return Scanner({**entries(), **dict(_own(words))})


def key_of(words: Words) -> frozenset[tuple[str, float]]:
    """What `scanner` knows a site's own words by."""
    return frozenset(words.items())


def _own(words: frozenset[tuple[str, float]]) -> Iterator[tuple[str, Entry]]:
    for phrase, valence in words:
        if phrase:
            yield phrase, _shared_entry(_role_of(phrase, valence), valence)


# Thousands of words share some forty valences; their entries then stay in the processor's cache.
@cache
def _shared_entry(role: Role, number: float) -> Entry:
    return _entry(role, number)


def _entry(role: Role, number: float, extra: Measure | Aspect | None = None) -> Entry:
    return int(role), number, extra


def _signed(pair: str) -> tuple[str, float]:
    name, _sign, valence = pair.partition("=")
    return name, float(valence)


def _word(phrase: str, valence: float) -> Entry:
    if valence and len(phrase) == 1 and not phrase.isascii():
        # One character is part of all kinds of words, and is read as cautiously as a measure.
        return _entry(Role.MEASURE, 0.0, Measure(valence, valence, phrase))
    return _shared_entry(_role_of(phrase, valence), valence)


def _role_of(phrase: str, valence: float) -> Role:
    if not valence:
        return Role.GUARD
    if phrase[0] == "[":
        return Role.FACE
    return Role.LATIN if phrase[0].isascii() and phrase[0].isalpha() and phrase.isascii() else Role.WORD


def _folder() -> resources.abc.Traversable:
    return resources.files("community.analysis.sentiment").joinpath("lexicons", "chinese")


def _word_files() -> list[str]:
    return sorted(file.name for file in _folder().iterdir() if file.name.startswith("words_"))


def _rows(name: str) -> Iterator[tuple[str, str, list[str]]]:
    """First column, second column ("" in files of words, which have none) and the phrases of each line."""
    columns = 2 if name.startswith("words_") or name == "slots.tsv" else 3
    for line in _folder().joinpath(name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            cells = line.split("\t")
            yield cells[0], cells[1] if columns == 3 else "", cells[-1].split()


def _expanded(patterns: list[str], slots: Mapping[str, str]) -> Iterator[str]:
    """The phrases a pattern stands for: (a|b) is either, <name> any of a slot, _ a space."""
    for pattern in patterns:
        if "<" in pattern:
            pattern = _SLOT.sub(lambda match: slots[match[1]], pattern)
        if "(" in pattern:
            parts = _CHOICE.split(pattern)
            choices = (part.split("|") if odd % 2 else [part] for odd, part in enumerate(parts))
            for choice in product(*choices):
                yield "".join(choice).replace("_", " ")
        else:
            yield pattern.replace("_", " ")
