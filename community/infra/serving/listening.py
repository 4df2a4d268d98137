"""The socket that all web processes listen on: made here, or given by who started us."""

import os
import socket
import stat
from pathlib import Path

from community.infra.serving.web import BACKLOG

# The first descriptor that systemd gives (sd_listen_fds).
_FIRST_GIVEN = 3
# Who reads nothing of an answer for so long is gone, whatever their machine says.
_READING_SECONDS = 60


def given() -> socket.socket | None:
    """The socket that systemd opened for us, or None."""
    if os.environ.pop("LISTEN_PID", "") != str(os.getpid()):
        return None
    count = int(os.environ.pop("LISTEN_FDS", "0") or 0)
    os.environ.pop("LISTEN_FDNAMES", None)
    return adopt(_FIRST_GIVEN) if count else None


def adopt(descriptor: int) -> socket.socket:
    """A socket that is open already."""
    return _prepared(socket.socket(fileno=descriptor))


def listen(host: str, port: int) -> socket.socket:
    """Listen on an address; OSError says why not."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(BACKLOG)
    except OSError:
        listening.close()
        raise
    return _prepared(listening)


def listen_locally(path: Path) -> socket.socket:
    """Listen on a Unix socket, which a reverse proxy in our group may use."""
    if path.exists() and stat.S_ISSOCK(path.stat().st_mode):
        path.unlink()
    listening = socket.socket(socket.AF_UNIX)
    try:
        listening.bind(str(path))
        path.chmod(0o660)
        listening.listen(BACKLOG)
    except OSError:
        listening.close()
        raise
    return _prepared(listening)


def address(listening: socket.socket) -> str:
    """Where it listens, whoever opened it: a path, or an address for a browser."""
    name = listening.getsockname()
    if listening.family == socket.AF_UNIX:
        return str(name)
    host, port = name[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _prepared(listening: socket.socket) -> socket.socket:
    # What is accepted inherits these.
    listening.setblocking(False)
    if listening.family != socket.AF_UNIX:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):
            listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _READING_SECONDS * 1000)
    return listening
