"""What people asked of the site and what it said to them, written where no fault of the site can reach."""

import json
import os
import threading
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Asked:
    """One request that should change something, and whether the site said that it did."""

    number: int
    kind: str
    facts: dict[str, object]
    was_acknowledged: bool = False


class Journal:
    """Lines that are on the disk before a request leaves, and before its answer counts."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("a")
        self._lock = threading.Lock()
        self._count = 0

    def ask(self, kind: str, **facts: object) -> int:
        """Note what is about to be asked, and return its number."""
        with self._lock:
            self._count += 1
            self._write({"asked": self._count, "kind": kind, "facts": facts})
            return self._count

    def acknowledge(self, number: int) -> None:
        """Note that the site said it was done."""
        with self._lock:
            self._write({"acknowledged": number})

    def read(self) -> list[Asked]:
        """All that stands in it, as a checker reads it afterwards."""
        asked: dict[int, Asked] = {}
        for line in self._path.read_text().splitlines():
            noted = json.loads(line)
            if "asked" in noted:
                asked[noted["asked"]] = Asked(noted["asked"], noted["kind"], noted["facts"])
            else:
                asked[noted["acknowledged"]].was_acknowledged = True
        return list(asked.values())

    def close(self) -> None:
        """Put the pen away."""
        self._file.close()

    def _write(self, noted: dict[str, object]) -> None:
        self._file.write(json.dumps(noted) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())
