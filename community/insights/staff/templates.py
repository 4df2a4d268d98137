"""Templates of reports and when they are run."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import limits, web
from community.infra.errors import Invalid
from community.infra.forms import answer
from community.insights import kinds, periods
from community.insights.actions import schedules as scheduling
from community.insights.actions import templates as acting
from community.insights.forms.building import schedule_form
from community.insights.queries import doors
from community.insights.queries import schedules as schedule_queries
from community.insights.queries import templates as queries
from community.insights.staff.access import blueprint, can_build


@blueprint.get("/templates")
def templates() -> Response:
    """The templates whose reports this viewer may build."""
    found = queries.list_templates(web.viewer())
    return web.page(
        "insights/staff/templates.html",
        templates=found,
        scheduled={each.template_id: each for each in schedule_queries.list_schedules(web.viewer())},
        kinds=kinds.KINDS,
        periods=periods,
        can_build=can_build(),
    )


@blueprint.post("/templates/<int:template_id>/run")
@limits.by_member(limits.WRITE)
def run_template(template_id: int) -> BaseResponse:
    """Ask for a template's report over its period as it is today."""
    report = acting.run_template(doors.get_template(template_id, web.viewer()), web.viewer())
    return web.see_other("insights_staff.progress", report_id=report.id)


@blueprint.post("/templates/<int:template_id>/archive")
@limits.by_member(limits.WRITE)
def archive_template(template_id: int) -> BaseResponse:
    """Put a template away."""
    acting.archive_template(doors.get_template(template_id, web.viewer()), web.viewer())
    web.say(_("The template is put away. Its reports stay."))
    return web.see_other("insights_staff.templates")


@blueprint.get("/schedules")
def schedules() -> Response:
    """What runs by the clock."""
    found = schedule_queries.list_schedules(web.viewer())
    return web.page(
        "insights/staff/schedules.html",
        schedules=found,
        recipients=schedule_queries.list_recipients([each.id for each in found]),
        periods=periods,
        can_build=can_build(),
    )


@blueprint.route("/templates/<int:template_id>/schedule", methods=["GET", "POST"])
@limits.by_member(limits.WRITE)
def save_schedule(template_id: int) -> BaseResponse:
    """Say when a template is run, and who is told."""
    template = doors.get_template(template_id, web.viewer())
    standing = schedule_queries.find_schedule_of(template)
    told = schedule_queries.list_recipients([standing.id])[standing.id] if standing is not None else []
    readers = schedule_queries.list_readers(template)
    form = schedule_form(
        [(each.id, each.display_name) for each in readers],
        rhythm=standing.rhythm if standing is not None else "weekly",
        recipient_ids=[each.id for each in told] or [web.viewer().id],
    )
    if form.was_sent():
        try:
            scheduling.save_schedule(
                web.viewer(),
                template=template,
                rhythm=form.rhythm.data,
                recipient_ids=form.recipient_ids.data,
            )
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            web.say(_("It runs from now on."))
            return web.see_other("insights_staff.schedules")
    template = doors.get_template(template_id, web.viewer())
    return answer(
        "insights/staff/schedule.html", form, scheduled=template, kinds=kinds.KINDS, periods=periods
    )


@blueprint.post("/schedules/<int:schedule_id>/pause")
@limits.by_member(limits.WRITE)
def pause_schedule(schedule_id: int) -> BaseResponse:
    """Stop running a template for now."""
    scheduling.pause_schedule(doors.get_schedule(schedule_id, web.viewer()), web.viewer())
    return web.see_other("insights_staff.schedules")
