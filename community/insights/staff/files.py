"""Taking a report away as a file: asked for, watched, called off, fetched."""

from flask import Response, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import limits, web
from community.insights.actions import exporting, filing
from community.insights.files import pdf
from community.insights.forms.taking_away import FORMATS, take_away_form
from community.insights.queries import doors
from community.insights.queries import files as queries
from community.insights.staff.access import blueprint

MIMES = {
    "html": "text/html",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
    "jsonl": "application/jsonl",
}


@blueprint.route("/<int:report_id>/files", methods=["GET", "POST"])
@limits.by_member(limits.WRITE)
def ask_file(report_id: int) -> BaseResponse:
    """The files of a report that this person asked for, and asking for another."""
    viewer = web.viewer()
    report = doors.get_report(report_id, viewer)
    form = take_away_form()
    if form.was_sent():
        exporting.ask_for_file(report, viewer, file_format=form.format.data, has_bom=form.has_bom.data)
        web.say(_("Your file is being made."))
        return web.see_other("insights_staff.ask_file", report_id=report_id, _anchor="files")
    files = queries.list_files(viewer, report_id=report_id)
    if web.wants_fragment():
        return web.page("insights/staff/_files.html", files=files)
    return web.page(
        "insights/staff/ask_file.html",
        status=form.status,
        report=report,
        files=files,
        form=form,
        formats=FORMATS,
        can_set_pdf=pdf.is_possible(),
        kept_days=filing.KEPT_FOR.days,
    )


@blueprint.get("/files/<int:file_id>/file")
def file(file_id: int) -> Response:
    """A file that was made; it can be fetched in parts, so that a broken connection costs little."""
    made = queries.get_own_made_file(file_id, web.viewer())
    response = send_file(
        filing.path_of(made),
        mimetype=MIMES[made.format],
        as_attachment=True,
        download_name=made.name,
        conditional=True,
        etag=made.key or "",
    )
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.post("/files/<int:file_id>/cancel")
@limits.by_member(limits.WRITE)
def cancel_file(file_id: int) -> BaseResponse:
    """Call a file off that is not made yet."""
    wanted = queries.get_own_file(file_id, web.viewer())
    filing.cancel_file(wanted)
    if wanted.report_id is None:
        return web.see_other("insights_staff.files")
    return web.see_other("insights_staff.ask_file", report_id=wanted.report_id, _anchor="files")
