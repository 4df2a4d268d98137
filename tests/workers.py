"""Real worker processes, forked from one that has loaded the site already: loading it again takes seconds."""

import multiprocessing
from collections.abc import Callable, Mapping
from multiprocessing.context import ForkServerProcess
from typing import Any

from flask import Flask

from community import create_app
from community.cli import serving

SETTINGS = ("DATABASE_URL", "QUEUE_URL", "INSTANCE", "UPLOAD_DIR", "BASE_URL", "MAIL_URL", "SECRET_KEY")
# Longer than a worker needs on a busy machine; one that never ends is found by it all the same.
PATIENCE = 240.0

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.workers"])


class Worker:
    """A process of its own that runs `flask work` for the same site."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process
        process.start()

    def wait(self, timeout: float = PATIENCE) -> int:
        """How it ended: 0, or the negative number of the signal that killed it."""
        self._process.join(timeout)
        assert self._process.exitcode is not None, "the worker is still at work"
        return self._process.exitcode

    def kill(self) -> None:
        """End it in the middle of what it does."""
        self._process.kill()

    def terminate(self) -> None:
        """Ask it to stop."""
        self._process.terminate()


def start_worker(app: Flask, *options: str, make_app: Callable[..., Flask] = create_app) -> Worker:
    """Start `flask work` with these options; `make_app` makes the app from the settings."""
    settings = {name: str(app.config[name]) for name in SETTINGS}
    return Worker(_processes.Process(target=_work, args=(make_app, settings, options), daemon=True))


def _work(make_app: Callable[..., Flask], settings: Mapping[str, Any], options: tuple[str, ...]) -> None:
    with make_app(settings).app_context():
        serving.work.main(list(options))
