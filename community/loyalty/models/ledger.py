"""The books: accounts, transactions that move points between two of them, and the entries that follow."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.infra import clock
from community.infra.db import Base, BigId, Id, Moment, UtcDateTime, one_of, reference, word
from community.loyalty.models import guarding

MEMBER_ACCOUNTS = ("member_pending", "member_available", "member_held")
PROGRAM_ACCOUNTS = (
    "program_issued",
    "program_redeemed",
    "program_expired",
    "program_forfeited",
    "program_adjust",
)
TRANSACTION_KINDS = (
    "earn",
    "mature",
    "deny",
    "hold",
    "capture",
    "release",
    "expire",
    "claw_back",
    "adjust",
)
LOT_STATES = ("pending", "open", "closed")
HOLD_STATES = ("held", "captured", "released")
ALLOCATION_PURPOSES = ("hold", "expire", "claw_back", "adjust", "debt")
ALLOCATION_STATES = ("reserved", "used", "released")


class Wallet(Base):
    """A member's place in the books: whoever changes their points locks this row first."""

    __tablename__ = "loyalty_wallets"

    member_id: Mapped[int] = reference("members.id", ondelete="RESTRICT", primary_key=True)
    opened_at: Mapped[Moment] = mapped_column(default=clock.now)


class LedgerAccount(Base):
    """Where points are: three accounts for each member, five for the programme.

    `balance` is kept by the database itself when an entry is written, for members' accounts only: the
    programme's would be the one row that everybody waits for, and is summed when it is asked for.
    """

    __tablename__ = "ledger_accounts"
    __table_args__ = (
        one_of("kind", (*MEMBER_ACCOUNTS, *PROGRAM_ACCOUNTS)),
        CheckConstraint("(member_id IS NULL) = (kind LIKE 'program%')", name="kind_fits_owner"),
        # Only a claw-back takes more than there is, and only from what was free to spend.
        CheckConstraint("balance >= 0 OR kind = 'member_available'", name="balance_natural"),
        UniqueConstraint("member_id", "kind"),
        Index(
            "uq_ledger_accounts_program",
            "kind",
            unique=True,
            sqlite_where=text("member_id IS NULL"),
            postgresql_where=text("member_id IS NULL"),
        ),
    )

    id: Mapped[Id]
    kind: Mapped[str] = word()
    member_id: Mapped[int | None] = reference("members.id", ondelete="RESTRICT", index=False)
    balance: Mapped[int] = mapped_column(BigId, default=0, server_default=text("0"))


class LedgerTransaction(Base):
    """Points that went from one account to another, once: `key` says which event it was.

    The database writes the two entries itself, so that they sum to zero whoever inserts the row, and
    refuses to change or delete it. What was wrong is put right by a further transaction (`reverses_id`).
    """

    __tablename__ = "ledger_transactions"
    __table_args__ = (
        one_of("kind", TRANSACTION_KINDS),
        CheckConstraint("amount > 0", name="amount_positive"),
        CheckConstraint("debit_account_id <> credit_account_id", name="accounts_differ"),
        Index("ix_ledger_transactions_source", "source_type", "source_id"),
    )

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(160), unique=True)
    # SHA-256 of what is to be moved: the same key with something else in it is refused.
    payload_hash: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = word()
    debit_account_id: Mapped[int] = reference("ledger_accounts.id", ondelete="RESTRICT", index=False)
    credit_account_id: Mapped[int] = reference("ledger_accounts.id", ondelete="RESTRICT", index=False)
    amount: Mapped[int] = mapped_column(BigId)
    member_id: Mapped[int] = reference("members.id", ondelete="RESTRICT", index=False)
    # Who did it; None is the site itself.
    actor_id: Mapped[int | None] = reference("members.id", ondelete="RESTRICT", index=False)
    rule_version_id: Mapped[int | None] = reference(
        "earning_rule_versions.id", ondelete="RESTRICT", index=False
    )
    # What it is for: ("award", 12), ("reward", 3), ("hold", 8), ("adjustment", 5), ("lot", 7).
    source_type: Mapped[str] = word(40)
    source_id: Mapped[int] = mapped_column(BigId)
    effective_at: Mapped[Moment] = mapped_column(default=clock.now)
    posted_at: Mapped[Moment] = mapped_column(default=clock.now)
    reverses_id: Mapped[int | None] = reference(
        "ledger_transactions.id", ondelete="RESTRICT", index=False, unique=True
    )


class LedgerEntry(Base):
    """One side of a transaction, written by the database; `balance_after` only on members' accounts."""

    __tablename__ = "ledger_entries"
    __table_args__ = (
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        UniqueConstraint("transaction_id", "account_id"),
        Index("ix_ledger_entries_account", "account_id", "id"),
    )

    id: Mapped[Id]
    transaction_id: Mapped[int] = reference("ledger_transactions.id", ondelete="RESTRICT", index=False)
    account_id: Mapped[int] = reference("ledger_accounts.id", ondelete="RESTRICT", index=False)
    amount: Mapped[int] = mapped_column(BigId)
    balance_after: Mapped[int | None] = mapped_column(BigId)


class Lot(Base):
    """Points that came together, with one expiry: `granted - reserved - used` of them are free.

    `used` counts what was spent, expired, denied, taken back, adjusted away or paid a debt; a lot is closed
    once all of it is. `clawed_back` of those granted do not count for a tier, whichever lot gave them back.
    """

    __tablename__ = "point_lots"
    __table_args__ = (
        one_of("state", LOT_STATES),
        CheckConstraint("granted > 0", name="granted_positive"),
        CheckConstraint("reserved >= 0 AND used >= 0 AND reserved + used <= granted", name="free_natural"),
        CheckConstraint("clawed_back >= 0 AND clawed_back <= granted", name="clawed_back_granted"),
        CheckConstraint("(state = 'closed') = (used = granted)", name="closed_used"),
        CheckConstraint("state <> 'pending' OR (reserved = 0 AND used = 0)", name="pending_whole"),
        Index("ix_point_lots_spending", "member_id", "state", "expires_at"),
        Index("ix_point_lots_qualifying", "member_id", "available_from"),
        Index("ix_point_lots_expiring", "state", "expires_at"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id", ondelete="RESTRICT", index=False)
    # The transaction that brought the points: an earning or an adjustment.
    transaction_id: Mapped[int] = reference(
        "ledger_transactions.id", ondelete="RESTRICT", index=False, unique=True
    )
    award_id: Mapped[int | None] = reference("awards.id", ondelete="RESTRICT", index=False, unique=True)
    granted: Mapped[int] = mapped_column(BigId)
    reserved: Mapped[int] = mapped_column(BigId, default=0, server_default=text("0"))
    used: Mapped[int] = mapped_column(BigId, default=0, server_default=text("0"))
    clawed_back: Mapped[int] = mapped_column(BigId, default=0, server_default=text("0"))
    # Whether they count for the member's tier.
    qualifies: Mapped[bool] = mapped_column(default=True)
    state: Mapped[str] = word(default="pending")
    available_from: Mapped[datetime | None] = mapped_column(UtcDateTime())
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    @property
    def free(self) -> int:
        """How many of them can still be spent."""
        return self.granted - self.reserved - self.used


class Hold(Base):
    """Points set aside for a redemption until it is fulfilled (captured) or given back (released)."""

    __tablename__ = "point_holds"
    __table_args__ = (one_of("state", HOLD_STATES), CheckConstraint("amount > 0", name="amount_positive"))

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id", ondelete="RESTRICT")
    transaction_id: Mapped[int] = reference(
        "ledger_transactions.id", ondelete="RESTRICT", index=False, unique=True
    )
    amount: Mapped[int] = mapped_column(BigId)
    state: Mapped[str] = word(default="held")
    made_at: Mapped[Moment] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Allocation(Base):
    """What one transaction took from one lot, and whether it is only set aside or gone."""

    __tablename__ = "lot_allocations"
    __table_args__ = (
        one_of("purpose", ALLOCATION_PURPOSES),
        one_of("state", ALLOCATION_STATES),
        CheckConstraint("amount > 0", name="amount_positive"),
        UniqueConstraint("lot_id", "transaction_id", "purpose"),
    )

    id: Mapped[Id]
    lot_id: Mapped[int] = reference("point_lots.id", ondelete="RESTRICT", index=False)
    # For a debt that is paid: the transaction that brought the points which paid it.
    transaction_id: Mapped[int] = reference("ledger_transactions.id", ondelete="RESTRICT")
    hold_id: Mapped[int | None] = reference("point_holds.id", ondelete="RESTRICT")
    purpose: Mapped[str] = word()
    amount: Mapped[int] = mapped_column(BigId)
    state: Mapped[str] = word(default="used")

    lot: Mapped[Lot] = relationship()


class Debt(Base):
    """Points that were clawed back after they had been spent; the next ones that mature pay it first."""

    __tablename__ = "point_debts"
    __table_args__ = (CheckConstraint("amount > 0 AND paid >= 0 AND paid <= amount", name="paid_natural"),)

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id", ondelete="RESTRICT")
    transaction_id: Mapped[int] = reference(
        "ledger_transactions.id", ondelete="RESTRICT", index=False, unique=True
    )
    amount: Mapped[int] = mapped_column(BigId)
    paid: Mapped[int] = mapped_column(BigId, default=0, server_default=text("0"))


guarding.attach(LedgerTransaction.__table__, LedgerEntry.__table__)
