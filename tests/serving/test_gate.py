"""The gate between the web server and the site, over real connections to a process of its own."""

import multiprocessing
import resource
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request, send_file

from benchmarks import _slow
from community.infra.serving import gate, listening, web
from tests.bad_days.running import until

LONG = b"x" * 900_000
GRACE = 5.0
ON_DISK = 150_000
QUEUE = 400


def little_site(folder: Path) -> Flask:
    """A few views that do what the site's views do to answers."""
    site = Flask(__name__)
    site.config["MAX_CONTENT_LENGTH"] = 100_000
    (folder / "file.txt").write_bytes(LONG)

    @site.get("/")
    def index() -> str:
        return "hello"

    @site.get("/env/<path:rest>")
    def env(rest: str) -> dict[str, Any]:
        return {"path": rest, "address": request.remote_addr, "twice": request.headers.get("X-Twice"),
                "cookie": request.cookies, "forged": request.headers.get("X-Forwarded-For")}  # fmt: skip

    @site.post("/length")
    def length() -> str:
        return str(sum(len(value) for value in request.form.values()))

    @site.post("/room/<int(signed=True):size>")
    def room(size: int) -> str:
        # As on a disk that is full when a file has grown so long.
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        return "set"

    @site.get("/long")
    def long() -> bytes:
        return LONG

    @site.get("/file")
    def file() -> Any:
        return send_file(folder / "file.txt", conditional=True)

    @site.get("/sleep")
    def sleep() -> str:
        time.sleep(0.2)
        return "slept"

    @site.get("/broken")
    def broken() -> str:
        raise SystemExit("no view should do this")

    return site


def _live(folder: Path, door: socket.socket) -> None:
    gate.BODY_GRACE_SECONDS = GRACE
    gate.HEADERS_SIZE = 8_000
    gate.BODIES_ON_DISK = ON_DISK
    gate.QUEUE_LENGTH, gate.QUEUE_SECONDS = QUEUE, 2.0
    web.RETIRE_SECONDS = 0.5
    nothing = lambda: None  # noqa: E731
    web.run(little_site(folder), door, web.Limits(4, 100_000), on_ready=nothing, on_stuck=nothing)


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A running process, shared by the tests of this module."""
    door = listening.listen("127.0.0.1", 0)
    folder = tmp_path_factory.mktemp("gate")
    process = multiprocessing.get_context("fork").Process(target=_live, args=(folder, door))
    process.start()
    yield door.getsockname()[1]
    process.terminate()
    process.join(timeout=30)
    assert process.exitcode == 0
    door.close()


def send(port: int, *pieces: bytes | float) -> bytes:
    """Send pieces, with pauses where there is a number, and read until the server hangs up."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        for piece in pieces:
            if isinstance(piece, bytes):
                connection.sendall(piece)
            else:
                time.sleep(piece)
        answer = b""
        while read := connection.recv(1_000_000):
            answer += read
    return answer


def get(port: int, path: str, *headers: str, method: str = "GET") -> tuple[bytes, bytes]:
    """The head and the body of an answer."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close", *headers, "", ""]
    head, _, body = send(port, "\r\n".join(lines).encode()).partition(b"\r\n\r\n")
    return head, body


def answer_so_far(connection: socket.socket) -> bytes:
    """What has arrived, without waiting for more."""
    connection.setblocking(False)
    try:
        return connection.recv(1000)
    except BlockingIOError:
        return b""


class TestGate:
    def test_it_says_what_was_asked(self, port: int) -> None:
        headers = ["X-Twice: 1", "X-Twice: 2", "Cookie: a=1", "X_Forwarded_For: 1.2.3.4"]
        _head, body = get(port, "/env/%E4%B8%AD%20b?q=1", *headers)
        assert b'"path":"\\u4e2d b"' in body
        assert b'"address":"127.0.0.1"' in body
        assert b'"twice":"1,2"' in body
        assert b'"cookie":{"a":"1"}' in body
        assert b'"forged":null' in body

    def test_long_answers_and_files_arrive_whole(self, port: int) -> None:
        assert get(port, "/long")[1] == LONG
        assert get(port, "/file")[1] == LONG
        head, part = get(port, "/file", "Range: bytes=10-19")
        assert (b" 206 " in head, part) == (True, LONG[10:20])

    def test_asked_for_the_head_only_it_still_tells_the_length(self, port: int) -> None:
        head, body = get(port, "/long", method="HEAD")
        assert (b"content-length: 900000" in head, body) == (True, b"")

    def test_a_form_that_comes_in_pieces_is_read_as_one(self, port: int) -> None:
        body = b"a=" + b"b" * 90_000
        start = b"POST /length HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        start += b"Content-Type: application/x-www-form-urlencoded\r\n"
        length = b"Content-Length: %d\r\n\r\n" % len(body)
        assert send(port, start + length, 0.1, body[:50_000], 0.1, body[50_000:]).endswith(b"90000")
        chunked = b"Transfer-Encoding: chunked\r\n\r\n5\r\na=bcd\r\n0\r\n\r\n"
        assert send(port, start + chunked).endswith(b"\r\n3")

    def test_a_body_that_is_too_long_is_refused_by_the_site(self, port: int) -> None:
        start = b"POST /length HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        start += b"Content-Type: application/x-www-form-urlencoded\r\n"
        answer = send(port, start + b"Content-Length: 200000\r\n\r\n" + b"a" * 200_000)
        assert b" 413 " in answer
        assert b"<!doctype html>" in answer

    def test_when_bodies_fill_their_part_of_the_disk_only_short_ones_are_let_in(self, port: int) -> None:
        start = b"POST /length HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        start += b"Content-Type: application/x-www-form-urlencoded\r\n"

        def post(size: int) -> bytes:
            return send(port, start + b"Content-Length: %d\r\n\r\n" % size + b"a=" + b"b" * (size - 2))

        with socket.create_connection(("127.0.0.1", port)) as waiting:
            waiting.sendall(start + b"Content-Length: 99000\r\n\r\n" + b"c" * 90_000)
            until(lambda: b" 503 " in post(90_000), seconds=60, what="a refusal")
            assert b"retry-after: 5" in post(90_000)
            assert post(20_000).endswith(b"19998")
        until(lambda: post(90_000).endswith(b"89998"), seconds=60, what="room again")

    def test_a_full_disk_is_no_fault_of_the_site(self, port: int) -> None:
        start = b"POST /length HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        start += b"Content-Type: application/x-www-form-urlencoded\r\n"
        get(port, "/room/80000", method="POST")
        try:
            # No more than the last piece of it finds no room, so that all of it was read when it is answered.
            answer = send(port, start + b"Content-Length: 80100\r\n\r\na=" + b"b" * 80_098)
        finally:
            get(port, f"/room/{resource.RLIM_INFINITY}", method="POST")
        assert b" 503 " in answer
        assert b"retry-after: 5" in answer

    def test_whoever_sends_too_slowly_is_let_go(self, port: int) -> None:
        start = b"POST /length HTTP/1.1\r\nHost: localhost\r\nContent-Length: 50000\r\n\r\n"
        assert b" 408 " in send(port, start, b"a", GRACE + 0.5)

    def test_too_many_headers_are_refused(self, port: int) -> None:
        assert b" 431 " in get(port, "/", *(f"X-{number}: {'y' * 90}" for number in range(90)))[0]

    @pytest.mark.parametrize("path", ["/", "/long", "/file", "/nowhere"])
    def test_no_answer_of_the_site_tells_which_program_serves_it(self, port: int, path: str) -> None:
        lines = get(port, path)[0].lower().split(b"\r\n")
        assert [line for line in lines if line.startswith(b"server:")] == [b"server: board"]

    def test_a_view_that_breaks_off_answers_500(self, port: int) -> None:
        assert b" 500 " in get(port, "/broken")[0]

    @pytest.mark.parametrize("kind", _slow.KINDS)
    def test_slow_clients_keep_nobody_from_an_answer(self, port: int, kind: str) -> None:
        # Beside this thread: where a browser was opened before, its driver's loop runs on in this one.
        with _slow.clients(port, kind, 300, path="/length", reading="/long"), ThreadPoolExecutor(1) as beside:
            probes = beside.submit(_slow.probe, port, "/", seconds=3).result()
        assert probes.failed == 0
        assert probes.slowest < 5

    def test_when_too_many_wait_the_others_are_told_at_once(self, port: int) -> None:
        crowd = [socket.create_connection(("127.0.0.1", port)) for _each in range(QUEUE + 200)]
        for each in crowd:
            each.sendall(b"GET /sleep HTTP/1.1\r\nHost: localhost\r\n\r\n")
        refused: list[bytes] = []
        until = time.monotonic() + 30
        while not refused and time.monotonic() < until:
            time.sleep(0.2)
            refused = [said for each in crowd if b" 503 " in (said := answer_so_far(each))]
        for each in crowd:
            each.close()
        assert refused
        assert b"retry-after: 5" in refused[0]
