"""Rewards, the codes of vouchers, and who redeemed what."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.infra import clock
from community.infra.db import Base, Id, Moment, UtcDateTime, one_of, reference, word
from community.loyalty.models.tiers import Tier
from community.members.models import Member
from community.panels.models import Panel

REWARD_KINDS = ("voucher", "donation", "physical", "early_access", "coffee")
REWARD_STATES = ("draft", "offered", "withdrawn")
REDEMPTION_STATES = ("waiting", "fulfilled", "released")


class Reward(Base):
    """Something points can be spent on; `name`, `text` and `handover` map locale to text.

    `stock_left` is how many may still be taken (None: no end); a voucher's is its number of free codes.
    """

    __tablename__ = "rewards"
    __table_args__ = (
        one_of("kind", REWARD_KINDS),
        one_of("state", REWARD_STATES),
        CheckConstraint("cost > 0", name="cost_positive"),
        CheckConstraint("stock_left IS NULL OR stock_left >= 0", name="stock_natural"),
        CheckConstraint("kind <> 'voucher' OR stock_left IS NOT NULL", name="voucher_counted"),
        CheckConstraint("per_member IS NULL OR per_member > 0", name="per_member_positive"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = word()
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    text: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    # What the member is told once it is theirs.
    handover: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    picture_key: Mapped[str | None] = mapped_column(String(32))
    # What the picture shows, by locale.
    picture_text: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    cost: Mapped[int]
    # What one costs the company, in the smallest unit of the programme's currency.
    unit_cost: Mapped[int | None]
    stock_left: Mapped[int | None]
    # So many per member, in so many days (None: ever).
    per_member: Mapped[int | None]
    per_days: Mapped[int | None]
    # Only from this tier up, only for this panel's members, only in this time.
    tier_id: Mapped[int | None] = reference("loyalty_tiers.id", ondelete="RESTRICT")
    panel_id: Mapped[int | None] = reference("panels.id", ondelete="CASCADE")
    opens_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    closes_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    state: Mapped[str] = word(default="draft")
    made_at: Mapped[Moment] = mapped_column(default=clock.now)

    tier: Mapped[Tier | None] = relationship()
    panel: Mapped[Panel | None] = relationship()


class Redemption(Base):
    """A member's wish for a reward: points held until staff hand it over or give the points back.

    `address` is asked for things that are sent, seen by those who send them, and forgotten afterwards.
    """

    __tablename__ = "redemptions"
    __table_args__ = (
        one_of("state", REDEMPTION_STATES),
        CheckConstraint("quantity > 0 AND cost > 0", name="quantity_positive"),
        # The same form sent twice is one redemption.
        UniqueConstraint("member_id", "form_key"),
        Index("ix_redemptions_queue", "state", "asked_at"),
        Index("ix_redemptions_limit", "reward_id", "member_id", "asked_at"),
    )

    id: Mapped[Id]
    reward_id: Mapped[int] = reference("rewards.id", ondelete="RESTRICT", index=False)
    member_id: Mapped[int] = reference("members.id", ondelete="RESTRICT", index=False)
    form_key: Mapped[str] = mapped_column(String(32))
    quantity: Mapped[int] = mapped_column(default=1)
    # All points, as the reward cost then.
    cost: Mapped[int]
    hold_id: Mapped[int] = reference("point_holds.id", ondelete="RESTRICT", index=False, unique=True)
    state: Mapped[str] = word(default="waiting")
    address: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # What staff wrote to the member with what they decided.
    message: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    asked_at: Mapped[Moment] = mapped_column(default=clock.now)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    decided_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)

    reward: Mapped[Reward] = relationship(lazy="joined", innerjoin=True)
    member: Mapped[Member] = relationship(foreign_keys=[member_id])


class VoucherCode(Base):
    """One code of a voucher, given to one redemption at most."""

    __tablename__ = "voucher_codes"
    __table_args__ = (UniqueConstraint("reward_id", "code"),)

    id: Mapped[Id]
    reward_id: Mapped[int] = reference("rewards.id", index=False)
    code: Mapped[str] = mapped_column(String(100))
    redemption_id: Mapped[int | None] = reference("redemptions.id", ondelete="RESTRICT")


# The next free code is found without reading those that are gone.
Index(
    "ix_voucher_codes_free",
    VoucherCode.reward_id,
    VoucherCode.id,
    sqlite_where=VoucherCode.redemption_id.is_(None),
    postgresql_where=VoucherCode.redemption_id.is_(None),
)
