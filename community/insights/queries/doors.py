"""The access door of reports: whoever may not read of all the people in one may not know that it is there."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from community.infra.db import db
from community.infra.errors import Forbidden, NotFound
from community.insights import policy
from community.insights.models import Report, ReportSchedule, ReportTemplate
from community.insights.queries.panels import list_panel_ids
from community.members.models import Member


def get_report(report_id: int, viewer: Member | None) -> Report:
    """The report for those who may read it; NotFound for everybody else."""
    report = db.session.scalar(
        select(Report)
        .where(Report.id == report_id)
        .options(joinedload(Report.asked_by).lazyload(Member.roles))
    )
    if report is None or not policy.can_read_report(viewer, list_panel_ids(report_id)):
        raise NotFound()
    return report


def get_own_report(report_id: int, viewer: Member | None) -> Report:
    """The report for those who may call it off, delete it or ask for it again; Forbidden for its readers."""
    report = get_report(report_id, viewer)
    if not can_change(report, viewer):
        raise Forbidden()
    return report


def can_change(report: Report, viewer: Member | None) -> bool:
    """Whether the viewer may call the report off, delete it or ask for it again."""
    return policy.can_build_report(viewer, list_panel_ids(report.id))


def get_template(template_id: int, viewer: Member | None) -> ReportTemplate:
    """The template for those who may build its report; NotFound for everybody else, or once archived."""
    template = db.session.get(ReportTemplate, template_id)
    if template is None or template.archived_at is not None or not can_use(template, viewer):
        raise NotFound()
    return template


def get_schedule(schedule_id: int, viewer: Member | None) -> ReportSchedule:
    """The schedule for those who may build its report; NotFound for everybody else."""
    schedule = db.session.get(ReportSchedule, schedule_id)
    if schedule is None or not can_use(schedule.template, viewer):
        raise NotFound()
    return schedule


def can_use(template: ReportTemplate, viewer: Member | None) -> bool:
    """Whether the viewer may build the template's report."""
    return policy.can_build_report(viewer, template.settings["panel_ids"])
