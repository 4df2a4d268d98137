"""Words: what of a text is searched, cut the same way when it is written and when it is asked for."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from markupsafe import Markup, escape

from community.analysis.nltk_light import english_stem
from community.analysis.script import fold_with_offsets

MAX_INDEX_TERMS = 4000
MAX_QUERY_TERMS = 24
MAX_TERM_LENGTH = 40

_HAN_AND_KANA = (
    "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
)
_HANGUL = "\u1100-\u11ff\uac00-\ud7a3"
# Marks belong to the letter before them; without them Indic and Thai words would fall apart.
_MARKS = "".join(chr(code) for code in range(0x300, 0x3000) if unicodedata.category(chr(code))[0] == "M")
_PIECE = re.compile(
    rf"(?P<run>[{_HAN_AND_KANA}]+|[{_HANGUL}]+)"
    rf"|(?P<word>(?:[^\W_{_HAN_AND_KANA}{_HANGUL}][{_MARKS}]*)+)(?:['’](?P<ending>s|t|d|m|re|ve|ll)(?!\w))?"
)
_LATIN_WORD = re.compile("[a-zß-öø-ɏ]+")

# fmt: off
# Words that nearly every English text holds: asking for them finds everything and slowly.
_COMMON = {
    "a", "about", "all", "an", "and", "any", "are", "as", "at", "be", "been", "but", "by", "can", "could",
    "did", "do", "does", "for", "from", "had", "has", "have", "he", "her", "his", "how", "i", "if", "in",
    "into", "is", "it", "its", "just", "me", "my", "no", "not", "of", "on", "or", "our", "she", "should",
    "so", "some", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "to",
    "too", "us", "very", "was", "we", "were", "what", "when", "where", "which", "who", "why", "will",
    "with", "would", "you", "your",
}
# fmt: on


class Span(NamedTuple):
    """A term and the part `start:end` of the original text that it stands for."""

    start: int
    end: int
    term: str


@dataclass(frozen=True)
class Term:
    """A term to search for: the whole term, or all that begin with it."""

    value: str
    is_prefix: bool = False


def spans(text: str) -> list[Span]:
    """All terms of the text in order; those of Chinese, Japanese and Korean overlap."""
    return list(_spans(text))


def index_terms(text: str) -> list[str]:
    """The terms to store for the text: letters, digits and their marks only, at most `MAX_INDEX_TERMS`.

    Repetitions stay, since they count in ranking, unless the text is too long to keep them.
    """
    terms = [span.term for span in islice(_spans(text), 4 * MAX_INDEX_TERMS)]
    if len(terms) > MAX_INDEX_TERMS:
        terms = list(dict.fromkeys(terms))[:MAX_INDEX_TERMS]
    return terms


def query_terms(text: str) -> list[Term]:
    """The terms to ask for, each once, at most `MAX_QUERY_TERMS`; none if the text holds no word.

    A single Chinese, Japanese or Korean character asks for all pairs that begin with it. Words that
    are everywhere are left out if others remain.
    """
    folded, _offsets = fold_with_offsets(text)
    asked: dict[Term, bool] = {}
    for piece in _PIECE.finditer(folded):
        run = piece["run"]
        if run is None:
            asked[Term(_word_term(piece))] = piece["word"] in _COMMON
        elif len(run) == 1:
            asked[Term(run, is_prefix=True)] = False
        else:
            asked.update({Term(run[at : at + 2]): False for at in range(len(run) - 1)})
    telling = [term for term, is_common in asked.items() if not is_common]
    return (telling or list(asked))[:MAX_QUERY_TERMS]


def highlight(text: str, query: str) -> Markup:
    """The text, escaped, with what the query hits inside `<mark>`."""
    marked: list[str] = []
    done = 0
    for start, end in _hits(text, query):
        marked += escape(text[done:start]), "<mark>", escape(text[start:end]), "</mark>"
        done = end
    return Markup("".join((*marked, escape(text[done:]))))  # noqa: S704 - each text is escaped


def excerpt(text: str, query: str, length: int = 200) -> str:
    """At most `length` characters of the text around the first hit, with "…" where something is left out."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    hit = next(iter(_hits(text, query)), (0, 0))[0]
    start = max(0, min(hit - length // 3, len(text) - length + 1))
    if start:
        start = _next_break(text, start, limit=hit)
    room = length - (start > 0)
    if len(text) - start <= room:
        return "…" + text[start:]
    end = _last_break(text, start + room - 1, least=start + room // 2)
    return ("…" if start else "") + text[start:end].rstrip() + "…"


def _spans(text: str) -> Iterator[Span]:
    folded, offsets = fold_with_offsets(text)
    for piece in _PIECE.finditer(folded):
        start, end = piece.span()
        if piece["run"] is None:
            yield Span(offsets[start], _end(offsets, end), _word_term(piece))
            continue
        for at in range(start, end):
            until = min(at + 2, end)
            yield Span(offsets[at], _end(offsets, until), folded[at:until])


def _end(offsets: list[int], end: int) -> int:
    # Where one character became several ("ﬁ"), the span holds all of it.
    last = offsets[end - 1]
    while offsets[end] == last and end < len(offsets) - 1:
        end += 1
    return offsets[end]


def _word_term(piece: re.Match[str]) -> str:
    word = piece["word"]
    # "don't" is also written "dont"; the other endings say nothing about what is meant.
    if piece["ending"] == "t":
        word += "t"
    word = word[:MAX_TERM_LENGTH]
    return _stem(word) if _LATIN_WORD.fullmatch(word) else word


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return english_stem()(word)


def _hits(text: str, query: str) -> list[tuple[int, int]]:
    """Where the query hits, in order, with what overlaps or touches joined."""
    wanted, beginnings = _asked(query)
    hits: list[tuple[int, int]] = []
    for span in _spans(text) if wanted or beginnings else ():
        if span.term in wanted:
            start, end = span.start, span.end
        elif span.term[0] in beginnings:
            start, end = span.start, span.start + 1
        else:
            continue
        if hits and start <= hits[-1][1]:
            start, end = hits[-1][0], max(end, hits.pop()[1])
        hits.append((start, end))
    return hits


@lru_cache(maxsize=1_000)
def _asked(query: str) -> tuple[frozenset[str], frozenset[str]]:
    """The terms of the query: whole ones, and the beginnings of others."""
    terms = query_terms(query)
    return (
        frozenset(term.value for term in terms if not term.is_prefix),
        frozenset(term.value for term in terms if term.is_prefix),
    )


def _next_break(text: str, position: int, *, limit: int) -> int:
    space = text.find(" ", position - 1, limit)
    return space + 1 if space >= 0 else _past_marks(text, position)


def _last_break(text: str, position: int, *, least: int) -> int:
    if text[position] == " ":
        return position
    space = text.rfind(" ", least, position)
    return space if space >= 0 else _past_marks(text, position, step=-1)


def _past_marks(text: str, position: int, *, step: int = 1) -> int:
    while 0 < position < len(text) and unicodedata.category(text[position]) in ("Mn", "Mc", "Me", "Cf"):
        position += step
    return position
