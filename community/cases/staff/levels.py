"""Service levels, and when the company works."""

from datetime import time

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.cases import clocks
from community.cases.actions import settings as actions
from community.cases.forms.settings import WEEKDAYS, HoursForm, level_form
from community.cases.models import ServiceLevel, WorkingHours
from community.cases.queries import owners, settings
from community.cases.queries import rules as queries
from community.cases.staff.access import blueprint
from community.cases.staff.setting_up import only_administrators
from community.feedback import wording
from community.infra.forms import answer
from community.infra.web import page, say, see_other, viewer
from community.panels import queries as panels


@blueprint.get("/levels")
def levels() -> Response:
    """How soon what is answered, in the order in which it is asked, and when the company works."""
    only_administrators()
    return page(
        "cases/staff/levels.html",
        levels=queries.list_levels(),
        segments=dict(panels.list_segment_names()),
        tiers=settings.get_tier_names(),
        people=dict(settings.list_people()),
        kinds=wording.KINDS,
        urgencies=wording.URGENCY,
        hours=owners.get_working_hours(),
        weekdays=WEEKDAYS,
        times=_times(owners.get_working_hours()),
        default_hours=(clocks.ANSWER_HOURS, clocks.RESOLVE_HOURS),
    )


@blueprint.route("/levels/new", methods=["GET", "POST"])
def new_level() -> BaseResponse:
    """Add a service level."""
    only_administrators()
    return _level(None)


@blueprint.route("/levels/<int:level_id>", methods=["GET", "POST"])
def edit_level(level_id: int) -> BaseResponse:
    """Change a service level."""
    only_administrators()
    return _level(queries.get_level(level_id))


@blueprint.post("/levels/<int:level_id>/earlier")
def move_level_up(level_id: int) -> BaseResponse:
    """Ask a service level earlier."""
    only_administrators()
    actions.move(queries.get_level(level_id), by=viewer(), steps=-1)
    return see_other("cases_staff.levels", _anchor=f"level-{level_id}")


@blueprint.post("/levels/<int:level_id>/later")
def move_level_down(level_id: int) -> BaseResponse:
    """Ask a service level later."""
    only_administrators()
    actions.move(queries.get_level(level_id), by=viewer(), steps=1)
    return see_other("cases_staff.levels", _anchor=f"level-{level_id}")


@blueprint.post("/levels/<int:level_id>/switch")
def switch_level(level_id: int) -> BaseResponse:
    """Switch a service level on or off."""
    only_administrators()
    actions.switch(queries.get_level(level_id), by=viewer(), on=request.form.get("on") == "1")
    return see_other("cases_staff.levels", _anchor=f"level-{level_id}")


@blueprint.post("/levels/<int:level_id>/delete")
def delete_level(level_id: int) -> BaseResponse:
    """Take a service level away."""
    only_administrators()
    actions.delete(queries.get_level(level_id), by=viewer())
    say(_("The service level is gone. Open cases keep their due times."))
    return see_other("cases_staff.levels")


@blueprint.route("/levels/hours", methods=["GET", "POST"])
def edit_hours() -> BaseResponse:
    """Say when the company works."""
    only_administrators()
    hours = owners.get_working_hours()
    begins, ends = _times(hours)
    form = HoursForm(
        data={
            "time_zone": hours.time_zone,
            "weekdays": hours.weekdays,
            "from_time": begins,
            "until_time": ends,
            "holidays": "\n".join(hours.holidays),
        }
    )
    if form.was_sent():
        actions.set_working_hours(form.values(), by=viewer())
        say(_("Saved."))
        return see_other("cases_staff.levels")
    return answer("cases/staff/edit_hours.html", form)


def _level(level: ServiceLevel | None) -> BaseResponse:
    form = level_form(level).offer(
        segments=panels.list_segment_names(),
        tiers=list(settings.get_tier_names().items()),
        people=settings.list_people(),
    )
    if form.was_sent():
        actions.save_level(level, by=viewer(), values=form.values())
        say(_("Saved."))
        return see_other("cases_staff.levels")
    return answer("cases/staff/edit_level.html", form, level=level)


def _times(hours: WorkingHours) -> tuple[time, time]:
    return time(*divmod(hours.from_minute, 60)), time(*divmod(hours.until_minute, 60))
