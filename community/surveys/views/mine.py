"""My surveys: what is open for me, what I answered, what was heard, and whether I am asked by mail."""

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import limits, paging, web
from community.infra.security import csrf
from community.surveys import earning
from community.surveys.actions import mails
from community.surveys.queries import invitees, mine
from community.surveys.views import blueprint


@blueprint.get("/surveys")
def index() -> Response:
    """What asks me now, what I answered, and what became of it."""
    viewer = web.viewer()
    number = paging.page_number(web.argument("page"))
    return web.page(
        "surveys/index.html",
        open_surveys=mine.list_open(viewer),
        answered=mine.list_answered(viewer, number=number),
        gives_points=earning.gives_points(viewer),
        wants_mail=not invitees.refuses_mail(viewer),
    )


@blueprint.post("/surveys/mail")
@limits.by_member(limits.WRITE)
def choose_mail() -> BaseResponse:
    """Be asked by mail, or in the inbox only."""
    if request.form.get("wants_mail"):
        mails.start_mail(web.viewer())
        web.say(_("We will also ask you by mail."))
    else:
        mails.stop_mail(web.viewer())
        web.say(_("We will ask you in your inbox here, and no longer by mail."))
    return web.see_other("surveys.index", _anchor="mail")


@blueprint.get("/surveys/mail/<token>")
@web.public
def leave_mail(token: str) -> Response:
    """Where the link in a mail leads: one button ends such mails. Opening it alone changes nothing."""
    member = mails.member_of(token)
    return web.page("surveys/leave_mail.html", token=token, is_done=invitees.refuses_mail(member))


@blueprint.post("/surveys/mail/<token>")
@web.public
@csrf.exempt
def end_mail(token: str) -> Response:
    """End mails to whoever the link belongs to; mail programs do it too, without a session (RFC 8058)."""
    mails.stop_mail(mails.member_of(token))
    return web.page("surveys/leave_mail.html", token=token, is_done=True)
