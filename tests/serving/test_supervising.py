"""The parent of a running site, with little programs as its processes that can be made to die."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from community.cli import serving
from tests.bad_days.running import ROOT, until

PATIENCE = 30.0
COUNT = 4

PROGRAM = f"""
import logging
import signal
import sys
import time
from pathlib import Path

from community.infra.serving import supervising

logging.basicConfig(format="%(message)s")
supervising.LONGEST_PAUSE_SECONDS = 0.2


def be(say):
    if Path("broken").exists():
        raise SystemExit(3)
    say(supervising.READY)
    time.sleep(600)


def check():
    # As if Python were replaced between the trial and the change.
    sys.executable = "nowhere" if Path("gone").exists() else {sys.executable!r}
    return True


kind = supervising.Kind({COUNT}, be, signal.SIGTERM, 10**12)
supervising.Supervisor(kinds={{"web": kind}}, on_ready=lambda: None, check=check).run()
"""


class Family:
    """A parent and its processes, in a folder where the test can break what they do."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "log"
        (folder / "program.py").write_text(PROGRAM)
        with self.log.open("ab") as log:
            self.parent = subprocess.Popen(
                [sys.executable, "program.py"],
                cwd=folder,
                env={"PYTHONPATH": str(ROOT), "PATH": ""},
                stdout=log,
                stderr=log,
            )

    def children(self) -> set[int]:
        """Its processes that are alive."""
        family = psutil.Process(self.parent.pid).children()
        return {each.pid for each in family if _is_alive(each)}

    def deaths(self) -> int:
        """How often one ended by itself."""
        return self.log.read_text().count("process ended (with status 3)")

    def reload(self) -> None:
        """Have it become the program that is there now."""
        self.parent.send_signal(signal.SIGHUP)


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        # It died, and was taken off the list, while we asked.
        return False


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Family]:
    """A family that stands."""
    made = Family(tmp_path)
    until(lambda: len(made.children()) == COUNT, seconds=PATIENCE, what=f"a start; see {made.log}")
    yield made
    made.parent.terminate()
    made.parent.wait(timeout=PATIENCE)


class TestReload:
    def test_new_ones_that_die_are_tried_again_while_the_old_ones_stay(self, family: Family) -> None:
        old = family.children()
        (family.folder / "broken").touch()
        family.reload()
        until(lambda: family.deaths() > 3 * COUNT, seconds=PATIENCE, what="more tries than one each")
        assert "the old ones stay" in family.log.read_text()
        assert old <= family.children()
        (family.folder / "broken").unlink()
        until(
            lambda: not old & family.children() and len(family.children()) == COUNT,
            seconds=PATIENCE,
            what="the new ones in the place of the old ones",
        )
        assert family.parent.poll() is None

    def test_a_python_that_cannot_be_run_changes_nothing(self, family: Family) -> None:
        old = family.children()
        (family.folder / "gone").touch()
        family.reload()
        until(lambda: "cannot be run" in family.log.read_text(), seconds=PATIENCE, what="the word in the log")
        assert family.children() == old
        (family.folder / "gone").unlink()
        family.reload()
        until(
            lambda: not old & family.children() and len(family.children()) == COUNT,
            seconds=PATIENCE,
            what="the new ones in the place of the old ones",
        )
        assert family.parent.poll() is None

    def test_a_release_that_cannot_be_tried_does_not_start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "executable", "nowhere")
        assert not serving.would_start()


class TestStart:
    def test_with_nothing_to_stay_it_gives_up(self, tmp_path: Path) -> None:
        (tmp_path / "broken").touch()
        family = Family(tmp_path)
        assert family.parent.wait(timeout=PATIENCE) == 1
        assert "the web process does not start" in family.log.read_text()
