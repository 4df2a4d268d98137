"""From which lots points are taken: what expires first goes first."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol, TypeVar


class HasFree(Protocol):
    """What has to be known about a lot."""

    @property
    def id(self) -> int: ...
    @property
    def free(self) -> int: ...
    @property
    def expires_at(self) -> datetime | None: ...
    @property
    def available_from(self) -> datetime | None: ...


LotLike = TypeVar("LotLike", bound=HasFree)


def take(
    lots: Iterable[LotLike], amount: int, *, first_id: int | None = None
) -> tuple[list[tuple[LotLike, int]], int]:
    """How many points to take from which lots, and how many are missing.

    The lot `first_id` comes before all others; then by expiry, those that never expire last, then the older.
    """
    taken = []
    for lot in sorted(lots, key=lambda lot: (lot.id != first_id, _order(lot))):
        part = min(lot.free, amount)
        if part > 0:
            taken.append((lot, part))
            amount -= part
    return taken, amount


def _order(lot: HasFree) -> tuple[bool, float, float, int]:
    return (
        lot.expires_at is None,
        lot.expires_at.timestamp() if lot.expires_at else 0.0,
        lot.available_from.timestamp() if lot.available_from else 0.0,
        lot.id,
    )
