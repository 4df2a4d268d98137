"""The page of a copy that says what it is, what is in it, and by what that is known to be whole."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from community.infra.copying.layout import Column, Table

NAME = "manifest.json"
FORMAT = 1

_SALT_BYTES = 16
# Some may have set a secret that can be guessed: what a copy says of it must be dear to try.
_COST, _BLOCK = 1 << 14, 8


class FromNewerRelease(Exception):
    """Only a release that came later can read the copy."""


@dataclass(frozen=True)
class Entry:
    """One file of a copy; `rows` of a table."""

    size: int
    sha256: str
    rows: int | None = None


@dataclass
class Manifest:
    """`revision` is the last migration that the tables had seen."""

    revision: str
    made_at: str
    database: str
    secret: str
    tables: Sequence[Table]
    last_numbers: dict[str, int]
    entries: dict[str, Entry] = field(default_factory=dict)
    format: int = FORMAT

    def count_rows(self) -> int:
        """How many rows all tables have."""
        return sum(entry.rows or 0 for entry in self.entries.values())

    def to_json(self) -> str:
        """As it stands in the copy."""
        return json.dumps(asdict(self) | {"tables": [_told(table) for table in self.tables]}, indent=1)

    @classmethod
    def from_json(cls, text: str | bytes) -> "Manifest":
        """Read one; ValueError, LookupError or TypeError if it is none."""
        given: dict[str, Any] = json.loads(text)
        if given["format"] > FORMAT:
            raise FromNewerRelease
        given["tables"] = [
            Table(table["name"], tuple(Column(*column) for column in table["columns"]))
            for table in given["tables"]
        ]
        given["entries"] = {name: Entry(**entry) for name, entry in given["entries"].items()}
        return cls(**given)


def of_secret(secret: str) -> str:
    """What tells whether another site has the same secret, and does not tell the secret."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"{salt.hex()}:{_stretched(secret, salt)}"


def is_of_secret(told: str, secret: str) -> bool:
    """Whether it was told of this secret."""
    salt, _, stretched = told.partition(":")
    return hmac.compare_digest(stretched, _stretched(secret, bytes.fromhex(salt)))


def _stretched(secret: str, salt: bytes) -> str:
    return hashlib.scrypt(secret.encode(), salt=salt, n=_COST, r=_BLOCK, p=1, dklen=32).hex()


def _told(table: Table) -> dict[str, Any]:
    return {"name": table.name, "columns": [list(column) for column in table.columns]}
