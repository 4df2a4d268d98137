"""Reading whom kind words are for."""

from sqlalchemy import select

from community.cases.models import CaseItem, CaseMessage, Praise
from community.feedback.models import FeedbackItem
from community.infra import clock
from community.infra.db import db

# Thanks come soon after what they are for.
RECENT_DAYS = 30


def list_who_answered(author_id: int | None) -> list[int]:
    """Who of the staff has answered this member lately."""
    if author_id is None:
        return []
    return list(
        db.session.scalars(
            select(CaseMessage.author_id)
            .join(CaseItem, CaseItem.case_id == CaseMessage.case_id)
            .join(FeedbackItem, FeedbackItem.id == CaseItem.item_id)
            .where(
                FeedbackItem.author_id == author_id,
                CaseMessage.author_id.is_not(None),
                CaseMessage.is_note.is_(False),
                CaseMessage.is_from_member.is_(False),
                CaseMessage.written_at > clock.ago(days=RECENT_DAYS),
            )
            .distinct()
            .order_by(CaseMessage.author_id)
        )
    )


def list_passed_on_to(item_id: int) -> set[int]:
    """Those to whom an item has been passed on already."""
    return set(db.session.scalars(select(Praise.member_id).where(Praise.item_id == item_id)))
