"""Surveys, the panels they are asked in, and their questions in versions."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.infra import clock
from community.infra.db import Base, Id, Moment, UtcDateTime, one_of, reference, word
from community.members.models import Member
from community.panels.models import Panel, Segment

# A poll is one question above a board; an idea survey asks those around one idea.
SURVEY_KINDS = ("survey", "poll", "idea")
STATES = ("draft", "preview", "open", "closed", "told_back")
SAMPLINGS = ("everyone", "random", "quotas")
ASKED_OF = ("supporters", "unconvinced")
QUESTION_KINDS = (
    "single", "several", "yes_no", "rating5", "rating7", "nps", "csat", "ces", "number", "date",
    "short_text", "long_text", "ranking", "matrix", "allocation", "maxdiff", "kano", "pairwise",
    "opinions", "moment", "picture",
)  # fmt: skip


class SurveyPanel(Base):
    """A panel whose members a survey asks."""

    __tablename__ = "survey_panels"

    survey_id: Mapped[int] = reference("surveys.id", primary_key=True)
    panel_id: Mapped[int] = reference("panels.id", primary_key=True, index=True)

    panel: Mapped[Panel] = relationship(lazy="joined", innerjoin=True)


class Survey(Base):
    """What the company asks, of whom, and where it stands.

    Texts map locale to words in the survey's `languages`. `is_long` surveys are followed by a rest (see
    ContactBudget). A wave points to the first survey of its series; questions of waves share their codes.
    """

    __tablename__ = "surveys"
    __table_args__ = (
        one_of("kind", SURVEY_KINDS),
        one_of("state", STATES),
        one_of("sampling", SAMPLINGS),
        one_of("asked_of", ASKED_OF),
        CheckConstraint("points >= 0", name="points_natural"),
        CheckConstraint("completed_count >= 0", name="completed_count_natural"),
        CheckConstraint("started_count >= 0", name="started_count_natural"),
        CheckConstraint("excluded_count >= 0", name="excluded_count_natural"),
        Index("ix_surveys_state", "state", "closes_at"),
        UniqueConstraint("series_id", "wave"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = word(default="survey")
    state: Mapped[str] = word(default="draft")
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    # "What we will do with your answers."
    purpose: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    thanks: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    languages: Mapped[list[str]] = mapped_column(JSON)
    owner_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL")
    idea_id: Mapped[int | None] = reference("ideas.id")
    asked_of: Mapped[str | None] = word()
    segment_id: Mapped[int | None] = reference("segments.id", ondelete="RESTRICT")

    sampling: Mapped[str] = word(default="everyone")
    sample_size: Mapped[int | None]
    # Decides who is drawn; kept, so that a draw can be shown to have been one.
    sample_seed: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    points: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    minutes: Mapped[int] = mapped_column(default=2, server_default=text("2"))
    shuffles_questions: Mapped[bool] = mapped_column(default=False)
    # Whether those who have answered see what all answered.
    shows_results: Mapped[bool] = mapped_column(default=False)
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    series_id: Mapped[int | None] = reference("surveys.id", ondelete="RESTRICT", index=False)
    wave: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    weight_targets_id: Mapped[int | None] = reference("weight_targets.id", ondelete="RESTRICT", index=False)

    # "What we heard and what we do", as Markdown and as it was cleaned when it was stored.
    heard: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    heard_html: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)

    invited_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    started_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    completed_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    excluded_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    # Results are computed anew while `tallied_at` is not the change that was last made. It is what the change
    # said, not when the computing was done: an answer that is committed meanwhile then still counts as new.
    answers_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    tallied_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # The `answers_changed_at` up to which responses were looked through for flags.
    flagged_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # Not before this time: a worker is at it, or has only just been.
    tally_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # What belongs to no single question: weighting report, medians of time, groups of members (see tallies).
    summary: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    created_at: Mapped[Moment] = mapped_column(default=clock.now)
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    told_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    owner: Mapped[Member | None] = relationship(foreign_keys=[owner_id])
    segment: Mapped[Segment | None] = relationship()
    panels: Mapped[list[SurveyPanel]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by=SurveyPanel.panel_id
    )

    @property
    def panel_ids(self) -> list[int]:
        """The panels whose members are asked."""
        return [row.panel_id for row in self.panels]

    @property
    def only_panel_id(self) -> int | None:
        """Its panel if it asks the members of one alone."""
        return self.panels[0].panel_id if len(self.panels) == 1 else None


class Question(Base):
    """A place in a survey; what it asks stands in its versions, of which `version` is the one asked now.

    `code` names it in conditions, piping, exports and waves. `condition` as in surveys/logic.py.
    """

    __tablename__ = "survey_questions"
    __table_args__ = (
        one_of("kind", QUESTION_KINDS),
        UniqueConstraint("survey_id", "code"),
        CheckConstraint("page >= 1", name="page_positive"),
    )

    id: Mapped[Id]
    survey_id: Mapped[int] = reference("surveys.id", index=False)
    code: Mapped[str] = word(40)
    kind: Mapped[str] = word()
    page: Mapped[int] = mapped_column(default=1)
    position: Mapped[int] = mapped_column(default=0)
    is_required: Mapped[bool] = mapped_column(default=True)
    shuffles_options: Mapped[bool] = mapped_column(default=False)
    condition: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(default=1)
    # Taken out while the survey was open: no longer asked, its answers stay.
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class QuestionVersion(Base):
    """What a question said at one time; `options` and `settings` as its kind writes them (surveys/kinds)."""

    __tablename__ = "survey_question_versions"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    id: Mapped[Id]
    question_id: Mapped[int] = reference("survey_questions.id", index=False)
    number: Mapped[int]
    text: Mapped[dict[str, str]] = mapped_column(JSON)
    hint: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    # [{"key": …, "text": {locale: words}, "is_other": true?}]
    options: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # Why it was changed while the survey was open.
    note: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[Moment] = mapped_column(default=clock.now)
    made_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
