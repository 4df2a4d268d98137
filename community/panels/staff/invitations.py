"""Inviting people to a panel, one by one or from a list."""

from typing import NamedTuple

from flask import Response
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from community.infra import paging
from community.infra.errors import Refusal
from community.infra.forms import Form
from community.infra.web import argument, page, say, see_other, viewer
from community.members import addresses
from community.panels import actions, address_list, queries
from community.panels.address_list import AddressList, Row
from community.panels.forms import AddressListForm, ConfirmListForm, InvitationForm
from community.panels.models import Panel
from community.panels.staff.access import blueprint, panel_to_run


class Preview(NamedTuple):
    """A list of addresses before anybody is invited: who is new, who is known, what cannot be used."""

    new: list[Row]
    invited: list[Row]
    inside: list[Row]
    refused: list[address_list.RefusedRow]


@blueprint.get("/<int:panel_id>/invitations")
def invitations(panel_id: int) -> Response:
    """The panel's invitations, and the forms for more."""
    return _page(panel_to_run(panel_id))


@blueprint.post("/<int:panel_id>/invitations")
def invite(panel_id: int) -> BaseResponse:
    """Invite one address."""
    panel, form = panel_to_run(panel_id), InvitationForm()
    if form.was_sent():
        try:
            email = addresses.clean_email(form.email.data)
            report = actions.invite(viewer(), panel, guests=[actions.Guest(email, form.locale.data)])
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            _say(report)
            return see_other("panels_staff.invitations", panel_id=panel_id)
    return _page(panel_to_run(panel_id), form=form)


@blueprint.post("/<int:panel_id>/invitations/check")
def check_list(panel_id: int) -> Response:
    """Look a CSV file through before anybody is invited."""
    panel, form = panel_to_run(panel_id), AddressListForm()
    if form.was_sent():
        try:
            if not form.file.data:
                raise address_list.missing()
            data = form.file.data.read(address_list.FILE_CAP + 1)
            listed = address_list.read(address_list.decode(data), locale=form.file_locale.data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _preview(panel, listed, ConfirmListForm(formdata=None))
    return _page(panel, list_form=form)


@blueprint.post("/<int:panel_id>/invitations/send")
def send_list(panel_id: int) -> BaseResponse:
    """Invite the addresses of a list that was looked through."""
    panel, form = panel_to_run(panel_id), ConfirmListForm()
    listed = address_list.read(form.rows.data or "", locale="en")
    if form.was_sent():
        try:
            report = actions.invite(
                viewer(), panel, guests=[actions.Guest(row.email, row.locale) for row in listed.rows]
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            _say(report)
            return see_other("panels_staff.invitations", panel_id=panel_id)
    return _preview(panel_to_run(panel_id), listed, form)


@blueprint.post("/<int:panel_id>/invitations/<int:invitation_id>/resend")
def resend(panel_id: int, invitation_id: int) -> BaseResponse:
    """Send a fresh link."""
    panel = panel_to_run(panel_id)
    actions.resend_invitation(viewer(), queries.get_invitation(panel, invitation_id))
    say(_("The invitation is on its way again. The former link no longer works."))
    return see_other("panels_staff.invitations", panel_id=panel_id)


@blueprint.post("/<int:panel_id>/invitations/<int:invitation_id>/withdraw")
def withdraw(panel_id: int, invitation_id: int) -> BaseResponse:
    """Take an invitation back."""
    panel = panel_to_run(panel_id)
    actions.withdraw_invitation(viewer(), queries.get_invitation(panel, invitation_id))
    say(_("The invitation is taken back. Its link no longer works."))
    return see_other("panels_staff.invitations", panel_id=panel_id)


def _page(
    panel: Panel, *, form: InvitationForm | None = None, list_form: AddressListForm | None = None
) -> Response:
    forms: list[Form] = [each for each in (form, list_form) if each is not None]
    return page(
        "panels/staff/invitations.html",
        status=max((each.status for each in forms), default=200),
        panel=panel,
        form=form or InvitationForm(formdata=None),
        list_form=list_form or AddressListForm(formdata=None),
        page=queries.list_invitations(panel, page=paging.page_number(argument("page"))),
    )


def _preview(panel: Panel, listed: AddressList, form: ConfirmListForm) -> Response:
    known = queries.get_known_addresses(panel, [addresses.fold(row.email) for row in listed.rows])
    sorted_out = Preview([], [], [], listed.refused)
    for row in listed.rows:
        folded = addresses.fold(row.email)
        if folded in known.inside:
            sorted_out.inside.append(row)
        elif folded in known.invited:
            sorted_out.invited.append(row)
        else:
            sorted_out.new.append(row)
    return page(
        "panels/staff/check_list.html",
        status=form.status,
        panel=panel,
        form=form,
        preview=sorted_out,
        rows=address_list.write(sorted_out.new),
    )


def _say(report: actions.Report) -> None:
    known = len(report.waiting) + len(report.inside)
    said = ngettext(
        "%(num)d invitation is on its way.", "%(num)d invitations are on their way.", len(report.sent)
    )
    if known:
        said += " " + ngettext(
            "%(num)d address was invited before or is in the panel already.",
            "%(num)d addresses were invited before or are in the panel already.",
            known,
        )
    say(said)
