"""Forgetting what was written in answers long ago; what was chosen stays in the figures."""

from sqlalchemy import ColumnElement, String, and_, cast, exists, or_, select

from community.infra import clock
from community.infra.db import db, lock
from community.infra.own_data import Ageing, Reach, count, rows
from community.surveys.models import Answer, Question, Response, Survey
from community.surveys.personal_data import forget_words


def _count(reach: Reach) -> int:
    return count(Response, *_old(reach))


def _forget(reach: Reach, limit: int) -> int:
    statement = select(Response.id).where(*_old(reach)).order_by(Response.id).limit(limit)
    numbers = list(db.session.scalars(statement))
    survey_ids = select(Response.survey_id).where(Response.id.in_(numbers)).distinct()
    for survey_id in sorted(db.session.scalars(survey_ids)):
        lock(Survey, survey_id).answers_changed_at = clock.now()
    for response in rows(Response, Response.id.in_(numbers)):
        forget_words(response)
        response.reply = ""
    db.session.flush()
    return len(numbers)


def _old(reach: Reach) -> tuple[ColumnElement[bool], ...]:
    return (
        reach.covers(Response.panel_id),
        Response.completed_at < reach.before,
        or_(_has_own_words(), Response.reply != ""),
    )


def _has_own_words() -> ColumnElement[bool]:
    value = cast(Answer.value, String)
    is_text = Answer.question_id.in_(
        select(Question.id).where(Question.kind.in_(("short_text", "long_text")))
    )
    has_reason = and_(value.contains('"why": "'), ~value.contains('"why": ""'))
    has_tags = and_(value.contains('"tags": ['), ~value.contains('"tags": []'))
    return exists().where(
        and_(
            Answer.response_id == Response.id,
            or_(is_text, value.contains('"other": "'), has_reason, has_tags),
        )
    )


SURVEY_ANSWERS = Ageing(_count, _forget)
