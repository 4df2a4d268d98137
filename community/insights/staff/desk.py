"""All reports, how far one is, and what can be done with it."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import limits, paging, web
from community.insights import kinds, naming
from community.insights.actions import asking, cancelling
from community.insights.queries import doors
from community.insights.queries import reports as queries
from community.insights.scope import Scope
from community.insights.staff.access import blueprint, can_build


@blueprint.get("")
def index() -> Response:
    """The reports this viewer may read."""
    kind = web.argument("kind") if web.argument("kind") in kinds.KINDS else ""
    page = queries.list_reports(web.viewer(), kind=kind, number=paging.page_number(web.argument("page")))
    return web.page(
        "insights/staff/_reports.html" if web.wants_fragment() else "insights/staff/index.html",
        page=page,
        kind=kind,
        kinds=kinds.KINDS,
        naming=naming,
        can_build=can_build(),
    )


@blueprint.get("/<int:report_id>/progress")
def progress(report_id: int) -> BaseResponse:
    """How far a report is; once it is done, the report."""
    report = doors.get_report(report_id, web.viewer())
    if report.state == "done" and not web.wants_fragment():
        return web.see_other("insights_staff.report", report_id=report.id)
    return web.page(
        "insights/staff/_progress.html" if web.wants_fragment() else "insights/staff/progress.html",
        report=report,
        naming=naming,
        can_change=doors.can_change(report, web.viewer()),
    )


@blueprint.post("/<int:report_id>/cancel")
@limits.by_member(limits.WRITE)
def cancel(report_id: int) -> BaseResponse:
    """Call a report off."""
    cancelling.cancel_report(doors.get_own_report(report_id, web.viewer()), web.viewer())
    return web.see_other("insights_staff.progress", report_id=report_id)


@blueprint.post("/<int:report_id>/again")
@limits.by_member(limits.WRITE)
def again(report_id: int) -> BaseResponse:
    """Ask for the same report anew, of the data as it is now."""
    report = doors.get_own_report(report_id, web.viewer())
    new = asking.ask_for_report(
        web.viewer(),
        kind=report.kind,
        scope=Scope.from_settings(report.settings),
        locale=report.locale,
        title=report.title,
        template_id=report.template_id,
    )
    return web.see_other("insights_staff.progress", report_id=new.id)


@blueprint.post("/<int:report_id>/delete")
@limits.by_member(limits.WRITE)
def delete(report_id: int) -> BaseResponse:
    """Delete a report with its files."""
    cancelling.delete_report(doors.get_own_report(report_id, web.viewer()), web.viewer())
    web.say(_("The report is deleted."))
    return web.see_other("insights_staff.index")
