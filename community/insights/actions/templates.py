"""Templates: a report's kind and choices kept under a name, with a period that moves along."""

from dataclasses import replace

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import Invalid
from community.insights import periods
from community.insights.actions import asking
from community.insights.models import PERIODS, Report, ReportSchedule, ReportTemplate
from community.insights.queries import schedules
from community.insights.queries import templates as queries
from community.insights.scope import Scope
from community.members.models import Member

NAME_MOST = 120


def save_template(
    by: Member, *, name: str, kind: str, scope: Scope, period: str, locale: str
) -> ReportTemplate:
    """Keep these choices under a name; the days of the scope count only if the period is "fixed"."""
    if not name:
        raise Invalid(_l("Please fill this in."), field="name")
    if period not in PERIODS:
        raise Invalid(_l("Please choose one of the options."), field="period")
    with unit_of_work() as session:
        template = ReportTemplate(
            name=name[:NAME_MOST],
            kind=kind,
            settings=asking.check_scope(by, kind=kind, scope=scope).to_settings(),
            period=period,
            locale=locale,
            made_by_id=by.id,
        )
        session.add(template)
        record(
            "report_template.saved",
            subject=template,
            actor=by,
            panel_id=queries.only_panel_id(template),
            name=template.name,
        )
    return template


def archive_template(template: ReportTemplate, by: Member) -> None:
    """Put a template away; what runs it by the clock ends with it."""
    with unit_of_work():
        template = lock(ReportTemplate, template.id)
        if template.archived_at is not None:
            return
        template.archived_at = clock.now()
        schedule = schedules.find_schedule_of(template)
        if schedule is not None:
            lock(ReportSchedule, schedule.id).next_at = None
        record(
            "report_template.archived",
            subject=template,
            actor=by,
            panel_id=queries.only_panel_id(template),
            name=template.name,
        )


def run_template(template: ReportTemplate, by: Member) -> Report:
    """Ask for the template's report over the period as it is today."""
    return asking.ask_for_report(
        by,
        kind=template.kind,
        scope=scope_of(template),
        locale=template.locale,
        name=template.name,
        template_id=template.id,
    )


def scope_of(template: ReportTemplate) -> Scope:
    """What the template is about today."""
    scope = Scope.from_settings(template.settings)
    if template.period == "fixed":
        return scope
    from_on, until_on = periods.days_of(template.period, clock.today())
    return replace(scope, from_on=from_on, until_on=until_on)
