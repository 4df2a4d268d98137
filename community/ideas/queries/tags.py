"""The tags of panels and ideas."""

from sqlalchemy import bindparam, select

from community.ideas.models import IdeaTag, Tag
from community.infra.db import db

_OF_PANEL = (
    select(Tag.name)
    .where(Tag.panel_id == bindparam("panel_id"), Tag.idea_count > 0)
    .order_by(Tag.idea_count.desc(), Tag.name)
    .limit(bindparam("most"))
)


def find(panel_id: int, folded: str) -> Tag | None:
    """The panel's tag of this spelling."""
    return db.session.scalar(select(Tag).where(Tag.panel_id == panel_id, Tag.folded == folded))


def list_of_idea(idea_id: int) -> list[Tag]:
    """The idea's tags."""
    return list(
        db.session.scalars(
            select(Tag).join(IdeaTag, IdeaTag.tag_id == Tag.id).where(IdeaTag.idea_id == idea_id)
        )
    )


def list_of_panel(panel_id: int, *, most: int = 30) -> list[str]:
    """The panel's tags, those on most ideas first."""
    return list(db.session.scalars(_OF_PANEL, {"panel_id": panel_id, "most": most}))
