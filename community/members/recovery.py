"""Codes for the day on which app and passkeys are lost: how they are made, written and recognised."""

import re
import secrets

from community.members.secrets import digest

HOW_MANY = 10
GROUPS, LETTERS_IN_GROUP = 4, 4
# Without those that look like others: a code may have been written down by hand.
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH = GROUPS * LETTERS_IN_GROUP


def new_codes() -> list[str]:
    """Fresh codes of eighty bits each."""
    return ["-".join(_group() for _number in range(GROUPS)) for _code in range(HOW_MANY)]


def clean(text: str) -> str:
    """A code as it was typed, without what people put between the letters; "" if it can be none."""
    letters = re.sub(r"[\s-]", "", text).upper()
    return letters if len(letters) == _LENGTH and letters.isalnum() else ""


def hash_of(code: str) -> str:
    """What is stored of a code; it is too long to be guessed, so a plain hash is enough."""
    return digest(clean(code))


def _group() -> str:
    return "".join(secrets.choice(_ALPHABET) for _letter in range(LETTERS_IN_GROUP))
