"""Questions at the door of a panel, and its places."""

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra.forms import answer
from community.infra.web import page, say, see_other, viewer
from community.panels import actions, drafts, queries
from community.panels.forms import CellForm, QuestionForm
from community.panels.models import Panel, QuotaCell, ScreenerQuestion
from community.panels.staff.access import blueprint, panel_to_run


@blueprint.get("/<int:panel_id>/questions")
def questions(panel_id: int) -> Response:
    """What is asked at the door."""
    panel = panel_to_run(panel_id)
    return page("panels/staff/questions.html", panel=panel, questions=queries.list_questions(panel))


@blueprint.route("/<int:panel_id>/questions/new", methods=["GET", "POST"])
def new_question(panel_id: int) -> BaseResponse:
    """Ask one more question."""
    return _question(panel_to_run(panel_id), None)


@blueprint.route("/<int:panel_id>/questions/<int:question_id>", methods=["GET", "POST"])
def edit_question(panel_id: int, question_id: int) -> BaseResponse:
    """Change a question."""
    panel = panel_to_run(panel_id)
    return _question(panel, queries.get_question(panel, question_id))


@blueprint.post("/<int:panel_id>/questions/<int:question_id>/delete")
def delete_question(panel_id: int, question_id: int) -> BaseResponse:
    """Ask a question no longer."""
    panel = panel_to_run(panel_id)
    actions.remove_question(viewer(), panel, queries.get_question(panel, question_id))
    say(_("The question is no longer asked."))
    return see_other("panels_staff.questions", panel_id=panel_id)


@blueprint.get("/<int:panel_id>/places")
def cells(panel_id: int) -> Response:
    """The panel's places, filled and open."""
    panel = panel_to_run(panel_id)
    vocabulary = queries.without_names(viewer(), queries.get_vocabulary())
    return page(
        "panels/staff/cells.html",
        panel=panel,
        cells=[(cell, drafts.words_of(cell.rule, vocabulary)) for cell in queries.list_cells(panel)],
    )


@blueprint.route("/<int:panel_id>/places/new", methods=["GET", "POST"])
def new_cell(panel_id: int) -> BaseResponse:
    """Hold places for one more kind of member."""
    return _cell(panel_to_run(panel_id), None)


@blueprint.route("/<int:panel_id>/places/<int:cell_id>", methods=["GET", "POST"])
def edit_cell(panel_id: int, cell_id: int) -> BaseResponse:
    """Change for whom places are held, or how many."""
    panel = panel_to_run(panel_id)
    return _cell(panel, queries.get_cell(panel, cell_id))


@blueprint.post("/<int:panel_id>/places/<int:cell_id>/delete")
def delete_cell(panel_id: int, cell_id: int) -> BaseResponse:
    """Hold these places no longer."""
    panel = panel_to_run(panel_id)
    actions.remove_cell(viewer(), panel, queries.get_cell(panel, cell_id))
    say(_("The places are given up. Nobody has left the panel."))
    return see_other("panels_staff.cells", panel_id=panel_id)


def _question(panel: Panel, question: ScreenerQuestion | None) -> BaseResponse:
    form = QuestionForm(obj=question)
    if form.was_sent():
        text, options = form.text.data, form.given_options()
        if question is None:
            actions.add_question(viewer(), panel, text=text, options=options)
        else:
            actions.edit_question(viewer(), panel, question, text=text, options=options)
        say(_("Saved."))
        return see_other("panels_staff.questions", panel_id=panel.id)
    return answer("panels/staff/edit_question.html", form, panel=panel, question=question)


def _cell(panel: Panel, cell: QuotaCell | None) -> BaseResponse:
    vocabulary, form = queries.get_vocabulary_for(viewer()), CellForm(obj=cell)
    saved = cell.rule if cell is not None else None
    edited = drafts.edit(request.form if request.method == "POST" else None, vocabulary, saved=saved)
    is_sent, rule = request.method == "POST" and not edited.is_step, edited.rule
    if is_sent and form.was_sent() and rule is not None:
        given = {"name": form.name.data, "rule": rule, "target_count": form.target_count.data}
        if cell is None:
            actions.add_cell(viewer(), panel, **given)
        else:
            actions.edit_cell(viewer(), panel, cell, **given)
        say(_("Saved."))
        return see_other("panels_staff.cells", panel_id=panel.id)
    return page(
        "panels/staff/edit_cell.html",
        status=422 if is_sent else 200,
        form=form,
        panel=panel,
        cell=cell,
        draft=edited.draft,
        shows_errors=is_sent,
        vocabulary=vocabulary,
        subject_of=drafts.subject_of,
        texts=drafts,
        counted=queries.count_members_who(rule, vocabulary) if rule is not None else None,
    )
