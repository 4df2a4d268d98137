"""Staff pages that keep the site in order: its mail, and the work it owes."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.activity import actions as activity
from community.activity import queries as activity_queries
from community.admin import queries
from community.infra import mail as outgoing
from community.infra import paging, web
from community.infra.errors import NotFound
from community.infra.web import StaffBlueprint

blueprint = StaffBlueprint("admin_staff", __name__, roles=("admin",))


@blueprint.get("/mail")
def mail() -> Response:
    """The mail that went out or waits."""
    _only_whole_site()
    return web.page(
        "admin/staff/mail.html",
        page=queries.list_mails(page=paging.page_number(web.argument("page"))),
        is_kept=outgoing.is_kept_in_folder(),
    )


@blueprint.get("/mail/<int:mail_id>")
def read_mail(mail_id: int) -> Response:
    """One mail as its reader gets it, where mail is kept here instead of being sent."""
    _only_whole_site()
    if not outgoing.is_kept_in_folder():
        raise NotFound()
    return web.page("admin/staff/read_mail.html", mail=queries.get_mail(mail_id))


@blueprint.get("/owed")
def owed() -> Response:
    """What is owed, and what failed at every try."""
    _only_whole_site()
    return web.page(
        "admin/staff/owed.html",
        owed_count=activity_queries.count_owed(),
        set_aside=activity_queries.list_set_aside(),
    )


@blueprint.post("/owed/<int:owed_id>/retry")
def retry(owed_id: int) -> BaseResponse:
    """Owe again what was set aside."""
    _only_whole_site()
    activity.try_again(owed_id)
    web.say(_("It will be tried again."))
    return web.see_other("admin_staff.owed")


def _only_whole_site() -> None:
    # An administrator of one panel does not run the site, and the mail is everybody's.
    if not web.viewer().holds_role("admin"):
        raise NotFound()
