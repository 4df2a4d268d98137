"""Cues: phrases that say what a text is for, how urgent it is, of what it speaks; found in many at once."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from community.analysis.language import Language

# A phrase of this name says nothing, and hides the shorter ones inside it ("food court", 没有受伤).
NONE = "none"

_LEXICONS = Path(__file__).parent / "lexicons" / "cues"
_LATIN_ONLY = re.compile("[\x00-\u024f\u1e00-\u1eff\u2000-\u206f]+")
_CHOICE = re.compile(r"\(([^()]*)\)")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'")
# Words are found behind a space: everything between words becomes one, so that phrases end with their clause.
_BETWEEN_WORDS = str.maketrans(dict.fromkeys('\t\r\n.,;:!?"()[]{}<>/|\\*_~-+=#&%$@^`', " "))


class Cue(NamedTuple):
    """What a phrase says to one reader ("kind", "urgency", "preference" or "topic"), and how strongly."""

    reader: str
    name: str
    weight: float


class Hit(NamedTuple):
    """A cue in the stretch `start:end` of a text."""

    start: int
    end: int
    cue: Cue


Phrases = Mapping[str, Sequence[Cue]]
Hits = Sequence[Hit]
_NO_HITS: Hits = ()


class Phrasebook:
    """Phrases to look for, folded and in small letters; making one takes long, asking it does not."""

    def __init__(self, phrases: Phrases) -> None:
        words: dict[str, Sequence[Cue]] = {}
        characters: dict[str, Sequence[Cue]] = {}
        for phrase, cues in phrases.items():
            if _LATIN_ONLY.fullmatch(phrase) and (word := " ".join(phrase.translate(_BETWEEN_WORDS).split())):
                # A space before it, so that it begins where a word does.
                words[f" {word}"] = cues
            if phrase and " " not in phrase:
                characters[phrase] = cues
        self._words = _Automaton(words)
        self._characters = _Automaton(characters)

    def find(self, texts: Sequence[str], languages: Sequence[Language]) -> list[Hits]:
        """The hits in each of the masked texts, in order; of one reader's hits inside each other the longest.

        Texts in Latin letters are asked for words, all others for characters, mixed ones for both.
        """
        found: list[Hits] = [_NO_HITS] * len(texts)
        both = [at for at, language in enumerate(languages) if language == "mixed" or language == "other"]
        words = [at for at, language in enumerate(languages) if language == "en"] + both
        characters = [at for at, language in enumerate(languages) if language[0] == "z"] + both
        for asked, scan in ((words, self._scan_words), (characters, self._scan_characters)):
            for which, hits in scan([texts[at] for at in asked]).items():
                at = asked[which]
                found[at] = _longest([*found[at], *hits]) if len(hits) > 1 or found[at] else hits
        return found

    def _scan_words(self, texts: Sequence[str]) -> dict[int, list[Hit]]:
        # Two spaces keep phrases from reaching into the next text.
        joined = f" {'  '.join(texts)} ".lower().translate(_BETWEEN_WORDS)
        return self._words.scan(joined, _starts(texts, gap=2))

    def _scan_characters(self, texts: Sequence[str]) -> dict[int, list[Hit]]:
        joined = "\n" + "\n".join(texts).lower() + "\n"
        return self._characters.scan(joined, _starts(texts, gap=1))


class _Automaton:
    """Finds phrases in joined texts."""

    def __init__(self, phrases: Phrases) -> None:
        self._automaton = AhoCorasick(phrases, store_patterns=False)
        self._known = [(len(phrase.lstrip()), cues) for phrase, cues in phrases.items()]

    def scan(self, joined: str, starts: Sequence[int]) -> dict[int, list[Hit]]:
        """The hits by the number of the text."""
        found: dict[int, list[Hit]] = {}
        ends = [*starts[1:], len(joined)]
        first = until = 0
        hits: list[Hit] = []
        for number, _begin, end in self._automaton.find_matches_as_indexes(joined, overlapping=True):
            length, cues = self._known[number]
            begin = end - length
            # A word inside a longer one is another word.
            if joined[end] in _LETTERS and joined[end - 1] in _LETTERS:
                continue
            if joined[begin - 1] in _LETTERS and joined[begin] in _LETTERS:
                continue
            if begin >= until:
                which = bisect_right(starts, begin) - 1
                first, until = starts[which], ends[which]
                hits = found[which] = []
            for cue in cues:
                hits.append(Hit(begin - first, end - first, cue))
        return found


@cache
def own_phrases() -> Phrases:
    """The phrases of our own lexicons, with what they say."""
    phrases: dict[str, list[Cue]] = {}
    for name in ("english.txt", "chinese.txt"):
        cue = Cue("", NONE, 0.0)
        for line in (_LEXICONS / name).read_text(encoding="utf-8").splitlines():
            if line.startswith("["):
                reader, meaning, weight = line.strip("[]").split()
                cue = Cue(reader, meaning, float(weight))
            elif not line.startswith("#"):
                for phrase in dict.fromkeys(_expanded(line)):
                    phrases.setdefault(phrase, []).append(cue)
    return phrases


def _expanded(line: str) -> Iterator[str]:
    for pattern in line.split(";"):
        for phrase in _choices(pattern):
            if phrase := " ".join(phrase.split()):
                yield phrase


def _choices(pattern: str) -> Iterator[str]:
    """What the pattern may stand for, the innermost choice first; choices may stand inside others."""
    found = _CHOICE.search(pattern)
    if found is None:
        yield pattern
        return
    for choice in found[1].split("|"):
        yield from _choices(pattern[: found.start()] + choice + pattern[found.end() :])


def _starts(texts: Sequence[str], *, gap: int) -> list[int]:
    """Where each text begins when they are joined with a gap between them, behind one character."""
    starts = []
    first = 1
    for text in texts:
        starts.append(first)
        first += len(text) + gap
    return starts


def _longest(hits: list[Hit]) -> Hits:
    """Without those that stand inside a longer one of the same reader, in order."""
    end = 0
    for hit in hits:
        if hit.start < end:
            break
        end = hit.end
    else:
        return hits
    hits.sort(key=_from_left_and_long)
    ends: dict[str, int] = {}
    # In the order in which they are added, each once.
    kept: dict[Hit, None] = {}
    last = (0, 0)
    for hit in hits:
        reader = hit.cue.reader
        end = ends.get(reader, 0)
        if (hit.end > end or last == hit[:2]) and hit not in kept:
            kept[hit] = None
            last = hit[:2]
            ends[reader] = max(end, hit.end)
    return list(kept)


def _from_left_and_long(hit: Hit) -> tuple[int, int]:
    return hit.start, -hit.end
