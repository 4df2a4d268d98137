"""Every number that is kept beside the rows it counts, held against these rows."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Select, distinct, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, aliased

from community.cases.models import Case, CaseItem
from community.feedback.models import FeedbackItem, Topic
from community.ideas.models import Comment, Follow, HelpfulMark, Idea, IdeaTag, Tag, Vote
from community.infra.db import db
from community.members.models import Member
from community.notifications.models import Notice
from community.panels.models import Membership, Panel, QuotaCell
from community.surveys.models import Response, Survey


class WrongCount(NamedTuple):
    """A row whose counter says something else than there is."""

    what: str
    row_id: int
    says: int
    are: int


def list_wrong_counts() -> list[WrongCount]:
    """All counters that are not right; reads the whole of what is counted and changes nothing."""
    return [wrong for column, counting in _COUNTED.items() for wrong in _wrong(column, counting)]


def _wrong(column: InstrumentedAttribute[int], counting: Select[Any]) -> Iterator[WrongCount]:
    owner: Any = column.class_
    counted = counting.subquery()
    are = func.coalesce(counted.c.number, 0)
    statement = (
        select(owner.id, column, are).outerjoin(counted, counted.c.owner_id == owner.id).where(column != are)
    )
    if owner is Idea:
        # What was merged into another idea is counted there.
        statement = statement.where(Idea.root_id == Idea.id)
    for row in db.session.execute(statement.order_by(owner.id)):
        yield WrongCount(f"{owner.__tablename__}.{column.key}", *row)


def _count(owner_id: Any, number: Any = None) -> Select[Any]:
    """How many rows each owner has, to be narrowed down."""
    return select(
        owner_id.label("owner_id"), (func.count() if number is None else number).label("number")
    ).group_by(owner_id)


def _in_groups(row: Any, number: Any) -> Select[Any]:
    """The rows of an idea and of all that were merged into it."""
    return _count(Idea.root_id, number).join_from(row, Idea, Idea.id == row.idea_id)


_REPLY = aliased(Comment)
_STANDING = Membership.left_at.is_(None)
_COMPLETED = Response.state == "completed"

_COUNTED_VOTERS = func.count(distinct(Vote.member_id)).filter(Vote.is_counted == true())
_COUNTED: Mapping[InstrumentedAttribute[int], Select[Any]] = {
    Panel.member_count: _count(Membership.panel_id).where(_STANDING),
    Panel.idea_count: _count(Idea.panel_id).where(Idea.is_listed == true()),
    QuotaCell.filled_count: _count(Membership.cell_id).where(_STANDING),
    Member.unread_count: _count(Notice.member_id).where(Notice.read_at.is_(None)),
    Tag.idea_count: _count(IdeaTag.tag_id)
    .join_from(IdeaTag, Idea, Idea.id == IdeaTag.idea_id)
    .where(Idea.is_listed == true()),
    Idea.support_count: _in_groups(Vote, _COUNTED_VOTERS),
    Idea.excluded_count: _in_groups(Vote, func.count(distinct(Vote.member_id)) - _COUNTED_VOTERS),
    Idea.follower_count: _in_groups(Follow, func.count(distinct(Follow.member_id))),
    Idea.comment_count: _in_groups(Comment, func.count()).where(Comment.state == "published"),
    Comment.reply_count: _count(_REPLY.parent_id).where(_REPLY.state == "published"),
    Comment.helpful_count: _count(HelpfulMark.comment_id),
    Case.item_count: _count(CaseItem.case_id),
    Topic.item_count: _count(FeedbackItem.topic_id),
    Survey.completed_count: _count(Response.survey_id).where(_COMPLETED),
}
