"""The mail that went out or waits."""

from flask import Response

from community.admin.queries import mails as queries
from community.admin.staff.access import blueprint, only_whole_site
from community.infra import mail as outgoing
from community.infra import paging, web
from community.infra.errors import NotFound


@blueprint.get("/mail")
def mail() -> Response:
    """The mail that went out or waits."""
    only_whole_site()
    return web.page(
        "admin/staff/mail.html",
        page=queries.list_mails(page=paging.page_number(web.argument("page"))),
        is_kept=outgoing.is_kept_in_folder(),
    )


@blueprint.get("/mail/<int:mail_id>")
def read_mail(mail_id: int) -> Response:
    """One mail as its reader gets it, where mail is kept here instead of being sent."""
    only_whole_site()
    if not outgoing.is_kept_in_folder():
        raise NotFound()
    return web.page("admin/staff/read_mail.html", mail=queries.get_mail(mail_id))
