"""A year of feedback for the benchmarks: three panels, English and Chinese, read, answered in part."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert, text

from benchmarks._texts import chinese, english
from community.feedback.models import SENTIMENTS, FeedbackItem, Topic
from community.infra.db import Base, db, unit_of_work
from community.members.models import Member, RoleGrant
from community.panels.models import Panel

BEGINS = datetime(2025, 1, 1, tzinfo=UTC)
DAYS = 365
# Texts by one person, on average.
TEXTS_EACH = 20
TOPICS = ("Delivery", "Price", "App", "Staff", "Taste", "Shop", "Card", "Paper")
AT_ONCE = 10_000
ITEMS = Base.metadata.tables[FeedbackItem.__tablename__]
_KINDS = ("praise", "complaint", "suggestion", "question", "remark")


def fill(size: int) -> tuple[list[int], int]:
    """Put that many texts into an empty site; the ids of its panels, and of an analyst."""
    with unit_of_work() as session:
        panels = [Panel(slug=f"bench-{number}", name=f"Bench {number}") for number in range(3)]
        topics = [Topic(name={"en": name}, words=[]) for name in TOPICS]
        analyst = Member(
            display_name="Bench", password_hash="", email="b@example.org", email_folded="b@example.org"
        )
        analyst.roles = [RoleGrant(role="analyst")]
        session.add_all([*panels, *topics, analyst])
        session.flush()
        panel_ids, topic_ids = [panel.id for panel in panels], [topic.id for topic in topics]
        people = range(max(1, size // TEXTS_EACH))
        member_ids: list[int] = []
        for start in range(0, len(people), AT_ONCE):
            rows = [_person(number) for number in people[start : start + AT_ONCE]]
            member_ids += session.scalars(insert(Member).returning(Member.id), rows)
        analyst_id = analyst.id
    words = english(5_000, sentences=3) + chinese(2_000, sentences=4)
    for portion in _portions(size, panel_ids, topic_ids, member_ids, words):
        with unit_of_work() as session:
            session.execute(insert(ITEMS), portion)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("ANALYZE"))
    return panel_ids, analyst_id


def _person(number: int) -> dict[str, str]:
    address = f"m{number}@example.org"
    return {"display_name": f"M{number}", "password_hash": "", "email": address, "email_folded": address}


def _portions(
    size: int, panel_ids: list[int], topic_ids: list[int], member_ids: list[int], words: list[str]
) -> Iterator[list[dict[str, Any]]]:
    dice = Random(size)
    step = timedelta(days=DAYS) / size
    for start in range(0, size, AT_ONCE):
        yield [
            _text(dice, number, BEGINS + number * step, panel_ids, topic_ids, member_ids, words)
            for number in range(start, min(size, start + AT_ONCE))
        ]


def _text(
    dice: Random, number: int, said_at: datetime, panel_ids: list[int], topic_ids: list[int],
    member_ids: list[int], words: list[str],
) -> dict[str, Any]:  # fmt: skip
    sentiment = dice.choice(SENTIMENTS)
    is_told = dice.random() < 0.3
    at = dice.randrange(len(words))
    return {
        "panel_id": dice.choice(panel_ids), "source": "import", "source_name": "bench",
        "source_id": str(number), "author_id": dice.choice(member_ids), "text": words[at],
        "said_at": said_at, "received_at": said_at, "state": "read", "read_at": said_at,
        "language": "en" if at < 5_000 else "zh-Hans", "sentiment": sentiment,
        "score": {"pos": 0.5, "neg": -0.5}.get(sentiment, 0.0) + round(dice.random() / 4, 3),
        "confidence": round(0.5 + dice.random() / 2, 3), "kind": dice.choice(_KINDS),
        "topic_id": dice.choice((None, *topic_ids)), "stage": "answered" if is_told else "read",
        "rating": dice.choice((None, None, 1, 2, 3, 4, 5)),
        "answered_at": said_at + timedelta(days=2) if is_told else None,
        "told_at": said_at + timedelta(days=2) if is_told else None,
    }  # fmt: skip
