"""How urgent a text is, 0 to 3, and why: safety, law, leaving, repeated contact, strong feeling."""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, cast

from community.analysis.cues import NONE, Hit
from community.analysis.sentiment.findings import Sentiment, Signals

Reason = Literal["safety", "legal", "leaving", "repeated", "strong"]
REASONS: tuple[Reason, ...] = ("safety", "legal", "leaving", "repeated", "strong")
READER = "urgency"
MOST = 3

# From two reasons of this level on, a text is as urgent as can be.
_SERIOUS = 2
# What a person who is content says again and again, or loudly, is not urgent.
_CONTENT = 0.3
_WRETCHED = -0.8
_LOUD = 0.3

# What stands before a phrase of its clause and takes it back; "not only" and 不小心 do not.
_WINDOW = 26
_CLAUSE_ENDS = re.compile(r"[,.;:!?\n。，；：！？、]|\bbut\b|但")
_TAKES_BACK = re.compile(
    r"\b(?:no|not|never|without|nobody|none|hardly|avoid(?:s|ed|ing)?|prevent(?:s|ed|ing)?|don't|didn't|doesn't|won't"
    r"|wouldn't|isn't|wasn't|aren't|weren't|haven't|hasn't|can't|cannot|rather than|instead of)\b(?! only)"
    r"(?:\W+[\w']+){0,2}\W*$"
    r"|(?:没有?(?!想到|人管|人理)|不(?!小心|得不|仅|但|光|然|知|料|止|久|是)|无(?!故|语|缘)|未|避免|防止|以免|免得)[^,.!?\n]{0,3}$"
)


class Urgency(NamedTuple):
    """A level from 0, none, to 3, now; the reasons, the gravest first; and the hits that gave them."""

    level: int
    reasons: tuple[Reason, ...]
    hits: tuple[Hit, ...]

    @property
    def is_serious(self) -> bool:
        """Whether it is more than strong feeling."""
        return self.level >= _SERIOUS


CALM = Urgency(0, (), ())


def urgency_of(masked: str, hits: Sequence[Hit], *, sentiment: Sentiment | None, signals: Signals) -> Urgency:
    """The urgency of a masked text; `hits` may hold those of other readers."""
    score = sentiment.score if sentiment else 0.0
    if not hits and score >= _WRETCHED:
        return CALM
    levels: dict[Reason, int] = {}
    taken: list[Hit] = []
    for hit in hits:
        start, _end, (reader, name, weight) = hit
        if reader != READER or name == NONE or (score > _CONTENT and name in ("strong", "repeated")):
            continue
        if name != "strong" and _is_taken_back(masked, start):
            continue
        reason = cast(Reason, name)
        levels[reason] = max(levels.get(reason, 0), int(weight))
        taken.append(hit)
    if score < _WRETCHED and (signals.emphasis > _LOUD or signals.exclamations > 1):
        levels.setdefault("strong", 1)
    if not levels:
        return CALM
    serious = sum(level >= _SERIOUS for level in levels.values())
    level = MOST if serious > 1 else max(levels.values())
    reasons = sorted(levels, key=lambda reason: (-levels[reason], REASONS.index(reason)))
    return Urgency(level, tuple(reasons), tuple(taken))


def _is_taken_back(masked: str, start: int) -> bool:
    before = masked[max(0, start - _WINDOW) : start].lower()
    clause = _CLAUSE_ENDS.split(before)[-1]
    return _TAKES_BACK.search(clause) is not None
