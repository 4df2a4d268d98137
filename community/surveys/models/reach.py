"""Whom a survey reaches: places per cell, who was drawn and told, and how often members may be asked."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from community.infra import clock
from community.infra.db import Base, Id, Moment, UtcDateTime, reference


class SurveyCell(Base):
    """Places for one kind of member (`rule` as in a segment), held while answering, then used or returned."""

    __tablename__ = "survey_cells"
    __table_args__ = (
        CheckConstraint("held_count >= 0", name="held_count_natural"),
        CheckConstraint("completed_count >= 0", name="completed_count_natural"),
        CheckConstraint("target_count >= 0", name="target_count_natural"),
    )

    id: Mapped[Id]
    survey_id: Mapped[int] = reference("surveys.id")
    name: Mapped[str] = mapped_column(String(80))
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    target_count: Mapped[int]
    held_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    completed_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    position: Mapped[int] = mapped_column(default=0)

    @property
    def taken_count(self) -> int:
        """Places that are held or filled."""
        return self.held_count + self.completed_count


class SurveyInvitation(Base):
    """A member who was drawn for a survey; told as soon as the contact budget allows, reminded once."""

    __tablename__ = "survey_invitations"
    __table_args__ = (
        UniqueConstraint("survey_id", "member_id"),
        Index("ix_survey_invitations_told", "member_id", "told_at"),
        Index("ix_survey_invitations_untold", "survey_id", "told_at"),
    )

    id: Mapped[Id]
    survey_id: Mapped[int] = reference("surveys.id", index=False)
    member_id: Mapped[int] = reference("members.id", index=False)
    drawn_at: Mapped[Moment] = mapped_column(default=clock.now)
    told_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class ContactBudget(Base):
    """How often members are asked, over all surveys: one row, the site's."""

    __tablename__ = "contact_budget"

    id: Mapped[Id]
    # At most so many invitations in so many days per member.
    invitation_limit: Mapped[int] = mapped_column(default=4, server_default=text("4"))
    per_days: Mapped[int] = mapped_column(default=30, server_default=text("30"))
    # After a survey of so many minutes a member is left in peace for so many days.
    long_minutes: Mapped[int] = mapped_column(default=10, server_default=text("10"))
    rest_days: Mapped[int] = mapped_column(default=14, server_default=text("14"))
    remind_after_days: Mapped[int] = mapped_column(default=3, server_default=text("3"))
