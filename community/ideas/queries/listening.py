"""Ideas and comments as listening takes them in, and those that were never heard."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from community.feedback.models import FeedbackItem
from community.ideas.models import Comment, Idea, StatusChange
from community.infra.db import db
from community.members.models import Member, RoleGrant


def find_idea(idea_id: int) -> Idea | None:
    """The idea whatever its state, or None."""
    return db.session.get(Idea, idea_id)


def find_comment(comment_id: int) -> Comment | None:
    """The comment whatever its state, or None."""
    return db.session.get(Comment, comment_id)


def get_root(idea: Idea) -> Idea:
    """The idea at the end of the chain into which this one was joined; itself for most."""
    return idea if idea.root_id in (None, idea.id) else db.session.get_one(Idea, idea.root_id)


def list_ideas(idea_ids: Sequence[int], *, states: Sequence[str] = ("published",)) -> list[Idea]:
    """Those of these ideas that stand, or are in one of the states, with authors and panels."""
    return list(
        db.session.scalars(
            select(Idea)
            .where(Idea.id.in_(idea_ids), Idea.state.in_(states))
            .options(joinedload(Idea.author).joinedload(Member.roles), joinedload(Idea.panel))
            .order_by(Idea.id)
        ).unique()
    )


def list_comments(comment_ids: Sequence[int], *, states: Sequence[str] = ("published",)) -> list[Comment]:
    """Those of these comments that stand below ideas that do, or are in these states, with all around."""
    return list(
        db.session.scalars(
            select(Comment)
            .join(Comment.idea)
            .where(Comment.id.in_(comment_ids), Comment.state.in_(states), Idea.state.in_(states))
            .options(
                joinedload(Comment.author).joinedload(Member.roles),
                joinedload(Comment.idea).joinedload(Idea.panel),
            )
            .order_by(Comment.id)
        ).unique()
    )


def list_comment_ids(idea_ids: Sequence[int]) -> list[int]:
    """The comments that were written to these ideas."""
    return list(
        db.session.scalars(select(Comment.id).where(Comment.idea_id.in_(idea_ids)).order_by(Comment.id))
    )


def list_group_ids(root_id: int) -> list[int]:
    """The idea and all that leads to it."""
    return list(db.session.scalars(select(Idea.id).where(Idea.root_id == root_id).order_by(Idea.id)))


def list_steps(idea_id: int) -> list[tuple[str, datetime]]:
    """The statuses that the idea was given and when, the first one first."""
    rows = db.session.execute(
        select(StatusChange.to_status, StatusChange.changed_at)
        .where(StatusChange.idea_id == idea_id)
        .order_by(StatusChange.id)
    )
    return [(row.to_status, row.changed_at) for row in rows]


def list_unheard_ideas(*, after: int, most: int) -> list[int]:
    """Ideas of members behind this number that stand and were never taken in, in order."""
    return list(
        db.session.scalars(
            select(Idea.id)
            .where(
                Idea.id > after,
                Idea.state == "published",
                ~_was_heard("idea", Idea.id),
                ~_works_here(Idea.author_id),
            )
            .order_by(Idea.id)
            .limit(most)
        )
    )


def list_unheard_comments(*, after: int, most: int) -> list[int]:
    """Comments of members behind this number that stand and were never taken in, in order."""
    return list(
        db.session.scalars(
            select(Comment.id)
            .join(Idea, Idea.id == Comment.idea_id)
            .where(
                Comment.id > after,
                Comment.state == "published",
                Idea.state == "published",
                ~_was_heard("comment", Comment.id),
                ~_works_here(Comment.author_id),
            )
            .order_by(Comment.id)
            .limit(most)
        )
    )


def _was_heard(source: str, key: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    return exists().where(
        FeedbackItem.panel_id == Idea.panel_id,
        FeedbackItem.source == source,
        FeedbackItem.source_name == "",
        FeedbackItem.source_id == cast(key, String),
    )


def _works_here(member_id: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """The same as panels.policy.works_on_panel, asked of many at once."""
    return exists().where(
        RoleGrant.member_id == member_id,
        or_(RoleGrant.panel_id.is_(None), RoleGrant.panel_id == Idea.panel_id),
    )
