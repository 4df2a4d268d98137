"""What a question of an earlier wave has to pass on: its ideas, live statements and offered pictures."""

from sqlalchemy import false, select, true

from community.infra.db import db
from community.surveys.models import Contender, Statement, SurveyPicture


def list_contenders(question_id: int) -> list[Contender]:
    """The ideas that take part in the question."""
    return list(
        db.session.scalars(
            select(Contender).where(Contender.question_id == question_id, Contender.is_out == false())
        )
    )


def list_live_statements(question_id: int) -> list[Statement]:
    """The statements that members vote on, in the order they were written."""
    return list(
        db.session.scalars(
            select(Statement)
            .where(Statement.question_id == question_id, Statement.state == "live")
            .order_by(Statement.id)
        )
    )


def list_offered_pictures(question_id: int) -> list[SurveyPicture]:
    """The pictures that are offered, in their order."""
    return list(
        db.session.scalars(
            select(SurveyPicture)
            .where(
                SurveyPicture.question_id == question_id,
                SurveyPicture.is_offered == true(),
                SurveyPicture.removed_at.is_(None),
            )
            .order_by(SurveyPicture.position, SurveyPicture.id)
        )
    )
