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
    # By where they begin, so that each is looked at only while it lasts: a text may have thousands.
    waiting = sorted(range(len(marks)), key=lambda place: marks[place][0], reverse=True)
    lasting: list[int] = []
    parts: list[Stretch] = []
    for begin, end in itertools.pairwise(cuts):
        lasting = [place for place in lasting if marks[place][1] > begin]
        while waiting and marks[waiting[-1]][0] <= begin:
            lasting.append(waiting.pop())
        inside = [marks[place] for place in sorted(lasting)]
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
