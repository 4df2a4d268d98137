"""Stored files: whole or not there, and reached by our keys alone."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from community.infra.errors import NotFound
from community.infra.files import Store

FULL_DISK = """
import resource, signal, sys
from community.infra.errors import Unavailable
from community.infra.files import Store
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    Store(sys.argv[1]).put(b"x" * 10_000, "png")
except Unavailable as refusal:
    print(refusal.message)
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "uploads")


def files_in(store: Store) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


class TestStore:
    def test_it_gives_back_what_was_put(self, store: Store) -> None:
        key = store.put(b"picture", "png")
        with store.open(key) as file:
            assert file.read() == b"picture"
        assert store.path(key).suffix == ".png"

    def test_keys_are_random_and_say_nothing(self, store: Store) -> None:
        keys = {store.put(b"same", "png") for _ in range(20)}
        assert len(keys) == 20
        assert all(re.fullmatch("[0-9a-f]{32}", key) for key in keys)

    def test_no_folder_grows_large(self, store: Store) -> None:
        key = store.put(b"x", "png")
        assert store.path(key) == store.root / key[:2] / key[2:4] / f"{key}.png"

    def test_it_keeps_what_came_to_something_and_nothing_else(self, store: Store) -> None:
        with store.keep(b"picture", "png") as key:
            pass
        with pytest.raises(RuntimeError), store.keep(b"another", "png"):
            raise RuntimeError

        assert files_in(store) == [store.path(key)]

    def test_nothing_but_the_file_is_left(self, store: Store) -> None:
        key = store.put(b"x", "png")
        assert files_in(store) == [store.path(key)]

    def test_a_deleted_file_is_gone(self, store: Store) -> None:
        key = store.put(b"x", "png")
        store.delete(key)
        store.delete(key)
        assert files_in(store) == []
        with pytest.raises(NotFound):
            store.open(key)

    @pytest.mark.parametrize(
        "key",
        [
            "",
            "..",
            "../secret",
            "a" * 31,
            "A" * 32,
            "a" * 33,
            "*" * 32,
            f"{'a' * 32}\n",
            "/etc/passwd",
            "\x00" * 32,
        ],
    )
    def test_a_key_that_is_none_of_ours_opens_nothing(self, store: Store, key: str) -> None:
        store.put(b"x", "png")
        (store.root.parent / "secret").write_text("secret")
        with pytest.raises(NotFound):
            store.path(key)
        store.delete(key)
        assert (store.root.parent / "secret").exists()

    @pytest.mark.parametrize("extension", ["", "../x", "p.g", "PNG", "png/", "toolongextension"])
    def test_an_extension_cannot_lead_elsewhere(self, store: Store, extension: str) -> None:
        with pytest.raises(ValueError, match="extension"):
            store.put(b"x", extension)

    def test_a_full_disk_is_said_plainly_and_leaves_nothing(self, tmp_path: Path) -> None:
        done = subprocess.run(
            [sys.executable, "-c", FULL_DISK, str(tmp_path)], capture_output=True, text=True, check=True
        )
        assert "could not store the file" in done.stdout
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
