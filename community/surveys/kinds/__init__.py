"""The kinds of questions: what each takes as an answer, says in words, and gives to a file."""

from collections.abc import Mapping

from community.surveys.kinds import choices, quantities, scales, texts
from community.surveys.kinds.allocation import Allocation
from community.surveys.kinds.contract import (
    BEGUN,
    LIVE,
    Asked,
    Cell,
    Column,
    InParts,
    Kind,
    Option,
    Sent,
    Value,
)
from community.surveys.kinds.kano import Kano
from community.surveys.kinds.matrix import Matrix
from community.surveys.kinds.maxdiff import MaxDiff
from community.surveys.kinds.moment import Moment
from community.surveys.kinds.opinions import Opinions
from community.surveys.kinds.pairwise import Pairwise
from community.surveys.kinds.picture import Picture
from community.surveys.kinds.ranking import Ranking

__all__ = [
    "BEGUN", "KINDS", "LIVE", "Asked", "Cell", "Column", "InParts", "Kind", "Option", "Sent", "Value", "of",
]  # fmt: skip

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
    "maxdiff": MaxDiff(),
    "kano": Kano(),
    "pairwise": Pairwise(),
    "opinions": Opinions(),
    "moment": Moment(),
    "picture": Picture(),
}


def of(name: str) -> Kind:
    """The kind with this name, one of QUESTION_KINDS."""
    return KINDS[name]
