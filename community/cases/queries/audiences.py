"""Who is to be told what happened in a case."""

from sqlalchemy import Select, select

from community.cases.models import Case, CaseItem
from community.feedback.models import FeedbackItem
from community.members.models import Member


def authors_of(case_id: int) -> Select[int]:
    """Whoever wrote something in the case that still stands."""
    return select(Member.id).where(
        Member.id.in_(
            select(FeedbackItem.author_id)
            .join(CaseItem, CaseItem.item_id == FeedbackItem.id)
            .where(CaseItem.case_id == case_id, FeedbackItem.state != "withdrawn")
        )
    )


def desk_of(case_id: int) -> Select[int]:
    """Whoever has the case on their desk: its owner, and whom it was escalated to."""
    return select(Member.id).where(
        Member.id.in_(select(Case.owner_id).where(Case.id == case_id))
        | Member.id.in_(select(Case.escalated_to_id).where(Case.id == case_id))
    )
