"""My surveys: what is open for me, what I answered, what was heard, and whether I am asked by mail."""

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import limits, paging, web
from community.notifications.actions.preferring import choose_paces
from community.surveys import earning
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
        choose_paces(web.viewer(), {invitees.INVITATIONS: "at_once"})
        web.say(_("We will also ask you by mail."))
    else:
        choose_paces(web.viewer(), {invitees.INVITATIONS: "never"})
        web.say(_("We will ask you in your inbox here, and no longer by mail."))
    return web.see_other("surveys.index", _anchor="mail")
