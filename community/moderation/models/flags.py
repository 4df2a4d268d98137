"""What members object to, and what was imposed on members."""

from datetime import datetime

from sqlalchemy import Float, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.infra import clock
from community.infra.db import Base, BigId, Id, Moment, UtcDateTime, one_of, reference, word
from community.members.models import Member
from community.moderation.models.queue import SUBJECTS
from community.panels.models import Panel

FLAG_REASONS = ("spam", "insult", "personal_data", "off_topic", "illegal", "other")
FLAG_OUTCOMES = ("open", "agreed", "disagreed")
SANCTION_KINDS = ("warning", "pause", "suspension")


class Flag(Base):
    """A member's objection to a text, once; `weight` is what it counted when it was made (methods 4.2)."""

    __tablename__ = "flags"
    __table_args__ = (
        one_of("subject_type", SUBJECTS),
        one_of("reason", FLAG_REASONS),
        one_of("outcome", FLAG_OUTCOMES),
        UniqueConstraint("subject_type", "subject_id", "member_id"),
        Index("ix_flags_member", "member_id", "outcome"),
    )

    id: Mapped[Id]
    subject_type: Mapped[str] = word()
    subject_id: Mapped[int] = mapped_column(BigId)
    panel_id: Mapped[int | None] = reference("panels.id")
    author_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL")
    member_id: Mapped[int] = reference("members.id", index=False)
    reason: Mapped[str] = word()
    note: Mapped[str] = mapped_column(Text, default="")
    weight: Mapped[float] = mapped_column(Float(53))
    made_at: Mapped[Moment] = mapped_column(default=clock.now)
    outcome: Mapped[str] = word(default="open")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Sanction(Base):
    """A warning, a pause from writing or a suspension that a member was given, and its end."""

    __tablename__ = "sanctions"
    __table_args__ = (one_of("kind", SANCTION_KINDS),)

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id")
    kind: Mapped[str] = word()
    # A pause in one panel, or everywhere.
    panel_id: Mapped[int | None] = reference("panels.id")
    decision_id: Mapped[int] = reference("moderation_decisions.id")
    given_at: Mapped[Moment] = mapped_column(default=clock.now)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    ended_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)

    member: Mapped[Member] = relationship(foreign_keys=[member_id])
    panel: Mapped[Panel | None] = relationship()
