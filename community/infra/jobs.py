"""Work after the answer: a queue that wakes workers, what they then do, and the clock for regular jobs.

What is owed stands in the database. The queue carries only the word "wake", so that losing it loses nothing.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Flask, current_app
from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.registry import Message
from huey.serializer import Serializer
from sqlalchemy import String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from community.infra import clock
from community.infra.db import Base, Moment, db, unit_of_work

logger = logging.getLogger(__name__)

Step = Callable[[], int]
SWEEP_SECONDS = 5.0
# One wake is enough for all that is committed within this time.
WAKE_PAUSE_SECONDS = 0.2


class ScheduledJob(Base):
    """When a regular job runs next, shared by all workers so that each run happens once."""

    __tablename__ = "scheduled_jobs"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    next_at: Mapped[Moment]


@dataclass
class Work:
    """What the workers of one app do: `owed` steps until nothing is left, `schedule` by the clock."""

    queue: Huey
    owed: Sequence[Step]
    schedule: Mapping[Callable[[], None], timedelta]
    woken_at: float = 0.0


class JsonSerializer(Serializer):
    """Queue messages as JSON: whoever can write to the queue must not be able to run code here."""

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(list(data)).encode()

    def _deserialize(self, data: bytes) -> Any:
        return Message(*json.loads(data))


def init_app(app: Flask, *, owed: Sequence[Step], schedule: Mapping[Callable[[], None], timedelta]) -> None:
    """Give the app its queue, its owed work and its schedule."""
    queue = _queue(app.config["QUEUE_URL"])
    app.extensions["work"] = Work(queue, owed, schedule)

    @queue.task(name="wake")
    def woken() -> None:
        with app.app_context():
            do_owed()
            # What was committed just after the wake has sent none of its own.
            time.sleep(WAKE_PAUSE_SECONDS)
            do_owed()

    @queue.periodic_task(crontab(), name="tick")
    def ticked() -> None:
        with app.app_context():
            do_scheduled()
            do_owed()

    app.extensions["wake"] = woken


def wake() -> None:
    """Tell a worker that something is owed; a queue that is down only makes it later, never lost."""
    work: Work = current_app.extensions["work"]
    now = time.monotonic()
    if now - work.woken_at < WAKE_PAUSE_SECONDS:
        return
    work.woken_at = now
    try:
        current_app.extensions["wake"]()
    except Exception:
        logger.warning("the queue does not answer; workers will find the work by themselves", exc_info=True)


def name_of(function: Callable[..., Any]) -> str:
    """The name under which a function stands in tables, "ideas.notices.tell_of_status"."""
    return f"{function.__module__}.{function.__name__}".removeprefix("community.")


def do_owed() -> int:
    """Do all that is owed now and say how many things were done."""
    work: Work = current_app.extensions["work"]
    total = 0
    while done := sum(_try(step) for step in work.owed):
        total += done
    return total


def _try(step: Step) -> int:
    """What the step did; one that fails holds up none of those behind it, and is tried at the next wake."""
    try:
        return step()
    except Exception:
        logger.exception("%s failed", name_of(step))
        db.session.rollback()
        return 0


def do_scheduled() -> int:
    """Run the regular jobs that are due, each once however many workers ask; says how many ran."""
    work: Work = current_app.extensions["work"]
    ran = 0
    for job, period in work.schedule.items():
        name = name_of(job)
        if _claim(name, period):
            ran += 1
            try:
                job()
            except Exception:
                logger.exception("the regular job %s failed", name)
                db.session.rollback()
    return ran


def run_worker(app: Flask, *, threads: int = 2) -> None:
    """Work until told to stop (SIGTERM, SIGINT); also sweeps by itself in case no wake arrives."""
    work: Work = app.extensions["work"]
    stopping = threading.Event()
    sweeper = threading.Thread(target=_sweep, args=(app, stopping), name="sweeper", daemon=True)
    sweeper.start()
    consumer = work.queue.create_consumer(
        workers=threads, periodic=True, max_delay=1.0, check_worker_health=True, graceful_signal="TERM"
    )
    try:
        consumer.run()
    finally:
        stopping.set()
        sweeper.join(timeout=10)


def _sweep(app: Flask, stopping: threading.Event) -> None:
    while not stopping.wait(SWEEP_SECONDS):
        try:
            with app.app_context():
                do_scheduled()
                do_owed()
        except Exception:
            logger.exception("the sweep failed; trying again in %s seconds", SWEEP_SECONDS)


def _claim(name: str, period: timedelta) -> bool:
    now = clock.now()
    known_at = db.session.scalar(select(ScheduledJob.next_at).where(ScheduledJob.name == name))
    if known_at is None:
        return _claim_first(name, now + period)
    if known_at > now:
        return False
    with unit_of_work() as session:
        job = session.scalar(
            select(ScheduledJob)
            .where(ScheduledJob.name == name, ScheduledJob.next_at <= now)
            .with_for_update()
        )
        if job is not None:
            job.next_at = now + period
    return job is not None


def _claim_first(name: str, next_at: datetime) -> bool:
    try:
        with unit_of_work() as session:
            session.add(ScheduledJob(name=name, next_at=next_at))
    except IntegrityError:
        return False
    return True


def _queue(url: str) -> Huey:
    options: dict[str, Any] = {"results": False, "serializer": JsonSerializer()}
    if url.startswith("sqlite:///"):
        # Nobody who clicks should wait until a word that may be lost is safe on the disk.
        return SqliteHuey("community", filename=url.removeprefix("sqlite:///"), fsync=False, **options)
    return RedisHuey("community", url=url, **options)
