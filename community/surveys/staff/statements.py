"""Which statements members vote on: those that staff write, and those of members that may go live."""

from flask import request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import limits, paging, web
from community.infra.errors import NotFound, Refusal
from community.infra.forms import answer
from community.surveys import states
from community.surveys.actions import statements as actions
from community.surveys.forms.live import StatementForm
from community.surveys.models import Survey
from community.surveys.queries import doors, questions
from community.surveys.queries import statements as queries
from community.surveys.queries.questions import Standing
from community.surveys.staff.access import blueprint


@blueprint.route("/<int:survey_id>/questions/<int:question_id>/statements", methods=["GET", "POST"])
@limits.by_member(limits.WRITE)
def statements(survey_id: int, question_id: int) -> BaseResponse:
    """The statements, those that wait first, and a line to write one."""
    survey, standing = _asked(survey_id, question_id)
    form = StatementForm()
    if form.was_sent():
        try:
            actions.write(standing.question, survey, text=form.text.data, staff=web.viewer())
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            web.say(_("The statement is live."))
            return web.see_other("surveys_staff.statements", survey_id=survey_id, question_id=question_id)
    survey, standing = _asked(survey_id, question_id)
    return answer(
        "surveys/staff/statements.html",
        form,
        survey=survey,
        standing=standing,
        page=queries.list_lines(question_id, number=paging.page_number(web.argument("page"))),
        can_write=states.can_ask_anew(survey.state),
    )


@blueprint.post("/<int:survey_id>/questions/<int:question_id>/statements/<int:statement_id>")
@limits.by_member(limits.VOTE)
def decide_statement(survey_id: int, question_id: int, statement_id: int) -> BaseResponse:
    """Let a statement live, or take it out."""
    survey, _standing = _asked(survey_id, question_id)
    statement = queries.get_statement(question_id, statement_id)
    actions.decide(statement, survey, state=request.form.get("state", ""), staff=web.viewer())
    return web.see_other(
        "surveys_staff.statements",
        survey_id=survey_id,
        question_id=question_id,
        page=web.argument("page") or None,
        _anchor=f"statement-{statement_id}",
    )


def _asked(survey_id: int, question_id: int) -> tuple[Survey, Standing]:
    survey = doors.get_built(survey_id, web.viewer())
    standing = questions.get_standing(survey, question_id)
    if standing.question.kind != "opinions":
        raise NotFound()
    return survey, standing
