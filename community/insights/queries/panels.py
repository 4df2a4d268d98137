"""Whose people are in which reports, and so who may read them."""

from sqlalchemy import ColumnElement, exists, select

from community.feedback.queries.items import staff_panel_ids
from community.infra.db import db
from community.insights import policy
from community.insights.models import Report, ReportPanel
from community.members.models import Member


def list_panel_ids(report_id: int) -> list[int]:
    """The panels whose people are in the report."""
    return list(
        db.session.scalars(
            select(ReportPanel.panel_id)
            .where(ReportPanel.report_id == report_id)
            .order_by(ReportPanel.panel_id)
        )
    )


def readable_reports(viewer: Member | None) -> ColumnElement[bool]:
    """A condition on `reports`: the viewer may read them (see policy.can_read_report)."""
    granted = staff_panel_ids(viewer, roles=policy.READERS)
    of_report = exists().where(ReportPanel.report_id == Report.id)
    return of_report & ~of_report.where(ReportPanel.panel_id.not_in(granted))
