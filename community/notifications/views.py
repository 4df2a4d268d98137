"""The inbox."""

from flask import Response, redirect
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as BaseResponse

from community.infra import paging, web
from community.infra.web import MemberBlueprint
from community.notifications import actions, queries

blueprint = MemberBlueprint("notifications", __name__)


@blueprint.get("/inbox")
def inbox() -> Response:
    """What the member was told, the newest first."""
    number = paging.page_number(web.argument("page"))
    page = queries.list_told(web.viewer(), number=number)
    return web.page("notifications/inbox.html", page=page, form=FlaskForm())


@blueprint.get("/inbox/<int:notice_id>")
def open_notice(notice_id: int) -> BaseResponse:
    """Mark a notice as read and go to what it tells of."""
    return redirect(actions.open_notice(web.viewer(), notice_id), code=303)


@blueprint.post("/inbox/read")
def read_all() -> BaseResponse:
    """Mark everything as read."""
    actions.read_all(web.viewer())
    web.say(_("All read."))
    return web.see_other("notifications.inbox")
