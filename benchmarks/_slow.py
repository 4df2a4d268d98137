"""Clients that are slow on purpose: with their headers, with a body, with reading; bounded in number."""

import asyncio
import multiprocessing
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

from benchmarks._load import HOST

KINDS = ("headers", "bodies", "reading")
# How long a slow client lets the server wait for its next bytes.
PAUSE_SECONDS = 2.0
PROBE_PAUSE_SECONDS = 0.2
PROBE_PATIENCE = 10.0


@dataclass
class Probes:
    """What others experience meanwhile: seconds until a page was there, and how often none came."""

    times: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def slowest(self) -> float:
        """The seconds that the slowest page took, without end if one never came."""
        return float("inf") if self.failed else max(self.times)


def probe(port: int, path: str, *, seconds: float) -> Probes:
    """Ask for a page again and again on new connections, and see."""
    return asyncio.run(_probe(port, path, seconds))


@contextmanager
def clients(port: int, kind: str, count: int, *, path: str = "/", reading: str = "/") -> Iterator[None]:
    """So many slow clients of one kind, all connected as the block begins; they come back when thrown out."""
    context = multiprocessing.get_context("fork")
    ready = context.Event()
    process = context.Process(target=_crowd, args=(port, kind, count, path, reading, ready), daemon=True)
    process.start()
    try:
        ready.wait(timeout=30)
        yield
    finally:
        process.terminate()
        process.join()


def _crowd(port: int, kind: str, count: int, path: str, reading: str, ready: object) -> None:
    one: Callable[..., object] = partial(_reader, path=reading) if kind == "reading" else partial(
        _writer, head=_head(kind, path)
    )  # fmt: skip

    async def all_of_them() -> None:
        tried = asyncio.Semaphore(0)
        tasks = [asyncio.create_task(one(port, tried)) for _each in range(count)]  # type: ignore[arg-type]
        for _each in tasks:
            await tried.acquire()
        ready.set()  # type: ignore[attr-defined]
        await asyncio.gather(*tasks)

    asyncio.run(all_of_them())


def _head(kind: str, path: str) -> bytes:
    if kind == "headers":
        return f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n".encode()
    sent = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000"
    return f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\n{sent}\r\n\r\n".encode()


async def _writer(port: int, tried: asyncio.Semaphore, *, head: bytes) -> None:
    is_new = True
    while True:
        with suppress(OSError, TimeoutError):
            reader, writer = await asyncio.wait_for(asyncio.open_connection(HOST, port), 5)
            writer.write(head)
            if is_new:
                is_new = tried.release() is not None
            for number in range(1000):
                await asyncio.sleep(PAUSE_SECONDS)
                if reader.at_eof():
                    break
                writer.write(b"X-%d: y\r\n" % number if head.startswith(b"GET") else b"a=b&")
                await writer.drain()
            writer.close()
        if is_new:
            is_new = tried.release() is not None
        await asyncio.sleep(0.2)


async def _reader(port: int, tried: asyncio.Semaphore, *, path: str) -> None:
    is_new = True
    ask = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()
    while True:
        with suppress(OSError, TimeoutError):
            # So little is taken in before it is read that the server has to wait with the rest.
            reader, writer = await asyncio.wait_for(asyncio.open_connection(HOST, port, limit=64), 5)
            writer.write(ask * 20)
            if is_new:
                is_new = tried.release() is not None
            while await reader.read(16):
                await asyncio.sleep(PAUSE_SECONDS)
            writer.close()
        if is_new:
            is_new = tried.release() is not None
        await asyncio.sleep(0.2)


async def _probe(port: int, path: str, seconds: float) -> Probes:
    probes, ends = Probes(), time.monotonic() + seconds
    ask = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode()
    while time.monotonic() < ends:
        began = time.perf_counter()
        try:
            async with asyncio.timeout(PROBE_PATIENCE):
                reader, writer = await asyncio.open_connection(HOST, port)
                writer.write(ask)
                line = await reader.readline()
                await reader.read()
                writer.close()
            if b" 200 " not in line:
                raise ConnectionError(line)
            probes.times.append(time.perf_counter() - began)
        except (OSError, TimeoutError):
            probes.failed += 1
        await asyncio.sleep(PROBE_PAUSE_SECONDS)
    return probes
