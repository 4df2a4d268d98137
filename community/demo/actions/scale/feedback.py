"""The texts of bulk data that came from elsewhere, read and in part answered."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import func, select, update

from community.demo import content
from community.demo.actions.scale.bulk import Bulk
from community.demo.actions.scale.people import Room
from community.demo.actions.scale.texts import Words
from community.feedback.models import FeedbackItem, Topic
from community.infra.db import unit_of_work

AT_ONCE = 10_000
DAYS = 365
ANSWERED = 0.3
# Of a hundred.
FEELINGS = {"pos": 45, "neu": 25, "neg": 24, "mixed": 6}
KINDS = {"praise": 30, "complaint": 25, "suggestion": 20, "question": 15, "remark": 10}
SCORES = {"pos": 0.5, "neg": -0.5}
RATINGS = (None, None, 1, 2, 3, 4, 4, 5, 5)


def write_feedback(
    size: int, rooms: Sequence[Room], words: Words, *, now: datetime, on_progress: Callable[[int], None]
) -> None:
    """So many texts over a year, the newest last."""
    with unit_of_work() as session:
        topics = [Topic(name=name, words=[]) for name in content.read("scale")["topics"]["names"]]
        session.add_all(topics)
        session.flush()
        topic_ids = [topic.id for topic in topics]
    items = Bulk(
        FeedbackItem, "panel_id", "source", "source_name", "source_id", "author_id", "text", "search_terms",
        "said_at", "received_at", "state", "read_at", "language", "sentiment", "score", "confidence",
        "method", "kind", "kind_confidence", "topic_id", "stage", "rating", "answered_at", "told_at",
    )  # fmt: skip
    dice = Random("feedback")
    step = timedelta(days=DAYS) / max(size, 1)
    begins = now - timedelta(days=DAYS)
    for start in range(0, size, AT_ONCE):
        portion = range(start, min(size, start + AT_ONCE))
        items.write(_text(each, begins + each * step, rooms, topic_ids, words, dice) for each in portion)
        on_progress(len(portion))
    with unit_of_work() as session:
        of_topic = select(func.count()).where(FeedbackItem.topic_id == Topic.id).scalar_subquery()
        session.execute(update(Topic).values(item_count=of_topic))


def _text(
    number: int,
    said_at: datetime,
    rooms: Sequence[Room],
    topic_ids: Sequence[int],
    words: Words,
    dice: Random,
) -> tuple[Any, ...]:
    room = dice.choices(rooms, [each.of_ideas for each in rooms])[0]
    said = dice.choice(words.remarks)
    sentiment = dice.choices(list(FEELINGS), list(FEELINGS.values()))[0]
    told_at = said_at + timedelta(days=2) if dice.random() < ANSWERED else None
    return (
        room.id, "import", "scale", str(number), dice.choice(room.member_ids), said.text, said.terms,
        said_at, said_at, "read", said_at, "en" if said.language == "en" else "zh-Hans", sentiment,
        SCORES.get(sentiment, 0.0) + round(dice.random() / 4, 3), round(0.5 + dice.random() / 2, 3),
        "lexicon",
        dice.choices(list(KINDS), list(KINDS.values()))[0], round(0.5 + dice.random() / 2, 3),
        dice.choice((None, *topic_ids)), "answered" if told_at else "read", dice.choice(RATINGS), told_at,
        told_at,
    )  # fmt: skip
