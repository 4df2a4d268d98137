"""The questions of a survey with what they say now, and what they said before."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, select

from community.infra.db import db
from community.infra.errors import NotFound
from community.members.models import Member
from community.surveys import conditions, drafting
from community.surveys.models import Answer, Question, QuestionVersion, Survey


class Standing(NamedTuple):
    """A question with the version that is asked now."""

    question: Question
    version: QuestionVersion

    @property
    def choices(self) -> dict[str, str]:
        """What can be chosen, key by key, in the reader's language."""
        return conditions.choices_of(self.question.kind, self.version.options)


class VersionLine(NamedTuple):
    """One version of a question, for the story of its changes."""

    number: int
    text: dict[str, str]
    note: str
    made_at: datetime
    made_by: str | None


_STANDING = (
    select(Question, QuestionVersion)
    .join(
        QuestionVersion,
        and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.version),
    )
    .order_by(Question.page, Question.position, Question.id)
)
_VERSIONS = (
    select(
        QuestionVersion.number,
        QuestionVersion.text,
        QuestionVersion.note,
        QuestionVersion.made_at,
        Member.display_name,
    )
    .outerjoin(Member, Member.id == QuestionVersion.made_by_id)
    .order_by(QuestionVersion.number.desc())
)


def list_standing(survey: Survey, *, with_removed: bool = False) -> list[Standing]:
    """The survey's questions in their order, each with what it asks now."""
    statement = _STANDING.where(Question.survey_id == survey.id)
    if not with_removed:
        statement = statement.where(Question.removed_at.is_(None))
    rows = db.session.execute(statement.execution_options(populate_existing=True))
    return [Standing(question, version) for question, version in rows]


def get_standing(survey: Survey, question_id: int) -> Standing:
    """One question of the survey with what it asks now; NotFound if it is not asked (any more)."""
    row = db.session.execute(
        _STANDING.where(
            Question.survey_id == survey.id, Question.id == question_id, Question.removed_at.is_(None)
        ).execution_options(populate_existing=True)
    ).first()
    if row is None:
        raise NotFound()
    return Standing(*row)


def list_versions(question: Question) -> list[VersionLine]:
    """What the question said over time, the newest first."""
    rows = db.session.execute(_VERSIONS.where(QuestionVersion.question_id == question.id))
    return [VersionLine._make(row) for row in rows]


def list_codes(survey: Survey) -> set[str]:
    """The codes that are taken in the survey, also by questions that were taken out."""
    return set(db.session.scalars(select(Question.code).where(Question.survey_id == survey.id)))


def list_used_keys(question: Question) -> set[str]:
    """The keys that options ever had in the question, so that none comes to name something else."""
    versions = db.session.scalars(select(QuestionVersion).where(QuestionVersion.question_id == question.id))
    return {
        row["key"] for version in versions for row in (*version.options, *version.settings.get("columns", ()))
    }


def list_answered_keys(question: Question) -> set[str]:
    """The options that somebody's answer names."""
    return set(_names(question))


def count_answers(question: Question) -> int:
    """How many have answered the question."""
    return db.session.scalar(select(func.count(Answer.id)).where(Answer.question_id == question.id)) or 0


def _names(question: Question) -> Iterator[str]:
    for value in db.session.scalars(select(Answer.value).where(Answer.question_id == question.id)):
        yield from drafting.names_in(value)
