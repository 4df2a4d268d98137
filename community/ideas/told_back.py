"""The told-back rate: of how many ideas the author has been told something, and how soon."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

WINDOW = timedelta(days=90)
# Younger ideas are left out: nobody could expect an answer yet.
GRACE = timedelta(days=7)


@dataclass(frozen=True)
class ToldBack:
    """`told` of `asked` ideas have an answer; half of these came within `median_days`, if there are any."""

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
    """The figure from pairs of when an idea was published and when its author was first told something."""
    pairs = list(times)
    waits = [(told - said) / timedelta(days=1) for said, told in pairs if told is not None]
    return ToldBack(asked=len(pairs), told=len(waits), median_days=median(waits) if waits else None)
