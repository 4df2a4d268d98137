"""What answers come to, one module per family of kinds; pure: the same answers give the same figures."""

from collections.abc import Mapping

from community.surveys.tallies.choices import Choices, Pictures, YesNo
from community.surveys.tallies.features import Kano, MaxDiff
from community.surveys.tallies.moments import Moments
from community.surveys.tallies.orders import Allocation, Matrix, Ranking
from community.surveys.tallies.quantities import Days, Numbers
from community.surveys.tallies.scales import Nps, Scale
from community.surveys.tallies.sums import Tally
from community.surveys.tallies.texts import Texts

__all__ = ["LIVE_KINDS", "of"]

# Their answers are votes in tables of their own: see `live`.
LIVE_KINDS = ("pairwise", "opinions")

_KINDS: Mapping[str, Tally] = {
    "single": Choices(),
    "several": Choices(),
    "yes_no": YesNo(),
    "rating5": Scale(1, 5, box=2),
    "rating7": Scale(1, 7, box=2),
    "nps": Nps(),
    "csat": Scale(1, 5, box=2),
    # CES 2.0 is also told as the share that agrees at all, 5 to 7.
    "ces": Scale(1, 7, box=3),
    "number": Numbers(),
    "date": Days(),
    "short_text": Texts(),
    "long_text": Texts(),
    "ranking": Ranking(),
    "matrix": Matrix(),
    "allocation": Allocation(),
    "maxdiff": MaxDiff(),
    "kano": Kano(),
    "moment": Moments(),
    "picture": Pictures(),
}


def of(kind: str) -> Tally:
    """How this kind of question is counted; not for those in LIVE_KINDS."""
    return _KINDS[kind]
