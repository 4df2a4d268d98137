"""Is the queue there, and a worker at work?"""

from collections.abc import Iterator
from datetime import timedelta

from flask import current_app

from community.infra import jobs
from community.operating.queries import backlog
from community.operating.queries.doctor.finding import Finding, broken, fine, warning

# A worker sweeps every few seconds: what runs every minute is not that late unless none is there.
_ALIVE_WITHIN = 120.0
_LATE = timedelta(minutes=15).total_seconds()


def check_queue() -> Iterator[Finding]:
    """Whether workers are woken at once, or find what is owed by themselves."""
    length = jobs.queue_length()
    if length < 0:
        yield warning(
            "queue",
            "It does not answer. Nothing is lost: workers look for work every few seconds.",
            "Start it, and look at QUEUE_URL.",
        )
    else:
        yield fine("queue", f"It answers; {length} wakes are in it.")


def check_worker() -> Iterator[Finding]:
    """Whether regular jobs run."""
    work: jobs.Work = current_app.extensions["work"]
    late = backlog.list_late_jobs()
    often = [jobs.name_of(job) for job, period in work.schedule.items() if period <= timedelta(minutes=5)]
    mend = "Start one: `flask serve` does, or `flask work`."
    if not late.keys() & set(often):
        yield broken("worker", "None has ever been at work.", mend)
        return
    least = min(late[name] for name in often if name in late)
    if least > _ALIVE_WITHIN:
        said = f"None has been at work for {_in_words(least)}: no mail is sent, nothing is counted."
        yield broken("worker", said, mend)
        return
    slow = sorted((name for name, seconds in late.items() if seconds > _LATE), key=late.__getitem__)
    if slow:
        yield warning(
            "worker",
            f"It is at work, but late with {len(slow)} jobs, most with {slow[-1]}.",
            "Start another one beside it with `flask work`, and look in the log for what takes so long.",
        )
    else:
        yield fine("worker", "It is at work.")


def _in_words(seconds: float) -> str:
    return f"{seconds / 60:.0f} minutes" if seconds < 2 * 60 * 60 else f"{seconds / 60 / 60:.0f} hours"
