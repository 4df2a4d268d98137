"""Writing a copy, and reading one that may be damaged, cut off, or none at all."""

import hashlib
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from community.operating.copies import manifest
from community.operating.copies.manifest import Entry, Manifest

TABLES, UPLOADS = "tables", "uploads"
_CHUNK = 1 << 18
# Tables shrink to a fifth at once; the next fifth would cost five times as long.
_LEVEL = 1

Progress = Callable[[int, int], None]


class Damaged(Exception):
    """The file is no copy of a site, or is not whole any more; says what is wrong with it."""


class Writer:
    """A copy that grows; nothing but whole files is in it."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(file, "w", allowZip64=True)
        self.entries: dict[str, Entry] = {}

    def add(self, name: str, chunks: Iterable[bytes], *, is_table: bool = False) -> Entry:
        """Put a file in; tables are made smaller, pictures are small already."""
        member = zipfile.ZipInfo(name)
        member.compress_type = zipfile.ZIP_DEFLATED if is_table else zipfile.ZIP_STORED
        member._compresslevel = _LEVEL  # type: ignore[attr-defined]
        digest, size, rows = hashlib.sha256(), 0, 0
        with self._zip.open(member, "w", force_zip64=True) as target:
            for chunk in chunks:
                target.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                rows += chunk.count(b"\n") if is_table else 0
        self.entries[name] = Entry(size, digest.hexdigest(), rows if is_table else None)
        return self.entries[name]

    def forget(self, name: str) -> None:
        """What was put in does not belong to the copy after all: nobody will find it there."""
        self.entries.pop(name, None)

    def abandon(self) -> None:
        """Leave what was written as it is; to be called before the file is closed."""
        with suppress(OSError):
            self._zip.close()

    def finish(self, page: Manifest) -> None:
        """Write what the copy is; without that it is none."""
        page.entries = self.entries
        self._zip.writestr(manifest.NAME, page.to_json(), compress_type=zipfile.ZIP_DEFLATED)
        self._zip.close()


class Reader:
    """A copy that is looked into."""

    def __init__(self, archive: zipfile.ZipFile, page: Manifest) -> None:
        self._zip = archive
        self.manifest = page

    def check(self, on_progress: Progress) -> None:
        """Read all of it once; Damaged at the first thing that is not as it was written."""
        entries = self.manifest.entries
        total, done = sum(entry.size for entry in entries.values()), 0
        for name, entry in entries.items():
            digest, rows = hashlib.sha256(), 0
            with self.open(name) as source:
                while chunk := _read(source, name):
                    digest.update(chunk)
                    rows += chunk.count(b"\n") if entry.rows is not None else 0
                    done += len(chunk)
                    on_progress(done, total)
            if digest.hexdigest() != entry.sha256 or (entry.rows is not None and entry.rows != rows):
                raise Damaged(f"{name} is not what was written")

    def open(self, name: str) -> BinaryIO:
        """One of its files."""
        try:
            return self._zip.open(name)  # type: ignore[return-value]
        except (KeyError, zipfile.BadZipFile) as error:
            raise Damaged(f"{name} is missing or damaged") from error

    def has(self, name: str) -> bool:
        """Whether that file belongs to it."""
        return name in self.manifest.entries

    def count_uploads(self) -> int:
        """How many uploaded files there are."""
        return sum(1 for _each in self.uploads())

    def uploads(self) -> Iterator[tuple[str, PurePosixPath]]:
        """The names of uploaded files, and where each belongs below their folder."""
        for name in self.manifest.entries:
            path = PurePosixPath(name)
            if path.parts[:1] == (UPLOADS,):
                inside = PurePosixPath(*path.parts[1:])
                # A copy may come from anywhere: nothing in it is written outside of the folder.
                if ".." in path.parts or inside.is_absolute() or "\\" in name or not inside.parts:
                    raise Damaged(f"{name} is no name of an uploaded file")
                yield name, inside


@contextmanager
def reading(file: Path | BinaryIO) -> Iterator[Reader]:
    """Look into a copy; Damaged if it is none."""
    try:
        with zipfile.ZipFile(file) as archive:
            yield Reader(archive, _manifest_of(archive))
    except zipfile.BadZipFile as error:
        raise Damaged("it is no copy of a site, or its end is missing") from error


def name_of_table(name: str) -> str:
    """Under which name a table stands in the copy."""
    return f"{TABLES}/{name}.copy"


def name_of_upload(inside: PurePosixPath) -> str:
    """Under which name an uploaded file stands in the copy."""
    return f"{UPLOADS}/{inside}"


def chunks_of(source: BinaryIO) -> Iterator[bytes]:
    """A file piece by piece."""
    while chunk := source.read(_CHUNK):
        yield chunk


def _manifest_of(archive: zipfile.ZipFile) -> Manifest:
    try:
        return Manifest.from_json(archive.read(manifest.NAME))
    except (ValueError, LookupError, TypeError, AttributeError, zlib.error) as error:
        raise Damaged("it is no copy of a site, or the page that says what is in it is damaged") from error


def _read(source: BinaryIO, name: str) -> bytes:
    try:
        return source.read(_CHUNK)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise Damaged(f"{name} is damaged") from error
