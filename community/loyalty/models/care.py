"""How staff look after the books: adjustments by hand, the daily check, and warnings before points expire."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.infra import clock
from community.infra.db import Base, BigId, Id, Moment, UtcDateTime, one_of, reference, word
from community.members.models import Member

ADJUSTMENT_STATES = ("waiting", "posted", "refused")


class Adjustment(Base):
    """Points given or taken by hand, with the reason; above the programme's limit a second person decides."""

    __tablename__ = "point_adjustments"
    __table_args__ = (
        one_of("state", ADJUSTMENT_STATES),
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="two_people"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id", ondelete="RESTRICT")
    amount: Mapped[int] = mapped_column(BigId)
    # The member reads it on the statement.
    reason: Mapped[str] = mapped_column(Text)
    asked_by_id: Mapped[int] = reference("members.id", ondelete="RESTRICT", index=False)
    asked_at: Mapped[Moment] = mapped_column(default=clock.now)
    state: Mapped[str] = word(default="waiting")
    # Only where a second person was needed.
    decided_by_id: Mapped[int | None] = reference("members.id", ondelete="RESTRICT", index=False)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    member: Mapped[Member] = relationship(foreign_keys=[member_id])
    asked_by: Mapped[Member] = relationship(foreign_keys=[asked_by_id])
    decided_by: Mapped[Member | None] = relationship(foreign_keys=[decided_by_id])


class BooksCheck(Base):
    """One look through all the books; while the newest one found a mismatch, nothing is paid out.

    `mismatches` lists {"what", "member_id", "expected", "found"}, `totals` maps account kind to points.
    """

    __tablename__ = "books_checks"

    id: Mapped[Id]
    checked_at: Mapped[Moment] = mapped_column(default=clock.now, index=True)
    is_balanced: Mapped[bool]
    transaction_count: Mapped[int] = mapped_column(BigId)
    totals: Mapped[dict[str, int]] = mapped_column(JSON)
    mismatches: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    # How many there are in all; the list ends at a hundred.
    mismatch_count: Mapped[int] = mapped_column(default=0)


class ExpiryWarning(Base):
    """That a member was told so many days before what expires on a day, once."""

    __tablename__ = "expiry_warnings"

    member_id: Mapped[int] = reference("members.id", primary_key=True)
    expires_on: Mapped[date] = mapped_column(Date, primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)
    told_at: Mapped[Moment] = mapped_column(default=clock.now)
