"""Fills an empty site with bulk data: the same every time, but for its dates, which end now."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import text

from community.demo import queries
from community.demo.actions.scale import feedback, people
from community.demo.actions.scale.ideas import Writer
from community.demo.actions.scale.texts import Words
from community.infra import clock
from community.infra.db import db, unit_of_work


@dataclass(frozen=True)
class Counts:
    """How much of everything."""

    members: int
    ideas: int
    comments: int
    votes: int
    feedback: int

    @property
    def total(self) -> int:
        """What progress is counted by."""
        return self.members + self.ideas + self.comments + self.votes + self.feedback


def seed_scale(
    counts: Counts, *, on_progress: Callable[[int, int], None] = lambda _done, _total: None
) -> bool:
    """Fill an empty site; False, and nothing is touched, if anybody is there.

    Portions are committed one by one, so that a million rows need no more memory than ten thousand. What is
    stopped midway leaves a part of it; the next run refuses to go on from there.
    """
    if queries.count_members():
        return False
    done = 0

    def step(more: int) -> None:
        nonlocal done
        done += more
        on_progress(done, counts.total)

    now, words = clock.now(), Words("scale", size=counts.total // 20)
    rooms = people.open_rooms(counts.members, now=now, on_progress=step)
    ideas = Writer(rooms, words, now=now)
    ideas.write(counts.ideas, votes=counts.votes, comments=counts.comments, on_progress=step)
    feedback.write_feedback(counts.feedback, rooms, words, now=now, on_progress=step)
    if db.engine.dialect.name == "postgresql":
        # Until it finds the time by itself it would guess. SQLite guesses better than it counts: it takes
        # NULL for a value, and what is nearly always empty (what was merged into what) for telling nothing.
        with unit_of_work() as session:
            session.execute(text("ANALYZE"))
    return True
