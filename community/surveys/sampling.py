"""Drawing members by chance: who wrote down the seed can draw the same members again."""

import hashlib
from collections.abc import Iterable


def in_drawn_order(member_ids: Iterable[int], *, seed: int) -> list[int]:
    """The members in the order in which this seed draws them; a sample of n are the first n.

    A simple random sample: each is given a random number of their own by hashing seed and id, and the
    lowest numbers are drawn (sorting by permanent random numbers, Ohlsson 1995). Who else can be drawn
    changes nobody's number.
    """
    return sorted(member_ids, key=lambda member_id: (_number(member_id, seed), member_id))


def _number(member_id: int, seed: int) -> bytes:
    return hashlib.blake2b(f"{seed}:{member_id}".encode(), digest_size=16).digest()
