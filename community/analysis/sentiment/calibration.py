"""What the lexicons' signals are worth: chances of each label, by a few constants for each language.

All are rounded to a tenth. The English ones were fitted on some 900 sentences of our own together with
public rows whose licences allow it, none of these files weighing more than ours: UCI's review sentences,
Hu and Liu's reviews, their pros and cons (all CC BY 4.0) and VADER's ground truth (MIT). The Chinese ones
were fitted on some 450 texts of our own, but for mixture and request in `sides`, which are set by hand.
Other data was only measured, to choose between such fits and which signs to keep.
"""

from math import exp
from operator import mul
from typing import NamedTuple

from community.analysis.language import Language
from community.analysis.sentiment.findings import Signals


class Pull(NamedTuple):
    """How much each sign in a text speaks for a label and against its counterpart, in logits."""

    always: float = 0.0
    compound: float = 0.0  # the balance, -1 to 1
    mixture: float = 0.0  # the share of the weaker side, 0 to 0.5
    question: float = 0.0
    request: float = 0.0
    praise: float = 0.0  # a third of the mean positive weight
    blame: float = 0.0  # the same of the negative ones: anger says more than a fault does


class Constants(NamedTuple):
    """A language's constants: positive and negative against neutral, and positive against negative."""

    positive: Pull
    negative: Pull
    # Where a text has to be one or the other.
    sides: Pull


ENGLISH = Constants(
    positive=Pull(always=-1, compound=1.7, mixture=-3.3, question=-1.5, request=-0.6, praise=2.8, blame=1.7),
    negative=Pull(
        always=-0.6, compound=-1.7, mixture=-2.4, question=-0.9, request=-1.3, praise=1.1, blame=2.4
    ),
    sides=Pull(always=-0.6, compound=3.8, question=-0.8, praise=1.9, blame=-1.7),
)
CHINESE = Constants(
    positive=Pull(always=-0.3, compound=2.9, question=-1.5, request=-0.9),
    negative=Pull(always=-0.4, compound=-2.8, question=-1.2, request=-1.5),
    # Who wishes for more, or lists faults beside praise, mostly likes it.
    sides=Pull(always=-0.1, compound=3.6, mixture=0.5, request=1.2),
)


def chances(signals: Signals, language: Language) -> tuple[float, float, float]:
    """How likely people would call it positive, neutral and negative; together 1."""
    constants = constants_of(language)
    signs = _signs(signals)
    up = exp(_weigh(constants.positive, signs))
    down = exp(_weigh(constants.negative, signs))
    whole = up + 1.0 + down
    return up / whole, 1.0 / whole, down / whole


def chance_of_positive(signals: Signals, language: Language) -> float:
    """How likely people would call it positive if they had to call it positive or negative."""
    return 1.0 / (1.0 + exp(-_weigh(constants_of(language).sides, _signs(signals))))


def constants_of(language: Language) -> Constants:
    """The constants a language's texts are judged by; mixed texts here are Chinese with English in them."""
    return ENGLISH if language == "en" else CHINESE


def _signs(signals: Signals) -> tuple[float, ...]:
    """The signs in the order of `Pull`."""
    # Unpacked, since this is done for every text, and asking for the fields one by one takes longer.
    up, down, compound, ups, downs, _last, _contrast, is_question, is_request, *_others = signals
    return (
        1.0,
        compound,
        (up if up < down else down) / (up + down) if up or down else 0.0,
        is_question,
        is_request,
        up / ups / 3 if ups else 0.0,
        down / downs / 3 if downs else 0.0,
    )


def _weigh(pull: Pull, signs: tuple[float, ...]) -> float:
    return sum(map(mul, pull, signs), 0.0)
