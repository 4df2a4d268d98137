"""Who is to be told what happened to an idea: members who have to do with it and may read its panel now."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, union
from sqlalchemy.orm import aliased

from community.ideas.models import Comment, Follow, Idea, Vote
from community.ideas.queries.groups import ids_in_group
from community.infra.db import db
from community.members.models import Member, RoleGrant
from community.panels.models import Panel
from community.panels.queries.panels import is_standing


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


def around_group(root_id: int, *, panel_id: int) -> Select[int]:
    """Authors, supporters and followers of an idea and of all that was joined to it."""
    return _around(ids_in_group(root_id), panel_id=panel_id)


def around_ideas(idea_ids: Sequence[int], *, panel_id: int) -> Select[int]:
    """Authors, supporters and followers of exactly these ideas."""
    return _around(select(Idea.id).where(Idea.id.in_(idea_ids)), panel_id=panel_id)


def one_member(member_id: int, *, panel_id: int) -> Select[int]:
    """One member, if they may read the panel."""
    return select(Member.id).where(Member.id == member_id, _may_read(panel_id))


def _around(ideas: Select[int], *, panel_id: int) -> Select[int]:
    concerned = union(
        select(Idea.author_id).where(Idea.id.in_(ideas)),
        select(Vote.member_id).where(Vote.idea_id.in_(ideas)),
        select(Follow.member_id).where(Follow.idea_id.in_(ideas)),
    )
    return select(Member.id).where(Member.id.in_(concerned), _may_read(panel_id))


def _may_read(panel_id: int) -> ColumnElement[bool]:
    """The same as panels.policy.may_read_panel, asked of all members at once."""
    return or_(
        exists().where(Panel.id == panel_id, Panel.visibility == "open"),
        is_standing(Member.id, panel_id=panel_id),
        exists().where(
            RoleGrant.member_id == Member.id,
            or_(RoleGrant.panel_id.is_(None), RoleGrant.panel_id == panel_id),
        ),
    )
