"""One web process: the server that speaks HTTP on a socket it was given, and how it ends."""

import asyncio
import logging
import os
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from granian._granian import SocketHolder
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server

from community.infra.serving.gate import HEADERS_SIZE, STUCK_SECONDS, WSGI, Gate

logger = logging.getLogger(__name__)

# Who connects has this long to say what they want; a browser that asks nothing more is let go as soon.
HEADERS_SECONDS = 15
CONNECTIONS = 2000
BACKLOG = 1024
# The signal for "another has taken your place": go on for a moment, but let every visitor go after an answer.
RETIRE = signal.SIGUSR1
RETIRE_SECONDS = 3.0
# What is under way may be finished.
STOP_SECONDS = 25


@dataclass(frozen=True)
class Limits:
    """How much one web process takes on: threads that answer, and bytes of a body."""

    threads: int
    longest_body: int


def run(
    site: WSGI,
    listening: socket.socket,
    limits: Limits,
    *,
    on_ready: Callable[[], None],
    on_stuck: Callable[[], None],
) -> None:
    """Answer requests until told to stop (SIGTERM: finish what is under way) or to retire."""
    gate = Gate(site, limits.threads, limits.longest_body)
    asyncio.run(_serve(gate, listening, on_ready, on_stuck))


class _Server(Server):
    """Granian on a socket that is open already, and that others of us listen on, too."""

    def __init__(self, gate: Gate, listening: socket.socket, **settings: Any) -> None:
        super().__init__(gate, **settings)
        self._listening = listening

    def _init_shared_socket(self) -> None:
        is_local = self._listening.family == socket.AF_UNIX
        # Its types know neither these arguments nor that the attribute is ever set.
        self._shd = SocketHolder(  # type: ignore[assignment, call-arg]
            os.dup(self._listening.fileno()), is_local, BACKLOG
        )


async def _serve(
    gate: Gate, listening: socket.socket, on_ready: Callable[[], None], on_stuck: Callable[[], None]
) -> None:
    loop = asyncio.get_running_loop()
    server = _Server(
        gate,
        listening,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
        backpressure=CONNECTIONS,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADERS_SECONDS * 1000, max_buffer_size=HEADERS_SIZE, pipeline_flush=True
        ),
        log_level=LogLevels.error,
    )
    server.workers_kill_timeout = STOP_SECONDS
    retiring: set[asyncio.Task[None]] = set()

    def stop() -> None:
        gate.is_closing = True
        server.stop()  # type: ignore[no-untyped-call]

    def retire() -> None:
        retiring.add(loop.create_task(_retire(gate, server)))

    loop.add_signal_handler(signal.SIGTERM, stop)
    loop.add_signal_handler(RETIRE, retire)
    watching = loop.create_task(_watch(gate, on_stuck))
    loop.call_soon(on_ready)
    await server.serve()
    watching.cancel()


async def _retire(gate: Gate, server: Server) -> None:
    gate.is_closing = True
    await asyncio.sleep(RETIRE_SECONDS)
    server.stop()  # type: ignore[no-untyped-call]


async def _watch(gate: Gate, on_stuck: Callable[[], None]) -> None:
    """Ask for another in our place when a thread does not come back."""
    while True:
        await asyncio.sleep(1)
        began = gate.stuck_since()
        if began is not None and time.monotonic() - began > STUCK_SECONDS:
            logger.error("a request has not been answered in %d seconds", STUCK_SECONDS)
            on_stuck()
            await asyncio.sleep(STUCK_SECONDS)
