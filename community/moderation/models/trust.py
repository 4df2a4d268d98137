"""How far a member is trusted: permission, never a reward, and apart from points (methods 4.1)."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from community.infra import append_only, clock
from community.infra.db import Base, Id, Moment, UtcDateTime, reference, word


class TrustStanding(Base):
    """The level a member stands on, and the facts it was counted from; no row is level 0."""

    __tablename__ = "trust_standings"
    __table_args__ = (
        CheckConstraint("level BETWEEN 0 AND 3", name="level_known"),
        CheckConstraint("vouched_level BETWEEN 0 AND 3", name="vouched_level_known"),
    )

    member_id: Mapped[int] = reference("members.id", primary_key=True)
    level: Mapped[int] = mapped_column(default=0)
    since: Mapped[Moment] = mapped_column(default=clock.now)
    # What a moderator vouched for: the level does not sink below it.
    vouched_level: Mapped[int] = mapped_column(default=0)
    vouched_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    counted_at: Mapped[datetime | None] = mapped_column(UtcDateTime(), index=True)


class TrustChange(Base):
    """One step up or down with its reason; the database refuses to change or delete it."""

    __tablename__ = "trust_changes"
    __table_args__ = (Index("ix_trust_changes_member", "member_id", "id"),)

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id", ondelete="RESTRICT", index=False)
    from_level: Mapped[int]
    to_level: Mapped[int]
    # A key of moderation/trust.py: which condition was met or no longer is, or that a moderator vouched.
    reason: Mapped[str] = word()
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[Moment] = mapped_column(default=clock.now)


append_only.attach(TrustChange.__table__)
