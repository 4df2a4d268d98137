"""Between the web server's loop and the site's threads: a request is passed on when it is here as a whole.

Connections, headers, slow readers and bodies are the server's affair and cost no thread. The few threads of a
process belong to requests that can be answered at once.
"""

import asyncio
import logging
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from io import BytesIO
from typing import IO, Any

from granian._granian import RSGIHTTPProtocol as Protocol
from granian._granian import RSGIProtocolClosed as ProtocolClosed
from granian._granian import RSGIProtocolError as ProtocolError
from granian.rsgi import Scope

logger = logging.getLogger(__name__)

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
Headers = list[tuple[str, str]]

# A body has to come at this pace, after a little time to begin with: who sends slower only keeps a place.
BODY_GRACE_SECONDS = 15.0
BODY_BYTES_PER_SECOND = 8 * 1024
# What is longer waits on the disk; a thousand bodies that are still coming have to fit into memory.
BODY_IN_MEMORY = 64 * 1024
# All that wait on the disk together; short ones are let in even then.
BODIES_ON_DISK = 1024**3
# One that is too long is read all the same, up to so many times the limit: who still sends reads no answer.
READ_TO_THE_END = 4
HEADERS_SIZE = 64 * 1024
# Longer answers are passed on piece by piece.
SENT_AT_ONCE = 256 * 1024
# Who waited for a thread that long has gone; and with that many before them nobody else needs to begin to.
QUEUE_SECONDS = 10.0
QUEUE_LENGTH = 500
# No page takes that long: the thread is stuck, and its process has to be replaced.
STUCK_SECONDS = 120.0

# Otherwise the server says its own name, which helps only those who look for its weak points.
SERVER = ("server", "board")

_REFUSALS = {
    408: b"Request Timeout\n",
    413: b"Content Too Large\n",
    431: b"Request Header Fields Too Large\n",
    500: b"Internal Server Error\n",
    503: b"Service Unavailable\n",
}


class SentFile:
    """A file of the site on its way out (`wsgi.file_wrapper`); whole ones are sent without a thread."""

    def __init__(self, file: IO[bytes], size: int = 64 * 1024) -> None:
        self.file, self.size = file, size

    def __iter__(self) -> "SentFile":
        return self

    def __next__(self) -> bytes:
        if chunk := self.file.read(self.size):
            return chunk
        raise StopIteration

    @property
    def path(self) -> str:
        """Where it lies; empty for what is in memory only."""
        name = getattr(self.file, "name", None)
        return os.fspath(name) if isinstance(name, str | os.PathLike) else ""

    def close(self) -> None:
        """Close the file."""
        self.file.close()

    def seekable(self) -> bool:
        """Whether a part of it can be sent."""
        return self.file.seekable()

    def seek(self, *at: int) -> int:
        """Go to the part that was asked for."""
        return self.file.seek(*at)

    def tell(self) -> int:
        """How far it was read."""
        return self.file.tell()


@dataclass
class Answer:
    """What the site said: its head, how it begins, what is still to come, what to close then."""

    status: int
    headers: Headers
    rest: Iterator[bytes] | None
    begun: bytes = b""
    closing: Any = None


@dataclass
class Gate:
    """The site as the web server sees it (RSGI): requests wait until they are whole and have a thread."""

    site: WSGI
    threads: int
    longest_body: int
    is_closing: bool = False
    waiting: int = 0
    on_disk: int = 0
    busy: dict[int, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pool = ThreadPoolExecutor(self.threads, thread_name_prefix="request")

    async def __rsgi__(self, scope: Scope, protocol: Protocol) -> None:
        """Answer one request."""
        headers = scope.headers.items()
        try:
            if sum(len(name) + len(value) for name, value in headers) > HEADERS_SIZE:
                raise _RefusedError(431)
            if self.waiting >= QUEUE_LENGTH:
                raise _RefusedError(503)
            environ = environment(scope, headers)
            with ExitStack() as held:
                environ["wsgi.input"] = await self._read(protocol, environ, held=held)
                await self._answer(environ, protocol)
        except _RefusedError as refused:
            _refuse(protocol, refused.status)
        except (ProtocolClosed, ProtocolError):
            # They went away.
            pass
        except OSError as error:
            # A body that finds no room on the disk says so when it is written, or only when it is closed.
            logger.error("what was sent could not be kept: %s", error.strerror)
            _refuse(protocol, 503)

    def stuck_since(self) -> float | None:
        """When (`time.monotonic`) the request began that has been answered for longest, or None."""
        return min(self.busy.values(), default=None)

    async def _read(self, protocol: Protocol, environ: dict[str, Any], *, held: ExitStack) -> IO[bytes]:
        """The whole body. Of one that is too long nothing is kept; the site is told how long it was."""
        if "CONTENT_LENGTH" not in environ and "HTTP_TRANSFER_ENCODING" not in environ:
            return BytesIO()
        body = held.enter_context(tempfile.SpooledTemporaryFile(BODY_IN_MEMORY))  # noqa: SIM115  that closes it
        place = held.enter_context(_Place(self))
        chunks, began, size = aiter(protocol), time.monotonic(), 0
        try:
            while True:
                left = began + BODY_GRACE_SECONDS + size / BODY_BYTES_PER_SECOND - time.monotonic()
                async with asyncio.timeout(max(left, 0.0)):
                    # The server's own awaitable cannot be wrapped by `anext`. Its last piece is empty.
                    chunk = await chunks.__anext__()
                if not chunk:
                    break
                size += len(chunk)
                if size > READ_TO_THE_END * self.longest_body:
                    raise _RefusedError(413)
                if size > self.longest_body:
                    continue
                if place.has_room(size):
                    body.write(chunk)
                else:
                    body.truncate(0)
        except TimeoutError:
            raise _RefusedError(408) from None
        if size < int(environ.get("CONTENT_LENGTH") or 0):
            raise ProtocolClosed
        if place.is_refused and size <= self.longest_body:
            raise _RefusedError(503)
        body.seek(0)
        if size > self.longest_body:
            body.truncate()
        environ["CONTENT_LENGTH"] = str(size)
        return body

    async def _answer(self, environ: dict[str, Any], protocol: Protocol) -> None:
        loop = asyncio.get_running_loop()
        self.waiting += 1
        try:
            answer = await loop.run_in_executor(self.pool, self._ask, environ, time.monotonic())
        except Exception:
            logger.exception("the site broke off")
            raise _RefusedError(500) from None
        finally:
            self.waiting -= 1
        if answer is None:
            raise _RefusedError(503)
        if self.is_closing:
            answer.headers.append(("connection", "close"))
        try:
            await self._send(answer, protocol, is_head=environ["REQUEST_METHOD"] == "HEAD")
        finally:
            _close(answer.closing)

    def _ask(self, environ: dict[str, Any], asked_at: float) -> Answer | None:
        """What the site answers, asked in one of the threads; None if nobody waits for it any more."""
        now = time.monotonic()
        if now - asked_at > QUEUE_SECONDS:
            return None
        given: list[tuple[int, Headers]] = []

        def start(status: str, headers: Headers, _error: Any = None) -> None:
            given[:] = [(int(status[:3]), headers)]

        key = id(environ)
        self.busy[key] = now
        try:
            body = self.site(environ, start)
            if isinstance(body, SentFile):
                return Answer(*given[0], body, closing=body)
            pieces, begun = iter(body), bytearray()
            for piece in pieces:
                begun += piece
                if len(begun) > SENT_AT_ONCE:
                    return Answer(*given[0], pieces, bytes(begun), body)
            _close(body)
            return Answer(*given[0], None, bytes(begun))
        finally:
            del self.busy[key]

    async def _send(self, answer: Answer, protocol: Protocol, *, is_head: bool) -> None:
        headers = [SERVER, *((name.lower(), value) for name, value in answer.headers)]
        if is_head or answer.status in (204, 304):
            return protocol.response_empty(answer.status, headers)
        if answer.rest is None:
            return protocol.response_bytes(answer.status, headers, answer.begun)
        if isinstance(answer.rest, SentFile) and (path := answer.rest.path):
            return protocol.response_file(answer.status, headers, path)
        stream = protocol.response_stream(answer.status, headers)
        loop = asyncio.get_running_loop()
        piece: bytes | None = answer.begun
        while piece is not None:
            await stream.send_bytes(piece)
            piece = await loop.run_in_executor(self.pool, _next, answer.rest)
        return None


@dataclass
class _Place:
    """What one body takes of the disk, until it is given back."""

    gate: Gate
    size: int = 0
    is_refused: bool = False

    def __enter__(self) -> "_Place":
        return self

    def __exit__(self, *_error: object) -> None:
        self._take(0)

    def has_room(self, size: int) -> bool:
        """Whether a body that is so long by now may be kept; once it may not, it never may."""
        wanted = size if size > BODY_IN_MEMORY else 0
        if self.gate.on_disk - self.size + wanted > BODIES_ON_DISK:
            self.is_refused = True
        self._take(0 if self.is_refused else wanted)
        return not self.is_refused

    def _take(self, size: int) -> None:
        self.gate.on_disk += size - self.size
        self.size = size


class _RefusedError(Exception):
    def __init__(self, status: int) -> None:
        self.status = status


def _refuse(protocol: Protocol, status: int) -> None:
    headers = [SERVER, ("content-type", "text/plain"), ("connection", "close"), ("cache-control", "no-store")]
    if status == 503:
        headers.append(("retry-after", "5"))
    protocol.response_bytes(status, headers, _REFUSALS[status])


def _next(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)


def _close(body: Any) -> None:
    if close := getattr(body, "close", None):
        close()


def environment(scope: Scope, headers: Headers) -> dict[str, Any]:
    """The request as WSGI wants it, but for its body."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        # WSGI wants bytes that look like Latin-1.
        "PATH_INFO": scope.path.encode("utf-8", "surrogateescape").decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
        "wsgi.file_wrapper": SentFile,
    }
    for name, value in headers:
        if "_" in name:
            # It would be taken for the same name with hyphens, which only a proxy may set.
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        known = environ.get(key)
        environ[key] = value if known is None else f"{known}{'; ' if key == 'HTTP_COOKIE' else ','}{value}"
    return environ
