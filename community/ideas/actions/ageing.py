"""Forgetting what was taken off boards long ago: its words were kept for staff, in case of an appeal."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select

from community.activity.models import Activity
from community.ideas.models import Comment, CommentEdit, Idea, IdeaEdit
from community.infra.db import db
from community.infra.own_data import Ageing, Reach, change, count, remove
from community.moderation.models import QueueItem
from community.moderation.personal_data import forget_texts
from community.notifications.personal_data import take_back_forgotten

_GONE = ("deleted", "hidden")


def _count(reach: Reach) -> int:
    return count(Idea, *_old_ideas(reach)) + count(Comment, *_old_comments(reach))


def _forget(reach: Reach, limit: int) -> int:
    ideas = list(db.session.scalars(select(Idea.id).where(*_old_ideas(reach)).order_by(Idea.id).limit(limit)))
    comments = list(
        db.session.scalars(
            select(Comment.id).where(*_old_comments(reach)).order_by(Comment.id).limit(limit - len(ideas))
        )
    )
    # Others keep some of the words too: moderation, the log, and what readers were told.
    forget_texts("idea", ideas)
    forget_texts("comment", comments)
    take_back_forgotten()
    remove(IdeaEdit, IdeaEdit.idea_id.in_(ideas))
    remove(CommentEdit, CommentEdit.comment_id.in_(comments))
    words = dict.fromkeys(("title", "slug", "body", "body_html", "excerpt", "search_terms"), "")
    return change(Idea, Idea.id.in_(ideas), **words) + change(
        Comment, Comment.id.in_(comments), body="", body_html=""
    )


def _old_ideas(reach: Reach) -> tuple[ColumnElement[bool], ...]:
    return (
        reach.covers(Idea.panel_id),
        Idea.state.in_(_GONE),
        Idea.title != "",
        Idea.updated_at < reach.before,
        ~_happened_since(reach, "idea", Idea.id),
        ~_is_looked_at("idea", Idea.id),
    )


def _old_comments(reach: Reach) -> tuple[ColumnElement[bool], ...]:
    return (
        Comment.idea_id.in_(select(Idea.id).where(reach.covers(Idea.panel_id))),
        Comment.state.in_(_GONE),
        Comment.body != "",
        Comment.published_at < reach.before,
        ~_happened_since(reach, "comment", Comment.id),
        ~_is_looked_at("comment", Comment.id),
    )


def _happened_since(reach: Reach, subject_type: str, subject_id: Any) -> ColumnElement[bool]:
    """Whether it was hidden or deleted, or anything else was done with it, only after that moment."""
    return exists().where(
        and_(
            Activity.subject_type == subject_type,
            Activity.subject_id == subject_id,
            Activity.occurred_at >= reach.before,
        )
    )


def _is_looked_at(subject_type: str, subject_id: Any) -> ColumnElement[bool]:
    """Whether something about it waits for a moderator, such as an appeal."""
    return exists().where(
        and_(
            QueueItem.subject_type == subject_type,
            QueueItem.subject_id == subject_id,
            QueueItem.state != "closed",
        )
    )


REMOVED_TEXTS = Ageing(_count, _forget)
