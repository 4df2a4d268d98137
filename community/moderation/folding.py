"""Finding blocked words however they are written: width, case, accents, script, look-alikes, gaps.

Words of letters are found whole, with simple endings; runs with Chinese or Japanese characters are found
inside a text, also with signs between the characters.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from community.analysis.script import fold_with_offsets

# As many signs may stand between two characters of a word, or two letters spelt apart.
WIDEST_GAP = 3
LONGEST_FOLDED = 400

_CJK = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff\u3041-\u30ff\u31f0-\u31ff"
_HAS_CJK = re.compile(f"[{_CJK}]")
# What stands for a letter inside a word; a star or two for any.
_SIGNS = {"0": "o", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b", "9": "g", "@": "a", "$": "s", "€": "e"}
_ONE = "1!|¡"
_STARS = "*#"
_MARKS = re.escape("".join(set(_SIGNS) - set("0345789")) + "!|¡" + _STARS)
_TOKEN = re.compile(rf"(?:[^\W_{_CJK}]|[{_MARKS}])+")
_SEEN = re.compile(r"[^\W_]")
_LONG_RUN = re.compile(r"(.)\1{2,}")
_HIDDEN = re.compile(rf"[{re.escape(_STARS)}]+")
_ENDINGS = ("s", "es", "ed", "d", "er", "ers", "r", "rs", "ing", "ings", "in", "y", "ies")
# Shorter words with an ending are too often others: "as" and "ass".
_LEAST_WITH_ENDING = 3
_LEAST_INSIDE = 4
_MOST_PIECES = 8
_JOINTS = frozenset(".-·_'’~ˈ・")

# Letters drawn like Latin ones; those of Latin itself tell by their names which one they are.
_DRAWN_LIKE = {
    "a": "αа∂⍺ⲁꭺ", "b": "βвьъбⲃƅᑯ", "c": "сϲⲥꮯ¢𐐽", "d": "δԁđðꭰժꮷ", "e": "εеєэзҽⲉꭼ€£℮", "f": "ғϝքẝ",
    "g": "ԍցꮐɡ", "h": "нһհꮋħꮒ", "i": "ιіɩıⲓ⍳ꭵї", "j": "јϳյ", "k": "κкⲕꮶ", "l": "ӏլℓ∣ꮮłʟ", "m": "мⲙꮇ",
    "n": "ηплոպռᴎ",
    "o": "οоσθօⲟ०੦૦௦౦೦൦๐໐၀ဝჿ٥۵סهەøɵഠಂ", "p": "ρрⲣꮲ⍴", "q": "ԛզգ", "r": "гꭱꮁꮢ", "s": "ѕꮪƨƽ𑣁", "t": "τтꭲ",
    "u": "υսциꭎ∪⋃й𐓶", "v": "νѵꮩ∨⋁", "w": "ωшԝꮃꮤ⍵ա", "x": "χхⲭ×", "y": "γуүұꭹ¥ᶌ𑣜", "z": "ζꮓ",
    "ss": "ß", "ae": "æ", "oe": "œ", "th": "þ",
}  # fmt: skip
_ALIKE = {drawn: letter for letter, all_drawn in _DRAWN_LIKE.items() for drawn in all_drawn}
_LATIN_NAME = re.compile(
    r"(?:LATIN|REGIONAL INDICATOR SYMBOL|NEGATIVE (?:CIRCLED|SQUARED) LATIN)(?: SMALL| CAPITAL)? LETTER"
    r"(?: SMALL CAPITAL| SCRIPT| OPEN| CLOSED| INSULAR| BLACKLETTER| TURNED| REVERSED| DOTLESS| LONG)*"
    r" ([A-Z])(?: |$)"
)


@dataclass(frozen=True)
class Blocked:
    """A word that is not said here, as it was given and as it is compared, and what it does to a text."""

    term: str
    folded: str
    effect: str = "hold"


class Hit(NamedTuple):
    """A blocked word in a text, and the part `start:end` of the text that it was read from."""

    word: Blocked
    start: int
    end: int


class _Token(NamedTuple):
    text: str
    start: int
    end: int


def fold_term(term: str) -> str:
    """What a word is compared by; "" if there is nothing in it that could be found."""
    plain, _offsets = _plain(term)
    if _HAS_CJK.search(plain):
        return "".join(_SEEN.findall(plain))[:LONGEST_FOLDED]
    return " ".join(token.text for token in _tokens(plain) if _SEEN.search(token.text))[:LONGEST_FOLDED]


def find(text: str, words: Sequence[Blocked]) -> list[Hit]:
    """Where the words stand in the text, each word once, in the order of the text."""
    if not words or not text:
        return []
    plain, offsets = _plain(text)
    found: dict[str, tuple[Blocked, int, int]] = {}
    for word, start, end in (*_in_runs(plain, words), *_in_words(plain, words)):
        known = found.get(word.folded)
        if known is None or start < known[1]:
            found[word.folded] = (word, start, end)
    hits = [Hit(word, offsets[start], offsets[end]) for word, start, end in found.values()]
    return sorted(hits, key=lambda hit: (hit.start, hit.end))


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in plain small letters, and where each comes from in the original; one more at the end."""
    folded, origins = fold_with_offsets(text)
    pieces: list[str] = []
    offsets: list[int] = []
    for position, character in enumerate(folded):
        piece = character if character.isascii() else _plain_letter(character)
        pieces.append(piece)
        offsets.extend([origins[position]] * len(piece))
    offsets.append(len(text))
    return "".join(pieces), offsets


@lru_cache(maxsize=4096)
def _plain_letter(character: str) -> str:
    if _HAS_CJK.match(character):
        return character
    if character in _ALIKE:
        return _ALIKE[character]
    bare = "".join(
        part for part in unicodedata.normalize("NFKD", character) if not unicodedata.combining(part)
    )
    if bare != character:
        return "".join(part if part.isascii() else _plain_letter(part) for part in bare)
    named = _LATIN_NAME.match(unicodedata.name(character, ""))
    return named[1].lower() if named else character


def _in_runs(plain: str, words: Sequence[Blocked]) -> Iterator[tuple[Blocked, int, int]]:
    """Words with Chinese or Japanese characters, inside the text and over gaps."""
    wanted = [word for word in words if _HAS_CJK.search(word.folded)]
    if not wanted or not _HAS_CJK.search(plain):
        return
    places = [match.start() for match in _SEEN.finditer(plain)]
    squeezed = "".join(plain[place] for place in places)
    for word in wanted:
        at = squeezed.find(word.folded)
        while at >= 0:
            inside = places[at : at + len(word.folded)]
            is_near = all(b - a - 1 <= WIDEST_GAP for a, b in pairwise(inside))
            if is_near and _is_whole(plain, inside):
                yield word, inside[0], inside[-1] + 1
                break
            at = squeezed.find(word.folded, at + 1)


def _is_whole(plain: str, inside: Sequence[int]) -> bool:
    """Whether Latin letters at the ends of the find are no part of a longer word: "加v", not "加video"."""
    first, last = inside[0], inside[-1]
    begins_in_word = first > 0 and _is_latin(plain[first]) and _is_latin(plain[first - 1])
    ends_in_word = last + 1 < len(plain) and _is_latin(plain[last]) and _is_latin(plain[last + 1])
    return not (begins_in_word or ends_in_word)


def _is_latin(character: str) -> bool:
    return character.isalnum() and not _HAS_CJK.match(character)


def _in_words(plain: str, words: Sequence[Blocked]) -> Iterator[tuple[Blocked, int, int]]:
    """Words of letters: whole, with an ending, in disguise, spelt apart, and phrases of several."""
    single = {
        word.folded: word for word in words if " " not in word.folded and not _HAS_CJK.search(word.folded)
    }
    phrases: dict[str, list[tuple[list[str], Blocked]]] = {}
    for word in words:
        if " " in word.folded:
            parts = word.folded.split()
            phrases.setdefault(parts[0], []).append((parts, word))
    if not single and not phrases:
        return
    tokens = _tokens(plain)
    for place, token in enumerate(tokens):
        for variant in _variants(token.text):
            for form in _stems(variant):
                if form in single:
                    yield single[form], token.start, token.end
            for parts, word in phrases.get(variant, ()):
                last = place + len(parts) - 1
                if last < len(tokens) and _follows(tokens[place + 1 : last + 1], parts[1:]):
                    yield word, token.start, tokens[last].end
        if _HIDDEN.search(token.text.strip(_STARS)):
            yield from _behind_stars(token, single)
    yield from _in_pieces(plain, tokens, single)
    yield from _spelt_apart(tokens, words)


def _tokens(plain: str) -> list[_Token]:
    return [_Token(match[0], *match.span()) for match in _TOKEN.finditer(plain)]


@lru_cache(maxsize=8192)
def _variants(token: str) -> tuple[str, ...]:
    """All that the token may stand for: as written, its signs read as letters, its long runs shortened."""
    bare = token.strip(_MARKS.replace("\\", ""))
    read = {bare}
    for written in {bare, token.rstrip("!|¡*#"), token}:
        if any(sign.isalpha() for sign in written):
            letters = "".join(_SIGNS.get(sign, sign) for sign in written)
            read |= {_ones(letters, "i"), _ones(letters, "l")}
    short = {_LONG_RUN.sub(kept, form) for form in read for kept in (r"\1", r"\1\1")}
    return tuple(form for form in read | short if form)


def _ones(text: str, letter: str) -> str:
    return "".join(letter if sign in _ONE else sign for sign in text)


def _stems(form: str) -> Iterator[str]:
    yield form
    for ending in _ENDINGS:
        stem = form.removesuffix(ending)
        if stem == form or len(stem) < _LEAST_WITH_ENDING:
            continue
        yield stem
        if ending in ("ing", "ings", "in", "y"):
            yield stem + "e"
        if ending == "ies":
            yield stem + "y"
        # "spamming" is "spam" with its last letter said twice.
        if len(stem) > _LEAST_WITH_ENDING and stem[-1] == stem[-2]:
            yield stem[:-1]


def _follows(tokens: Sequence[_Token], parts: Sequence[str]) -> bool:
    last = len(parts) - 1
    return all(
        any(part == form or (place == last and part in _stems(form)) for form in _variants(token.text))
        for place, (token, part) in enumerate(zip(tokens, parts, strict=True))
    )


def _behind_stars(token: _Token, single: dict[str, Blocked]) -> Iterator[tuple[Blocked, int, int]]:
    """Letters that were made stars: "f**k"."""
    shown = token.text.strip(_STARS)
    if sum(sign.isalpha() for sign in shown) < 2:
        return
    pattern = re.compile("".join("." if sign in _STARS else re.escape(sign) for sign in shown))
    for folded, word in single.items():
        if len(folded) == len(shown) and pattern.fullmatch(folded):
            yield word, token.start, token.end


def _in_pieces(
    plain: str, tokens: Sequence[_Token], single: dict[str, Blocked]
) -> Iterator[tuple[Blocked, int, int]]:
    """Words cut by a sign without a blank: "ca-si.no"."""
    for first, token in enumerate(tokens):
        joined = token.text
        for place in range(first + 1, min(first + _MOST_PIECES, len(tokens))):
            before, piece = tokens[place - 1], tokens[place]
            if piece.start - before.end != 1 or plain[before.end] not in _JOINTS:
                break
            joined += piece.text
            for variant in _variants(joined):
                if variant in single and len(variant) >= _LEAST_INSIDE:
                    yield single[variant], token.start, piece.end


def _spelt_apart(tokens: Sequence[_Token], words: Sequence[Blocked]) -> Iterator[tuple[Blocked, int, int]]:
    """Words whose letters stand apart: "c a s i n o"."""
    whole = {word.folded.replace(" ", ""): word for word in words if not _HAS_CJK.search(word.folded)}
    lengths = sorted({len(letters) for letters in whole if len(letters) >= _LEAST_INSIDE})
    run: list[_Token] = []
    for token in (*tokens, None):
        is_letter = token is not None and len(token.text) == 1
        if token is not None and is_letter and (not run or 0 < token.start - run[-1].end <= WIDEST_GAP):
            run.append(token)
            continue
        yield from _inside(run, whole, lengths)
        run = [token] if token is not None and is_letter else []


def _inside(
    run: Sequence[_Token], whole: dict[str, Blocked], lengths: Sequence[int]
) -> Iterator[tuple[Blocked, int, int]]:
    spelt = "".join(token.text for token in run)
    read = "".join(_SIGNS.get(sign, sign) for sign in spelt)
    for form in {_ones(letters, one) for letters in (spelt, read) for one in "il"}:
        for length in lengths:
            for at in range(len(form) - length + 1):
                word = whole.get(form[at : at + length])
                if word is not None:
                    yield word, run[at].start, run[at + length - 1].end
