"""Stored files: kept under random keys that say nothing about who sent them or what they were called."""

import io
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from flask_babel import lazy_gettext as _l

from community.infra.errors import NotFound, Unavailable

_KEY = re.compile(r"[0-9a-f]{32}")
_EXTENSION = re.compile(r"[a-z0-9]{1,8}")


class Store:
    """A folder of files; a file is there as a whole or not at all, and once written it never changes."""

    def __init__(self, root: Path | str) -> None:
        self.root = Path(root)

    def put(self, data: bytes, extension: str) -> str:
        """Store the bytes and return their new key; Unavailable if the disk does not take them."""
        return self.put_from(io.BytesIO(data), extension)

    def put_from(self, source: BinaryIO, extension: str) -> str:
        """Store what is left to read of a file, piece by piece, and return its new key; see `put`."""
        if not _EXTENSION.fullmatch(extension):
            raise ValueError("an extension is a few small letters or digits")
        key = secrets.token_hex(16)
        folder = self._folder(key)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with written_whole(folder / f"{key}.{extension}") as file:
                shutil.copyfileobj(source, file)
        except OSError as error:
            raise Unavailable(
                _l("We could not store the file just now. Please try again in a little while.")
            ) from error
        return key

    @contextmanager
    def keep(self, data: bytes, extension: str) -> Iterator[str]:
        """Store the bytes before what they are for, and remove them again if that goes wrong."""
        key = self.put(data, extension)
        try:
            yield key
        except BaseException:
            self.delete(key)
            raise

    def path(self, key: str) -> Path:
        """Where the file is; NotFound if there is none or the key is none of ours."""
        if not _KEY.fullmatch(key):
            raise NotFound()
        found = next(self._folder(key).glob(f"{key}.*"), None)
        if found is None:
            raise NotFound()
        return found

    def open(self, key: str) -> BinaryIO:
        """The file, opened for reading; NotFound if there is none."""
        try:
            return self.path(key).open("rb")
        except FileNotFoundError as error:
            raise NotFound() from error

    def delete(self, key: str) -> None:
        """Remove the file; that there is none is fine."""
        with suppress(NotFound):
            self.path(key).unlink(missing_ok=True)

    def delete_before(self, moment: datetime) -> None:
        """Remove all files from before the moment, also what was left half written."""
        for path in self.root.rglob("*"):
            with suppress(FileNotFoundError):
                if path.is_file() and path.stat().st_mtime < moment.timestamp():
                    path.unlink()

    def _folder(self, key: str) -> Path:
        # Two levels of 256 folders: none grows so large that looking into it is slow.
        return self.root / key[:2] / key[2:4]


@contextmanager
def written_whole(target: Path) -> Iterator[BinaryIO]:
    """Write beside the target, then rename: a full disk or a power cut leaves no half file under its name."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Have the disk keep the names in a folder: that a file was renamed, or is gone."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
