"""Files to take away: of one report, or of all feedback in a scope."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Boolean, CheckConstraint, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.infra import clock
from community.infra.db import Base, BigId, Id, Moment, UtcDateTime, one_of, reference, word
from community.insights.models.reports import Report
from community.members.models import Member

FILE_FORMATS = ("html", "pdf", "xlsx", "csv", "parquet", "json", "jsonl")
FILE_STATES = ("waiting", "running", "done", "failed", "cancelled")


class InsightFile(Base):
    """A file that was asked for and is made by a worker: of a report, or else of the feedback of a scope."""

    __tablename__ = "insight_files"
    __table_args__ = (
        one_of("format", FILE_FORMATS),
        one_of("state", FILE_STATES),
        # A file of feedback says which; one of a report needs no scope of its own.
        CheckConstraint("(report_id IS NULL) = (settings IS NOT NULL)", name="of_one_thing"),
        Index(
            "ix_insight_files_owed",
            "id",
            sqlite_where=text("state IN ('waiting', 'running')"),
            postgresql_where=text("state IN ('waiting', 'running')"),
        ),
        Index("ix_insight_files_asked", "asked_by_id", "asked_at"),
    )

    id: Mapped[Id]
    report_id: Mapped[int | None] = reference("reports.id")
    # A scope (insights/scope.py), for a file of feedback.
    settings: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    format: Mapped[str] = word()
    locale: Mapped[str] = word(10)
    # CSV that opens as UTF-8 in old spreadsheets.
    has_bom: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    # Names and addresses of authors, for those whose role may see them (policy.py).
    has_people: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    state: Mapped[str] = word(default="waiting")
    held_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    attempt_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    # Rows: how many there are to be, and how many are written.
    row_count: Mapped[int | None]
    done_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    cancel_asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    key: Mapped[str | None] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(160), default="", server_default=text("''"))
    byte_count: Mapped[int | None] = mapped_column(BigId)
    asked_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    asked_at: Mapped[Moment] = mapped_column(default=clock.now)
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # Which quotes are in a file of a report (files/material.py): once one is taken back, the file goes.
    quotes_mark: Mapped[str] = mapped_column(String(64), default="", server_default=text("''"))
    error: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))

    report: Mapped[Report | None] = relationship()
    asked_by: Mapped[Member | None] = relationship(foreign_keys=[asked_by_id])
