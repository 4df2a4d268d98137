"""Counts that all processes of one site share: each keeps a sheet in one folder, a reader adds them up.

A sheet is a file that its process holds locked and writes through memory, so that a process that is killed
loses no count. The sheet of one that is gone is added to what has been, once, by whoever looks next.
"""

import errno
import fcntl
import json
import logging
import mmap
import os
import secrets
import struct
import threading
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from community.infra.files import written_whole

logger = logging.getLogger(__name__)

# Room for every address of the site with each way to answer; pages that are never written take no memory.
SIZE = 1024 * 1024
_USED = struct.Struct("<Q")
_HEAD = struct.Struct("<HH")
_NUMBER = struct.Struct("<d")
_BEGIN = 8
_PAST = "past.json"
# The places of the widest count: what no sheet has room for goes there.
_WIDEST = 16

Key = tuple[str, ...]
Sums = dict[Key, list[float]]


class Tallies:
    """The counts of one site; a key is the kind of the count, its name and what tells it apart."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._renew()
        _all.add(self)

    def _renew(self) -> None:
        self._lock = threading.Lock()
        self._sheet: _Sheet | None = None

    def add(self, key: Key, amounts: Sequence[tuple[int, float]] = ((0, 1.0),), *, width: int = 1) -> None:
        """Add to places of a count that has `width` of them."""
        with self._lock:
            self._opened().add(key, amounts, width)

    def put(self, key: Key, number: float) -> None:
        """Say what a count of this process is now."""
        with self._lock:
            self._opened().put(key, number)

    def leave(self) -> None:
        """After a fork: the sheet is the parent's; this process begins one of its own when it counts."""
        sheet = self._sheet
        self._renew()
        if sheet is not None:
            sheet.close()

    def _opened(self) -> "_Sheet":
        if self._sheet is None:
            self._sheet = _Sheet(self.folder)
        return self._sheet

    def sums(self) -> Sums:
        """What all processes have counted, also those that are gone; and how many of them are there."""
        try:
            with _locked(self.folder):
                living = _gather(self.folder)
                total = _past(self.folder)
        except OSError as error:
            logger.warning("the counts of other processes cannot be read: %s", error)
            with self._lock:
                living, total = [bytes(self._opened().memory)], {}
        for content in living:
            _add(total, _read(content))
        total["gauge", "processes"] = [len(living)]
        return total


_all: "weakref.WeakSet[Tallies]" = weakref.WeakSet()


def _leave_all() -> None:
    for tallies in list(_all):
        tallies.leave()


os.register_at_fork(after_in_child=_leave_all)


class _Sheet:
    """The file of this process: records of a head, a key, and numbers in their places."""

    def __init__(self, folder: Path) -> None:
        self.handle = -1
        self.places: dict[Key, int] = {}
        try:
            with _locked(folder):
                _gather(folder)
                self.memory = self._new(folder)
        except OSError as error:
            # A full disk is no reason to answer nobody.
            logger.warning("requests are counted in this process only: %s", error.strerror)
            self.memory = mmap.mmap(-1, SIZE)
        _USED.pack_into(self.memory, 0, _BEGIN)
        self.spare = self._begin(("counter", "lost_counts"), _WIDEST)

    def _new(self, folder: Path) -> mmap.mmap:
        path = folder / f"{os.getpid()}-{secrets.token_hex(4)}.sheet"
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            # Really written: a page for which the disk has no room would kill the process later.
            if os.pwrite(handle, bytes(SIZE), 0) != SIZE:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            fcntl.flock(handle, fcntl.LOCK_EX)
            memory = mmap.mmap(handle, SIZE)
        except OSError:
            os.close(handle)
            path.unlink()
            raise
        self.handle = handle
        return memory

    def add(self, key: Key, amounts: Sequence[tuple[int, float]], width: int) -> None:
        place = self.places.get(key)
        if place is None:
            place = self._begin(key, width)
        for number, amount in amounts:
            at = place + 8 * number
            (before,) = _NUMBER.unpack_from(self.memory, at)
            _NUMBER.pack_into(self.memory, at, before + amount)

    def put(self, key: Key, number: float) -> None:
        place = self.places.get(key)
        _NUMBER.pack_into(self.memory, self._begin(key, 1) if place is None else place, number)

    def _begin(self, key: Key, width: int) -> int:
        name = json.dumps(key).encode()
        name += b" " * (-(len(name) + _HEAD.size) % 8)
        (used,) = _USED.unpack_from(self.memory, 0)
        place = int(used) + _HEAD.size + len(name)
        if place + 8 * width > SIZE:
            self.places[key] = self.spare
            return self.spare
        _HEAD.pack_into(self.memory, used, len(name), width)
        self.memory[used + _HEAD.size : place] = name
        # Last, so that whoever reads meanwhile sees whole records only.
        _USED.pack_into(self.memory, 0, place + 8 * width)
        self.places[key] = place
        return place

    def close(self) -> None:
        self.memory.close()
        if self.handle >= 0:
            os.close(self.handle)


def _gather(folder: Path) -> list[bytes]:
    """The sheets of living processes; those of others are added to what has been, and taken away."""
    living: list[bytes] = []
    gone: dict[Path, bytes] = {}
    for path in sorted(folder.glob("*.sheet")):
        try:
            file = path.open("rb")
        except OSError as error:
            # One of another user, as of a command that root has run: the others count all the same.
            logger.warning("counts are left out: %s", error)
            continue
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                living.append(file.read())
            else:
                gone[path] = file.read()
    if gone:
        _bury(folder, gone)
    return living


def _bury(folder: Path, gone: Mapping[Path, bytes]) -> None:
    past = _past(folder)
    for content in gone.values():
        _add(past, {key: numbers for key, numbers in _read(content).items() if key[0] != "gauge"})
    with written_whole(folder / _PAST) as file:
        file.write(json.dumps([[*key, numbers] for key, numbers in past.items()]).encode())
    for path in gone:
        path.unlink()


def _past(folder: Path) -> Sums:
    with suppress(OSError, ValueError):
        return {tuple(key): numbers for *key, numbers in json.loads((folder / _PAST).read_text())}
    return {}


def _read(content: bytes) -> Sums:
    """The counts of a sheet as far as it can be read: after a power cut some of its pages may be missing."""
    found: Sums = {}
    with suppress(ValueError, TypeError, struct.error):
        (used,) = _USED.unpack_from(content, 0)
        at = _BEGIN
        while at < min(used, len(content)):
            length, width = _HEAD.unpack_from(content, at)
            begin = at + _HEAD.size + length
            key = tuple(json.loads(content[at + _HEAD.size : begin]))
            found[key] = list(struct.unpack_from(f"<{width}d", content, begin))
            at = begin + 8 * width
    return found


def _add(total: Sums, more: Sums) -> None:
    for key, numbers in more.items():
        known = total.setdefault(key, [])
        # An earlier release may have given it fewer places.
        known += [0.0] * (len(numbers) - len(known))
        for place, number in enumerate(numbers):
            known[place] += number


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
