"""Opening panels and setting them up."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra.errors import Forbidden, Refusal
from community.infra.forms import answer
from community.infra.unsent import keeps_text
from community.infra.web import page, say, see_other, viewer
from community.panels import actions, policy, queries
from community.panels.forms import panel_form
from community.panels.staff.access import blueprint, panel_to_run


@blueprint.get("")
def index() -> Response:
    """The panels this member of staff works on."""
    return page(
        "panels/staff/index.html",
        panels=queries.list_staffed_panels(viewer()),
        can_create=policy.can_create_panel(viewer()),
    )


@blueprint.route("/new", methods=["GET", "POST"])
@keeps_text
def new() -> BaseResponse:
    """Open a panel."""
    if not policy.can_create_panel(viewer()):
        raise Forbidden()
    form = panel_form(None, segments=queries.list_segment_names())
    if form.was_sent():
        try:
            panel = actions.create_panel(viewer(), settings=form.settings())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("The panel is open."))
            return see_other("panels_staff.edit", panel_id=panel.id)
    return answer("panels/staff/edit.html", form, panel=None)


@blueprint.route("/<int:panel_id>/edit", methods=["GET", "POST"])
@keeps_text
def edit(panel_id: int) -> BaseResponse:
    """Change a panel's settings."""
    panel = panel_to_run(panel_id)
    segments = queries.list_segment_names()
    form = panel_form(panel, segments=segments)
    if form.was_sent():
        try:
            actions.edit_panel(
                viewer(),
                panel,
                settings=form.settings(),
                check=lambda locked: form.must_stand(panel_form(locked, segments=segments)),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            say(_("Saved."))
            return see_other("panels_staff.edit", panel_id=panel_id)
    return answer("panels/staff/edit.html", form, panel=panel_to_run(panel_id))


@blueprint.post("/<int:panel_id>/archive")
def archive(panel_id: int) -> BaseResponse:
    """Close a panel."""
    actions.archive_panel(viewer(), panel_to_run(panel_id))
    say(_("The panel is closed. What was said in it can still be read."))
    return see_other("panels_staff.edit", panel_id=panel_id)


@blueprint.post("/<int:panel_id>/reopen")
def reopen(panel_id: int) -> BaseResponse:
    """Open a closed panel again."""
    actions.reopen_panel(viewer(), panel_to_run(panel_id))
    say(_("The panel is open again."))
    return see_other("panels_staff.edit", panel_id=panel_id)
