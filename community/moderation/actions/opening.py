"""Letting something wait for moderators: one item of each kind about a subject, whoever begins it."""

from community.infra import clock
from community.infra.db import insert_new
from community.moderation.actions.queue import promised
from community.moderation.actions.screening import find_and_lock
from community.moderation.doors import Subject
from community.moderation.models import QueueItem


def item_about(
    kind: str,
    *,
    subject_type: str,
    subject_id: int,
    panel_id: int | None,
    author_id: int | None,
    subject: Subject | None,
) -> QueueItem:
    """What of this kind waits about the subject, locked; made if nothing does yet, by several at once too."""
    while (item := find_and_lock(subject_type, subject_id, kind=kind)) is None:
        row = {
            "kind": kind,
            "subject_type": subject_type,
            "subject_id": subject_id,
            "panel_id": panel_id,
            "author_id": author_id,
            "title": subject.title[:120] if subject is not None else "",
            "excerpt": subject.excerpt[:300] if subject is not None else "",
            "path": subject.path[:200] if subject is not None else "",
            "opened_at": clock.now(),
            "due_at": promised(panel_id),
        }
        insert_new(QueueItem, [row])
    return item
