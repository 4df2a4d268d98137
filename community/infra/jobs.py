"""Work after the answer: a queue that wakes workers, what they then do, and the clock for regular jobs.

What is owed stands in the database. The queue carries only the word "wake", so that losing it loses nothing.
"""

import json
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from flask import Flask, current_app
from sqlalchemy import String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from community.infra import clock
from community.infra.db import Base, Moment, db, let_go, lock, unit_of_work
from community.infra.huey_light import (
    Huey,
    Message,
    RedisHuey,
    Serializer,
    SqliteHuey,
    crontab,
    use_redis,
)

logger = logging.getLogger(__name__)

Step = Callable[[], int]
SWEEP_SECONDS = 5.0
# One wake is enough for all that is committed within this time.
WAKE_PAUSE_SECONDS = 0.2
# So long nobody who clicks waits for a queue that does not answer, and nobody tries again.
QUEUE_SECONDS = 2.0
QUEUE_REST_SECONDS = 10.0
# A regular job that failed, or whose worker died, is not left for a whole day.
AGAIN_AFTER = timedelta(hours=1)


class ScheduledJob(Base):
    """When a regular job runs next, shared by all workers so that each run happens once."""

    __tablename__ = "scheduled_jobs"

    name: Mapped[str] = mapped_column(String(100), primary_key=True)
    next_at: Mapped[Moment]


class Worked(NamedTuple):
    """What a step or a regular job has done, and for how long."""

    name: str
    done: int
    seconds: float
    has_failed: bool


Watcher = Callable[[Worked], None]


@dataclass
class Work:
    """What the workers of one app do: `owed` steps until nothing is left, `schedule` by the clock."""

    queue: Huey
    owed: Sequence[Step]
    schedule: Mapping[Callable[[], None], timedelta]
    watchers: list[Watcher] = field(default_factory=list)
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


def watch(app: Flask, watcher: Watcher) -> None:
    """Tell the function what every step and regular job did; steps that found nothing to do are left out."""
    work: Work = app.extensions["work"]
    work.watchers.append(watcher)


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
        work.woken_at = now + QUEUE_REST_SECONDS
        logger.warning("the queue does not answer; workers will find the work by themselves", exc_info=True)


def impatient() -> dict[str, Any]:
    """Settings with which nobody who asks Redis waits for it long, or asks a silent one again and again."""
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return {
        "socket_connect_timeout": QUEUE_SECONDS,
        "socket_timeout": QUEUE_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }


def queue_length() -> int:
    """How many wakes are in the queue; -1 if it does not answer, and workers look for work by themselves."""
    work: Work = current_app.extensions["work"]
    try:
        return len(work.queue)
    except Exception:  # noqa: BLE001  Redis has errors of its own, which are there only where it is used
        return -1


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
    began = time.perf_counter()
    try:
        done = step()
    except Exception:
        logger.exception("%s failed", name_of(step))
        let_go()
        _tell(name_of(step), 0, began, has_failed=True)
        return 0
    if done:
        _tell(name_of(step), done, began)
    return done


def _tell(name: str, done: int, began: float, *, has_failed: bool = False) -> None:
    work: Work = current_app.extensions["work"]
    for watcher in work.watchers:
        watcher(Worked(name, done, time.perf_counter() - began, has_failed))


def do_scheduled() -> int:
    """Run the regular jobs that are due, each once however many workers ask; says how many ran."""
    work: Work = current_app.extensions["work"]
    ran = 0
    for job, period in work.schedule.items():
        name = name_of(job)
        began_at = clock.now()
        if _claim(name, period):
            ran += 1
            began = time.perf_counter()
            try:
                job()
            except Exception:
                logger.exception("the regular job %s failed", name)
                let_go()
                _tell(name, 0, began, has_failed=True)
            else:
                _tell(name, 1, began)
                if period > AGAIN_AFTER:
                    _put_off(name, began_at + period)
    return ran


def leave_queue(app: Flask) -> None:
    """Close what is open of the queue: processes that are forked must not share it."""
    work: Work = app.extensions["work"]
    work.queue.storage.close()


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
    """Whether this worker is to run the job; it is due again soon unless it says that it was done."""
    now = clock.now()
    known_at = db.session.scalar(select(ScheduledJob.next_at).where(ScheduledJob.name == name))
    again_at = now + min(period, AGAIN_AFTER)
    if known_at is None:
        return _claim_first(name, again_at)
    if known_at > now + period:
        # The clock was ahead when that was written; without this nothing would run until then.
        _put_off(name, now + period)
        return False
    if known_at > now:
        return False
    with unit_of_work() as session:
        job = session.scalar(
            select(ScheduledJob)
            .where(ScheduledJob.name == name, ScheduledJob.next_at <= now)
            .with_for_update()
        )
        if job is not None:
            job.next_at = again_at
    return job is not None


def _put_off(name: str, next_at: datetime) -> None:
    with unit_of_work():
        lock(ScheduledJob, name).next_at = next_at


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
    use_redis()
    from redis import ConnectionPool

    return RedisHuey("community", connection_pool=ConnectionPool.from_url(url, **impatient()), **options)
