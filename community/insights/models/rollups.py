"""Feedback counted ahead of the reports: one row per group and piece of time, recounted where it changed.

A piece is a calendar week cut at the ends of months, so that whole weeks and whole months are both made of
whole pieces. What changed is marked by the database itself (insights/marking.py), whatever changed it.
"""

from datetime import date

from sqlalchemy import Boolean, Date, Float, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from community.infra.db import Base, BigId, Id, reference, word


class RollupCell(Base):
    """How many texts of one group there are in one piece of time, and what they come to.

    Groups and pieces without texts have no row. Withdrawn texts are not counted.
    """

    __tablename__ = "rollup_cells"
    __table_args__ = (Index("ix_rollup_cells_piece", "panel_id", "starts_on"),)

    id: Mapped[Id]
    panel_id: Mapped[int] = reference("panels.id", index=False)
    starts_on: Mapped[date] = mapped_column(Date)
    # Which segments its authors are in; None for authors without an account.
    stratum_id: Mapped[int | None] = reference("rollup_strata.id", index=False)
    # No foreign keys from here on: the cells follow the texts, a moment later.
    topic_id: Mapped[int | None] = mapped_column(BigId)
    language: Mapped[str | None] = word(10)
    sentiment: Mapped[str | None] = word(10)
    kind: Mapped[str | None] = word(20)
    source: Mapped[str] = word()
    is_read: Mapped[bool] = mapped_column(Boolean)

    item_count: Mapped[int]
    told_count: Mapped[int]
    score_count: Mapped[int]
    score_sum: Mapped[float] = mapped_column(Float(53))
    score_square_sum: Mapped[float] = mapped_column(Float(53))
    rating_count: Mapped[int]
    rating_sum: Mapped[float] = mapped_column(Float(53))
    # Texts of whom nothing is known: each counts as a person of its own.
    nameless_count: Mapped[int]
    # Everybody else, a serialised roaring bitmap of 64-bit numbers: people in any union are counted exactly.
    people: Mapped[bytes] = mapped_column(LargeBinary)


class RollupMark(Base):
    """A piece whose texts changed since it was counted; the piece is counted anew, and its marks go."""

    __tablename__ = "rollup_marks"
    __table_args__ = (Index("ix_rollup_marks_piece", "panel_id", "starts_on"),)

    id: Mapped[Id]
    # No foreign key: a panel that goes leaves marks that lead to nothing.
    panel_id: Mapped[int] = mapped_column(BigId)
    starts_on: Mapped[date] = mapped_column(Date)


class Stratum(Base):
    """All members who are in exactly the same segments; `segments` lists their ids, "3,17"."""

    __tablename__ = "rollup_strata"

    id: Mapped[Id]
    segments: Mapped[str] = mapped_column(String(400), unique=True)


class StratumMember(Base):
    """In which stratum a member was counted last."""

    __tablename__ = "rollup_stratum_members"

    member_id: Mapped[int] = reference("members.id", primary_key=True)
    stratum_id: Mapped[int] = reference("rollup_strata.id")
