"""What all answered, for those who have answered themselves, where the survey shows it."""

from flask import Response
from flask_babel import lazy_gettext as _l

from community.infra import web
from community.infra.errors import Forbidden, NotFound
from community.surveys.queries import doors
from community.surveys.queries import results as queries
from community.surveys.showing.results import results_of
from community.surveys.showing.words import names_of
from community.surveys.views import blueprint


@blueprint.get("/surveys/<int:survey_id>/results")
def results(survey_id: int) -> Response:
    """The shares and means of every question that ten people or more have answered."""
    seen = doors.get_survey(survey_id, web.viewer())
    survey = seen.survey
    if not survey.shows_results:
        raise NotFound()
    if seen.response is None or seen.response.state != "completed":
        raise Forbidden(_l("The results are shown to those who have answered."))
    questions = [each for each in queries.list_questions(survey) if not each.is_removed]
    stored = queries.list_seen_by_members(survey)
    return web.page(
        "surveys/results.html",
        survey=survey,
        n=survey.completed_count - survey.excluded_count,
        results=results_of(
            questions, stored, names=names_of(questions, stored, web.viewer()), is_for_members=True
        ),
    )
