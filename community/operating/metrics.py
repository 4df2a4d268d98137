"""What Prometheus reads: requests and work of all processes, what waits, and what the site stands on."""

import shutil
import time
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Engine, event
from sqlalchemy.pool import QueuePool

from community.infra import clock, jobs, requests
from community.infra.db import db
from community.infra.logs import Answered
from community.loyalty.queries import books
from community.operating.queries import backlog
from community.operating.tallies import Sums, Tallies

PREFIX = "sounding_board_"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Seconds; most pages take a few hundredths, exports and slow lines take more.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_WIDTH = len(BUCKETS) + 2
_SUM = len(BUCKETS) + 1

# Name, type and help of what is counted in sheets, in the order in which it is shown.
_COUNTED = {
    "requests_seconds": ("histogram", "How long answers took to begin, by endpoint, method and status."),
    "work_done_total": ("counter", "Things that workers did, by step."),
    "work_failures_total": ("counter", "Steps and regular jobs that failed as a whole."),
    "work_seconds_total": ("counter", "Time that workers spent, by step."),
    "database_connections": ("gauge", "Connections to the database in use, over all processes."),
    "database_connections_most": ("gauge", "Connections that the living processes may open."),
    "processes": ("gauge", "Living processes that have counted something."),
    "lost_counts": ("counter", "Counts for which a process had no room."),
}
_LABELS = {
    "requests_seconds": ("route", "method", "status"),
    "work_done_total": ("step",),
    "work_failures_total": ("step",),
    "work_seconds_total": ("step",),
}


def init_app(app: Flask) -> None:
    """Count, if there is a token with which the counts can be read."""
    if not app.config["METRICS_TOKEN"]:
        return
    tallies = app.extensions["tallies"] = Tallies(Path(app.config["INSTANCE"]) / "counts")

    def note_request(answered: Answered) -> None:
        key = ("histogram", "requests_seconds", answered.route, answered.method, str(answered.status))
        bucket = bisect_left(BUCKETS, answered.seconds)
        tallies.add(key, ((bucket, 1.0), (_SUM, answered.seconds)), width=_WIDTH)

    def note_work(work: jobs.Worked) -> None:
        tallies.add(("counter", "work_done_total", work.name), ((0, float(work.done)),))
        tallies.add(("counter", "work_seconds_total", work.name), ((0, work.seconds),))
        tallies.add(("counter", "work_failures_total", work.name), ((0, float(work.has_failed)),))

    requests.watch(app, note_request)
    jobs.watch(app, note_work)
    with app.app_context():
        _watch_pool(db.engine, tallies)


def written() -> str:
    """All figures in Prometheus' text format."""
    tallies: Tallies = current_app.extensions["tallies"]
    return "".join(f"{line}\n" for line in (*_counted(tallies.sums()), *_measured()))


def _watch_pool(engine: Engine, tallies: Tallies) -> None:
    pool = engine.pool
    most = pool.size() + pool._max_overflow if isinstance(pool, QueuePool) else 0

    @event.listens_for(engine, "checkout")
    def taken(*_about: Any) -> None:
        tallies.add(("gauge", "database_connections"))
        tallies.put(("gauge", "database_connections_most"), float(most))

    @event.listens_for(engine, "checkin")
    def given_back(*_about: Any) -> None:
        tallies.add(("gauge", "database_connections"), ((0, -1.0),))


def _counted(sums: Sums) -> Iterator[str]:
    by_name: dict[str, dict[tuple[str, ...], list[float]]] = {name: {} for name in _COUNTED}
    for (_kind, name, *told), numbers in sums.items():
        if _is_known(name, told, numbers):
            by_name[name][tuple(told)] = numbers
    for name, (kind, explanation) in _COUNTED.items():
        yield from _head(name, kind, explanation)
        for labels, numbers in sorted(by_name[name].items()):
            known = dict(zip(_LABELS.get(name, ()), labels, strict=True))
            if kind == "histogram":
                yield from _histogram(name, known, numbers)
            else:
                yield _line(name, sum(numbers), known)


def _is_known(name: str, labels: list[str], numbers: list[float]) -> bool:
    """Whether this release counts that; what has been may be of one that counted otherwise."""
    places = _WIDTH if _COUNTED.get(name, ("",))[0] == "histogram" else 1
    return name in _COUNTED and len(labels) == len(_LABELS.get(name, ())) and len(numbers) >= places


def _histogram(name: str, labels: Mapping[str, str], numbers: list[float]) -> Iterator[str]:
    total = 0.0
    for edge, number in zip((*map(str, BUCKETS), "+Inf"), numbers, strict=False):
        total += number
        yield _line(f"{name}_bucket", total, {**labels, "le": edge})
    yield _line(f"{name}_sum", numbers[_SUM], labels)
    yield _line(f"{name}_count", total, labels)


def _measured() -> Iterator[str]:
    began = time.perf_counter()
    now = clock.now()
    found = backlog.count_backlog()
    figures = {
        "reactions_owed": (found.reactions_owed, "Reactions that are owed to what happened."),
        "reactions_late_seconds": (
            backlog.seconds_since(found.reactions_due_since, now=now),
            "How long the first reaction that is due has been waiting.",
        ),
        "reactions_set_aside": (found.reactions_set_aside, "Reactions that failed at every try."),
        "texts_waiting": (found.texts_waiting, "Texts of feedback that wait to be read."),
        "texts_failed": (found.texts_failed, "Texts that could not be read; a person looks at them."),
        "texts_idle_seconds": (
            backlog.seconds_since(found.texts_read_at, now=now) if found.texts_waiting else 0.0,
            "While texts wait: how long ago the last ones were read.",
        ),
        "mails_waiting": (found.mails_waiting, "Mails that wait to be sent."),
        "mails_late_seconds": (
            backlog.seconds_since(found.mails_due_since, now=now),
            "How long the first mail that is due has been waiting.",
        ),
        "mails_failed": (found.mails_failed, "Mails of the last 30 days that were given up."),
        "books_agree": (int(not books.payouts_stopped()), "1 if the books of points add up."),
        "queue_length": (jobs.queue_length(), "Wakes in the queue; -1 if it does not answer."),
    }
    for name, (value, explanation) in figures.items():
        yield from _head(name, "gauge", explanation)
        yield _line(name, value)
    yield from _head("job_late_seconds", "gauge", "By how long a regular job is late.")
    for job, seconds in backlog.list_late_jobs().items():
        yield _line("job_late_seconds", seconds, {"job": job})
    yield from _head("disk_free_bytes", "gauge", "Room on the disk of a folder.")
    for folder in ("INSTANCE", "UPLOAD_DIR"):
        path = Path(current_app.config[folder])
        if path.is_dir():
            yield _line("disk_free_bytes", shutil.disk_usage(path).free, {"folder": folder.lower()})
    yield from _head("measuring_seconds", "gauge", "How long it took to ask the database for these figures.")
    yield _line("measuring_seconds", time.perf_counter() - began)


def _head(name: str, kind: str, explanation: str) -> Iterator[str]:
    yield f"# HELP {PREFIX}{name} {explanation}"
    yield f"# TYPE {PREFIX}{name} {kind}"


def _line(name: str, value: float, labels: Mapping[str, str] | None = None) -> str:
    # Labels hold names of our own code only: nothing in them needs to be escaped.
    told = ",".join(f'{label}="{text}"' for label, text in (labels or {}).items())
    # With all its digits: a counter that is rounded stands still, and then leaps.
    number = int(value) if value == int(value) else value
    return f"{PREFIX}{name}{{{told}}} {number}" if told else f"{PREFIX}{name} {number}"
