"""Taking turns: nobody is inside with another, whoever waits comes next, and the dead let go."""

import fcntl
import multiprocessing
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest
from flask import Flask

from community.infra import turns
from community.infra.errors import Unavailable
from community.infra.turns import by_the_way, turn

processes = multiprocessing.get_context("forkserver")
ROUNDS = 40


def write_lines(database: str, name: str, start: object) -> None:
    """Write two lines each time it is this one's turn; whoever is not alone tears them apart."""
    start.wait()  # type: ignore[attr-defined]
    for _round in range(ROUNDS):
        with turn(database), Path(database).open("a") as file:
            file.write(f"{name}\n")
            file.flush()
            time.sleep(0.002)
            file.write(f"{name}\n")


def write_twice(database: str, pipe: Connection) -> None:
    """Write when told to, and then once more as soon as it may."""
    for _time in range(2):
        with turn(database):
            if _time == 0:
                pipe.send("mine")
                pipe.recv()
            with Path(database).open("a") as file:
                file.write("a")


def write_once(database: str) -> None:
    """Wait for a turn, and write."""
    with turn(database), Path(database).open("a") as file:
        file.write("b")


def somebody_waits(database: str) -> bool:
    """Whether somebody stands in the doorway."""
    with Path(f"{database}-turns").open("r+") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, turns._DOORWAY)
        except BlockingIOError:
            return True
    return False


def hold(database: str, pipe: Connection) -> None:
    """Take the turn and never give it back."""
    with turn(database):
        pipe.send("mine")
        time.sleep(60)


class TestTurn:
    def test_processes_write_one_after_another(self, tmp_path: Path) -> None:
        database, start = tmp_path / "lines", processes.Barrier(2)
        writers = [
            processes.Process(target=write_lines, args=(str(database), name, start), daemon=True)
            for name in "ab"
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(200)
        lines = database.read_text().split()
        assert len(lines) == 2 * 2 * ROUNDS
        assert lines[0::2] == lines[1::2], "somebody wrote while it was another's turn"

    def test_nobody_walks_past_one_who_waits(self, tmp_path: Path) -> None:
        database = tmp_path / "lines"
        ours, theirs = processes.Pipe()
        first = processes.Process(target=write_twice, args=(str(database), theirs), daemon=True)
        second = processes.Process(target=write_once, args=(str(database),), daemon=True)
        first.start()
        assert ours.recv() == "mine"
        second.start()
        while not somebody_waits(str(database)):
            time.sleep(0.01)
        ours.send("go on")
        for writer in (first, second):
            writer.join(200)
        assert database.read_text() == "aba"

    def test_who_is_killed_lets_go(self, tmp_path: Path) -> None:
        database = str(tmp_path / "lines")
        ours, theirs = processes.Pipe()
        holder = processes.Process(target=hold, args=(database, theirs), daemon=True)
        holder.start()
        assert ours.recv() == "mine"
        holder.kill()
        with turn(database):
            pass
        holder.join(10)

    def test_who_waits_for_too_long_is_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        database = str(tmp_path / "lines")
        ours, theirs = processes.Pipe()
        holder = processes.Process(target=hold, args=(database, theirs), daemon=True)
        holder.start()
        assert ours.recv() == "mine"
        monkeypatch.setattr(turns, "PATIENCE_SECONDS", 0.05)
        with pytest.raises(Unavailable), turn(database):
            pass
        holder.kill()
        holder.join(10)

    def test_a_look_in_vain_does_not_make_those_who_click_impatient(
        self, app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(turns, "_stuck_until", 0.0)
        monkeypatch.setattr(turns, "CLICKING_SECONDS", 0.5)
        database = str(tmp_path / "lines")
        ours, theirs = processes.Pipe()
        holder = processes.Process(target=hold, args=(database, theirs), daemon=True)
        holder.start()
        assert ours.recv() == "mine"
        with app.test_request_context():
            with pytest.raises(Unavailable), by_the_way(), turn(database):
                pass
            assert turns.patience() == 0.5
            with pytest.raises(Unavailable), turn(database):
                pass
            assert turns.patience() == turns.GLANCE_SECONDS
        holder.kill()
        holder.join(10)

    def test_whoever_may_write_into_the_database_may_stand_in_line(self, tmp_path: Path) -> None:
        database = tmp_path / "shared"
        database.touch()
        database.chmod(0o660)
        with turn(str(database)):
            assert (tmp_path / "shared-turns").stat().st_mode & 0o777 == 0o660

    def test_one_inside_another_is_the_same_turn(self, tmp_path: Path) -> None:
        database = str(tmp_path / "lines")
        with turn(database), turn(database):
            pass
