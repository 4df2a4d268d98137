"""Files of a survey's responses to take away, and the book of their codes."""

from flask import Response, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import language, web
from community.infra.spreadsheet import csv_lines
from community.surveys import exports as layouts
from community.surveys import states
from community.surveys.actions import exporting
from community.surveys.forms.exporting import FORMATS, export_form
from community.surveys.queries import doors
from community.surveys.queries import exporting as queries
from community.surveys.staff.access import blueprint


@blueprint.route("/<int:survey_id>/exports", methods=["GET", "POST"])
def exports(survey_id: int) -> BaseResponse:
    """The files that were asked for, and asking for another."""
    viewer = web.viewer()
    survey = doors.get_built(survey_id, viewer)
    form = export_form()
    if form.was_sent():
        exporting.ask_for_file(survey, viewer, file_format=form.format.data, locale=language.current_locale())
        web.say(_("Your file is being made."))
        return web.see_other("surveys_staff.exports", survey_id=survey_id)
    lines = queries.list_exports(survey)
    if web.wants_fragment():
        return web.page("surveys/staff/_export_progress.html", lines=lines)
    return web.page(
        "surveys/staff/exports.html",
        status=form.status,
        survey=survey,
        lines=lines,
        form=form,
        formats=FORMATS,
        is_building=states.is_building(survey.state),
        kept_days=exporting.KEPT_FOR.days,
    )


@blueprint.get("/exports/<int:export_id>/file")
def export_file(export_id: int) -> Response:
    """A file that was made."""
    export = queries.get_export(export_id, web.viewer())
    name = f"survey-{export.survey_id}-{export.id}.{export.format}"
    response = send_file(exporting.path_of(export), as_attachment=True, download_name=name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/<int:survey_id>/codebook.csv")
def codebook(survey_id: int) -> Response:
    """What the columns of the file hold, and what their codes mean."""
    survey = doors.get_built(survey_id, web.viewer())
    layout = queries.get_layout(survey, locale=language.current_locale())
    response = Response("".join(csv_lines(layouts.codebook(layout))), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"survey-{survey_id}-codebook.csv")
    return response
