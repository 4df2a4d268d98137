"""Responses for what follows them by itself: their answers in words, and what was taken in of them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from community.feedback.models import FeedbackItem
from community.infra.db import db
from community.panels.models import Panel
from community.panels.policy import works_on_panel
from community.surveys import kinds
from community.surveys.models import (
    Answer,
    Question,
    QuestionVersion,
    Response,
    Statement,
    Survey,
    SurveyPanel,
)
from community.surveys.wording import asked_of


class Written(NamedTuple):
    """A text that answers a question; `number` tells several in one answer apart."""

    question_id: int
    number: int
    text: str


def find_response(response_id: int) -> Response | None:
    """The response, whatever became of it."""
    return db.session.get(Response, response_id)


def list_completed_ids(member_id: int, *, since: datetime) -> list[int]:
    """The responses that the member completed since a moment, by number."""
    completed = (Response.member_id == member_id, Response.completed_at > since)
    return list(
        db.session.scalars(
            select(Response.id).where(*completed, Response.state == "completed").order_by(Response.id)
        )
    )


def find_statement(statement_id: int) -> Statement | None:
    """The statement, unless it was withdrawn with its author's answers."""
    return db.session.get(Statement, statement_id)


def find_response_of(statement: Statement) -> Response | None:
    """The response with which a member wrote the statement; none for staff's, and for an earlier wave's."""
    return db.session.scalar(
        select(Response)
        .join(Survey, Survey.id == Response.survey_id)
        .join(Question, Question.survey_id == Survey.id)
        .where(
            Question.id == statement.question_id,
            Response.member_id == statement.author_id,
            # What a wave took over was there before it opened.
            Survey.opened_at <= statement.created_at,
        )
    )


def list_own_statements(response: Response) -> list[Statement]:
    """The statements by the response's member that others vote on, or will."""
    return list(
        db.session.scalars(
            select(Statement)
            .join(Question, Question.id == Statement.question_id)
            .where(
                Question.survey_id == response.survey_id,
                Statement.author_id == response.member_id,
                Statement.state != "out",
            )
        )
    )


def works_there(response: Response) -> bool:
    """Whether the member works on the panel through which they were asked."""
    panel = db.session.get(Panel, response.panel_id)
    return panel is not None and works_on_panel(response.member, panel)


def list_panel_ids(survey_id: int) -> list[int]:
    """The panels in which the survey is asked."""
    return list(db.session.scalars(select(SurveyPanel.panel_id).where(SurveyPanel.survey_id == survey_id)))


def list_written(response: Response) -> list[Written]:
    """All that the member wrote in their own words."""
    rows = db.session.execute(
        select(Question, QuestionVersion, Answer.value)
        .join(Answer, Answer.question_id == Question.id)
        .join(QuestionVersion, QuestionVersion.id == Answer.version_id)
        .where(Answer.response_id == response.id)
        .order_by(Question.id)
    )
    return [
        Written(question.id, number, text)
        for question, version, value in rows
        for number, text in enumerate(kinds.of(question.kind).texts(asked_of(question, version), value))
    ]


def list_heard(response: Response, *, thread: str) -> list[str]:
    """What the response's member said in the survey and is listened to, by its names at the source."""
    return list(
        db.session.scalars(
            select(FeedbackItem.source_id).where(
                FeedbackItem.thread == thread,
                FeedbackItem.panel_id == response.panel_id,
                FeedbackItem.author_id == response.member_id,
                FeedbackItem.source == "survey",
                FeedbackItem.state != "withdrawn",
            )
        )
    )
