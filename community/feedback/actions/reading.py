"""Reading what waits: batches that are claimed, read and written down in one transaction each."""

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, case, delete, func, insert, update
from sqlalchemy.orm import Session

from community.activity.actions import record
from community.analysis.reader import Reader, Reading
from community.feedback import findings
from community.feedback.actions.knowing import recount_topics
from community.feedback.models import FeedbackItem, ItemTopic, ReadingBatch
from community.feedback.queries import knowledge, standing_corrections, waiting
from community.feedback.queries.knowledge import Known
from community.feedback.queries.waiting import WaitingItem
from community.infra import clock
from community.infra.db import table_of, unit_of_work

logger = logging.getLogger(__name__)

BATCH = 200

_items = table_of(FeedbackItem)
_READ = (
    update(_items)
    .where(_items.c.id == bindparam("item_id"))
    .values(
        stage=case((_items.c.stage == "received", "read"), else_=_items.c.stage),
        read_at=func.coalesce(_items.c.read_at, bindparam("now", type_=_items.c.read_at.type)),
    )
)


def read_waiting() -> int:
    """Read one batch of what waits, exactly once however workers die, and say how many texts it had."""
    if not waiting.is_anything_waiting():
        return 0
    with unit_of_work() as session:
        started = time.perf_counter()
        # Locked until the findings are written: what a killed worker held waits for the next one.
        items = waiting.claim(BATCH)
        if not items:
            return 0
        known = knowledge.get_known()
        batch = ReadingBatch(item_count=len(items), seconds=0.0, knowledge_version=known.version)
        session.add(batch)
        session.flush()
        _write(session, items, _read(known.reader, items), known=known, batch_id=batch.id)
        batch.seconds = time.perf_counter() - started
        record("feedback.read", subject=batch, actor=None)
    return len(items)


def _read(reader: Reader, items: Sequence[WaitingItem]) -> list[Reading | Exception]:
    """A reading for each item, or the error of a text that cannot be read: it leaves the others alone."""
    try:
        return list(reader.read([item.full_text for item in items]))
    except Exception:
        logger.exception("a batch could not be read at once; its texts are now read one by one")
    return [_read_alone(reader, item) for item in items]


def _read_alone(reader: Reader, item: WaitingItem) -> Reading | Exception:
    try:
        return reader.read_one(item.full_text)
    except Exception as error:
        logger.exception("item %s cannot be read; a person will look at it", item.id)
        return error


def _write(
    session: Session,
    items: Sequence[WaitingItem],
    readings: Sequence[Reading | Exception],
    *,
    known: Known,
    batch_id: int,
) -> None:
    corrections = standing_corrections([item.id for item in items])
    rows: list[dict[str, Any]] = []
    topics: list[dict[str, Any]] = []
    for item, reading in zip(items, readings, strict=True):
        values, of_item = _found(item, reading, known=known, said=corrections.get(item.id, {}))
        main = next((topic.topic_id for topic in of_item if topic.is_settled), None)
        rows.append(values | {"item_id": item.id, "topic_id": main, "batch_id": batch_id, "now": clock.now()})
        topics += [{"item_id": item.id, **topic._asdict()} for topic in of_item]
    # One statement with many sets of values, past the session: objects would take five times as long.
    session.connection().execute(_READ, rows)
    session.execute(delete(ItemTopic).where(ItemTopic.item_id.in_([item.id for item in items])))
    if topics:
        session.execute(insert(ItemTopic), topics)
    recount_topics((item.topic_id, row["topic_id"]) for item, row in zip(items, rows, strict=True))


def _found(
    item: WaitingItem, reading: Reading | Exception, *, known: Known, said: Mapping[str, str]
) -> tuple[findings.Values, list[findings.TopicFound]]:
    if isinstance(reading, Exception):
        return findings.failed(reading), []
    values = findings.found(
        reading, given_language=item.given_language, person_below=known.person_below, said=said
    )
    return values, findings.topics_found(reading, topic_above=known.topic_above, said=said)
