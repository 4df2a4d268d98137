"""What questions share that are answered choice by choice: who may still choose, and keeping the answer."""

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.infra.errors import Conflict, NotFound
from community.members.models import Member
from community.panels.actions import refuse_while_paused
from community.surveys import policy, states
from community.surveys.kinds.contract import LIVE
from community.surveys.models import Answer, Question, Response, Survey
from community.surveys.queries import live as queries
from community.surveys.queries import questions
from community.surveys.queries.questions import Standing


def lock_answerable(response: Response, question: Question) -> Response:
    """The response, locked, in a survey that cannot close meanwhile; Conflict if it is too late to choose."""
    survey = db.session.scalar(
        select(Survey)
        .where(Survey.id == response.survey_id)
        # Shared: members choose side by side, but nobody closes the survey under them.
        .with_for_update(read=True, of=Survey)
        .execution_options(populate_existing=True)
    )
    response = lock(Response, response.id)
    if survey is None or question.survey_id != survey.id or question.removed_at is not None:
        raise NotFound()
    if response.state == "trial":
        if not states.is_building(survey.state):
            raise Conflict(_l("This is no longer a preview."))
    elif not policy.is_answerable(survey, clock.now()):
        raise Conflict(_l("This survey is closed, so answers are no longer taken."))
    elif response.state != "started":
        raise Conflict(_l("You have answered this survey already. Thank you."))
    refuse_while_paused(queries.paused_until(response))
    return response


def is_counted(response: Response) -> bool:
    """Whether what the response says counts: what staff try out in a preview never does."""
    return response.state != "trial"


def keep_answer(response: Response, standing: Standing, member: Member) -> None:
    """Store how far the response has come, once it is far enough for the question to be answered."""
    value = queries.find_value(standing, response, member)
    answer = queries.find_answer(response, standing.question.id)
    if value is None:
        return
    if answer is None:
        answer = Answer(response_id=response.id, question_id=standing.question.id)
        db.session.add(answer)
    answer.version_id, answer.value, answer.answered_at = standing.version.id, value, clock.now()
    db.session.flush()


def settle(survey: Survey, response: Response, member: Member) -> None:
    """Take those questions as answered that have nothing (more) to choose for this member."""
    with unit_of_work():
        for standing in questions.list_standing(survey):
            if standing.question.kind in LIVE:
                keep_answer(response, standing, member)
