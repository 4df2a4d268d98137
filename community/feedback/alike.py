"""How much of what one text is about others are about too, whatever small words they share."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import log, sqrt

from community.analysis import tokens
from community.analysis.telling import SMALL_WORDS

# Enough to find who speaks of the same; a question with every word of a long text would match everything.
ASKED_TERMS = 24


def telling_terms(text: str) -> list[str]:
    """The terms to look for others with: the longer ones first, which fewer texts hold."""
    terms = dict.fromkeys(term for term in tokens.index_terms(text) if term not in SMALL_WORDS)
    return sorted(terms, key=len, reverse=True)[:ASKED_TERMS]


def alikeness(text: str, others: Sequence[str]) -> list[float]:
    """For each other text the cosine of its terms with those of `text`, 0 to 1; rare terms weigh more.

    How rare a term is, is counted in the texts that are given.
    """
    asked, *given = [set(tokens.index_terms(each)) - SMALL_WORDS for each in (text, *others)]
    frequency = Counter(term for each in (asked, *given) for term in each)
    rarity = {term: log(1 + (len(others) + 1) / count) for term, count in frequency.items()}
    length = _length(asked, rarity)
    return [
        sum(rarity[term] ** 2 for term in asked & each) / (length * _length(each, rarity) or 1.0)
        for each in given
    ]


def _length(terms: set[str], rarity: Mapping[str, float]) -> float:
    return sqrt(sum(rarity[term] ** 2 for term in terms))
