"""Reading what the front door asks for that no one domain has by itself."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Select, func, select

from community.activity.models import OwedReaction
from community.cases.models import Case
from community.infra.db import db
from community.infra.reading import Reading, at_most
from community.loyalty.queries import adjustments
from community.members.models import Member
from community.moderation.queries import queue
from community.panels.models import Panel, told_in
from community.panels.queries import READABLE, reads_as

PANELS = 30


class PanelName(NamedTuple):
    """A panel to choose by its name."""

    id: int
    slug: str
    name: str


_READABLE_PANELS = {
    reader: Reading(
        select(Panel.id, Panel.slug, Panel.name, Panel.translations)
        .where(readable, Panel.archived_at.is_(None))
        .order_by(Panel.idea_count.desc(), Panel.id)
        .limit(at_most(PANELS))
    )
    for reader, readable in READABLE.items()
}


def list_readable_panels(viewer: Member | None, *, locale: str) -> list[PanelName]:
    """The panels in which the viewer may read, those with the most ideas first."""
    rows = _READABLE_PANELS[reads_as(viewer)].list(viewer_id=viewer.id if viewer is not None else None)
    return [
        PanelName(panel_id, slug, told_in(locale, translations, "name", first=name))
        for panel_id, slug, name, translations in rows
    ]


def count_on_desk(viewer: Member) -> Mapping[str, int]:
    """How much waits for the viewer, by the endpoint of the page on which it waits."""
    counts: dict[str, int] = {}
    if viewer.holds_any_role(("moderator",)):
        counts["moderation_staff.index"] = queue.count_open(viewer)
    if viewer.holds_any_role(("owner",)):
        counts["cases_staff.index"] = _count(select(Case.id).where(Case.is_open, Case.owner_id == viewer.id))
    if viewer.holds_role("admin"):
        counts["loyalty_staff.adjustments"] = adjustments.count_waiting()
        counts["admin_staff.owed"] = _count(select(OwedReaction.id).where(OwedReaction.state == "set_aside"))
    return counts


def _count(rows: Select[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(rows.subquery())) or 0
