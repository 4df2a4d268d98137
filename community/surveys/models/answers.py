"""Responses and their answers, what looks odd about them, and what a person decided."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Float, Index, SmallInteger, Text, UniqueConstraint, false
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.infra import append_only, clock
from community.infra.db import Base, Id, Moment, UtcDateTime, one_of, reference, table_of, word
from community.members.models import Member

# A trial is staff going through a preview: it counts nowhere and is gone when the survey opens.
RESPONSE_STATES = ("started", "completed", "withdrawn", "trial")
FLAGS = (
    "too_fast",
    "straight_lines",
    "flat_grid",
    "pasted",
    "nonsense",
    "duplicate",
    "contradicts",
    "inattentive",
)
DECISIONS = ("excluded", "restored", "kept")


class Response(Base):
    """One member's way through one survey; `seed` decides every random order they see.

    `profile` is what the company knew of the member when they finished, as {"attribute key": [options]} with
    "panel": [slug], so that results can be split and weighted by what was true then.
    """

    __tablename__ = "survey_responses"
    __table_args__ = (
        one_of("state", RESPONSE_STATES),
        UniqueConstraint("survey_id", "member_id"),
        Index("ix_survey_responses_state", "survey_id", "state", "completed_at"),
        Index("ix_survey_responses_held", "held_until"),
    )

    id: Mapped[Id]
    survey_id: Mapped[int] = reference("surveys.id", index=False)
    member_id: Mapped[int] = reference("members.id")
    # The panel through which the member was asked: their first of the survey's panels.
    panel_id: Mapped[int] = reference("panels.id")
    state: Mapped[str] = word(default="started")
    seed: Mapped[int]
    locale: Mapped[str] = word(10)
    page: Mapped[int] = mapped_column(default=1)
    started_at: Mapped[Moment] = mapped_column(default=clock.now)
    last_at: Mapped[Moment] = mapped_column(default=clock.now)
    completed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # Time spent on the pages, a stay counted for ten minutes at most.
    seconds: Mapped[float] = mapped_column(Float(53), default=0.0)
    # The codes of the questions that were asked: whose times may be compared.
    path: Mapped[str] = mapped_column(Text, default="")
    cell_id: Mapped[int | None] = reference("survey_cells.id", ondelete="SET NULL")
    # Until when a place in the cell is held for somebody who is still answering.
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    profile: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    weight: Mapped[float | None] = mapped_column(Float(53))
    excluded_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # On how many different things its flags rest; with enough of them a person has to look, unless one has
    # decided when these flags stood already.
    flag_count: Mapped[int] = mapped_column(SmallInteger, default=0, server_default=sql("0"))
    needs_look: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    # What the member wrote when they were told that it does not count; it brings it before staff again.
    reply: Mapped[str] = mapped_column(Text, default="", server_default=sql("''"))
    replied_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    member: Mapped[Member] = relationship()


class Answer(Base):
    """What a response says to one question, as its kind writes it, in the version that was asked."""

    __tablename__ = "survey_answers"
    __table_args__ = (UniqueConstraint("response_id", "question_id"),)

    id: Mapped[Id]
    response_id: Mapped[int] = reference("survey_responses.id", index=False)
    question_id: Mapped[int] = reference("survey_questions.id")
    version_id: Mapped[int] = reference("survey_question_versions.id", ondelete="RESTRICT", index=False)
    value: Mapped[dict[str, Any]] = mapped_column(JSON)
    answered_at: Mapped[Moment] = mapped_column(default=clock.now)


class ResponseFlag(Base):
    """Something about a response that a person should look at; one flag alone says nothing."""

    __tablename__ = "survey_response_flags"
    __table_args__ = (one_of("kind", FLAGS), UniqueConstraint("response_id", "kind"))

    id: Mapped[Id]
    response_id: Mapped[int] = reference("survey_responses.id", index=False)
    kind: Mapped[str] = word()
    # The figures or words it rests on.
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    found_at: Mapped[Moment] = mapped_column(default=clock.now)


class ResponseDecision(Base):
    """What a person decided about a response, and why; the database refuses to change or delete it."""

    __tablename__ = "survey_response_decisions"
    __table_args__ = (one_of("decision", DECISIONS),)

    id: Mapped[Id]
    # No cascade: a decision outlives the answers it was about.
    response_id: Mapped[int] = reference("survey_responses.id", ondelete="RESTRICT")
    decided_by_id: Mapped[int] = reference("members.id", ondelete="RESTRICT", index=False)
    decision: Mapped[str] = word()
    reason: Mapped[str] = mapped_column(Text, default="")
    # What the member reads of it; "" leaves them the usual sentence.
    told: Mapped[str] = mapped_column(Text, default="", server_default=sql("''"))
    # The flags that stood at that time.
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    decided_at: Mapped[Moment] = mapped_column(default=clock.now)

    decided_by: Mapped[Member] = relationship()


append_only.attach(table_of(ResponseDecision))
