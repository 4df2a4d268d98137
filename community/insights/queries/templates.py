"""Templates of reports."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from community.infra.db import db
from community.insights.models import ReportTemplate
from community.insights.queries.doors import can_use
from community.members.models import Member


def list_templates(viewer: Member) -> list[ReportTemplate]:
    """The templates whose reports the viewer may build, by name."""
    templates = db.session.scalars(
        select(ReportTemplate)
        .where(ReportTemplate.archived_at.is_(None))
        .options(joinedload(ReportTemplate.made_by).lazyload(Member.roles))
        .order_by(ReportTemplate.name, ReportTemplate.id)
    )
    return [template for template in templates if can_use(template, viewer)]


def only_panel_id(template: ReportTemplate) -> int | None:
    """The template's panel if it is about one alone."""
    panel_ids = template.settings["panel_ids"]
    return panel_ids[0] if len(panel_ids) == 1 else None
