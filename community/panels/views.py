"""Panels as members meet them: the list, the door, and the way out."""

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import language, limits, web
from community.infra.errors import Refusal, TooMany
from community.infra.forms import Form, answer
from community.infra.unsent import keeps_text
from community.infra.web import MemberBlueprint, back_to, page, public, say, see_other, viewer
from community.members import actions as members
from community.members import sign_in
from community.members.models import Member
from community.panels import actions, queries
from community.panels.forms import NewcomerForm, door_form
from community.panels.models import Invitation

blueprint = MemberBlueprint("panels", __name__)


@blueprint.get("")
@public
def index() -> Response:
    """The panels one may know of, one's own first."""
    return page("panels/index.html", panels=queries.list_panels(viewer()))


@blueprint.route("/<slug>/join", methods=["GET", "POST"])
@public
@keeps_text
@limits.by_member(limits.WRITE)
def join(slug: str) -> BaseResponse:
    """What the panel is for, and what is asked at its door."""
    room = queries.get_panel(slug, viewer())
    if viewer() is None and request.method == "POST":
        return web.to_sign_in()
    return _at_the_door(room)


@blueprint.post("/<slug>/membership")
@keeps_text
@limits.by_member(limits.WRITE)
def enter(slug: str) -> BaseResponse:
    """Join as the panel admits people."""
    return _at_the_door(queries.get_panel(slug, viewer()))


@blueprint.post("/<slug>/membership/end")
@limits.by_member(limits.WRITE)
def leave(slug: str) -> BaseResponse:
    """Leave, or take back the wish to join; what was said stays."""
    room = queries.get_panel(slug, viewer())
    actions.leave_panel(viewer(), room.panel)
    if room.is_member:
        say(_("You have left “%(panel)s”. What you said there stays.", panel=_name(room)))
    else:
        say(_("Your request is taken back."))
    return see_other("panels.index")


@blueprint.route("/invitations/<token>", methods=["GET", "POST"])
@public
@limits.by_address(limits.WRITE)
def invitation(token: str) -> BaseResponse:
    """An invitation, opened by its link: accepted by its addressee, who may open an account with it."""
    found = queries.get_invitation_by_token(token)
    member = viewer()
    if not actions.is_open(found):
        return _invitation_page(found, Form(), state="over")
    if member is None:
        return _newcomer(found, token)
    if not actions.is_addressed_to(member, found):
        return _invitation_page(found, Form(), state="for_another")
    questions = queries.list_questions(found.panel)
    form = door_form(questions, has_note=False)
    if form.was_sent():
        try:
            outcome = actions.accept_invitation(member, token, answers=form.answers(questions))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _to_panel(queries.get_invitation_by_token(token), outcome)
    return _invitation_page(found, form, state="mine", questions=questions)


def _at_the_door(room: queries.PanelView) -> BaseResponse:
    member = viewer()
    door = queries.get_door(room, member)
    form = door_form(door.questions, has_note=door.way == "request", next=web.argument("next"))
    status = None
    if member is not None and form.was_sent():
        try:
            outcome = actions.join_panel(
                member,
                room.panel,
                answers=form.answers(door.questions),
                note=form.note.data if "note" in form else "",
            )
        except Refusal as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            if outcome != "in":
                return see_other("panels.join", slug=room.panel.slug)
            say(_("You are in “%(panel)s” now.", panel=_name(room)))
            return back_to(form.next.data, "ideas.board", slug=room.panel.slug)
    return page(
        "panels/join.html", status=status or form.status, form=form, door=door, panel=room.panel, room=room
    )


def _newcomer(found: Invitation, token: str) -> BaseResponse:
    form = NewcomerForm()
    if form.was_sent():
        try:
            member = actions.join_by_invitation(
                token,
                display_name=form.display_name.data,
                password=form.password.data,
                locale=language.current_locale(),
            )
        except TooMany:
            raise
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            member.session_token = members.begin_session(member, **sign_in.browser())
            sign_in.enter(member)
            return _accept_unless_asked(member, token)
    return _invitation_page(found, form, state="newcomer")


def _accept_unless_asked(member: Member, token: str) -> BaseResponse:
    found = queries.get_invitation_by_token(token)
    if queries.has_door(found.panel):
        return see_other("panels.invitation", token=token)
    return _to_panel(found, actions.accept_invitation(member, token))


def _to_panel(found: Invitation, outcome: str) -> BaseResponse:
    panel = found.panel
    if outcome != "in":
        say(_("Thank you. Your answers do not fit what this panel is looking for."))
        return see_other("panels.index")
    say(_("You are in “%(panel)s” now.", panel=panel.name_in(language.current_locale())))
    return see_other("ideas.board", slug=panel.slug)


def _invitation_page(found: Invitation, form: Form, *, state: str, **values: Any) -> Response:
    response = answer(
        "panels/invitation.html",
        form,
        state=state,
        panel=found.panel,
        email=found.email,
        here=url_for("panels.invitation", token=(request.view_args or {})["token"]),
        **values,
    )
    # The address of this page is a key.
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _name(room: queries.PanelView) -> str:
    return room.panel.name_in(language.current_locale())
