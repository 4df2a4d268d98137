"""Giving ideas their tags, and counting the ideas under each that boards show."""

from collections.abc import Sequence

from sqlalchemy import delete, update

from community.ideas.models import Idea, IdeaTag, Tag
from community.ideas.queries import tags as queries
from community.ideas.tagging import fold_tag
from community.infra.db import db


def tag_idea(idea: Idea, names: Sequence[str]) -> None:
    """Give the idea exactly these tags; the panel is locked, so that no tag is made twice."""
    wanted = {fold_tag(name): name for name in names}
    standing = queries.list_of_idea(idea.id)
    for tag in standing:
        if tag.folded not in wanted:
            db.session.execute(delete(IdeaTag).where(IdeaTag.idea_id == idea.id, IdeaTag.tag_id == tag.id))
            _count(idea, tag, -1)
    known = {tag.folded for tag in standing}
    for folded, name in sorted(wanted.items()):
        if folded not in known:
            tag = _tag_named(idea.panel_id, folded, name)
            db.session.add(IdeaTag(idea_id=idea.id, tag_id=tag.id))
            _count(idea, tag, +1)
    db.session.flush()


def _tag_named(panel_id: int, folded: str, name: str) -> Tag:
    if (tag := queries.find(panel_id, folded)) is not None:
        return tag
    tag = Tag(panel_id=panel_id, folded=folded, name=name)
    db.session.add(tag)
    db.session.flush()
    return tag


def _count(idea: Idea, tag: Tag, change: int) -> None:
    # What waits or was hidden is counted when it is shown; see listing.py.
    if idea.is_listed:
        db.session.execute(update(Tag).where(Tag.id == tag.id).values(idea_count=Tag.idea_count + change))
