"""Two waves of a survey for tests, answered as told."""

import itertools
from datetime import timedelta

from sqlalchemy import select

from community.infra import clock
from community.infra.db import db, lock, unit_of_work
from community.members.models import Member
from community.surveys.actions import comparing, tallying, waves
from community.surveys.actions.comparing import Claim
from community.surveys.models import Answer, Comparison, Question, QuestionVersion, Response, Survey
from tests.factories.surveys import make_survey

_numbers = itertools.count(1)

CLAIM = Claim(
    hypothesis="With the new lid more people say yes.", question_code="yes_no", metric="share",
    options=("yes",), expects="up",
)  # fmt: skip


def first_wave(*, yes=40, no=60, kinds=("yes_no", "rating5"), state="closed", **values) -> Survey:
    """A wave that so many answered with yes and no."""
    survey = make_survey(kinds=kinds, state=state, **values)
    fill(survey, yes=yes, no=no)
    return survey


def next_wave(before: Survey, by, *, yes=60, no=40, people=()) -> Survey:
    """The wave after it, closed; `people` answer first, strangers the rest."""
    after = waves.copy_as_wave(before, by=by)
    with unit_of_work():
        wave = lock(Survey, after.id)
        wave.state, wave.opened_at, wave.closed_at = "closed", clock.now(), clock.now()
    fill(after, yes=yes, no=no, people=people)
    return after


def fill(survey: Survey, *, yes: int, no: int, people=(), profile=None) -> None:
    """Answers of yes and no, all at once; `people` answer first, strangers the rest."""
    said = ["yes"] * yes + ["no"] * no
    with unit_of_work() as session:
        survey = lock(Survey, survey.id)
        question = session.scalars(
            select(Question).where(Question.survey_id == survey.id, Question.code == "yes_no")
        ).one()
        version_id = session.scalars(
            select(QuestionVersion.id).where(QuestionVersion.question_id == question.id)
        ).one()
        numbers = [next(_numbers) for _word in said[len(people) :]]
        strangers = [Member(display_name=f"Stranger {number}", password_hash="") for number in numbers]
        session.add_all(strangers)
        session.flush()
        responses = [
            Response(
                survey_id=survey.id, member_id=member.id, panel_id=survey.panel_ids[0], state="completed",
                seed=1, locale="en", seconds=60.0, completed_at=clock.now(), path="yes_no",
                profile=profile or {},
            )
            for member in (*people[: len(said)], *strangers)
        ]  # fmt: skip
        session.add_all(responses)
        session.flush()
        session.add_all(
            Answer(
                response_id=response.id,
                question_id=question.id,
                version_id=version_id,
                value={"choice": word},
            )
            for response, word in zip(responses, said, strict=True)
        )
        survey.completed_count += len(said)
        survey.answers_changed_at = clock.now()


def in_days(days: int):
    """The day so many days ahead."""
    return (clock.now() + timedelta(days=days)).date()


def work() -> None:
    """Do what the worker does with results and comparisons; between two countings it rests a while."""
    with clock.stopped_at(clock.now() + timedelta(hours=next(_numbers))):
        while tallying.recompute_waiting() or comparing.measure_waiting():
            pass
    db.session.expire_all()


def the_comparison() -> Comparison:
    """The only comparison there is, as it is now."""
    return db.session.scalars(select(Comparison).execution_options(populate_existing=True)).one()
