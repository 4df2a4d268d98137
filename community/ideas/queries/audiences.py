"""Who is to be told what happened to an idea: members who have to do with it and may read its panel now."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select, union
from sqlalchemy.orm import aliased

from community.activity.models import Activity
from community.ideas.models import Comment, Follow, Idea, Vote
from community.ideas.queries.groups import ids_in_group
from community.infra.db import db
from community.members.models import Member
from community.panels.queries.panels import may_read


class Said(NamedTuple):
    """A comment as notices tell of it; `idea_id` is where one reads it now."""

    comment_id: int
    body_html: str
    idea_id: int
    idea_title: str
    idea_author_id: int
    panel_id: int
    parent_author_id: int | None


_parent = aliased(Comment)
_SAID = (
    select(
        Comment.id,
        Comment.body_html,
        func.coalesce(Idea.root_id, Idea.id),
        Idea.title,
        Idea.author_id,
        Idea.panel_id,
        _parent.author_id,
    )
    .join(Idea, Idea.id == Comment.idea_id)
    .outerjoin(_parent, _parent.id == Comment.parent_id)
    .where(Comment.state == "published", Idea.state == "published")
)


def find_said(comment_id: int) -> Said | None:
    """What a comment said and where, or None if it no longer stands."""
    row = db.session.execute(_SAID.where(Comment.id == comment_id)).one_or_none()
    return Said(*row) if row is not None else None


def find_standing(idea_id: int) -> Idea | None:
    """The idea if it is published."""
    idea = db.session.get(Idea, idea_id)
    return idea if idea is not None and idea.state == "published" else None


def find_saying(comment_id: int) -> Activity | None:
    """The activity with which a comment was first shown."""
    return db.session.scalar(
        select(Activity)
        .where(
            Activity.kind == "comment.added",
            Activity.subject_type == "comment",
            Activity.subject_id == comment_id,
        )
        .order_by(Activity.id.desc())
        .limit(1)
    )


def activities_of_comment(comment_id: int) -> Select[int]:
    """All that happened to a comment."""
    return select(Activity.id).where(Activity.subject_type == "comment", Activity.subject_id == comment_id)


def activities_around_idea(idea_id: int) -> Select[int]:
    """All that happened to an idea and to what was said below it."""
    comments = select(Comment.id).where(Comment.idea_id == idea_id)
    return select(Activity.id).where(
        or_(
            and_(Activity.subject_type == "idea", Activity.subject_id == idea_id),
            and_(Activity.subject_type == "comment", Activity.subject_id.in_(comments)),
        )
    )


def author_of(idea_id: int) -> Select[int]:
    """Whoever wrote the idea."""
    return select(Idea.author_id).where(Idea.id == idea_id)


def readers_of_panel_of(idea_id: int) -> Select[int]:
    """Everybody who may read the panel that the idea is in now."""
    return select(Member.id).join(Idea, Idea.id == idea_id).where(may_read(Member.id, Idea.panel_id))


def around_group(root_id: int, *, panel_id: int) -> Select[int]:
    """Authors, supporters and followers of an idea and of all that was joined to it."""
    return _around(ids_in_group(root_id), panel_id=panel_id)


def around_ideas(idea_ids: Sequence[int], *, panel_id: int) -> Select[int]:
    """Authors, supporters and followers of exactly these ideas."""
    return _around(select(Idea.id).where(Idea.id.in_(idea_ids)), panel_id=panel_id)


def why_around_group(root_id: int) -> ColumnElement[str]:
    """What a member has to do with an idea and all that was joined to it, as a reason for being told."""
    return _why(ids_in_group(root_id))


def why_around_ideas(idea_ids: Sequence[int]) -> ColumnElement[str]:
    """The same for exactly these ideas."""
    return _why(select(Idea.id).where(Idea.id.in_(idea_ids)))


def one_member(member_id: int, *, panel_id: int) -> Select[int]:
    """One member, if they may read the panel."""
    return select(Member.id).where(Member.id == member_id, may_read(Member.id, panel_id))


def _around(ideas: Select[int], *, panel_id: int) -> Select[int]:
    concerned = union(
        select(Idea.author_id).where(Idea.id.in_(ideas)),
        select(Vote.member_id).where(Vote.idea_id.in_(ideas)),
        select(Follow.member_id).where(Follow.idea_id.in_(ideas)),
    )
    return select(Member.id).where(Member.id.in_(concerned), may_read(Member.id, panel_id))


def _why(ideas: Select[int]) -> ColumnElement[str]:
    return case(
        (Member.id.in_(select(Idea.author_id).where(Idea.id.in_(ideas))), "wrote_idea"),
        (Member.id.in_(select(Vote.member_id).where(Vote.idea_id.in_(ideas))), "supports"),
        else_="follows",
    )
