"""What follows from what happened and is owed still."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.activity import actions as activity
from community.activity import queries as activity_queries
from community.admin.staff.access import blueprint, only_whole_site
from community.infra import web


@blueprint.get("/owed")
def owed() -> Response:
    """What is owed, and what failed at every try."""
    only_whole_site()
    return web.page(
        "admin/staff/owed.html",
        owed_count=activity_queries.count_owed(),
        set_aside=activity_queries.list_set_aside(),
    )


@blueprint.post("/owed/<int:owed_id>/retry")
def retry(owed_id: int) -> BaseResponse:
    """Owe again what was set aside."""
    only_whole_site()
    activity.try_again(owed_id, by=web.viewer())
    web.say(_("It will be tried again."))
    return web.see_other("admin_staff.owed")
