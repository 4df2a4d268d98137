"""The inbox, and how much of it comes by mail."""

from typing import Any

from flask import Response, redirect, request
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response as BaseResponse

from community.infra import limits, paging, web
from community.infra.errors import NotFound, Refusal
from community.infra.forms import answer
from community.infra.security import csrf
from community.infra.web import MemberBlueprint
from community.members import actions as members
from community.members.queries import PanelName
from community.notifications import actions, queries, topics
from community.notifications.actions import preferring, stopping
from community.notifications.forms import PaceForm, QuietForm, pace_form, quiet_form
from community.notifications.queries import preferences as chosen_paces

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


@blueprint.get("/me/notifications")
def preferences() -> Response:
    """How soon what comes by mail, in general or from one panel, and whether mail arrives at all."""
    return _preferences()


@blueprint.post("/me/notifications")
@limits.by_member(limits.WRITE)
def choose_paces() -> BaseResponse:
    """Choose how soon each topic comes by mail."""
    panel = _panel()
    form = _pace_form(panel)
    if form.was_sent():
        try:
            preferring.choose_paces(
                web.viewer(), form.paces(), panel_id=panel.id if panel is not None else None
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Saved."))
            return _back(panel)
    return _preferences(paces=form)


@blueprint.post("/me/notifications/quiet")
@limits.by_member(limits.WRITE)
def choose_quiet_hours() -> BaseResponse:
    """Choose the hours in which no notices are sent."""
    form = _quiet_form()
    if form.was_sent():
        try:
            preferring.choose_quiet_hours(web.viewer(), **form.hours())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Saved."))
            return _back(None)
    return _preferences(quiet=form)


@blueprint.post("/me/notifications/address")
@limits.by_member(limits.WRITE)
def try_address() -> BaseResponse:
    """Send a mail to an address that was given up, with a link that starts mail again."""
    members.try_address(web.viewer())
    web.say(_("We have written to you. Open the link in that mail, and mails come again."))
    return _back(None)


@blueprint.get("/me/notifications/address/<token>")
@web.public
def mail_again(token: str) -> Response:
    """Where the link in that mail leads: one button starts mail again. Opening it alone changes nothing."""
    return web.page("notifications/mail_again.html", token=token, is_done=False)


@blueprint.post("/me/notifications/address/<token>")
@web.public
@limits.by_address(limits.WRITE)
def start_mail(token: str) -> Response:
    """Start mail again."""
    members.start_mail(token)
    return web.page("notifications/mail_again.html", token=token, is_done=True)


@blueprint.get("/notices/stop/<token>")
@web.public
def stop_mail(token: str) -> Response:
    """Where the link at the end of a mail leads: buttons end such mails. Opening it changes nothing."""
    return _stop_page(token, stopping.read_token(token))


@blueprint.post("/notices/stop/<token>")
@web.public
@csrf.exempt
def end_mail(token: str) -> Response:
    """End such mails to whom the link belongs to; mail programs do it too, without a session (RFC 8058)."""
    stop, only_here = stopping.read_token(token), bool(request.form.get("only_here"))
    stopping.stop_mail(stop, only_in_panel=only_here)
    return _stop_page(token, stop, is_done=True, only_here=only_here)


@blueprint.get("/surveys/mail/<token>")
@web.public
def leave_survey_mail(token: str) -> Response:
    """The same page for links in older invitations to surveys."""
    return _stop_page(token, stopping.read_former_token(token))


@blueprint.post("/surveys/mail/<token>")
@web.public
@csrf.exempt
def end_survey_mail(token: str) -> Response:
    """End invitations by mail, for links in older ones."""
    stop = stopping.read_former_token(token)
    stopping.stop_mail(stop)
    return _stop_page(token, stop, is_done=True)


def _stop_page(
    token: str, stop: stopping.Stop, *, is_done: bool = False, only_here: bool = False
) -> Response:
    panels = queries.list_own_panels(stop.member)
    panel = next((panel for panel in panels if panel.id == stop.panel_id), None)
    about = [topics.TOPICS[key] for key in stop.topics]
    return web.page(
        "notifications/stop.html",
        topics=about,
        panel=panel if any(topic.is_by_panel for topic in about) else None,
        is_done=is_done,
        only_here=only_here and panel is not None,
        action=request.path,
    )


def _preferences(*, paces: PaceForm | None = None, quiet: QuietForm | None = None) -> Response:
    viewer, panel = web.viewer(), _panel()
    # The one that was not sent shows what stands.
    shown_paces = paces or _pace_form(panel, formdata=None)
    shown_quiet = quiet or _quiet_form(formdata=None)
    return answer(
        "notifications/preferences.html",
        quiet if quiet is not None else shown_paces,
        paces=shown_paces,
        quiet=shown_quiet,
        panel=panel,
        panels=queries.list_own_panels(viewer),
        member=viewer,
    )


def _pace_form(panel: PanelName | None, **options: Any) -> PaceForm:
    viewer = web.viewer()
    return pace_form(
        chosen_paces.chosen_by(viewer),
        is_staff=viewer.is_staff,
        panel_id=panel.id if panel is not None else None,
        **options,
    )


def _quiet_form(**options: Any) -> QuietForm:
    viewer = web.viewer()
    return quiet_form(quiet_from=viewer.quiet_from, quiet_until=viewer.quiet_until, **options)


def _panel() -> PanelName | None:
    """The panel that the address names; NotFound if the member is not in it."""
    slug = web.argument("panel")
    if not slug:
        return None
    for panel in queries.list_own_panels(web.viewer()):
        if panel.slug == slug:
            return panel
    raise NotFound()


def _back(panel: PanelName | None) -> BaseResponse:
    return web.see_other("notifications.preferences", panel=panel.slug if panel is not None else None)
