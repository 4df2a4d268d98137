"""What a scope means as a condition on feedback items."""

from sqlalchemy import ColumnElement, and_, false, or_, select

from community.feedback import queries as feedback
from community.feedback.models import FeedbackItem
from community.infra.db import db
from community.insights.scope import Scope
from community.panels import queries as panels
from community.panels.models import Segment


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """The texts of a scope that were not withdrawn; segments are those their authors are in now."""
    conditions = [
        FeedbackItem.state != "withdrawn",
        FeedbackItem.panel_id.in_(scope.panel_ids),
        FeedbackItem.said_at >= scope.starts_at,
        FeedbackItem.said_at < scope.ends_at,
    ]
    if scope.segment_ids:
        conditions.append(_is_by_segments(scope.segment_ids))
    if scope.topic_ids:
        conditions.append(FeedbackItem.topic_id.in_(topics_below(scope.topic_ids)))
    if scope.languages:
        conditions.append(FeedbackItem.language.in_(scope.languages))
    return and_(*conditions)


def topics_below(topic_ids: tuple[int, ...]) -> tuple[int, ...]:
    """The topics and all below them, archived ones too."""
    nodes = feedback.topic_tree(with_archived=True)
    return tuple({each for node in nodes if node.id in topic_ids for each in node.ids})


def _is_by_segments(segment_ids: tuple[int, ...]) -> ColumnElement[bool]:
    rules = db.session.scalars(select(Segment.rule).where(Segment.id.in_(segment_ids)))
    return or_(
        false(), *(FeedbackItem.author_id.in_(panels.ids_of_members_who(rule)) for rule in rules.all())
    )
