"""Reading what moderators and authors wrote to each other about what waits."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from community.infra.db import db
from community.members.models import Member
from community.moderation.models import ModerationMessage


class Message(NamedTuple):
    """One message; the author does not learn which moderator wrote it."""

    body: str
    is_from_staff: bool
    writer_name: str | None
    written_at: datetime


def list_messages(item_id: int) -> list[Message]:
    """The talk about an item from its beginning."""
    rows = db.session.execute(
        select(
            ModerationMessage.body,
            ModerationMessage.is_from_staff,
            Member.display_name,
            ModerationMessage.written_at,
        )
        .outerjoin(Member, Member.id == ModerationMessage.writer_id)
        .where(ModerationMessage.item_id == item_id)
        .order_by(ModerationMessage.id)
    )
    return [Message(*row) for row in rows]
