"""When points given or taken by hand need a second person."""

from collections.abc import Collection
from datetime import timedelta

# What one person gave or took alone in this time counts together, so that a limit cannot be halved.
ALONE = timedelta(days=30)
# The same wish of the same person within this time is one form that was sent twice.
SENT_TWICE = timedelta(minutes=1)


def needs_second_person(amount: int, *, alone_before: Collection[int], limit: int) -> bool:
    """Whether it goes beyond what one person may do alone; `alone_before` are their amounts of late."""
    return abs(amount) + sum(abs(before) for before in alone_before) > limit
