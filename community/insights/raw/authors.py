"""Numbers for people that nobody can turn back, the same in every file of this site."""

import hashlib
import hmac
from collections.abc import Callable

SHOWN_OF_HASH = 16
_HASH_BLOCK = 64

Numbering = Callable[[str], str]


def numbering(secret: str) -> Numbering:
    """What makes a number of `who`."""
    key = key_of(secret)
    return lambda who: hmac.digest(key, who.encode(), "sha256").hex()[:SHOWN_OF_HASH]


def key_of(secret: str) -> bytes:
    """A key of its own, so that what is handed out says nothing of what else the secret signs."""
    return hashlib.sha256(f"authors of feedback {secret}".encode()).digest().ljust(_HASH_BLOCK, b"\0")


def of_member(member_id: object) -> str:
    """Who a member is."""
    return f"member {member_id}"
