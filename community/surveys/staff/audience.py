"""Whom a survey asks, how many that are, and the places of its quotas."""

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import web
from community.infra.errors import Conflict, Invalid
from community.infra.forms import Form, answer
from community.panels import drafts
from community.panels import queries as panels
from community.panels.criteria import Rule, Vocabulary
from community.panels.forms import CellForm
from community.surveys import states
from community.surveys.actions import audience as actions
from community.surveys.forms.audience import AudienceForm, audience_form
from community.surveys.models import Survey, SurveyCell
from community.surveys.queries import cells, doors, reach
from community.surveys.queries.surveys import list_panels_of
from community.surveys.staff.access import blueprint


@blueprint.route("/<int:survey_id>/audience", methods=["GET", "POST"])
def audience(survey_id: int) -> BaseResponse:
    """Whom it asks, with how many of them may be told today and how far it has come."""
    survey = doors.get_built(survey_id, web.viewer())
    form = audience_form(survey, segments=reach.list_segment_choices(survey, web.viewer()))
    if form.was_sent():
        try:
            actions.set_audience(
                survey,
                by=web.viewer(),
                segment_id=form.segment_id.data or None,
                sampling=form.sampling.data,
                sample_size=form.sample_size.data,
            )
        except (Invalid, Conflict) as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Saved."))
            return web.see_other("surveys_staff.audience", survey_id=survey_id)
    return _audience_page(survey, form)


@blueprint.route("/<int:survey_id>/audience/cells/new", methods=["GET", "POST"])
def new_cell(survey_id: int) -> BaseResponse:
    """Hold places for one more kind of member."""
    return _cell_page(doors.get_built(survey_id, web.viewer()), None)


@blueprint.route("/<int:survey_id>/audience/cells/<int:cell_id>", methods=["GET", "POST"])
def cell(survey_id: int, cell_id: int) -> BaseResponse:
    """Change for whom places are held, or how many."""
    survey = doors.get_built(survey_id, web.viewer())
    return _cell_page(survey, cells.get_cell(survey, cell_id))


@blueprint.post("/<int:survey_id>/audience/cells/<int:cell_id>/delete")
def delete_cell(survey_id: int, cell_id: int) -> BaseResponse:
    """Hold these places no longer."""
    survey = doors.get_built(survey_id, web.viewer())
    actions.remove_cell(survey, cells.get_cell(survey, cell_id), by=web.viewer())
    web.say(_("The cell is gone."))
    return web.see_other("surveys_staff.audience", survey_id=survey_id, _anchor="cells")


@blueprint.post("/<int:survey_id>/audience/cells/count")
def count_cell(survey_id: int) -> Response:
    """How many of the audience the rule in the form means, as a fragment."""
    survey = doors.get_built(survey_id, web.viewer())
    vocabulary = panels.get_vocabulary_for(web.viewer())
    edited = drafts.edit(request.form, vocabulary, saved=None)
    return web.page("panels/staff/_count.html", counted=_counted(survey, edited.rule, vocabulary))


def _audience_page(survey: Survey, form: AudienceForm) -> Response:
    vocabulary = panels.get_vocabulary()
    rows = reach.count_cells(survey, cells.list_cells(survey), vocabulary)
    named = panels.without_names(web.viewer(), vocabulary)
    return answer(
        "surveys/staff/audience.html",
        form,
        survey=survey,
        panels=list_panels_of(survey),
        is_building=states.is_building(survey.state),
        can_change_cells=survey.state in (*states.BUILDING, "open"),
        reach=reach.count_reach(survey),
        budget=reach.get_budget(),
        cells=[(row, drafts.words_of(row.cell.rule, named)) for row in rows],
        outside=reach.count_outside_cells(survey, [row.cell for row in rows], vocabulary),
        segment_words=drafts.words_of(survey.segment.rule, named) if survey.segment else "",
    )


def _cell_page(survey: Survey, cell: SurveyCell | None) -> BaseResponse:
    vocabulary, form = panels.get_vocabulary_for(web.viewer()), CellForm(obj=cell)
    saved = cell.rule if cell is not None else None
    edited = drafts.edit(request.form if request.method == "POST" else None, vocabulary, saved=saved)
    is_sent, rule = request.method == "POST" and not edited.is_step, edited.rule
    if is_sent and form.was_sent() and rule is not None and _is_saved(survey, cell, form, rule):
        web.say(_("Saved."))
        return web.see_other("surveys_staff.audience", survey_id=survey.id, _anchor="cells")
    return web.page(
        "surveys/staff/edit_cell.html",
        status=422 if is_sent else 200,
        form=form,
        survey=survey,
        cell=cell,
        is_building=states.is_building(survey.state),
        draft=edited.draft,
        shows_errors=is_sent,
        vocabulary=vocabulary,
        subject_of=drafts.subject_of,
        texts=drafts,
        counted=_counted(survey, rule, vocabulary),
    )


def _is_saved(survey: Survey, cell: SurveyCell | None, form: Form, rule: Rule) -> bool:
    given = {"name": form["name"].data, "rule": rule, "target_count": form["target_count"].data}
    try:
        if cell is None:
            actions.add_cell(survey, by=web.viewer(), **given)
        else:
            actions.edit_cell(survey, cell, by=web.viewer(), **given)
    except Conflict as refusal:
        form.refuse(refusal)
        return False
    return True


def _counted(survey: Survey, rule: Rule | None, vocabulary: Vocabulary) -> panels.Counted | None:
    return reach.count_in_audience(survey, rule, vocabulary) if rule is not None else None
