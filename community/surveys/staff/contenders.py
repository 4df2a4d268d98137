"""Which ideas take part in a question of pairs, and how they stand."""

from flask import Response, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import limits, web
from community.infra.errors import NotFound
from community.infra.language import current_locale
from community.surveys import states
from community.surveys.actions import pairs as actions
from community.surveys.kinds.pairwise import SOURCES
from community.surveys.models import Survey
from community.surveys.queries import doors, questions
from community.surveys.queries import pairs as queries
from community.surveys.queries.questions import Standing
from community.surveys.staff.access import blueprint


@blueprint.get("/<int:survey_id>/questions/<int:question_id>/contenders")
def contenders(survey_id: int, question_id: int) -> Response:
    """The ideas that take part, the strongest first, and others to choose from."""
    survey, standing = _asked(survey_id, question_id)
    words = web.argument("q").strip()
    can_change = states.can_ask_anew(survey.state)
    return web.page(
        "surveys/staff/contenders.html",
        survey=survey,
        standing=standing,
        settings=standing.version.settings,
        sources=SOURCES,
        lines=queries.list_contenders(question_id, locale=current_locale()),
        words=words,
        choosable=queries.list_choosable(survey, question_id, words=words) if can_change else [],
        can_change=can_change,
        is_building=states.is_building(survey.state),
    )


@blueprint.post("/<int:survey_id>/questions/<int:question_id>/contenders")
@limits.by_member(limits.VOTE)
def change_contender(survey_id: int, question_id: int) -> BaseResponse:
    """Put an idea in, or take it out."""
    survey, standing = _asked(survey_id, question_id)
    written = request.form.get("idea_id", "")
    idea_id = int(written) if written.isdecimal() and len(written) < 19 else 0
    change = actions.take_out if request.form.get("is_out") else actions.put_in
    change(standing.question, survey, idea_id=idea_id, staff=web.viewer())
    return web.back_to(
        request.form.get("next"), "surveys_staff.contenders", survey_id=survey_id, question_id=question_id
    )


@blueprint.post("/<int:survey_id>/questions/<int:question_id>/contenders/draw")
@limits.by_member(limits.WRITE)
def draw_contenders(survey_id: int, question_id: int) -> BaseResponse:
    """Look again which ideas the settings mean."""
    survey, standing = _asked(survey_id, question_id)
    actions.draw_anew(standing.question, standing.version.settings, survey, staff=web.viewer())
    web.say(_("These are the ideas as they stand now."))
    return web.see_other("surveys_staff.contenders", survey_id=survey_id, question_id=question_id)


def _asked(survey_id: int, question_id: int) -> tuple[Survey, Standing]:
    survey = doors.get_built(survey_id, web.viewer())
    standing = questions.get_standing(survey, question_id)
    if standing.question.kind != "pairwise":
        raise NotFound()
    return survey, standing
