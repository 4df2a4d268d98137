"""Several people at once: for tests of what locks and unique rows have to hold together."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from community.infra.errors import Refusal


def at_once(app: Flask, *jobs: Callable[[], object]) -> list[object]:
    """Run the jobs in threads that begin together, each with its own connection; refusals are results."""
    barrier = threading.Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        with app.app_context():
            barrier.wait()
            try:
                return job()
            except Refusal as refusal:
                return refusal

    with ThreadPoolExecutor(len(jobs)) as pool:
        return [task.result() for task in [pool.submit(run, job) for job in jobs]]
