"""How well moderation does: how much of it was taken back, and how long people waited for it."""

import statistics
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

from community.statistics.intervals import Interval, wilson

PERIODS = (30, 90, 365)
SLOW = 0.9


class Case(NamedTuple):
    """One decision: whose, how long what it answers had waited (None: nothing did), how it was undone."""

    moderator_id: int | None
    waited: timedelta | None
    undone_as: str | None


class Figures(NamedTuple):
    """What came of some decisions; times are None where nothing had waited."""

    decided: int
    mistakes: int
    overturned: int
    reversed_share: float | None
    interval: Interval | None
    waited: int
    median: timedelta | None
    slowest: timedelta | None

    @property
    def reversed(self) -> int:
        """Decisions that were taken back, as a mistake or after an appeal."""
        return self.mistakes + self.overturned


def figures(cases: Iterable[Case]) -> Figures:
    """The figures of these decisions, with the Wilson interval of the share that was taken back."""
    listed = list(cases)
    waits = sorted(case.waited for case in listed if case.waited is not None)
    mistakes = sum(case.undone_as == "mistake" for case in listed)
    overturned = sum(case.undone_as == "appeal" for case in listed)
    return Figures(
        decided=len(listed),
        mistakes=mistakes,
        overturned=overturned,
        reversed_share=(mistakes + overturned) / len(listed) if listed else None,
        interval=wilson(mistakes + overturned, len(listed)),
        waited=len(waits),
        median=statistics.median(waits) if waits else None,  # type: ignore[type-var]
        slowest=_quantile(waits, SLOW),
    )


def by_moderator(cases: Iterable[Case]) -> dict[int | None, Figures]:
    """The figures of each moderator; under None what enough flags hid by themselves."""
    grouped: dict[int | None, list[Case]] = defaultdict(list)
    for case in cases:
        grouped[case.moderator_id].append(case)
    return {moderator_id: figures(own) for moderator_id, own in grouped.items()}


def _quantile(waits: Sequence[timedelta], share: float) -> timedelta | None:
    """The wait within which this share of all was decided: one that somebody really waited."""
    if not waits:
        return None
    return waits[max(0, -(-len(waits) * int(share * 100) // 100) - 1)]
