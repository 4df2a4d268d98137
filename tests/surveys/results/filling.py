"""Surveys with many answers at once, and their results as they are stored and as a page says them."""

import itertools
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from html import unescape
from typing import Any

from sqlalchemy import insert, select

from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.members.models import Member
from community.surveys.actions.tallying import recompute_waiting
from community.surveys.models import Answer, Question, QuestionVersion, Response, Survey, Tally
from tests.factories.surveys import in_full

_numbers = itertools.count(1)


def fill(
    survey: Survey, answers: Sequence[Mapping[str, Any]], *, profiles: Sequence[Mapping[str, Any]] = ()
) -> list[Response]:
    """A completed response of a new member for each of the answers, by question code."""
    with unit_of_work() as session:
        survey = lock(Survey, survey.id)
        asked = {
            code: (question_id, kind, version_id)
            for code, question_id, kind, version_id in session.execute(
                select(Question.code, Question.id, Question.kind, QuestionVersion.id)
                .join(QuestionVersion, QuestionVersion.question_id == Question.id)
                .where(Question.survey_id == survey.id, QuestionVersion.number == Question.version)
            )
        }
        members = [
            Member(display_name=f"Filler {number}", password_hash="", email=mail, email_folded=mail)
            for _each in answers
            for number in (next(_numbers),)
            for mail in (f"filler{number}@example.org",)
        ]
        session.add_all(members)
        session.flush()
        now = clock.now()
        responses = [
            Response(
                survey_id=survey.id,
                member_id=member.id,
                panel_id=survey.panel_ids[0],
                state="completed",
                seed=number,
                locale="en",
                seconds=60.0 + number,
                started_at=now - timedelta(minutes=2),
                completed_at=now,
                profile=dict(profiles[number]) if profiles else {},
            )
            for number, member in enumerate(members)
        ]
        session.add_all(responses)
        session.flush()
        rows = [
            {
                "response_id": response.id,
                "question_id": asked[code][0],
                "version_id": asked[code][2],
                "value": in_full(asked[code][1], value),
            }
            for response, values in zip(responses, answers, strict=True)
            for code, value in values.items()
        ]
        if rows:
            session.execute(insert(Answer), rows)
        survey.completed_count += len(responses)
        survey.started_count += len(responses)
        survey.answers_changed_at = now
    return responses


def question_of(survey: Survey, code: str) -> Question:
    """The survey's question with this code."""
    return db.session.scalars(
        select(Question).where(Question.survey_id == survey.id, Question.code == code)
    ).one()


def stored(survey: Survey, code: str, cut: str = "") -> Tally | None:
    """The stored result of a question."""
    return db.session.scalar(
        select(Tally)
        .where(Tally.question_id == question_of(survey, code).id, Tally.cut == cut)
        .execution_options(populate_existing=True)
    )


def counted(survey: Survey, code: str, *, is_weighted: bool = False) -> dict[str, Any]:
    """The figures of a question once the worker has counted them."""
    assert recompute_waiting() == 1
    tally = stored(survey, code)
    assert tally is not None
    figures: dict[str, Any] = tally.data["weighted" if is_weighted else "plain"]
    return figures


def words(page: str) -> str:
    """What a page says, without its marks."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)))


def row_of(page: str, question: str, label: str) -> str:
    """What the row with this label says in the part of a question."""
    section = page.split(f'data-question="{question}"')[1].split("</section>")[0]
    return words(section.split(f'data-row-label="{label}"')[1].split("</tr>")[0]).removeprefix("> ").strip()
