"""What some questions need before they can be asked: ideas to compare, and what an earlier wave had."""

from flask import current_app

from community.infra.db import unit_of_work
from community.infra.files import Store
from community.surveys.actions import pairs
from community.surveys.models import Contender, Question, Statement, Survey, SurveyPicture
from community.surveys.queries import questions, supplies


def draw_ideas(survey: Survey) -> None:
    """Let those ideas take part in the survey's questions of pairs that their settings mean now."""
    with unit_of_work():
        for question, version in questions.list_standing(survey):
            if question.kind == "pairwise":
                pairs.draw_contenders(question, version.settings, survey)


def copy_supply(source: Question, target: Question) -> None:
    """Give a question of the next wave the ideas, live statements and pictures that its model had."""
    store = Store(current_app.config["UPLOAD_DIR"])
    with unit_of_work() as session:
        for row in supplies.list_contenders(source.id):
            session.add(Contender(question_id=target.id, idea_id=row.idea_id))
        for statement in supplies.list_live_statements(source.id):
            session.add(
                Statement(
                    question_id=target.id,
                    author_id=statement.author_id,
                    text=statement.text,
                    state="live",
                    decided_at=statement.decided_at,
                    decided_by_id=statement.decided_by_id,
                )
            )
        for picture in supplies.list_offered_pictures(source.id):
            with store.open(picture.key) as file:
                key = store.put_from(file, picture.extension)
            session.add(
                SurveyPicture(
                    question_id=target.id,
                    key=key,
                    extension=picture.extension,
                    width=picture.width,
                    height=picture.height,
                    description=picture.description,
                    is_offered=True,
                    position=picture.position,
                    uploaded_by_id=picture.uploaded_by_id,
                )
            )
