"""What members add while a survey is open: statements and votes on them, choices between ideas, pictures."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Index, SmallInteger, String, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from community.infra import clock
from community.infra.db import Base, Id, Moment, UtcDateTime, one_of, reference, word

STATEMENT_STATES = ("waiting", "live", "out")


class Statement(Base):
    """A short sentence to agree or disagree with, by staff or a member; counters are kept with the votes."""

    __tablename__ = "survey_statements"
    __table_args__ = (
        one_of("state", STATEMENT_STATES),
        Index("ix_survey_statements_question", "question_id", "state"),
    )

    id: Mapped[Id]
    question_id: Mapped[int] = reference("survey_questions.id", index=False)
    author_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL")
    text: Mapped[str] = mapped_column(String(140))
    state: Mapped[str] = word(default="waiting")
    agree_count: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    disagree_count: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    pass_count: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    created_at: Mapped[Moment] = mapped_column(default=clock.now)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    decided_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)


class StatementVote(Base):
    """What one member thinks of one statement: 1 agrees, -1 disagrees, 0 passes."""

    __tablename__ = "survey_statement_votes"
    __table_args__ = (
        UniqueConstraint("response_id", "statement_id"),
        CheckConstraint("vote IN (-1, 0, 1)", name="vote_known"),
    )

    id: Mapped[Id]
    response_id: Mapped[int] = reference("survey_responses.id", index=False)
    statement_id: Mapped[int] = reference("survey_statements.id")
    vote: Mapped[int] = mapped_column(SmallInteger)
    voted_at: Mapped[Moment] = mapped_column(default=clock.now)


class Contender(Base):
    """A live idea in a wiki survey, with what pairs it stood in came to."""

    __tablename__ = "survey_contenders"

    question_id: Mapped[int] = reference("survey_questions.id", primary_key=True)
    idea_id: Mapped[int] = reference("ideas.id", primary_key=True, index=True)
    win_count: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    loss_count: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    tie_count: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    added_at: Mapped[Moment] = mapped_column(default=clock.now)
    # Taken out by staff; an idea that is no longer listed is left out without that.
    is_out: Mapped[bool] = mapped_column(default=False)


class PairVote(Base):
    """Which of two ideas one member would rather have; no winner when they could not say."""

    __tablename__ = "survey_pair_votes"
    __table_args__ = (
        UniqueConstraint("response_id", "question_id", "low_id", "high_id"),
        CheckConstraint("low_id < high_id", name="pair_in_order"),
    )

    id: Mapped[Id]
    response_id: Mapped[int] = reference("survey_responses.id", index=False)
    question_id: Mapped[int] = reference("survey_questions.id")
    low_id: Mapped[int] = reference("ideas.id", index=False)
    high_id: Mapped[int] = reference("ideas.id", index=False)
    winner_id: Mapped[int | None] = reference("ideas.id", index=False)
    voted_at: Mapped[Moment] = mapped_column(default=clock.now)


class SurveyPicture(Base):
    """A picture to choose from (`is_offered`), with words for who cannot see it, or one a member brought."""

    __tablename__ = "survey_pictures"

    id: Mapped[Id]
    question_id: Mapped[int] = reference("survey_questions.id")
    key: Mapped[str] = mapped_column(String(32), unique=True)
    extension: Mapped[str] = word(5)
    width: Mapped[int]
    height: Mapped[int]
    description: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    is_offered: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    uploaded_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL")
    uploaded_at: Mapped[Moment] = mapped_column(default=clock.now)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
