"""Taking turns: nobody is inside with another, whoever waits comes next, and the dead let go."""

import multiprocessing
import time
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from community.infra import turns
from community.infra.errors import Unavailable
from community.infra.turns import turn

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


def hold(database: str, pipe: Connection) -> None:
    """Take the turn and never give it back."""
    with turn(database):
        pipe.send("mine")
        time.sleep(60)


class TestTurn:
    def test_processes_write_one_after_another_and_each_gets_its_turn(self, tmp_path: Path) -> None:
        database, start = tmp_path / "lines", processes.Barrier(2)
        writers = [
            processes.Process(target=write_lines, args=(str(database), name, start), daemon=True)
            for name in "ab"
        ]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join(60)
        lines = database.read_text().split()
        assert len(lines) == 2 * 2 * ROUNDS
        assert lines[0::2] == lines[1::2], "somebody wrote while it was another's turn"
        while_both = "".join(lines[0::2])[2 : ROUNDS - 2]
        for one in "ab":
            assert 6 * one not in while_both, "one walked past the other"

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
