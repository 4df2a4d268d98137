"""Reports, what they were asked for, the templates and schedules they come from."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.infra import clock
from community.infra.db import Base, Id, Moment, UtcDateTime, one_of, reference, word
from community.members.models import Member

KINDS = ("voice", "ideas", "loop", "portrait", "surveys", "health", "drivers")
REPORT_STATES = ("waiting", "running", "done", "failed", "cancelled")
RHYTHMS = ("weekly", "monthly")
# What a template's period means on the day it is run; "fixed" has its days in the settings.
PERIODS = ("last_week", "last_month", "last_quarter", "last_year", "last_30_days", "last_90_days", "fixed")


class ReportTemplate(Base):
    """A report to be asked for again: its kind and choices, with a period that moves along."""

    __tablename__ = "report_templates"
    __table_args__ = (one_of("kind", KINDS), one_of("period", PERIODS))

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = word()
    # A scope (insights/scope.py) whose days count only if the period is "fixed".
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    period: Mapped[str] = word()
    locale: Mapped[str] = word(10)
    made_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL")
    made_at: Mapped[Moment] = mapped_column(default=clock.now)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    made_by: Mapped[Member | None] = relationship(foreign_keys=[made_by_id])


class ReportSchedule(Base):
    """A template that is run by the clock; each recipient gets a mail with a link, which checks rights."""

    __tablename__ = "report_schedules"
    __table_args__ = (one_of("rhythm", RHYTHMS),)

    id: Mapped[Id]
    template_id: Mapped[int] = reference("report_templates.id")
    rhythm: Mapped[str] = word()
    # None while it is paused.
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime(), index=True)
    made_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    made_at: Mapped[Moment] = mapped_column(default=clock.now)

    template: Mapped[ReportTemplate] = relationship()


class ReportRecipient(Base):
    """Somebody who is told when a scheduled report is there."""

    __tablename__ = "report_recipients"

    schedule_id: Mapped[int] = reference("report_schedules.id", primary_key=True)
    member_id: Mapped[int] = reference("members.id", primary_key=True, index=True)

    member: Mapped[Member] = relationship()


class Report(Base):
    """A report that was asked for: how far it is, and once it is done its frozen snapshot."""

    __tablename__ = "reports"
    __table_args__ = (
        one_of("kind", KINDS),
        one_of("state", REPORT_STATES),
        Index("ix_reports_asked", "asked_at", "id"),
        # The workers look for what is owed, of which there is little.
        Index(
            "ix_reports_owed",
            "id",
            sqlite_where=sql("state IN ('waiting', 'running')"),
            postgresql_where=sql("state IN ('waiting', 'running')"),
        ),
        # A schedule owes one report per occasion, however many workers ask.
        UniqueConstraint("schedule_id", "due_at"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = word()
    title: Mapped[str] = mapped_column(String(160))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON)
    # The language of its words, fixed: the same snapshot gives the same files.
    locale: Mapped[str] = word(10)
    template_id: Mapped[int | None] = reference("report_templates.id", ondelete="SET NULL")
    schedule_id: Mapped[int | None] = reference("report_schedules.id", ondelete="SET NULL", index=False)
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    asked_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL")
    asked_at: Mapped[Moment] = mapped_column(default=clock.now)
    state: Mapped[str] = word(default="waiting")
    # Who works on it holds it until then; a worker that was killed lets go by itself.
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    attempt_count: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    step_count: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    done_count: Mapped[int] = mapped_column(default=0, server_default=sql("0"))
    cancel_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # The moment of the data: everything in it was true then.
    data_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    item_count: Mapped[int | None]
    people_count: Mapped[int | None]
    # figures.to_json without the quotes, and its fingerprint.
    snapshot: Mapped[str | None] = mapped_column(Text, deferred=True)
    fingerprint: Mapped[str] = mapped_column(String(64), default="", server_default=sql("''"))
    error: Mapped[str] = mapped_column(String(200), default="", server_default=sql("''"))

    asked_by: Mapped[Member | None] = relationship(foreign_keys=[asked_by_id])
    template: Mapped[ReportTemplate | None] = relationship()


class ReportPanel(Base):
    """A panel whose people are in a report: whoever may not read all of them may not read it."""

    __tablename__ = "report_panels"

    report_id: Mapped[int] = reference("reports.id", primary_key=True)
    panel_id: Mapped[int] = reference("panels.id", primary_key=True, index=True)


class ReportChart(Base):
    """A chart of a report as SVG, drawn once by the worker."""

    __tablename__ = "report_charts"

    report_id: Mapped[int] = reference("reports.id", primary_key=True)
    figure: Mapped[str] = mapped_column(String(80), primary_key=True)
    svg: Mapped[str] = mapped_column(Text)


class ReportQuote(Base):
    """Words quoted in a report; shown while their author agrees and the text stands (queries/quotes.py)."""

    __tablename__ = "report_quotes"
    __table_args__ = (Index("ix_report_quotes_report", "report_id", "figure", "position"),)

    id: Mapped[Id]
    report_id: Mapped[int] = reference("reports.id", index=False)
    figure: Mapped[str] = mapped_column(String(80))
    position: Mapped[int]
    item_id: Mapped[int] = reference("feedback_items.id")
    text: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(10), default="", server_default=sql("''"))
    sentiment: Mapped[str] = mapped_column(String(10), default="", server_default=sql("''"))
