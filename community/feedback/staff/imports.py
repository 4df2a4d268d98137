"""Bringing in files of texts: upload, choose the columns, follow how far it is, fetch what was refused."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.feedback import actions, refusals
from community.feedback.forms import columns_form, import_form
from community.feedback.queries import imports as queries
from community.feedback.queries import list_staffed_panels
from community.feedback.staff.access import feedback as blueprint
from community.infra import language, paging
from community.infra.errors import Invalid, Refusal
from community.infra.forms import answer
from community.infra.spreadsheet import csv_lines
from community.infra.web import argument, page, say, see_other, viewer, wants_fragment
from community.panels.queries import get_panel_by_id

SHOWN_REFUSED = 10


@blueprint.get("/imports")
def imports() -> Response:
    """What was brought in before."""
    found = queries.list_imports(
        viewer(), locale=language.current_locale(), number=paging.page_number(argument("page"))
    )
    return page("feedback/staff/imports.html", page=found)


@blueprint.route("/imports/new", methods=["GET", "POST"])
def new_import() -> BaseResponse:
    """Upload a file."""
    form = import_form(panels=list_staffed_panels(viewer(), locale=language.current_locale()))
    if form.was_sent():
        try:
            if not form.file.data:
                raise Invalid(_("Please choose a file."), field="file")
            upload = actions.upload_import(
                viewer(),
                get_panel_by_id(form.panel_id.data, viewer()).panel,
                name=form.name.data,
                file_name=form.file.data.filename,
                source=form.file.data.stream,
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return see_other("feedback_staff.choose_columns", import_id=upload.id)
    return answer("feedback/staff/new_import.html", form)


@blueprint.route("/imports/<int:import_id>/columns", methods=["GET", "POST"])
def choose_columns(import_id: int) -> BaseResponse:
    """Look at the first rows and say what the columns are."""
    upload = queries.get_import(import_id, viewer())
    if upload.state != "mapping":
        return see_other("feedback_staff.show_import", import_id=import_id)
    form = columns_form(upload.header, guessed=upload.columns)
    if form.was_sent():
        try:
            actions.start_import(upload, uses=form.uses(), by=viewer())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return see_other("feedback_staff.show_import", import_id=import_id)
    upload = queries.get_import(import_id, viewer())
    return answer("feedback/staff/choose_columns.html", form, upload=upload, rows=actions.first_rows(upload))


@blueprint.get("/imports/<int:import_id>")
def show_import(import_id: int) -> BaseResponse:
    """How far an import is, and in the end what became of its rows."""
    upload = queries.get_import(import_id, viewer())
    if upload.state == "mapping":
        return see_other("feedback_staff.choose_columns", import_id=import_id)
    if wants_fragment():
        return page("feedback/staff/_import_progress.html", upload=upload)
    return page(
        "feedback/staff/show_import.html",
        upload=upload,
        refused=queries.list_first_refused(import_id, most=SHOWN_REFUSED),
        why=refusals.sentence,
        why_stopped=refusals.why_stopped,
    )


@blueprint.get("/imports/<int:import_id>/refused.csv")
def refused_rows(import_id: int) -> Response:
    """The refused rows as a file like the one that was uploaded, with the reasons."""
    upload = queries.get_import(import_id, viewer())
    lines = csv_lines(refusals.as_table(upload.header, queries.each_refused(import_id)))
    # Not streamed: a slow reader would hold a connection to the database all the while.
    response = Response("".join(lines), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"refused-{import_id}.csv")
    return response


@blueprint.post("/imports/<int:import_id>/forget")
def forget_import(import_id: int) -> BaseResponse:
    """Drop a file that was uploaded."""
    actions.forget_import(queries.get_import(import_id, viewer()), by=viewer())
    say(_("The file is gone. Nothing was taken in."))
    return see_other("feedback_staff.imports")
