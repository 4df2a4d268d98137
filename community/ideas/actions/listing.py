"""Putting ideas on the board and taking them off, with the counts of their panel and their tags."""

from sqlalchemy import bindparam, select, update

from community.ideas.models import Idea, IdeaTag, Tag
from community.infra.db import db, table_of

# On the tables themselves: nobody holds tags as entities, which would have to be told of it.
_TAGS, _TAGS_OF = map(table_of, (Tag, IdeaTag))
_COUNT_TAGS = (
    update(_TAGS)
    .where(_TAGS.c.id.in_(select(_TAGS_OF.c.tag_id).where(_TAGS_OF.c.idea_id == bindparam("idea_id"))))
    .values(idea_count=_TAGS.c.idea_count + bindparam("change"))
)


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
    idea.panel.idea_count += change
    db.session.execute(_COUNT_TAGS, {"idea_id": idea.id, "change": change})
