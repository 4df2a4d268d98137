"""Asking the author of what waits in private, and what the author answers."""

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid
from community.members.models import Member
from community.moderation import verbs
from community.moderation.actions import queue
from community.moderation.models import ModerationMessage, QueueItem

LONGEST = 2000


def ask(item: QueueItem, by: Member, *, body: str) -> ModerationMessage:
    """Ask the author something; the item waits for the answer, and others may take it meanwhile."""
    _check(body)
    with unit_of_work():
        item = queue.lock_free(item, by)
        if item.author_id is None or item.kind in verbs.KINDS_ELSEWHERE:
            raise Conflict(_l("Its author is no longer here."))
        item.state = "asked"
        item.claimed_by_id = item.claimed_until = None
        return _write(item, by, body, is_from_staff=True)


def answer(item: QueueItem, author: Member, *, body: str) -> ModerationMessage:
    """Say something to the moderators about one's own text that waits; it lies before them again."""
    _check(body)
    with unit_of_work():
        item = lock(QueueItem, item.id)
        if item.author_id != author.id:
            raise Forbidden()
        if item.state == "closed":
            raise Conflict(_l("This has been decided meanwhile."))
        item.state = "open"
        return _write(item, author, body, is_from_staff=False)


def _write(item: QueueItem, writer: Member, body: str, *, is_from_staff: bool) -> ModerationMessage:
    with unit_of_work() as session:
        message = ModerationMessage(
            item_id=item.id, writer_id=writer.id, is_from_staff=is_from_staff, body=body
        )
        session.add(message)
        session.flush()
        kind = "moderation.asked" if is_from_staff else "moderation.answered"
        record(kind, subject=item, actor=writer, panel_id=item.panel_id)
    return message


def _check(body: str) -> None:
    if not body.strip():
        raise Invalid(_l("Please fill this in."), field="body")
    if len(body) > LONGEST:
        raise Invalid(_l("Please use at most %(max)d characters.", max=LONGEST), field="body")
