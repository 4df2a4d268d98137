"""How a survey looks to members before they see it, in each of its languages, and a way to try it out."""

from flask import Response
from flask_babel import force_locale

from community.infra import web
from community.infra.language import NAMES, current_locale, text_in
from community.surveys import conditions, states
from community.surveys.queries import answering, doors, questions
from community.surveys.staff.access import blueprint


@blueprint.get("/<int:survey_id>/preview")
def preview(survey_id: int) -> Response:
    """All questions as members read them, whatever they depend on."""
    survey = doors.get_built(survey_id, web.viewer())
    asked_locale = web.argument("locale")
    locale = asked_locale if asked_locale in survey.languages else current_locale()
    standing = questions.list_standing(survey)
    with force_locale(locale):
        named = {row.question.code: (text_in(row.version.text), row.choices) for row in standing}
        return web.page(
            "surveys/staff/preview.html",
            survey=survey,
            response=None,
            locale=locale,
            pages=answering.get_paper(survey).whole(),
            conditions={
                row.question.id: conditions.describe(row.question.condition, named)
                for row in standing
                if row.question.condition
            },
            language_names=NAMES,
            can_try=states.is_building(survey.state),
        )
