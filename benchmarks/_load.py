"""A small load generator: connections that stay open, in a process of their own, and what came back.

Either each connection asks again as soon as it is answered, or requests are due at a steady rate and their
time counts from when they were due, so that a site that stalls is not spared the requests that it holds up.
"""

import asyncio
import multiprocessing
import time
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

HOST = "127.0.0.1"
# Longer than anybody waits for a page.
PATIENCE = 30.0


@dataclass(frozen=True)
class Ask:
    """One request, and the status of its answer if all is well."""

    name: str
    sent: bytes
    status: int = 200


Asks = Callable[[int], Iterator[Ask]]


@dataclass
class Answers:
    """What came back, by the names of the requests: seconds, wrong answers, and how long it all took."""

    seconds: float = 0.0
    times: dict[str, "array[float]"] = field(default_factory=dict)
    wrong: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """How many requests were answered."""
        return sum(len(times) for times in self.times.values())

    def percentile(self, share: float, *names: str) -> float:
        """The seconds within which that share was answered; of all requests, or of those with these names."""
        times = sorted(each for name in names or self.times for each in self.times.get(name, ()))
        return times[min(len(times) - 1, int(share * len(times)))] if times else float("nan")


def get(path: str, **headers: str) -> bytes:
    """A page asked for; headers with `_` for `-`, such as `cookie`, `if_none_match`."""
    return _request("GET", path, headers)


def post(path: str, form: Mapping[str, str], **headers: str) -> bytes:
    """A form sent."""
    body = urlencode(form).encode()
    headers |= {"content_type": "application/x-www-form-urlencoded", "content_length": str(len(body))}
    return _request("POST", path, headers) + body


def again(ask: Ask) -> Asks:
    """The same request from every connection, for ever."""

    def each(_connection: int) -> Iterator[Ask]:
        while True:
            yield ask

    return each


def run(
    port: int, asks: Asks, *, seconds: float, connections: int = 8, per_second: float | None = None
) -> Answers:
    """Ask for that long, at once after each answer or at a steady rate; `asks` gives what a connection asks.

    At a steady rate there is one line of requests, `asks(0)`, which goes to whichever connection is free.
    """
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    work = _steadily(port, asks, seconds, connections, per_second) if per_second else None
    work = work or _at_once(port, asks, seconds, connections)
    process = context.Process(target=lambda: theirs.send(asyncio.run(work)), daemon=True)
    process.start()
    theirs.close()
    try:
        answers: Answers = ours.recv()
    finally:
        work.close()
        process.join()
    return answers


def _request(method: str, path: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}"]
    lines += [f"{name.replace('_', '-').title()}: {value}" for name, value in headers.items() if value]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


class _Line(asyncio.Protocol):
    """One connection: asks, and reads answers of a known length or in chunks."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.answered: asyncio.Future[int] | None = None
        self.read = bytearray()
        self.ends_at, self.status, self.is_chunked, self.stays = -1, 0, False, True

    async def ask(self, port: int, sent: bytes) -> int:
        """The status of the answer."""
        loop = asyncio.get_running_loop()
        if self.transport is None or self.transport.is_closing():
            await loop.create_connection(lambda: self, HOST, port)
        assert self.transport is not None
        self.answered = loop.create_future()
        self.transport.write(sent)
        try:
            return await asyncio.wait_for(self.answered, PATIENCE)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self.transport is not None:
            self.transport.abort()
            self.transport = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._begin()

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None
        if self.answered is not None and not self.answered.done():
            self.answered.set_exception(error or ConnectionResetError("closed before the answer"))

    def data_received(self, data: bytes) -> None:
        self.read += data
        if self.ends_at < 0 and not self._read_head():
            return
        if self.read.endswith(b"0\r\n\r\n") if self.is_chunked else len(self.read) >= self.ends_at:
            self._finish()

    def _begin(self) -> None:
        self.read.clear()
        self.ends_at, self.is_chunked, self.stays = -1, False, True

    def _read_head(self) -> bool:
        head_ends = self.read.find(b"\r\n\r\n")
        if head_ends < 0:
            return False
        head = bytes(self.read[:head_ends]).lower()
        self.status = int(head[9:12])
        self.is_chunked = b"\r\ntransfer-encoding: chunked" in head
        self.stays = b"\r\nconnection: close" not in head
        at = head.find(b"\r\ncontent-length:")
        length = int(head[at + 17 :].split(b"\r\n", 1)[0]) if at >= 0 and self.status != 304 else 0
        self.ends_at = head_ends + 4 + length
        return True

    def _finish(self) -> None:
        if not self.stays:
            self.close()
        self._begin()
        if self.answered is not None and not self.answered.done():
            self.answered.set_result(self.status)


async def _at_once(port: int, asks: Asks, seconds: float, connections: int) -> Answers:
    began = time.perf_counter()
    lines = [_Line() for _each in range(connections)]
    journal = _Journal()

    async def go_on(number: int, line: _Line) -> None:
        for ask in asks(number):
            if (now := time.perf_counter()) >= began + seconds:
                return
            await journal.note(line, port, ask, since=now)

    await asyncio.gather(*(go_on(number, line) for number, line in enumerate(lines)))
    return journal.closed(lines, time.perf_counter() - began)


async def _steadily(port: int, asks: Asks, seconds: float, connections: int, per_second: float) -> Answers:
    lines = [_Line() for _each in range(connections)]
    free: asyncio.Queue[_Line] = asyncio.Queue()
    for line in lines:
        free.put_nowait(line)
    journal, under_way = _Journal(), set()
    began = time.perf_counter()

    async def serve(ask: Ask, due: float) -> None:
        line = await free.get()
        try:
            await journal.note(line, port, ask, since=due)
        finally:
            free.put_nowait(line)

    for number, ask in enumerate(asks(0)):
        due = began + number / per_second
        if due >= began + seconds:
            break
        if (pause := due - time.perf_counter()) > 0:
            await asyncio.sleep(pause)
        task = asyncio.create_task(serve(ask, due))
        under_way.add(task)
        task.add_done_callback(under_way.discard)
    await asyncio.gather(*under_way)
    return journal.closed(lines, time.perf_counter() - began)


class _Journal:
    def __init__(self) -> None:
        self.times: defaultdict[str, array[float]] = defaultdict(lambda: array("d"))
        self.wrong: Counter[str] = Counter()

    async def note(self, line: _Line, port: int, ask: Ask, *, since: float) -> None:
        try:
            status = await line.ask(port, ask.sent)
        except (OSError, TimeoutError) as error:
            self.wrong[f"{ask.name}: {type(error).__name__}"] += 1
            # Who is refused does not knock again at once.
            await asyncio.sleep(0.05)
            return
        self.times[ask.name].append(time.perf_counter() - since)
        if status != ask.status:
            self.wrong[f"{ask.name}: {status}"] += 1

    def closed(self, lines: list[_Line], seconds: float) -> Answers:
        for line in lines:
            line.close()
        return Answers(seconds, dict(self.times), self.wrong)
