"""Beginning a survey, changing what it says, throwing it away."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from community.infra.db import db
from community.infra.errors import Conflict, Invalid
from community.infra.images import read_image
from community.members.models import Member
from community.surveys import standards
from community.surveys.actions import building, opening, pictures, questions
from community.surveys.models import Answer, Question, Response, Survey
from community.surveys.queries import questions as queries
from tests.factories.panels import make_panel
from tests.factories.surveys import answer, make_survey
from tests.surveys.asking import BOTH, ask, begin, draft
from tests.surveys.choosing import picture_file


class TestCreateSurvey:
    def test_it_is_a_draft_of_its_maker_with_a_purpose_in_every_language(self, omar: Member) -> None:
        survey = begin(omar, languages=BOTH)
        assert (survey.state, survey.kind, survey.owner_id) == ("draft", "survey", omar.id)
        assert survey.purpose == {locale: standards.PURPOSE[locale] for locale in BOTH}
        assert survey.title == {"en": "How was it?", "zh_Hans": "怎么样？"}

    @pytest.mark.parametrize("start", standards.STARTS)
    def test_it_begins_with_the_standard_questions_of_its_start(self, omar: Member, start: str) -> None:
        standing = queries.list_standing(begin(omar, languages=BOTH, start=start))
        assert [each.question.code for each in standing] == list(standards.STARTS[start].questions)
        assert all(set(each.version.text) == set(BOTH) for each in standing)

    def test_a_poll_begins_with_its_question(self, omar: Member) -> None:
        survey = begin(omar, kind="poll", question=("single", draft(options=["Tea", "Coffee"])))
        assert [each.question.kind for each in queries.list_standing(survey)] == ["single"]

    def test_nothing_is_begun_if_its_question_is_refused(self, omar: Member) -> None:
        with pytest.raises(Invalid):
            begin(omar, kind="poll", question=("single", draft(options=["Tea"])))
        assert db.session.query(Survey).count() == 0

    @pytest.mark.parametrize(
        ("settings", "field"),
        [
            ({"languages": []}, "languages"),
            ({"languages": ["xx"]}, "languages"),
            ({"panel_ids": []}, "panel_ids"),
            ({"title": {"en": " "}}, "title_en"),
            ({"title": {"en": "a" * 121}}, "title_en"),
        ],
    )
    def test_what_it_cannot_do_without_is_asked_for(
        self, omar: Member, settings: dict[str, Any], field: str
    ) -> None:
        given: Any = {"title": {"en": "T"}, "languages": ["en"], "panel_ids": [make_panel().id], **settings}
        with pytest.raises(Invalid) as refused:
            building.create_survey(omar, settings=given)
        assert refused.value.field == field


class TestEditSurvey:
    def test_all_of_it_changes_while_it_is_built(self, omar: Member) -> None:
        survey, other = begin(omar), make_panel()
        building.edit_survey(
            survey,
            by=omar,
            settings={"languages": ["zh_Hans", "en"], "panel_ids": [other.id], "points": 50, "minutes": 5},
        )
        assert survey.languages == ["en", "zh_Hans"]
        assert (survey.panel_ids, survey.points, survey.minutes) == ([other.id], 50, 5)

    def test_what_was_promised_stays_once_it_is_open(self, omar: Member) -> None:
        survey = make_survey(points=10)
        panel_ids = survey.panel_ids
        building.edit_survey(
            survey,
            by=omar,
            settings={"points": 5, "panel_ids": [make_panel().id], "languages": ["zh_Hans"], "minutes": 3},
        )
        assert (survey.points, survey.panel_ids, survey.languages, survey.minutes) == (
            10,
            panel_ids,
            ["en"],
            3,
        )

    def test_an_open_survey_says_everything_in_every_language(self, omar: Member) -> None:
        survey = make_survey(languages=["en", "zh_Hans"], purpose={"en": "A", "zh_Hans": "一"})
        with pytest.raises(Invalid) as refused:
            building.edit_survey(survey, by=omar, settings={"title": {"en": "T", "zh_Hans": ""}})
        assert refused.value.field == "title_zh_Hans"

    @pytest.mark.parametrize(("field", "value"), [("points", -1), ("points", 10_001), ("minutes", 0)])
    def test_figures_stay_within_bounds(self, omar: Member, field: str, value: int) -> None:
        settings: Any = {field: value}
        with pytest.raises(Invalid) as refused:
            building.edit_survey(begin(omar), by=omar, settings=settings)
        assert refused.value.field == field


class TestDeleteSurvey:
    def test_a_draft_goes_with_its_questions_and_trials(self, omar: Member) -> None:
        survey = begin(omar)
        ask(survey, omar, code="good")
        answer(survey, omar, {"good": "yes"}, state="trial")
        building.delete_survey(survey)
        assert [db.session.query(model).count() for model in (Survey, Question, Response, Answer)] == [
            0,
            0,
            0,
            0,
        ]

    def test_its_pictures_go_from_the_disk(self, app: Flask, omar: Member) -> None:
        survey = begin(omar)
        first, second = ask(survey, omar, "picture"), ask(survey, omar, "picture")
        for question in (first, second):
            pictures.offer(question, read_image(picture_file()), description={"en": "A meadow"}, staff=omar)
        folder = Path(app.config["UPLOAD_DIR"])
        before = len(list(folder.rglob("*.*")))
        questions.remove_question(survey, first.id, by=omar)
        assert len(list(folder.rglob("*.*"))) == before - 1
        building.delete_survey(survey)
        assert len(list(folder.rglob("*.*"))) == before - 2

    def test_what_was_open_stays(self, omar: Member) -> None:
        survey = begin(omar, start="recommend")
        opening.open_survey(survey, omar)
        with pytest.raises(Conflict):
            building.delete_survey(survey)
