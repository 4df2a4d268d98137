"""A real site for journeys: web server and worker as processes, one database for each test."""

import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from community.infra import jobs
from tests.workers import SETTINGS, start_worker

# Long enough for a busy machine; what never comes is told by it all the same.
PATIENCE_MS = 20_000
expect.set_options(timeout=PATIENCE_MS)

ROOT = Path(__file__).parents[2]
# For journeys that are walked on one database only: the others of their kind take SQLite.
POSTGRES = pytest.param("postgresql", marks=pytest.mark.postgres)


@dataclass
class Site:
    """A running site: its address, and its app for preparing and checking data."""

    url: str
    app: Flask

    def work(self) -> None:
        """Do all that is owed, in another worker process."""
        assert start_worker(self.app, "--until-idle").wait() == 0


def environment(app: Flask) -> dict[str, str]:
    """What a process needs to be this site."""
    return os.environ | {name: str(app.config[name]) for name in SETTINGS} | {"RATE_LIMITS": "off"}


class QuickSite(Site):
    """A site that this process serves itself: there in a moment, without a worker of its own."""

    def work(self) -> None:
        """Do all that is owed."""
        with self.app.app_context():
            jobs.do_owed()


@pytest.fixture
def host() -> str:
    """What browsers call this machine."""
    return "127.0.0.1"


@pytest.fixture
def quick_site(new_app: Callable[..., Flask], host: str) -> Iterator[Site]:
    """A web server in this process on this test's own database, for what browsers do with single pages."""
    port = _free_port()
    app = new_app(BASE_URL=f"http://{host}:{port}")
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield QuickSite(f"http://{host}:{port}", app)
    server.shutdown()
    thread.join()


class Quiet(WSGIRequestHandler):
    """Answers without writing down each request."""

    def log_request(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site(new_app: Callable[..., Flask]) -> Iterator[Site]:
    """Web server and worker as processes on this test's own database; see also `quick_site`."""
    port = _free_port()
    app = new_app(BASE_URL=f"http://127.0.0.1:{port}")
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "serve", "--port", str(port)],
        cwd=ROOT, env=environment(app), stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}/health/ready", process)
        yield Site(f"http://127.0.0.1:{port}", app)
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0


@pytest.fixture
def open_browser(chromium: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """A function that opens a window of its own; a page error or a CSP refusal in it fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_(**options: object) -> Page:
        options.setdefault("viewport", {"width": 1280, "height": 900})
        context = chromium.new_context(base_url=site.url, **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda line: complaints.append(line.text) if _is_refusal(line.text) else None)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert complaints == []


def _is_refusal(text: str) -> bool:
    return "Content Security Policy" in text or "Refused to" in text


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        assert process.poll() is None, "the site stopped"
        assert time.monotonic() < deadline, "the site is not ready after a minute"
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
