"""Reading what the front door asks for that no one domain has by itself."""

from typing import NamedTuple

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from community.infra.db import db
from community.members.models import Member
from community.panels.models import Panel, told_in
from community.panels.queries import readable_panels

PANELS = 30


class PanelName(NamedTuple):
    """A panel to choose by its name."""

    id: int
    slug: str
    name: str


def list_readable_panels(viewer: Member | None, *, locale: str) -> list[PanelName]:
    """The panels in which the viewer may read, those with the most ideas first."""
    rows = db.session.execute(
        select(Panel.id, Panel.slug, Panel.name, Panel.translations)
        .where(readable_panels(viewer), Panel.archived_at.is_(None))
        .order_by(Panel.idea_count.desc(), Panel.id)
        .limit(PANELS)
    )
    return [PanelName(*row[:2], told_in(locale, row[3], "name", first=row[2])) for row in rows]


def database_answers() -> bool:
    """Whether the database can be reached right now."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return False
    return True
