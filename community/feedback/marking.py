"""A text cut where the words that made its reading begin and end, to be shown with them marked."""

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple


class Stretch(NamedTuple):
    """A part of the text; `tone` is "" where nothing was found, else "pos", "neg" or "other"."""

    text: str
    tone: str
    rules: tuple[str, ...] = ()


class Reason(NamedTuple):
    """Words that made the reading: what they add to the feeling (0 for none), and the rule that says so."""

    words: str
    weight: float
    rule: str


def stretches(text: str, evidence: Sequence[Sequence[Any]]) -> list[Stretch]:
    """The whole text in order; `evidence` holds [start, end, weight, rule], also lying over each other."""
    marks = [(max(0, start), min(end, len(text)), weight, rule) for start, end, weight, rule in evidence]
    marks = [mark for mark in marks if mark[0] < mark[1]]
    cuts = sorted({0, len(text), *(mark[0] for mark in marks), *(mark[1] for mark in marks)})
    parts: list[Stretch] = []
    for begin, end in itertools.pairwise(cuts):
        inside = [mark for mark in marks if mark[0] <= begin and end <= mark[1]]
        parts.append(
            Stretch(text[begin:end], _tone(inside), tuple(dict.fromkeys(rule for *_rest, rule in inside)))
        )
    return parts


def reasons(text: str, evidence: Sequence[Sequence[Any]], *, most: int = 12) -> list[Reason]:
    """The stretches that made the reading, the weightiest first, each said once."""
    found = {
        Reason(text[start:end].strip(), float(weight), rule): None for start, end, weight, rule in evidence
    }
    return sorted((each for each in found if each.words), key=lambda each: -abs(each.weight))[:most]


def _tone(marks: Sequence[Sequence[Any]]) -> str:
    if not marks:
        return ""
    weight = sum(mark[2] for mark in marks)
    return "other" if not weight else "pos" if weight > 0 else "neg"
