"""Requests for one's own data, being forgotten, and how long things are kept."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.infra import clock
from community.infra.db import Base, Id, Moment, UtcDateTime, one_of, reference, word
from community.members.models import Member

DATA_STATES = ("owed", "done", "failed")
# What is forgotten by itself after some months; None as panel means what belongs to no panel.
KEPT_THINGS = ("removed_texts", "imported_texts", "survey_answers", "case_talk", "notices", "sign_ins")


class DataFile(Base):
    """A copy of all that is held about a member, made by the worker and kept for a few days."""

    __tablename__ = "data_files"
    __table_args__ = (one_of("state", DATA_STATES),)

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id")
    state: Mapped[str] = word(default="owed")
    error: Mapped[str] = mapped_column(String(200), default="")
    file_key: Mapped[str | None] = mapped_column(String(32))
    size: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[Moment] = mapped_column(default=clock.now)
    ready_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    member: Mapped[Member] = relationship()


class Erasure(Base):
    """A member's wish to be forgotten, carried out by the worker; it can be called off until `due_at`."""

    __tablename__ = "erasures"
    __table_args__ = (
        one_of("state", ("waiting", "called_off", "done")),
        Index(
            "uq_erasures_waiting",
            "member_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id")
    keeps_texts: Mapped[bool]
    state: Mapped[str] = word(default="waiting")
    asked_at: Mapped[Moment] = mapped_column(default=clock.now)
    due_at: Mapped[Moment]
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # Domain → how many rows were removed, emptied or kept without a name.
    report: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class RetentionRule(Base):
    """After how many months something is forgotten, in one panel or on the site."""

    __tablename__ = "retention_rules"
    __table_args__ = (
        one_of("what", KEPT_THINGS),
        CheckConstraint("months >= 1", name="months_natural"),
        UniqueConstraint("panel_id", "what"),
        Index(
            "uq_retention_rules_site",
            "what",
            unique=True,
            sqlite_where=text("panel_id IS NULL"),
            postgresql_where=text("panel_id IS NULL"),
        ),
    )

    id: Mapped[Id]
    panel_id: Mapped[int | None] = reference("panels.id", index=False)
    what: Mapped[str] = word()
    months: Mapped[int]
    changed_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    changed_at: Mapped[Moment] = mapped_column(default=clock.now)
