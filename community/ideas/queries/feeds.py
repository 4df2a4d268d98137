"""What the Atom feeds of panels and ideas hold."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select, true

from community.ideas.models import Comment, Idea
from community.infra.db import db
from community.members.models import Member
from community.members.names import shown_name
from community.panels.models import Panel

LENGTH = 50


class Entry(NamedTuple):
    """One entry: an idea of a panel, or a comment below an idea."""

    id: int
    slug: str
    title: str
    html: str
    full_name: str
    alias: str | None
    names_shown: str
    published_at: datetime
    updated_at: datetime

    @property
    def author_name(self) -> str:
        """The author's name as the panel shows names."""
        return shown_name(self.full_name, alias=self.alias, how=self.names_shown)


_IDEAS = (
    select(
        Idea.id,
        Idea.slug,
        Idea.title,
        Idea.body_html,
        Member.display_name,
        Member.alias,
        Panel.names_shown,
        Idea.published_at,
        Idea.updated_at,
    )
    .join(Member, Member.id == Idea.author_id)
    .join(Panel, Panel.id == Idea.panel_id)
    .where(Idea.panel_id == bindparam("panel_id"), Idea.is_listed == true())
    .order_by(Idea.published_at.desc(), Idea.id.desc())
    .limit(LENGTH)
)

_COMMENTS = (
    select(
        Comment.id,
        Comment.body_html,
        Member.display_name,
        Member.alias,
        Comment.is_official,
        Comment.published_at,
        Comment.edited_at,
    )
    .join(Member, Member.id == Comment.author_id)
    .where(
        Comment.idea_id.in_(select(Idea.id).where(Idea.root_id == bindparam("root_id"))),
        Comment.state == "published",
    )
    .order_by(Comment.id.desc())
    .limit(LENGTH)
)


def list_ideas(panel: Panel) -> list[Entry]:
    """The panel's newest ideas."""
    return [Entry(*row) for row in db.session.execute(_IDEAS, {"panel_id": panel.id})]


def list_comments(idea: Idea) -> list[Entry]:
    """The newest comments below the idea and those merged into it."""
    return [
        Entry(row.id, idea.slug, idea.title, row.body_html, row.display_name, row.alias,
              "full" if row.is_official else idea.panel.names_shown,
              row.published_at, row.edited_at or row.published_at)
        for row in db.session.execute(_COMMENTS, {"root_id": idea.root_id})
    ]  # fmt: skip
