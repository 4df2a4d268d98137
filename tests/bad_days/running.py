"""A site of real processes for bad days: `flask serve` in a folder of its own, on either database."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import psutil
import psycopg
from flask import Flask
from sqlalchemy import make_url

from tests.bad_days.planted import SHIFT, WSGI
from tests.servers.postgres import ONE_AT_A_TIME, PostgresServer
from tests.workers import SETTINGS

ROOT = Path(__file__).parents[2]
START_SECONDS = 120


@dataclass
class Site:
    """A running site, and its app in this process for preparing and checking data."""

    app: Flask
    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = None

    def start(self, **settings: str) -> "Site":
        """Start it as an administrator would, and wait until it answers."""
        (self.folder / "wsgi.py").write_text(WSGI)
        environment = (
            os.environ
            | {name: str(self.app.config[name]) for name in SETTINGS}
            | {"PYTHONPATH": str(ROOT), "FLASK_APP": "wsgi"}
            | settings
        )
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flask", "serve", "--port", str(self.port)],
                cwd=self.folder, env=environment, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.wait_until_up()
        return self

    @property
    def log(self) -> Path:
        """All that its processes said."""
        return self.folder / "site.log"

    def wait_until_up(self, *, seconds: float = START_SECONDS) -> None:
        """Wait until a page is answered."""
        until(lambda: self.answers() == 200, seconds=seconds, what=f"an answer; see {self.log}")

    def answers(self, path: str = "/sign-in") -> int:
        """The status of a page, 0 if nobody answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except OSError:
            return 0
        finally:
            connection.close()

    def processes(self) -> list[psutil.Process]:
        """All processes below the one that was started."""
        assert self.process is not None
        with suppress(psutil.NoSuchProcess):
            return psutil.Process(self.process.pid).children(recursive=True)
        return []

    def web_processes(self) -> list[psutil.Process]:
        """Those that answer pages, once there are any: whoever dies of them may take an answer along."""
        return self._some(lambda each: not _is_worker(each))

    def workers(self) -> list[psutil.Process]:
        """Those that do what is owed, once there are any."""
        return self._some(_is_worker)

    def _some(self, is_meant: Callable[[psutil.Process], bool]) -> list[psutil.Process]:
        found: list[psutil.Process] = []

        def is_there() -> bool:
            found[:] = [each for each in self.processes() if is_meant(each)]
            return bool(found)

        until(is_there, seconds=START_SECONDS, what="a process to be started again")
        return found

    def set_clock(self, *, off_by: float) -> None:
        """Let the clocks of all its processes be wrong by so many seconds from now on."""
        beside = self.folder / f"{SHIFT}.new"
        beside.write_text(str(off_by))
        beside.replace(self.folder / SHIFT)

    def stop(self) -> None:
        """Ask it to stop, and end what does not."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=90)
        finally:
            # Whoever was orphaned by a kill is still in the session that the first process began.
            for each in psutil.pids():
                with suppress(ProcessLookupError):
                    if os.getsid(each) == self.process.pid:
                        os.kill(each, signal.SIGKILL)
            self.process.wait(timeout=60)
            self.process = None


def until(is_so: Callable[[], bool], *, seconds: float, what: str) -> float:
    """Wait until something is so, and say how long that took; fail if it does not come to be."""
    begun = time.monotonic()
    while not is_so():
        assert time.monotonic() - begun < seconds, f"waited {seconds} seconds for {what}"
        time.sleep(0.05)
    return time.monotonic() - begun


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def kill(process: psutil.Process) -> None:
    """End a process in the middle of what it does."""
    with suppress(psutil.NoSuchProcess):
        process.kill()


def crash(server: PostgresServer) -> None:
    """End a database server and all its processes in the middle of what they do."""
    number = server.handle.get_pid()
    assert number is not None
    family = [psutil.Process(number), *psutil.Process(number).children(recursive=True)]
    for each in family:
        kill(each)
    psutil.wait_procs(family, timeout=60)


def start_again(server: PostgresServer) -> None:
    """Start a database server after a crash; it first does again what it had confirmed."""
    with ONE_AT_A_TIME:
        server.handle.ensure_postgres_running()


def cut_connections(server: PostgresServer, url: str) -> int:
    """Hang up on everybody who is connected to a database, and say on how many."""
    with psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True) as connection:
        cut = connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [make_url(url).database],
        )
        return len(cut.fetchall())


def _is_worker(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return process.name() == "board-worker"
    return False
