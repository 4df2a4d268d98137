"""What a text is for: praise, a complaint, a suggestion, a question, a request for help, or only a remark."""

from collections.abc import Mapping, Sequence
from math import exp
from typing import Literal

from community.analysis.cues import NONE, Hit
from community.analysis.sentiment.findings import Sentiment, Signals

Kind = Literal["praise", "complaint", "suggestion", "question", "help", "remark"]
KINDS: tuple[Kind, ...] = ("praise", "complaint", "suggestion", "question", "help", "remark")
READER = "kind"

# What speaks for each kind before any phrase does, as logits; set by hand, checked on labelled reviews.
_PRAISE, _COMPLAINT, _SUGGESTION, _QUESTION, _HELP = 0.0, 0.35, -0.3, -0.6, -0.9
# What neither feels nor asks is a remark; each sign of either takes this much away.
_REMARK, _REMARK_IF_FELT, _REMARK_IF_SAID = 2.4, 4.2, 1.0
_PRAISE_IF_POSITIVE, _COMPLAINT_IF_NEGATIVE = 3.4, 2.6
_IF_ASKED, _IF_REQUESTED, _IF_SERIOUS = 1.5, 0.9, 1.2
# Each further phrase of the same kind adds this much of its weight.
_FURTHER = 0.4
# Whoever asks for something to be mended tells what is wrong as well.
_TROUBLE_IN_HELP = 0.5
# A wish or a call for help is what can be acted on, however kind or cross the words around it are.
_CLEAR, _BESIDE_A_WISH = 2.0, 0.5
# Made so that the confidence is the share of answers that people would agree with.
_TEMPERATURE = 0.85
_NOTHING_SAID: Mapping[str, float] = {}


def kind_of(
    hits: Sequence[Hit], *, sentiment: Sentiment, signals: Signals, is_serious: bool = False
) -> tuple[Kind, float]:
    """The likeliest kind and the chance, 0 to 1, that people would agree.

    `hits` may hold those of other readers; what is urgent for a serious reason is more likely a complaint.
    """
    said = _said(hits) if hits else _NOTHING_SAID
    praise, complaint, suggestion, question, help_ = _PRAISE, _COMPLAINT, _SUGGESTION, _QUESTION, _HELP
    remark = _REMARK - _REMARK_IF_FELT * abs(sentiment.score)
    share = 1.0
    if said:
        praise += said.get("praise", 0.0)
        complaint += said.get("complaint", 0.0)
        suggestion += said.get("suggestion", 0.0)
        question += said.get("question", 0.0)
        help_ += said.get("help", 0.0)
        remark -= _REMARK_IF_SAID * max(said.values())
        if max(said.get("suggestion", 0.0), said.get("help", 0.0)) >= _CLEAR:
            share = _BESIDE_A_WISH
        if "help" in said and "complaint" in said:
            help_ += _TROUBLE_IN_HELP
    if sentiment.score > 0:
        praise += share * _PRAISE_IF_POSITIVE * sentiment.score
    else:
        complaint -= share * _COMPLAINT_IF_NEGATIVE * sentiment.score
    if is_serious:
        complaint += _IF_SERIOUS
        remark -= _IF_SERIOUS
    if signals.is_question:
        question += _IF_ASKED
        remark -= _IF_ASKED
    if signals.is_request:
        suggestion += _IF_REQUESTED
        remark -= _IF_REQUESTED
    logits = (praise, complaint, suggestion, question, help_, remark)
    best = max(logits)
    # Written out, since it is done for every text.
    total = (
        exp(_TEMPERATURE * (praise - best))
        + exp(_TEMPERATURE * (complaint - best))
        + exp(_TEMPERATURE * (suggestion - best))
        + exp(_TEMPERATURE * (question - best))
        + exp(_TEMPERATURE * (help_ - best))
        + exp(_TEMPERATURE * (remark - best))
    )
    return KINDS[logits.index(best)], 1 / total


def _said(hits: Sequence[Hit]) -> dict[str, float]:
    """How much the phrases say for each kind; the same said twice is said once."""
    said: dict[str, float] = {}
    # In one order: adding up is the same in every process.
    for name, weight in sorted({hit.cue[1:] for hit in hits if hit.cue.reader == READER}):
        if name != NONE:
            before = said.get(name, 0.0)
            said[name] = max(before, weight) + _FURTHER * min(before, weight)
    return said
