"""What gives points: the programme's settings, rules in versions, awards, referrals and closed circles."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Float, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.infra import clock
from community.infra.db import Base, BigId, Id, Moment, UtcDateTime, one_of, reference, word
from community.members.models import Member

AWARD_STATES = ("pending", "matured", "denied", "clawed_back", "nothing")
GATES = ("none", "acceptance")
RING_STATES = ("open", "dismissed", "upheld")


class Programme(Base):
    """The one row of settings of the loyalty programme; money is in the currency's smallest unit."""

    __tablename__ = "loyalty_programme"

    id: Mapped[Id]
    is_open: Mapped[bool] = mapped_column(default=True)
    # None is without limit.
    points_per_day: Mapped[int | None] = mapped_column(default=100)
    points_per_month: Mapped[int | None] = mapped_column(default=1000)
    budget_per_month: Mapped[int | None]
    most_in_wallet: Mapped[int | None]
    valid_months: Mapped[int | None] = mapped_column(default=24)
    # Points that had expired when a redemption that came to nothing gave them back live so long.
    grace_days: Mapped[int] = mapped_column(default=30)
    currency: Mapped[str] = mapped_column(String(3), default="EUR")
    cost_per_thousand: Mapped[int] = mapped_column(default=500)
    # Share of points that will be spent one day, until closed cohorts say better.
    expected_redemption: Mapped[float] = mapped_column(Float(53), default=0.8)
    # A manual adjustment above it needs a second person.
    adjustment_limit: Mapped[int] = mapped_column(default=200)
    # Tiers: see loyalty/tiers.py.
    tier_window_days: Mapped[int] = mapped_column(default=365)
    tier_period_months: Mapped[int] = mapped_column(default=3)
    tier_keep_share: Mapped[float] = mapped_column(Float(53), default=0.8)
    tier_grace_days: Mapped[int] = mapped_column(default=30)
    # A circle is looked at when so many marks went round in 90 days.
    ring_minimum: Mapped[int] = mapped_column(default=8)


class RuleVersion(Base):
    """What one kind of contribution gives, from `made_at` until the next version; never changed.

    `rule` is a key of loyalty/contributions.py. `points` None: as the source says (a survey's own points).
    """

    __tablename__ = "earning_rule_versions"
    __table_args__ = (
        UniqueConstraint("rule", "number"),
        one_of("gate", GATES),
        CheckConstraint("points IS NULL OR points >= 0", name="points_natural"),
        CheckConstraint("decay > 0 AND decay <= 1", name="decay_share"),
        CheckConstraint("first_bonus >= 0", name="first_bonus_natural"),
    )

    id: Mapped[Id]
    rule: Mapped[str] = word(40)
    number: Mapped[int]
    is_on: Mapped[bool] = mapped_column(default=True)
    points: Mapped[int | None]
    per_day: Mapped[int | None]
    per_week: Mapped[int | None]
    # The k-th like contribution within `decay_days` gives floor(points * decay^(k-1)).
    decay: Mapped[float] = mapped_column(Float(53), default=1.0)
    decay_days: Mapped[int] = mapped_column(default=7)
    # Once, for the first one of a member's life.
    first_bonus: Mapped[int] = mapped_column(default=0)
    gate: Mapped[str] = word(default="acceptance")
    # Accepted by so many distinct members, or after so many days that nothing spoke against it. None: not so.
    supporters_needed: Mapped[int | None]
    wait_days: Mapped[int | None]
    # So many awards, or marks that count, per pair of members in 30 days.
    per_pair: Mapped[int | None]
    # Members who hold a role earn nothing unless this says so.
    staff_earn: Mapped[bool] = mapped_column(default=False)
    qualifies: Mapped[bool] = mapped_column(default=True)
    made_at: Mapped[Moment] = mapped_column(default=clock.now)
    made_by_id: Mapped[int | None] = reference("members.id", ondelete="RESTRICT", index=False)

    def gives_to(self, member: Member) -> bool:
        """Whether it gives the member anything at present: those with a role only if it says so."""
        return self.is_on and (self.staff_earn or not member.is_staff)


class Award(Base):
    """Thanks for one contribution of one member, from waiting to given, or why not.

    It is what may be told and forgotten (title, path, note); the ledger holds only numbers and refers to it.
    """

    __tablename__ = "awards"
    __table_args__ = (
        one_of("state", AWARD_STATES),
        CheckConstraint("points >= 0 AND bonus >= 0 AND bonus <= points", name="points_natural"),
        CheckConstraint("state IN ('nothing', 'denied') OR points > 0", name="points_given"),
        CheckConstraint("round > 0", name="round_natural"),
        UniqueConstraint("rule", "source_type", "source_id", "member_id", "round"),
        Index("ix_awards_source", "source_type", "source_id"),
        Index("ix_awards_member", "member_id", "state", "id"),
        Index("ix_awards_limits", "member_id", "rule", "earned_at"),
        Index("ix_awards_waiting", "state", "waits_until"),
        Index("ix_awards_earned", "earned_at"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id", ondelete="RESTRICT", index=False)
    rule: Mapped[str] = word(40)
    rule_version_id: Mapped[int] = reference("earning_rule_versions.id", ondelete="RESTRICT", index=False)
    source_type: Mapped[str] = word(40)
    source_id: Mapped[int] = mapped_column(BigId)
    # What was taken back by mistake is given once more, as a further round of the same.
    round: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    panel_id: Mapped[int | None] = reference("panels.id", ondelete="SET NULL")
    # Whom the contribution was for (an inviter's friend); caps per pair rest on it.
    counterpart_id: Mapped[int | None] = reference("members.id", ondelete="RESTRICT")
    title: Mapped[str] = mapped_column(String(160), default="")
    path: Mapped[str] = mapped_column(String(200), default="")
    # All that it gives, the bonus for a first time included.
    points: Mapped[int]
    bonus: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = word(default="pending")
    # A word of loyalty/reasons.py: why it was given, or was not.
    reason: Mapped[str] = word(40, default="")
    # The limit, a word of the same list, that made it smaller than the rule says.
    limited_by: Mapped[str] = word(40, default="", server_default=text("''"))
    # What staff wrote to the member.
    note: Mapped[str] = mapped_column(Text, default="")
    earned_at: Mapped[Moment] = mapped_column(default=clock.now)
    # When waiting alone is enough.
    waits_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    decided_by_id: Mapped[int | None] = reference("members.id", ondelete="RESTRICT", index=False)

    version: Mapped[RuleVersion] = relationship(lazy="joined", innerjoin=True)
    member: Mapped[Member] = relationship(foreign_keys=[member_id])


class ReferralLink(Base):
    """The code in a member's own link for friends."""

    __tablename__ = "referral_links"

    member_id: Mapped[int] = reference("members.id", ondelete="CASCADE", primary_key=True)
    code: Mapped[str] = mapped_column(String(24), unique=True)
    made_at: Mapped[Moment] = mapped_column(default=clock.now)


class Referral(Base):
    """A friend who came by a member's link; `active_at` once they have become active, which counts once."""

    __tablename__ = "referrals"
    __table_args__ = (CheckConstraint("friend_id <> inviter_id", name="not_oneself"),)

    friend_id: Mapped[int] = reference("members.id", ondelete="CASCADE", primary_key=True)
    inviter_id: Mapped[int] = reference("members.id", ondelete="CASCADE")
    joined_at: Mapped[Moment] = mapped_column(default=clock.now)
    active_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Ring(Base):
    """A member whose marks go round in a small circle, for a person to look at (methods 4.1).

    `reciprocity` and `concentration` are shares from 0 to 1 over the last 90 days, `volume` counts marks.
    """

    __tablename__ = "loyalty_rings"
    __table_args__ = (
        one_of("state", RING_STATES),
        Index(
            "uq_loyalty_rings_open",
            "member_id",
            unique=True,
            sqlite_where=text("state <> 'dismissed'"),
            postgresql_where=text("state <> 'dismissed'"),
        ),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id", ondelete="CASCADE")
    reciprocity: Mapped[float] = mapped_column(Float(53))
    concentration: Mapped[float] = mapped_column(Float(53))
    volume: Mapped[int]
    # While it is open or upheld, marks between these members count for nothing.
    partner_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    found_at: Mapped[Moment] = mapped_column(default=clock.now)
    state: Mapped[str] = word(default="open")
    note: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    decided_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)

    member: Mapped[Member] = relationship(foreign_keys=[member_id])
