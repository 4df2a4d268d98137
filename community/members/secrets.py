"""Secrets that are handed out and later recognised by their hash: for sessions and for links in mail."""

import hashlib
import hmac
import secrets


def new_secret() -> str:
    """A fresh secret of 256 bits that fits into addresses and cookies."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a secret; it is too long to be guessed, so a plain hash is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def keyed(text: str, key: str) -> str:
    """A stand-in for an address in counters, of no use to whoever reads the table without the site's key."""
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two secrets are the same, without telling by the time it takes how much of them is."""
    return hmac.compare_digest(one.encode(), other.encode())
