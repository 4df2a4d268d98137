"""What a member needs to answer: the paper with their answers on it, and how far they have come."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from community.infra.db import db
from community.members.models import Member
from community.surveys import paths
from community.surveys.models import Answer, Question, Response, Survey
from community.surveys.paper import Paper
from community.surveys.queries import live, questions


@dataclass(frozen=True)
class Progress:
    """Where a page stands among those that are asked with the answers so far; `number` counts from 1."""

    page: int
    number: int
    count: int
    previous: int | None
    is_last: bool


def get_paper(survey: Survey, response: Response | None = None) -> Paper:
    """The survey's questions as they are asked now, with what the response says so far."""
    standing = questions.list_standing(survey)
    asked = [row.question for row in standing]
    return Paper(
        questions=asked,
        versions={row.question.id: row.version for row in standing},
        answers={} if response is None else _answers_of(response, asked),
        seed=0 if response is None else response.seed,
        is_shuffled=survey.shuffles_questions and response is not None,
        pictures=live.list_picture_options(asked, None if response is None else response.member_id),
    )


def list_answers(response: Response) -> list[Answer]:
    """All that the response says, also to questions that are no longer asked."""
    return list(
        db.session.scalars(
            select(Answer)
            .where(Answer.response_id == response.id)
            .order_by(Answer.id)
            .execution_options(populate_existing=True)
        )
    )


def find_response(survey: Survey, member: Member) -> Response | None:
    """The member's response to the survey, as it is in the database now."""
    return db.session.scalar(
        select(Response)
        .where(Response.survey_id == survey.id, Response.member_id == member.id)
        .execution_options(populate_existing=True)
    )


def list_trials(survey: Survey) -> list[Response]:
    """What staff answered to try the survey out."""
    return list(
        db.session.scalars(
            select(Response)
            .where(Response.survey_id == survey.id, Response.state == "trial")
            .order_by(Response.id)
        )
    )


def progress_at(paper: Paper, page: int) -> Progress:
    """How far along this page is."""
    path = paper.path()
    pages = paths.pages_of(path)
    return Progress(
        page=page,
        number=pages.index(page) + 1,
        count=len(pages),
        previous=paths.page_before(path, page),
        is_last=page == pages[-1],
    )


def _answers_of(response: Response, asked: Sequence[Question]) -> dict[str, dict[str, object]]:
    codes = {question.id: question.code for question in asked}
    return {
        codes[answer.question_id]: answer.value
        for answer in list_answers(response)
        if answer.question_id in codes
    }
