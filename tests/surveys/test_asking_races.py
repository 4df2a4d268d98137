"""Two people of staff at once: each wave has its number, a survey opens once, questions keep their order."""

from collections.abc import Callable

from flask import Flask

from community.activity.models import Activity
from community.infra.db import db, get_row
from community.infra.errors import Conflict
from community.members.models import Member
from community.surveys.actions import opening, questions, waves
from community.surveys.models import Survey
from community.surveys.queries import questions as queries
from tests.factories.members import make_member
from tests.racing import at_once
from tests.surveys.asking import ask, begin


def test_two_waves_made_at_once_have_two_numbers(new_app: Callable[..., Flask]) -> None:
    app = new_app()
    with app.app_context():
        omar = make_member("Omar", roles=("owner",))
        survey = begin(omar, start="recommend")
        opening.open_survey(survey, omar)
        survey_id, omar_id = survey.id, omar.id
        db.session.remove()

        def copy() -> int:
            return waves.copy_as_wave(get_row(Survey, survey_id), by=get_row(Member, omar_id)).wave

        assert sorted(at_once(app, copy, copy, copy), key=str) == [2, 3, 4]


def test_a_survey_opens_once(new_app: Callable[..., Flask]) -> None:
    app = new_app()
    with app.app_context():
        omar = make_member("Omar", roles=("owner",))
        survey_id, omar_id = begin(omar, start="recommend").id, omar.id
        db.session.remove()

        def go() -> None:
            opening.open_survey(get_row(Survey, survey_id), get_row(Member, omar_id))

        results = at_once(app, go, go, go)
        assert sorted(type(each).__name__ for each in results) == ["Conflict", "Conflict", "NoneType"]
        assert db.session.query(Activity).filter_by(kind="survey.opened").count() == 1


def test_questions_that_are_added_and_moved_at_once_keep_one_order(new_app: Callable[..., Flask]) -> None:
    app = new_app()
    with app.app_context():
        omar = make_member("Omar", roles=("owner",))
        survey = begin(omar)
        first, second = ask(survey, omar, code="a"), ask(survey, omar, code="b")
        survey_id, omar_id, first_id, second_id = survey.id, omar.id, first.id, second.id
        db.session.remove()

        def add() -> None:
            ask(get_row(Survey, survey_id), get_row(Member, omar_id))

        def move(question_id: int) -> Callable[[], None]:
            return lambda: questions.move_question(
                get_row(Survey, survey_id), question_id, by=get_row(Member, omar_id), is_up=True
            )

        results = at_once(app, add, move(second_id), add, move(first_id))
        assert not any(isinstance(each, Conflict) for each in results)
        standing = queries.list_standing(get_row(Survey, survey_id))
        assert [each.question.position for each in standing] == [1, 2, 3, 4]
        assert len({each.question.code for each in standing}) == 4
