"""Whose marks (support for an idea, thanks for a comment) count towards points."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

# In any so many days a member's marks count only so often for one and the same other member.
PAIR_WINDOW = timedelta(days=30)


class Giver(NamedTuple):
    """Somebody who gave a mark, as far as it matters for whether it counts."""

    id: int
    is_active: bool
    is_verified: bool
    is_staff: bool


class Mark(NamedTuple):
    """A mark that somebody gave to a thing: an idea with all that was joined to it, or a comment."""

    giver_id: int
    source_id: int
    at: datetime


class Receiver(NamedTuple):
    """Whom the marks are for; `close_ids` are their inviter, their friends and those of their circle."""

    id: int
    close_ids: frozenset[int]


def can_count(giver: Giver, receiver: Receiver) -> bool:
    """Whether the giver is somebody, and neither staff nor the receiver nor too close to them."""
    is_somebody = giver.is_active and giver.is_verified and not giver.is_staff
    return is_somebody and giver.id != receiver.id and giver.id not in receiver.close_ids


def whose_count(
    marks: Iterable[Mark],
    *,
    source_id: int,
    givers: Collection[Giver],
    receiver: Receiver,
    per_pair: int | None,
) -> set[int]:
    """Those whose marks on one thing count; `marks` are all that they ever gave to the receiver's things."""
    counting = {giver.id for giver in givers if can_count(giver, receiver)}
    by_giver: defaultdict[int, list[Mark]] = defaultdict(list)
    for mark in marks:
        if mark.giver_id in counting:
            by_giver[mark.giver_id].append(mark)
    return {
        giver_id
        for giver_id, given in by_giver.items()
        if source_id in _within_limit(given, per_pair=per_pair)
    }


def _within_limit(marks: list[Mark], *, per_pair: int | None) -> set[int]:
    """The things whose marks of one pair count: the first so many in any window, a thing once."""
    counted: dict[int, datetime] = {}
    for mark in sorted(marks, key=lambda mark: (mark.at, mark.source_id)):
        recent = sum(mark.at - at < PAIR_WINDOW for at in counted.values())
        if per_pair is None or recent < per_pair:
            counted.setdefault(mark.source_id, mark.at)
    return set(counted)
