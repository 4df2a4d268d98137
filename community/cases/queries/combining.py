"""Finding the cases that a case could be put into."""

from typing import NamedTuple

from sqlalchemy import exists, false, select
from sqlalchemy.orm import aliased

from community.cases.models import Case, CaseItem
from community.feedback.models import FeedbackItem
from community.infra.db import db
from community.members.models import Member

OFFERED = 20


class Offered(NamedTuple):
    """An open case of the same panel."""

    id: int
    title: str
    owner_name: str | None
    # Somebody who wrote in the one wrote in the other.
    is_same_author: bool


def list_offered(case: Case) -> list[Offered]:
    """Open cases of the panel: of the same author or about the same topic, the author's first."""
    other, theirs = aliased(CaseItem), aliased(FeedbackItem)
    authors = (
        select(FeedbackItem.author_id)
        .join(CaseItem, CaseItem.item_id == FeedbackItem.id)
        .where(CaseItem.case_id == case.id, FeedbackItem.author_id.is_not(None))
    )
    is_same_author = (
        exists()
        .where(other.case_id == Case.id, theirs.id == other.item_id, theirs.author_id.in_(authors))
        .correlate(Case)
    )
    is_same_topic = Case.topic_id == case.topic_id if case.topic_id is not None else false()
    rows = db.session.execute(
        select(Case.id, Case.title, Member.display_name, is_same_author)
        .outerjoin(Member, Member.id == Case.owner_id)
        .where(
            Case.panel_id == case.panel_id,
            Case.is_open,
            Case.is_theme.is_(False),
            Case.id != case.id,
            is_same_author | is_same_topic,
        )
        .order_by(is_same_author.desc(), Case.id.desc())
        .limit(OFFERED)
    )
    return [Offered(*row) for row in rows]
