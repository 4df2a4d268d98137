"""Telling words: what the texts of a group say and the other texts do not, without a dictionary of words."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from math import log, sqrt

from community.analysis.script import fold

MOST_WORDS = 3

# Longer texts are known by their beginning, and so is a large group by its first texts.
_LONGEST_TEXT, _MOST_TEXTS, _MOST_COMPARED = 200, 400, 2000
_LONGEST_RUN = 6
_FIRST_HAN = "\u3400"
_PIECE = re.compile("[a-z][a-z0-9'-]*[a-z0-9]|[\u3400-\u9fff]+|[^\\s\\w]")
# A phrase has to be in this share of a group's texts.
_LEAST_SHARE = 0.2
# A longer phrase goes before a part of it that is hardly more frequent.
_AS_FREQUENT = 0.7
# The weight of what all texts say, as a number of texts, against what the group does.
_PRIOR = 20.0

# fmt: off
# Phrases do not begin or end with these, and a word is none of these.
SMALL_WORDS = {
    "a", "about", "after", "again", "all", "also", "am", "an", "and", "any", "are", "as", "at", "be",
    "because", "been", "before", "being", "but", "by", "can", "can't", "could", "did", "didn't", "do", "does",
    "doesn't", "doing", "don't", "down", "each", "even", "every", "few", "for", "from", "get", "gets",
    "getting", "go", "going", "got", "had", "has", "have", "having", "he", "her", "here", "him", "his", "how",
    "i", "i'd", "i'll", "i'm", "i've", "if", "in", "into", "is", "isn't", "it", "it's", "its", "just", "know",
    "like", "made", "make", "many", "me", "more", "most", "much", "my", "need", "no", "nor", "not", "now",
    "of", "off", "on", "once", "one", "only", "or", "other", "our", "out", "over", "own", "please", "put",
    "really", "same", "say", "see", "she", "should", "so", "some", "still", "such", "than", "that", "that's",
    "the", "their", "them", "then", "there", "these", "they", "thing", "things", "think", "this", "those",
    "through", "to", "too", "try", "trying", "two", "under", "until", "up", "us", "use", "very", "want",
    "was", "wasn't", "we", "well", "were", "what", "when", "where", "which", "while", "who", "why", "will",
    "with", "won't", "would", "yes", "yet", "you", "your",
}
_NEVER_FIRST = frozenset(
    "的了是我也都就还在有和与给让把被又再个这那么着过们你他她它吗吧呢啊哦呀嘛得地之以而但啦才"
)
_NEVER_LAST = _NEVER_FIRST | frozenset("不没太很真会要能可对从想更最")
# fmt: on


def telling_words(texts: Sequence[str], groups: Sequence[Sequence[int]]) -> list[tuple[str, ...]]:
    """For each group, the words or phrases that tell it from all the texts, the most telling first.

    A group is given by the numbers of its texts. Telling is the log-odds of a phrase in the group against all
    texts (a sample of many), over its standard error, with all texts as the prior (Monroe, Colaresi and Quinn
    2008). Phrases of Chinese are runs of two to six characters that return.
    """
    step = len(texts) // _MOST_COMPARED + 1
    background = Counter(phrase for text in texts[::step] for phrase in phrases(text))
    count = len(texts[::step])
    return [_telling([texts[at] for at in group[:_MOST_TEXTS]], background, count=count) for group in groups]


def phrases(text: str, *, longest: int = _LONGEST_TEXT) -> set[str]:
    """Words, pairs of words and runs of Chinese characters; none begins or ends with a small word.

    As they are compared: in small letters, Traditional characters Simplified.
    """
    found: set[str] = set()
    before = ""
    for piece in _PIECE.findall(fold(text[:longest])):
        if piece[0] >= _FIRST_HAN and len(piece) > 1:
            found.update(_runs(piece))
        is_word = piece[0].isascii() and len(piece) > 1 and piece not in SMALL_WORDS
        if is_word:
            found.add(piece)
            if before:
                found.add(f"{before} {piece}")
        before = piece if is_word else ""
    return found


def overlap(one: str, other: str) -> bool:
    """Whether two phrases say partly the same: a word, or two Chinese characters in a row."""
    if one.isascii() or other.isascii():
        return bool(set(one.split()) & set(other.split()))
    return bool(set(_pairs(one)) & set(_pairs(other)))


def _telling(texts: Sequence[str], background: Counter[str], *, count: int) -> tuple[str, ...]:
    within = Counter(phrase for text in texts for phrase in phrases(text))
    least = max(2, _LEAST_SHARE * len(texts))
    scores: dict[str, float] = {}
    for phrase, here in within.items():
        if here >= least:
            share = (background[phrase] + 0.5) / (count + 1)
            odds = _log_odds(here, len(texts), share) - _log_odds(background[phrase], count, share)
            error = sqrt(1 / (here + _PRIOR * share) + 1 / (background[phrase] + _PRIOR * share))
            scores[phrase] = odds / error
    chosen: list[str] = []
    for phrase in sorted(scores, key=lambda phrase: (-scores[phrase], -len(phrase), phrase)):
        longer = [each for each in scores if phrase in each and within[each] >= _AS_FREQUENT * within[phrase]]
        best = max(longer, key=lambda each: (len(each), scores[each], each))
        if not any(overlap(best, other) for other in chosen):
            chosen.append(best)
        if len(chosen) == MOST_WORDS:
            break
    return tuple(chosen)


def _log_odds(here: float, of: int, share: float) -> float:
    held = here + _PRIOR * share
    return log(held / max(of + _PRIOR - held, 0.5))


def _pairs(run: str) -> Iterable[str]:
    return (run[at : at + 2] for at in range(len(run) - 1))


def _runs(piece: str) -> Iterable[str]:
    for start, first in enumerate(piece):
        if first not in _NEVER_FIRST:
            for end in range(start + 1, min(start + _LONGEST_RUN, len(piece))):
                if piece[end] not in _NEVER_LAST:
                    yield piece[start : end + 1]
