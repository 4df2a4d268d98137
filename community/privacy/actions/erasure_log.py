"""Who was forgotten, written beside the database: a backup that is brought back would not know."""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from flask import current_app

NAME = "erasures.jsonl"


class Entry(NamedTuple):
    """A member by number and the moment they joined, which together are never given twice."""

    member_id: int
    joined_at: datetime
    erased_on: str
    keeps_texts: bool


def add(entry: Entry) -> None:
    """Write one line; it is on the disk when this returns."""
    line = json.dumps(
        {
            "member": entry.member_id,
            "joined_at": entry.joined_at.isoformat(),
            "erased_on": entry.erased_on,
            "keeps_texts": entry.keeps_texts,
        }
    )
    with _path().open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())


def read() -> Iterator[Entry]:
    """All entries, the oldest first; a member may stand there twice."""
    if not _path().exists():
        return
    for line in _path().read_text(encoding="utf-8").splitlines():
        if line.strip():
            entry = json.loads(line)
            yield Entry(
                entry["member"],
                datetime.fromisoformat(entry["joined_at"]),
                entry["erased_on"],
                entry["keeps_texts"],
            )


def _path() -> Path:
    return Path(current_app.config["INSTANCE"]) / NAME
