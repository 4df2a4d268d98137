"""Who was forgotten, written beside the database: a backup that is brought back would not know."""

import errno
import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from flask import current_app

from community.infra.files import written_whole

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
    with _path().open("ab", buffering=0) as file:
        end = file.tell()
        try:
            if file.write(f"{line}\n".encode()) != len(line) + 1:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(file.fileno())
        except OSError:
            # The next line must not begin in the middle of this one.
            file.truncate(end)
            raise


def read() -> Iterator[Entry]:
    """All entries, the oldest first; a member may stand there twice."""
    if not _path().exists():
        return
    for line in _path().read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield _entry(line)


def read_lines() -> bytes:
    """The log as it stands."""
    return _path().read_bytes() if _path().exists() else b""


def take_in(lines: bytes) -> None:
    """Add what another log knows and this one does not; nothing that stands here is lost.

    ValueError if it is no such log: nothing of it is taken.
    """
    here = read_lines().splitlines()
    known = set(here)
    new = [line for line in lines.splitlines() if line.strip() and line not in known]
    for line in new:
        _entry(line)
    if new:
        with written_whole(_path()) as file:
            file.write(b"".join(line + b"\n" for line in (*here, *new)))


def _entry(line: str | bytes) -> Entry:
    try:
        told = json.loads(line)
        joined_at = datetime.fromisoformat(told["joined_at"])
        return Entry(told["member"], joined_at, told["erased_on"], told["keeps_texts"])
    except (LookupError, TypeError, ValueError) as error:
        raise ValueError("a line is none of a log of who was forgotten") from error


def _path() -> Path:
    return Path(current_app.config["INSTANCE"]) / NAME
