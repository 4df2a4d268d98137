"""What the learned layer sees of a text: short runs of its letters and words, and the lexicons' signals."""

import re
from collections.abc import Mapping, Sequence
from math import log, log1p
from operator import add
from typing import TYPE_CHECKING, Literal

from community.analysis.language import Language
from community.analysis.learning.manner import manner
from community.analysis.sentiment import scorer
from community.analysis.sentiment.findings import Label, Scored

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

# Languages that learn together: Traditional is Simplified once it is masked.
Group = Literal["en", "zh"]
GROUPS: tuple[Group, ...] = ("en", "zh")

_GROUP_OF: dict[Language, Group] = {"en": "en", "zh-Hans": "zh", "zh-Hant": "zh", "mixed": "zh"}
_LEAST_CHANCE = 1e-4
_DIGITS = re.compile(r"\d+")
_TOKEN = {
    "en": re.compile(r"[^\W_]+(?:'[a-z]+)?|[!?]+|[^\w\s]"),
    # Words in Latin letters stay whole among the characters, so that mixed text teaches both.
    "zh": re.compile(r"[a-z0-9à-ɏ']+|[^\s_]"),
}
_BETWEEN = {"en": " ", "zh": ""}


def group_of(language: Language) -> Group | None:
    """The group that learns from texts in this language; None if we cannot read it.

    Mixed text goes to the Chinese group: there English words are features among the characters, while
    the English group would see nothing of the Chinese.
    """
    return _GROUP_OF.get(language)


def grams(masked: str, group: Group) -> set[str]:
    """The runs of a masked text: English 1-2 words and 2-4 letters, Chinese 1-3 characters or Latin words.

    A run of English words has a space at both ends, so a short word and the letters in a longer one differ.
    """
    tokens = _TOKEN[group].findall(_plain(masked))
    if group == "zh":
        pairs = list(map(add, tokens, tokens[1:]))
        return {*tokens, *pairs, *map(add, pairs, tokens[2:])}
    letters = f" {' '.join(tokens)} "
    twos = list(map(add, letters, letters[1:]))
    threes = list(map(add, twos, letters[2:]))
    words = [f" {token} " for token in tokens]
    return {
        *words,
        *map(add, words, [word[1:] for word in words[1:]]),
        *twos,
        *threes,
        *map(add, threes, letters[3:]),
    }


def lexicon_logits(scored: Scored, language: Language, classes: Sequence[Label]) -> list[float]:
    """The logs of the chances that the lexicons give to each of the classes."""
    if "neu" in classes:
        three = dict(zip(("pos", "neu", "neg"), scorer.chances(scored.signals, language), strict=True))
        return [log(max(three[label], _LEAST_CHANCE)) for label in classes]
    label, chance = scorer.decide(scored, language, two_classes=True)
    two = {label: chance}
    return [log(max(two.get(each, 1 - chance), _LEAST_CHANCE)) for each in classes]


def signal_values(masked: str, scored: Scored, *, language: Language) -> tuple[float, ...]:
    """The lexicon's signals and its chances, and in English the manner, all of about the size of one."""
    signals = scored.signals
    pos, neu, neg = (max(chance, _LEAST_CHANCE) for chance in scorer.chances(signals, language))
    return (
        log(pos / neu),
        log(neg / neu),
        log1p(signals.positive),
        log1p(signals.negative),
        signals.compound,
        signals.last / 3,
        signals.contrast,
        float(signals.is_question),
        float(signals.is_request),
        min(signals.exclamations, 3) / 2,
        signals.emphasis,
        log1p(signals.length) / 3 - 1,
        *(manner(masked) if group_of(language) == "en" else ()),
    )


def matrix(runs: Sequence[set[str]], idf: Mapping[str, float]) -> "csr_matrix":
    """A row for each set of runs and a column for each run of `idf`, whose values are what serving adds up.

    Each known run weighs its inverse document frequency, divided by the root of how many known runs the
    text has. Needs scipy.
    """
    import numpy as np
    from scipy.sparse import csr_matrix

    column = {run: at for at, run in enumerate(idf)}
    known = [[column[run] for run in sorted(column.keys() & each)] for each in runs]
    counts = np.array([len(each) for each in known])
    ends = np.concatenate([[0], np.cumsum(counts)])
    columns = np.fromiter((at for each in known for at in each), dtype=np.int32, count=int(ends[-1]))
    idfs = np.array(list(idf.values()), dtype=float)
    values = idfs[columns] / np.repeat(np.sqrt(np.maximum(counts, 1)), counts)
    return csr_matrix((values, columns, ends), shape=(len(runs), len(idf)))


def places(masked: str, group: Group) -> tuple[str, list[int], list[tuple[int, int]]]:
    """The text that runs are found in, where each token begins in it, and each token's place in `masked`."""
    matches = list(_TOKEN[group].finditer(_plain_of_same_length(masked)))
    between = _BETWEEN[group]
    joined, starts = between, []
    for match in matches:
        starts.append(len(joined))
        joined += _DIGITS.sub("0", match[0]) + between
    return joined, starts, [match.span() for match in matches]


def _plain(masked: str) -> str:
    return _DIGITS.sub("0", masked.lower())


def _plain_of_same_length(masked: str) -> str:
    lowered = masked.lower()
    return lowered if len(lowered) == len(masked) else masked
