"""What answers come to: stored tallies, weighting targets, frozen comparisons, files to take away."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Date, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from community.infra import clock
from community.infra.db import Base, Id, Moment, UtcDateTime, one_of, reference, word

METRICS = ("share", "mean", "nps")
EXPORT_FORMATS = ("csv", "xlsx", "sav")
EXPORT_STATES = ("waiting", "done", "failed")


class Tally(Base):
    """The result of one question for all or for one `cut` ("attribute:key=option", "panel=slug"); "" is all.

    `data` is what the question's kind counts (surveys/tallies), plain and weighted; `n` how many answered it.
    """

    __tablename__ = "survey_tallies"
    __table_args__ = (UniqueConstraint("question_id", "cut"),)

    id: Mapped[Id]
    question_id: Mapped[int] = reference("survey_questions.id", index=False)
    cut: Mapped[str] = mapped_column(String(120), default="")
    n: Mapped[int]
    data: Mapped[dict[str, Any]] = mapped_column(JSON)
    computed_at: Mapped[Moment] = mapped_column(default=clock.now)


class WeightTargets(Base):
    """What the customer base looks like, who says so and for when; never changed, only followed by another.

    `margins` is a list of {"attribute": key, "targets": {option: share}}; the shares of each add up to 1.
    """

    __tablename__ = "weight_targets"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(String(200))
    as_of: Mapped[date] = mapped_column(Date)
    margins: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    created_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    created_at: Mapped[Moment] = mapped_column(default=clock.now)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Comparison(Base):
    """A claim about what will change between two waves, frozen before the change ships, and what was found.

    Cuts as in Tally: `cut` whom it is about, `untouched_cut` whom the change does not reach.
    """

    __tablename__ = "survey_comparisons"
    __table_args__ = (one_of("metric", METRICS), one_of("expects", ("up", "down", "any")))

    id: Mapped[Id]
    before_id: Mapped[int] = reference("surveys.id")
    after_id: Mapped[int | None] = reference("surveys.id", ondelete="SET NULL")
    hypothesis: Mapped[str] = mapped_column(Text)
    question_code: Mapped[str] = word(40)
    metric: Mapped[str] = word()
    # The options whose share is meant.
    options: Mapped[list[str]] = mapped_column(JSON, default=list)
    expects: Mapped[str] = word(default="any")
    cut: Mapped[str] = mapped_column(String(120), default="")
    untouched_cut: Mapped[str] = mapped_column(String(120), default="")
    change_on: Mapped[date | None] = mapped_column(Date)
    created_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    created_at: Mapped[Moment] = mapped_column(default=clock.now)
    frozen_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    frozen_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    measured_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class SurveyExport(Base):
    """A file with one row per response that somebody asked for; made by the worker."""

    __tablename__ = "survey_exports"
    __table_args__ = (one_of("format", EXPORT_FORMATS), one_of("state", EXPORT_STATES))

    id: Mapped[Id]
    survey_id: Mapped[int] = reference("surveys.id")
    format: Mapped[str] = word()
    locale: Mapped[str] = word(10)
    state: Mapped[str] = word(default="waiting")
    key: Mapped[str | None] = mapped_column(String(32))
    row_count: Mapped[int | None]
    asked_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    asked_at: Mapped[Moment] = mapped_column(default=clock.now)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
