"""The tags of panels and ideas."""

from collections.abc import Collection

from sqlalchemy import bindparam, select

from community.ideas.models import IdeaTag, Tag
from community.infra.db import db, table_of

_TAGS, _TAGS_OF = map(table_of, (Tag, IdeaTag))
_OF_IDEA = (
    select(_TAGS.c.folded, _TAGS.c.id)
    .join(_TAGS_OF, _TAGS_OF.c.tag_id == _TAGS.c.id)
    .where(_TAGS_OF.c.idea_id == bindparam("idea_id"))
)
_NAMED = select(_TAGS.c.folded, _TAGS.c.id).where(
    _TAGS.c.panel_id == bindparam("panel_id"), _TAGS.c.folded.in_(bindparam("folded", expanding=True))
)
_OF_PANEL = (
    select(Tag.name)
    .where(Tag.panel_id == bindparam("panel_id"), Tag.idea_count > 0)
    .order_by(Tag.idea_count.desc(), Tag.name)
    .limit(bindparam("most"))
)


def list_named(panel_id: int, folded: Collection[str]) -> dict[str, int]:
    """Those of the panel's tags that are spelt like this: folded spelling → number."""
    values = {"panel_id": panel_id, "folded": sorted(folded)}
    return {row.folded: row.id for row in db.session.execute(_NAMED, values)}


def list_of_idea(idea_id: int) -> dict[str, int]:
    """The idea's tags: folded spelling → number."""
    return {row.folded: row.id for row in db.session.execute(_OF_IDEA, {"idea_id": idea_id})}


def list_of_panel(panel_id: int, *, most: int = 30) -> list[str]:
    """The panel's tags, those on most ideas first."""
    return list(db.session.scalars(_OF_PANEL, {"panel_id": panel_id, "most": most}))
