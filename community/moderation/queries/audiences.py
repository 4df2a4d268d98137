"""Who is told of something about moderation."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, or_, select

from community.members.models import Member, RoleGrant
from community.moderation.models import Flag, ModerationMessage
from community.moderation.policy import ROLES


def only(member_id: int | None) -> Select[int]:
    """This member alone; nobody for None."""
    return select(Member.id).where(Member.id == member_id)


def who_moderate(panel_id: int | None, *, besides: Collection[int | None] = ()) -> Select[int]:
    """Those who moderate the panel, or for None the site, but for some of them."""
    everywhere = RoleGrant.panel_id.is_(None)
    return select(RoleGrant.member_id).where(
        RoleGrant.role.in_(ROLES),
        everywhere if panel_id is None else or_(everywhere, RoleGrant.panel_id == panel_id),
        RoleGrant.member_id.not_in([member_id for member_id in besides if member_id is not None]),
    )


def who_flagged(subject_type: str, subject_id: int, *, since: datetime) -> Select[int]:
    """Those whose flags on the subject were decided since then."""
    return select(Flag.member_id).where(
        Flag.subject_type == subject_type,
        Flag.subject_id == subject_id,
        Flag.outcome != "open",
        Flag.decided_at >= since,
    )


def who_asked(item_id: int) -> Select[int]:
    """The moderators who asked the author of the item something."""
    asked = select(ModerationMessage.writer_id).where(
        ModerationMessage.item_id == item_id, ModerationMessage.is_from_staff
    )
    return select(Member.id).where(Member.id.in_(asked))
