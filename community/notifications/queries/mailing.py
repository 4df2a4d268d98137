"""What is owed by mail, and to whom; read in batches of members."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_, select

from community.infra.db import db
from community.members.models import Member
from community.notifications.models import Notice
from community.notifications.queries.inbox import TOLD, Told, panel_door

# Rows looked at for one batch of members, and notices read for it; what is left comes with the next one.
MOST_LOOKED_AT = 500
MOST_READ = 5000


class Owed(NamedTuple):
    """A notice that is owed by mail; `is_readable` says whether the member may see it today."""

    told: Told
    panel_id: int | None
    is_readable: bool


def list_due_members(now: datetime, *, limit: int) -> list[int]:
    """The ids of members to whom something is due by mail, the longest due first."""
    due = db.session.scalars(
        select(Notice.member_id)
        .where(Notice.mail_state == "owed", Notice.mail_due_at <= now)
        .order_by(Notice.mail_due_at, Notice.member_id)
        .limit(MOST_LOOKED_AT)
    )
    return list(dict.fromkeys(due))[:limit]


def list_owed(member_ids: Sequence[int]) -> dict[int, list[Owed]]:
    """All that is owed by mail to these members, each one's in the order in which it happened."""
    is_readable = or_(Notice.panel_id.is_(None), panel_door().may_read(Notice.member_id, Notice.panel_id))
    rows = db.session.execute(
        TOLD.add_columns(Notice.member_id, Notice.panel_id, is_readable)
        .where(Notice.member_id.in_(member_ids), Notice.mail_state == "owed")
        .order_by(None)
        # What is due comes first: else what waits for Monday could fill all that is read, time and again.
        .order_by(Notice.mail_due_at, Notice.id)
        .limit(MOST_READ)
    )
    owed: dict[int, list[Owed]] = defaultdict(list)
    for *told, member_id, panel_id, may_read in rows:
        owed[member_id].append(Owed(Told(*told), panel_id, bool(may_read)))
    for of_member in owed.values():
        of_member.sort(key=lambda each: each.told.id)
    return owed


def list_who_read_since(member_ids: Sequence[int]) -> set[int]:
    """Those of these members who have read a notice since the last mail to them."""
    return set(
        db.session.scalars(
            select(Member.id).where(
                Member.id.in_(member_ids),
                select(Notice.id)
                .where(Notice.member_id == Member.id, Notice.read_at > Member.notices_mailed_at)
                .exists(),
            )
        )
    )
