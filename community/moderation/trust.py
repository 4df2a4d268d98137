"""How far a member is trusted: what each level takes over the last hundred days, and when one is lost.

All conditions of a level have to hold (methods 4.2). A level is reached at once and lost at the earliest
after a fortnight, one step at a time, when less than four fifths of what it takes are left, so that nobody
goes up and down at its edge. Who has found the way in once keeps level 1 through any absence: only what
moderators agreed was out of place takes it away.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

LEVELS = (0, 1, 2, 3)
HIGHEST = 3
WINDOW = timedelta(days=100)
MINIMUM_STAY = timedelta(days=14)
# What is left of a condition must be less than this before a level is lost.
KEPT_SHARE = 0.8

# Why somebody went up or down, besides the key of the condition that no longer held.
EARNED = "earned"
VOUCHED = "vouched"
VOUCH_ENDED = "vouch_ended"


@dataclass(frozen=True)
class Facts:
    """What a member did within the window, and what others made of it.

    `thanks` are votes and marks of help that others gave to what the member wrote, `thankers` how many
    people they came from, `thanks_days` on how many days.
    """

    days_here: int = 0
    ideas_read: int = 0
    texts_accepted: int = 0
    thanks: int = 0
    thankers: int = 0
    thanks_days: int = 0
    upheld_flags: int = 0

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "Facts":
        """Facts as they were stored; what is missing is none."""
        return cls(**{field.name: int(stored.get(field.name, 0)) for field in fields(cls)})

    def stored(self) -> dict[str, int]:
        """The facts as they are stored."""
        return asdict(self)


class Condition(NamedTuple):
    """One thing that a level takes: at least, or at most, so much of a fact."""

    fact: str
    bound: int
    way: Literal["least", "most"] = "least"

    def is_met(self, facts: Facts) -> bool:
        """Whether the facts reach the level."""
        value = int(getattr(facts, self.fact))
        return value >= self.bound if self.way == "least" else value <= self.bound

    def is_kept(self, facts: Facts) -> bool:
        """Whether enough is left of it to stay on the level."""
        value = int(getattr(facts, self.fact))
        return value >= KEPT_SHARE * self.bound if self.way == "least" else value <= self.bound


# Thanks come from at least a fifth as many people and on at least a quarter as many days (methods 4.2).
CONDITIONS: Mapping[int, tuple[Condition, ...]] = {
    1: (
        Condition("days_here", 3),
        Condition("ideas_read", 5),
        Condition("texts_accepted", 1),
        Condition("upheld_flags", 2, "most"),
    ),
    2: (
        Condition("days_here", 15),
        Condition("ideas_read", 20),
        Condition("texts_accepted", 5),
        Condition("thanks", 10),
        Condition("thankers", 3),
        Condition("thanks_days", 3),
        Condition("upheld_flags", 1, "most"),
    ),
    3: (
        Condition("days_here", 50),
        Condition("ideas_read", 60),
        Condition("texts_accepted", 15),
        Condition("thanks", 30),
        Condition("thankers", 6),
        Condition("thanks_days", 8),
        Condition("upheld_flags", 0, "most"),
    ),
}
# What counts for staying on level 1.
_LASTING = ("upheld_flags",)


class Step(NamedTuple):
    """The level somebody goes to, and why: `EARNED`, `VOUCHED`, `VOUCH_ENDED` or the fact that fell short."""

    to_level: int
    reason: str


class Line(NamedTuple):
    """One condition of a level as the member sees it: what they have of what it takes."""

    fact: str
    has: int
    bound: int
    way: str
    is_met: bool

    @property
    def share(self) -> int:
        """How much of it is there, in percent."""
        if self.way == "most":
            return 100 if self.is_met else 0
        return min(100, 100 * self.has // self.bound)


def earned_level(facts: Facts) -> int:
    """The highest level whose conditions, and those of all levels below it, are met."""
    level = 0
    while level < HIGHEST and all(condition.is_met(facts) for condition in CONDITIONS[level + 1]):
        level += 1
    return level


def next_step(level: int, facts: Facts, *, since: datetime, now: datetime, vouched: int = 0) -> Step | None:
    """Where the member goes from the level they have stood on since then; None if they stay."""
    earned = earned_level(facts)
    if max(earned, vouched) > level:
        return Step(max(earned, vouched), EARNED if earned >= vouched else VOUCHED)
    if level <= vouched or now - since < MINIMUM_STAY:
        return None
    lost = lost_by(level, facts)
    return Step(level - 1, lost) if lost is not None else None


def lost_by(level: int, facts: Facts) -> str | None:
    """The fact of which too little, or too much, is there to stay on the level; None if it is kept."""
    for condition in CONDITIONS.get(level, ()):
        if level == 1 and condition.fact not in _LASTING:
            continue
        if not condition.is_kept(facts):
            return condition.fact
    return None


def progress(level: int, facts: Facts) -> list[Line]:
    """What a level takes, and what of it is there."""
    return [
        Line(
            condition.fact,
            int(getattr(facts, condition.fact)),
            condition.bound,
            condition.way,
            condition.is_met(facts),
        )
        for condition in CONDITIONS.get(level, ())
    ]
