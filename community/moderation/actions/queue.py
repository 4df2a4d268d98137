"""The queue: who works on what waits, and when it waits no longer."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, Forbidden
from community.members.models import Member
from community.moderation import policy
from community.moderation.models import QueueItem
from community.moderation.queries import queue as queries
from community.moderation.queries.screening import find_rules

CLAIM = timedelta(minutes=10)


def claim(item: QueueItem, by: Member) -> None:
    """Take the item for ten minutes, unless somebody else has it or it waits no longer."""
    if not policy.can_decide_item(by, item):
        return
    with unit_of_work():
        item = lock(QueueItem, item.id)
        if item.state != "closed" and not is_held_by_another(item, by):
            item.claimed_by_id, item.claimed_until = by.id, clock.now() + CLAIM


def release(item: QueueItem, by: Member) -> None:
    """Leave the item to others again."""
    with unit_of_work():
        item = lock(QueueItem, item.id)
        if item.claimed_by_id == by.id:
            item.claimed_by_id = item.claimed_until = None


def is_held_by_another(item: QueueItem, viewer: Member) -> bool:
    """Whether somebody else is looking at the item right now."""
    if item.claimed_by_id in (None, viewer.id) or item.claimed_until is None:
        return False
    return item.claimed_until > clock.now()


def lock_free(item: QueueItem, by: Member) -> QueueItem:
    """The item, locked to be worked on; Conflict if it waits no longer or somebody else has it."""
    item = lock(QueueItem, item.id)
    if not policy.can_decide_item(by, item):
        raise Forbidden()
    if item.state == "closed":
        raise Conflict(_l("Somebody else has decided this already."))
    if is_held_by_another(item, by):
        name = item.claimed_by.display_name if item.claimed_by is not None else ""
        raise Conflict(_l("%(name)s is looking at it.", name=name))
    return item


def lock_standing(subject_type: str, subject_id: int, *, also: int | None = None) -> list[QueueItem]:
    """All that waits about a subject, locked in the order of numbers, before anything else is.

    `also` is the number of an item that may wait no longer, to be locked in its turn.
    """
    numbers = {*queries.list_standing_ids(subject_type, subject_id), *({also} if also is not None else ())}
    return [lock(QueueItem, item_id) for item_id in sorted(numbers)]


def find_held(standing: Sequence[QueueItem]) -> QueueItem | None:
    """Of what was locked, the item for which the text itself is not shown yet."""
    return next((item for item in standing if item.kind == "held" and item.state != "closed"), None)


def close_gone(item: QueueItem) -> None:
    """Let an item wait no longer whose subject is gone: there is nothing left to decide."""
    with unit_of_work():
        item = lock(QueueItem, item.id)
        if item.state != "closed":
            close(item)


def close(item: QueueItem) -> None:
    """Let a locked item wait no longer."""
    item.state, item.closed_at = "closed", clock.now()
    item.claimed_by_id = item.claimed_until = None


def reopen(item: QueueItem) -> None:
    """Let a closed item wait anew, unless the same waits already; `due_at` is promised from now on."""
    with unit_of_work():
        item = lock(QueueItem, item.id)
        another = queries.find_standing(item.subject_type, item.subject_id, kinds=(item.kind,))
        if item.state != "closed" or another is not None:
            return
        item.state, item.closed_at, item.due_at = "open", None, promised(item.panel_id)


def promised(panel_id: int | None) -> datetime:
    """Until when somebody looks at what begins to wait now, by the rules that hold there."""
    return clock.ahead(hours=find_rules(panel_id).promise_hours)


def lock_about(subject_type: str, subject_ids: Sequence[int]) -> None:
    """Lock all that waits about these subjects, before they are moved with what they belong to."""
    for item_id in queries.list_ids_about(subject_type, subject_ids):
        lock(QueueItem, item_id)


def follow_move(subject_type: str, subject_ids: Sequence[int], *, panel_id: int) -> None:
    """Let those decide who moderate the panel to which these subjects, all locked, were moved."""
    db.session.execute(
        update(QueueItem)
        .where(
            QueueItem.subject_type == subject_type,
            QueueItem.subject_id.in_(subject_ids),
            QueueItem.state != "closed",
        )
        .values(panel_id=panel_id)
    )
