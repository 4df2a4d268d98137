"""Folding: one form for texts that differ only in case, width, composition or Traditional script."""

import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources

# Controls except white space, and what Unicode calls ignorable by default: nobody sees it or asks for it.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\ud800-\udfff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_HAN = re.compile("[\u3400-\u9fff]")
_KANA = re.compile("[\u3041-\u30ff]")


def has_han(text: str) -> bool:
    """Whether any of it is written in Chinese characters."""
    return _HAN.search(text) is not None


def chinese_of(text: str) -> str | None:
    """The language tag of Chinese text, by its script; None for everything else.

    A Chinese character weighs as much as two letters: a few foreign words do not change what a text is.
    """
    characters = _HAN.findall(text)
    if not characters or _KANA.search(text):
        return None
    if 3 * len(characters) < sum(character.isalpha() for character in text):
        return None
    table = simplified_characters()
    traditional = sum(ord(character) in table for character in characters)
    simplified = sum(character in simplified_forms() for character in characters)
    return "zh-Hant" if traditional > simplified else "zh-Hans"


def fold(text: str) -> str:
    """The text as it is compared: NFKC, case-folded, nothing unseen, Traditional made Simplified."""
    return _fold_seen(_UNSEEN.sub("", text))


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """`fold(text)` and, for each of its characters, where in `text` it comes from.

    The offsets never fall, and one more is added at the end, `len(text)`, so that
    `offsets[i]:offsets[j]` is the part of `text` that became `folded[i:j]`.
    """
    if text.isascii() and not _UNSEEN.search(text):
        return text.casefold(), list(range(len(text) + 1))
    folded: list[str] = []
    offsets: list[int] = []
    for start, cluster in _clusters(text):
        piece = _fold_cluster(cluster)
        folded.append(piece)
        offsets.extend([start] * len(piece))
    offsets.append(len(text))
    return "".join(folded), offsets


def _fold_seen(text: str) -> str:
    if text.isascii():
        return text.casefold()
    # Twice: folding case can undo the composition, and some compatibility forms are capitals (as in "㎒").
    once = unicodedata.normalize("NFKC", text).casefold()
    again = unicodedata.normalize("NFKC", once).casefold()
    return unicodedata.normalize("NFKC", again.translate(simplified_characters()))


# A text has few different ones.
_fold_cluster = lru_cache(maxsize=20_000)(_fold_seen)


def _clusters(text: str) -> list[tuple[int, str]]:
    """The seen characters, each with its start and with those behind it that may join or reorder with it."""
    clusters: list[tuple[int, str]] = []
    has_unseen = _UNSEEN.search(text) is not None
    for position, character in enumerate(text):
        if has_unseen and _UNSEEN.match(character):
            continue
        if clusters and _joins(character):
            start, before = clusters[-1]
            clusters[-1] = (start, before + character)
        else:
            clusters.append((position, character))
    return clusters


@lru_cache(maxsize=20_000)
def _joins(character: str) -> bool:
    if character < "\u0300":
        return False
    first = unicodedata.normalize("NFKD", character)[0]
    # Vowels and final consonants of Hangul compose although they are letters.
    return unicodedata.category(first)[0] == "M" or "\u1161" <= first <= "\u11ff"


@cache
def simplified_forms() -> frozenset[str]:
    """The characters that Simplified script has made; some of them are old ones with a second meaning."""
    table = simplified_characters()
    return frozenset(form for form in table.values() if len(form) == 1 and ord(form) not in table)


@cache
def simplified_characters() -> dict[int, str]:
    """Each Traditional character's Simplified form, from the table of OpenCC; read once, when needed."""
    table = resources.files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text(encoding="utf-8")
    simplified = {}
    for line in table.splitlines():
        traditional, _tab, forms = line.partition("\t")
        if len(traditional) == 1 and forms:
            simplified[ord(traditional)] = forms.split()[0]
    # A few forms stand in the table themselves; folding what is folded must change nothing.
    return {key: simplified.get(ord(form), form) for key, form in simplified.items()}
