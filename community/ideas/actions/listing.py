"""Putting ideas on the board and taking them off, with the counts of their panel and their tags."""

from sqlalchemy import select, update

from community.ideas.models import Idea, IdeaTag, Tag
from community.infra.db import db


def put_on_board(idea: Idea) -> None:
    """Let boards, feeds and search show the idea; one that was joined to another is shown there instead."""
    if not idea.is_listed and idea.merged_into_id is None:
        idea.is_listed = True
        count_listed(idea, +1)


def take_off_board(idea: Idea) -> None:
    """Let nothing show the idea any more."""
    if idea.is_listed:
        idea.is_listed = False
        count_listed(idea, -1)


def count_listed(idea: Idea, change: int) -> None:
    """Keep what the panel, which is locked, and the tags say of how many ideas they show."""
    tag_ids = select(IdeaTag.tag_id).where(IdeaTag.idea_id == idea.id)
    idea.panel.idea_count += change
    db.session.execute(update(Tag).where(Tag.id.in_(tag_ids)).values(idea_count=Tag.idea_count + change))
