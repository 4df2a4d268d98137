"""What many actions note: that the site knows something new, and how many items a topic has."""

from collections.abc import Iterable

from sqlalchemy import update

from community.feedback.models import Listening, Topic
from community.infra.db import db


def know_more() -> None:
    """Raise the version of what the pipeline knows, so that every process reads with it from now on."""
    db.session.execute(update(Listening).values(version=Listening.version + 1))


def recount_topics(changes: Iterable[tuple[int | None, int | None]]) -> None:
    """Note that the main topic of items went from one topic to another, None for no topic."""
    steps: dict[int, int] = {}
    for old, new in changes:
        if old != new:
            for topic_id, step in ((old, -1), (new, 1)):
                if topic_id is not None:
                    steps[topic_id] = steps.get(topic_id, 0) + step
    # In the order of their ids, so that two who count the same topics do not wait for each other in a ring.
    for topic_id, step in sorted(steps.items()):
        if step:
            statement = update(Topic).where(Topic.id == topic_id)
            db.session.execute(statement.values(item_count=Topic.item_count + step))
