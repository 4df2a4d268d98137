"""The told-back rate: of how much of what was said the author has been told what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

WINDOW = timedelta(days=90)
# What is younger is left out: nobody could expect an answer yet.
GRACE = timedelta(days=7)


@dataclass(frozen=True)
class ToldBack:
    """The authors of `told` of `asked` texts know; half of them knew within `median_days`."""

    asked: int
    told: int
    median_days: float | None

    @property
    def rate(self) -> float | None:
        """The share that was told, from 0 to 1; None while there is nothing to tell of."""
        return self.told / self.asked if self.asked else None

    @property
    def half_within(self) -> int | None:
        """The median in whole days, at least one."""
        return None if self.median_days is None else max(1, round(self.median_days))


def measure(times: Iterable[tuple[datetime, datetime | None]]) -> ToldBack:
    """The figure from pairs of when we had the words and when their author was first told something."""
    pairs = list(times)
    waits = [(told - had) / timedelta(days=1) for had, told in pairs if told is not None]
    return ToldBack(asked=len(pairs), told=len(waits), median_days=median(waits) if waits else None)
