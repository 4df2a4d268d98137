"""The words English is read by: VADER's, then our own, each with the phrases that begin with it."""

import re
from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from itertools import product

from community.analysis.nltk_light import vader
from community.analysis.sentiment import emoji
from community.analysis.sentiment.findings import Words

# What a word or phrase does to others; "" says what it feels like itself.
ROLES = {
    "end",
    "pause",
    "but",
    "nor",
    "although",
    "only",
    "negator",
    "no",
    "never",
    "frame",
    "nothing",
    "soft",
    "request",
    "imperative",
    "sarcasm",
    "old",
    "used",
    "turn",
}
_WORD = r"[a-z0-9\u00df-\u024f]+(?: ?n't|'[a-z]+)?"
TOKEN = re.compile(
    rf"{_WORD}"
    r"|[:;=8][-o^']?[()\[\]dpo/\\|*3](?!\w)|[()][-^']?[:;=](?!\w)|<3|</3|\^_*\^|-_+-"
    r"|[.!?\n]+|[,;:()\u2026\u2014\u2013\"]| - "
    r"|[\u203c-\u2bff\U0001f000-\U0001faff]"
)
_TRIPLE = re.compile(r"([a-z])\1\1+")
_MOST_REMEMBERED = 20_000


class Entry:
    """What is known of a word or phrase."""

    __slots__ = ("boost", "negated", "phrases", "role", "rule", "valence")

    def __init__(
        self,
        valence: float = 0.0,
        *,
        negated: float | None = None,
        boost: float = 0.0,
        role: str = "",
        rule: str = "word",
    ) -> None:
        self.valence = valence
        self.negated = negated  # the valence under negation, where it is not simply the other side
        self.boost = boost
        self.role = role
        self.rule = rule
        self.phrases: Phrases | None = None


class Phrases:
    """A step in the tree of phrases: which words may follow, and what is known if the phrase ends here."""

    __slots__ = ("entry", "following")

    def __init__(self) -> None:
        self.following: dict[str, Phrases] = {}
        self.entry: Entry | None = None


class Lexicon:
    """All entries by their first word; what a form of a word leads to is remembered."""

    def __init__(self, words: Words) -> None:
        self._entries: dict[str, Entry] = {}
        self._add_vader()
        for character, valence in emoji.valences().items():
            self._entries[character] = Entry(valence, rule="emoji")
        for said, words_of_row, *rest in _rows("english_words.tsv"):
            for word in words_of_row.split():
                self._add_row(said, word.replace("-", " "), *rest)
        for name in ("english_phrases.tsv", "english_cues.tsv"):
            for row in _rows(name):
                self._add_row(*row)
        for phrase, valence in words.items():
            # A site's words are of any language; those without a Latin letter are none of ours.
            if written := tuple(split(phrase)):
                self._add(written, Entry(valence, rule="site"))
        self._remembered: dict[str, Entry | None] = dict(self._entries)

    def find(self, word: str) -> Entry | None:
        """What is known of a word in small letters, also if it is drawn out ("soooo") or has an 's."""
        try:
            return self._remembered[word]
        except KeyError:
            entry = self._find_form(word)
            if len(self._remembered) < _MOST_REMEMBERED:
                self._remembered[word] = entry
            return entry

    def _find_form(self, word: str) -> Entry | None:
        if word[0] in ".!?\n":
            return self._entries["."]
        if word == " - ":
            return self._entries[","]
        if word.endswith("'s"):
            return self._entries.get(word[:-2])
        if _TRIPLE.search(word):
            return self._entries.get(_TRIPLE.sub(r"\1\1", word)) or self._entries.get(
                _TRIPLE.sub(r"\1", word)
            )
        return None

    def _add_vader(self) -> None:
        known = vader()
        for word, valence in known.lexicon.items():
            self._entries[word.lower()] = Entry(valence, rule="vader")
        for word, boost in known.boosters.items():
            self._add(tuple(split(word)), Entry(boost=boost, rule="degree"))
        for word in known.negators:
            self._add(tuple(split(word)), Entry(role="negator"))

    def _add_row(self, said: str, phrase: str, *rest: str) -> None:
        if said in ROLES:
            entry = Entry(float(rest[0]) if rest else 0.0, role=said, rule=said)
        elif said.startswith("x"):
            entry = Entry(boost=float(said[1:]), rule="degree")
        else:
            entry = Entry(float(said), negated=float(rest[0]) if rest else None)
        for written in _ways_to_write(phrase):
            # "is not" by itself would hide what "not" begins: "is not what I would call".
            if said != "negator" or " " in phrase or len(written) == 1 or written[-1] != "not":
                self._add(written, entry)

    def _add(self, written: tuple[str, ...], entry: Entry) -> None:
        """Put the entry where its words lead; a word that is known already keeps the phrases it begins."""
        first, *others = written
        known = self._entries.get(first)
        if not others:
            own = Entry(
                entry.valence, negated=entry.negated, boost=entry.boost, role=entry.role, rule=entry.rule
            )
            own.phrases = known.phrases if known else None
            self._entries[first] = own
            return
        if known is None:
            known = self._entries[first] = Entry()
        if known.phrases is None:
            known.phrases = Phrases()
        step = known.phrases
        for word in others:
            step = step.following.setdefault(word, Phrases())
        step.entry = Entry(
            entry.valence,
            negated=entry.negated,
            boost=entry.boost,
            role=entry.role,
            rule="phrase" if entry.rule == "word" else entry.rule,
        )


def split(text: str) -> list[str]:
    """The words and marks of a lower-case text, as the scorer and the lexicon cut it."""
    return TOKEN.findall(text)


def lexicon_for(words: Words) -> Lexicon:
    """The lexicon with a site's own words, which must not change afterwards.

    The last ones are kept, since making one takes 0.1 s.
    """
    if not words:
        return _lexicon_with(())
    for known, lexicon in _latest:
        if known is words:
            return lexicon
    lexicon = _lexicon_with(tuple(sorted(words.items())))
    _latest[:] = [(words, lexicon)]
    return lexicon


# Comparing a site's words for each text would take longer than reading the text.
_latest: list[tuple[Words, Lexicon]] = []


@lru_cache(maxsize=4)
def _lexicon_with(words: tuple[tuple[str, float], ...]) -> Lexicon:
    return Lexicon(dict(words))


def _rows(name: str) -> Iterator[list[str]]:
    table = (
        resources.files("community.analysis.sentiment").joinpath("lexicons", name).read_text(encoding="utf-8")
    )
    for line in table.splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def _ways_to_write(phrase: str) -> Iterator[tuple[str, ...]]:
    """Every spelling of a row: a slash parts words for one place, "?" ends a place that may be left empty."""
    places = [_choices(place) for place in phrase.split()]
    for choice in product(*places):
        words = tuple(word for part in choice for word in part)
        if words:
            yield words


def _choices(place: str) -> list[tuple[str, ...]]:
    choices: list[tuple[str, ...]] = []
    if place.endswith("?") and len(place) > 1:
        place = place[:-1]
        choices.append(())
    for word in place.split("/"):
        choices.extend(_contractions(word))
    return choices


def _contractions(word: str) -> list[tuple[str, ...]]:
    if not word.endswith("n't") or word == "n't":
        return [(word,)]
    stem = word[:-3]
    whole = {"ca": "can", "wo": "will", "sha": "shall"}.get(stem, stem)
    return [(word,), (stem + " n't",), (stem + "nt",), (whole, "not")] + (
        [("cannot",)] if stem == "ca" else []
    )
