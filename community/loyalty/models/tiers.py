"""Tiers, where each member stands, and every step up or down."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.infra import clock
from community.infra.db import Base, Id, Moment, UtcDateTime, one_of, reference, word

TIER_LOOKS = ("plain", "silver", "gold", "green")
TIER_REASONS = ("reached", "period_ended", "edited")


class Tier(Base):
    """A step of the programme; `name` and `benefits` map locale to text, the lowest threshold is 0."""

    __tablename__ = "loyalty_tiers"
    __table_args__ = (
        one_of("look", TIER_LOOKS),
        CheckConstraint("threshold >= 0 AND active_months >= 0", name="thresholds_natural"),
    )

    id: Mapped[Id]
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    benefits: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    # Qualifying points within the window, and months of it with any.
    threshold: Mapped[int] = mapped_column(unique=True)
    active_months: Mapped[int] = mapped_column(default=0)
    look: Mapped[str] = word(default="plain")
    # Whoever was counted before is counted anew.
    changed_at: Mapped[Moment] = mapped_column(default=clock.now)


class TierStanding(Base):
    """Where a member stands; members without a row stand on the lowest tier.

    `grace_until` is set at a period's end that they did not reach: then they go down one step if it stays so.
    """

    __tablename__ = "tier_standings"

    member_id: Mapped[int] = reference("members.id", ondelete="CASCADE", primary_key=True)
    tier_id: Mapped[int] = reference("loyalty_tiers.id", ondelete="RESTRICT")
    since: Mapped[Moment] = mapped_column(default=clock.now)
    # Qualifying points when they were last counted.
    score: Mapped[int] = mapped_column(default=0)
    counted_at: Mapped[Moment] = mapped_column(default=clock.now, index=True)
    grace_until: Mapped[datetime | None] = mapped_column(UtcDateTime(), index=True)

    tier: Mapped[Tier] = relationship(lazy="joined", innerjoin=True)


class TierChange(Base):
    """A step up or down and why."""

    __tablename__ = "tier_changes"
    __table_args__ = (one_of("reason", TIER_REASONS), Index("ix_tier_changes_member", "member_id", "id"))

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id", ondelete="CASCADE", index=False)
    from_tier_id: Mapped[int | None] = reference("loyalty_tiers.id", ondelete="SET NULL", index=False)
    to_tier_id: Mapped[int | None] = reference("loyalty_tiers.id", ondelete="SET NULL", index=False)
    score: Mapped[int]
    reason: Mapped[str] = word()
    at: Mapped[Moment] = mapped_column(default=clock.now)
