"""The kinds of questions: what each takes as an answer, says in words, and gives to a file."""

from collections.abc import Mapping

from community.surveys.kinds import choices, quantities, scales, texts
from community.surveys.kinds.allocation import Allocation
from community.surveys.kinds.base import Asked, Cell, Column, Kind, Option, Sent, Value
from community.surveys.kinds.matrix import Matrix
from community.surveys.kinds.ranking import Ranking

__all__ = ["KINDS", "LIVE", "Asked", "Cell", "Column", "Kind", "Option", "Sent", "Value", "of"]

KINDS: Mapping[str, Kind] = {
    "single": choices.Single(),
    "several": choices.Several(),
    "yes_no": choices.YesNo(),
    "rating5": scales.RATING5,
    "rating7": scales.RATING7,
    "nps": scales.NPS,
    "csat": scales.CSAT,
    "ces": scales.CES,
    "number": quantities.Number(),
    "date": quantities.Day(),
    "short_text": texts.SHORT,
    "long_text": texts.LONG,
    "ranking": Ranking(),
    "matrix": Matrix(),
    "allocation": Allocation(),
}

# Answered one click at a time on pages of their own: saving a page of questions leaves these as they are.
LIVE = ("pairwise", "opinions")


def of(name: str) -> Kind:
    """The kind with this name, one of QUESTION_KINDS."""
    return KINDS[name]
