"""Staff pages about people, their roles, and what the site asks about them."""

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import language, paging, web
from community.infra.errors import Forbidden, Refusal
from community.infra.forms import answer
from community.infra.web import StaffBlueprint, argument, say, see_other, viewer
from community.members import actions, policy, provider, queries
from community.members.actions import Unsure
from community.members.forms import (
    AUDIENCE_LABELS,
    KIND_LABELS,
    ROLE_LABELS,
    STATE_LABELS,
    AttributeForm,
    RoleForm,
    answers_in_words,
    role_form,
)
from community.members.models import Member, ProfileAttribute

blueprint = StaffBlueprint("members_staff", __name__, roles=("admin",))

EMPTY_OPTIONS = 3


@blueprint.before_request
def only_for_the_whole_site() -> None:
    """Keep out who is an administrator of a panel only: here are everybody's addresses."""
    if not policy.can_manage_members(viewer()):
        raise Forbidden()


@blueprint.get("")
def index() -> Response:
    """Everybody, to be searched by name or address."""
    term, role, state = argument("q")[:200], argument("role"), argument("state")
    found = queries.list_members(
        term=term,
        role=role if role in ROLE_LABELS or role == "any" else "",
        state=state if state in STATE_LABELS else "",
        page=paging.page_number(argument("page")),
    )
    return web.page(
        "members/staff/index.html",
        page=found,
        term=term,
        role=role,
        state=state,
        role_labels=ROLE_LABELS,
        state_labels=STATE_LABELS,
    )


@blueprint.get("/<int:member_id>")
def show(member_id: int) -> Response:
    """One member: account, roles, answers meant for staff."""
    return _member_page(queries.get_member(member_id), role_form(_panel_names()))


@blueprint.post("/<int:member_id>/roles")
def grant_role(member_id: int) -> BaseResponse:
    """Give a role."""
    member = queries.get_member(member_id)
    form = role_form(_panel_names())
    if form.was_sent():
        try:
            actions.grant_role(member, role=form.role.data, panel_id=form.panel.data or None, by=viewer())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("The role is given."))
            return see_other("members_staff.show", member_id=member_id)
    return _member_page(member, form)


@blueprint.post("/<int:member_id>/roles/<int:grant_id>/end")
def end_role(member_id: int, grant_id: int) -> BaseResponse:
    """Take a role back."""
    actions.end_role(queries.get_member(member_id), grant_id=grant_id, by=viewer())
    say(_("The role is taken back."))
    return see_other("members_staff.show", member_id=member_id)


@blueprint.post("/<int:member_id>/suspension")
def suspend(member_id: int) -> BaseResponse:
    """Shut a member out."""
    actions.suspend_member(queries.get_member(member_id), by=viewer())
    say(_("The account is suspended and signed out everywhere."))
    return see_other("members_staff.show", member_id=member_id)


@blueprint.post("/<int:member_id>/suspension/end")
def reinstate(member_id: int) -> BaseResponse:
    """Let a member in again."""
    actions.reinstate_member(queries.get_member(member_id), by=viewer())
    say(_("The account is open again."))
    return see_other("members_staff.show", member_id=member_id)


@blueprint.post("/<int:member_id>/second-step/end")
def reset_second_step(member_id: int) -> BaseResponse:
    """Let somebody in by the password alone who lost all they sign in with."""
    actions.reset_second_step(queries.get_member(member_id), by=viewer())
    say(_("Their second step is taken away, and they are signed out everywhere."))
    return see_other("members_staff.show", member_id=member_id)


@blueprint.errorhandler(Unsure)
def show_again(_refusal: Unsure) -> BaseResponse:
    """Ask for the password, then lead back to whom this was about."""
    page = url_for("members_staff.show", member_id=(request.view_args or {})["member_id"])
    return see_other("members.confirm_self", next=page)


@blueprint.get("/attributes", endpoint="attributes")
def list_attributes() -> Response:
    """What the site asks its members about themselves."""
    return web.page(
        "members/staff/attributes.html",
        questions=queries.list_attributes(),
        counts=queries.count_answers(),
        kinds=KIND_LABELS,
        audiences=AUDIENCE_LABELS,
    )


@blueprint.route("/attributes/new", methods=["GET", "POST"])
def new_attribute() -> BaseResponse:
    """Begin to ask something."""
    form = AttributeForm()
    if not form.is_submitted():
        form.position.data = queries.last_position() + 1
    if form.was_sent():
        try:
            actions.create_attribute(**_sent(form), by=viewer())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("The question is saved."))
            return see_other("members_staff.attributes")
    _add_empty_options(form)
    return answer("members/staff/attribute.html", form, attribute=None, is_answered=False)


@blueprint.route("/attributes/<int:attribute_id>", methods=["GET", "POST"])
def attribute(attribute_id: int) -> BaseResponse:
    """Change a question or stop asking it."""
    found = queries.get_attribute(attribute_id)
    form = AttributeForm(data=_as_data(found))
    if form.was_sent():
        try:
            actions.update_attribute(found, **_sent(form), by=viewer())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("The question is saved."))
            return see_other("members_staff.attributes")
    _add_empty_options(form)
    is_answered = queries.is_answered(found)
    return answer("members/staff/attribute.html", form, attribute=found, is_answered=is_answered)


@blueprint.post("/attributes/<int:attribute_id>/delete")
def delete_attribute(attribute_id: int) -> BaseResponse:
    """Remove a question that nobody has answered."""
    actions.delete_attribute(queries.get_attribute(attribute_id), by=viewer())
    say(_("The question is removed."))
    return see_other("members_staff.attributes")


def _panel_names() -> dict[int, str]:
    return {panel.id: panel.name for panel in queries.list_panel_names()}


def _member_page(member: Member, form: RoleForm) -> Response:
    viewer_, issuers = viewer(), queries.list_issuers(member.id)
    return answer(
        "members/staff/show.html",
        form,
        member=member,
        panel_names=_panel_names(),
        role_labels=ROLE_LABELS,
        state_labels=STATE_LABELS,
        answers=answers_in_words(queries.list_answers(member, visible_to=("staff", "members"))),
        can_grant=policy.can_grant_role(viewer_, member),
        can_suspend=policy.can_suspend_member(viewer_, member),
        can_reinstate=policy.can_reinstate_member(viewer_, member),
        can_reset_second_step=policy.can_reset_second_step(viewer_, member, is_connected=bool(issuers)),
        connected_with=", ".join(map(provider.name_of, issuers)),
    )


def _sent(form: AttributeForm) -> dict[str, Any]:
    return {
        "kind": form.kind.data,
        "label": form.texts("label"),
        "why": form.texts("why"),
        "options": form.sent_options(),
        "visible_to": form.visible_to.data,
        "position": form.position.data,
        "is_asked": form.is_asked.data,
    }


def _as_data(attribute: ProfileAttribute) -> dict[str, Any]:
    texts = {f"label_{locale}": text for locale, text in attribute.label.items()}
    texts |= {f"why_{locale}": text for locale, text in attribute.why.items()}
    return {
        **texts,
        "kind": attribute.kind,
        "options": attribute.options,
        "visible_to": attribute.visible_to,
        "position": attribute.position,
        "is_asked": attribute.is_asked,
    }


def _add_empty_options(form: AttributeForm) -> None:
    filled = sum(any(option[locale] for locale in language.NAMES) for option in form.sent_options())
    for _number in range(filled + EMPTY_OPTIONS - len(form.options)):
        form.options.append_entry()
