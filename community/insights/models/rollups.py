"""Feedback counted ahead of the reports, by pieces of time, and what tells that a piece has to be recounted.

A piece is a calendar week cut at the ends of months, so that whole weeks and whole months are both made of
whole pieces. What changed is marked by the database itself (insights/marking.py), whatever changed it.
"""

from datetime import date

from sqlalchemy import Date, Index, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from community.feedback.models import FeedbackItem
from community.infra.db import Base, BigId, Id, one_of, reference, table_of, word
from community.insights import marking

SPANS = ("piece", "month")


class RollupBlock(Base):
    """All texts of a panel in one piece of time or one month, counted by one of the cuts (insights/cells.py).

    Pieces without texts have no block. Withdrawn texts are not counted.
    """

    __tablename__ = "rollup_blocks"
    __table_args__ = (one_of("span", SPANS),)

    cut: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    panel_id: Mapped[int] = reference("panels.id", primary_key=True, index=True)
    span: Mapped[str] = word(primary_key=True)
    starts_on: Mapped[date] = mapped_column(Date, primary_key=True)
    cells: Mapped[bytes] = mapped_column(LargeBinary)


class RollupMonth(Base):
    """A month of a panel that has blocks; whoever counts some of its pieces anew locks it."""

    __tablename__ = "rollup_months"

    panel_id: Mapped[int] = reference("panels.id", primary_key=True)
    starts_on: Mapped[date] = mapped_column(Date, primary_key=True)


class RollupMark(Base):
    """A piece whose texts changed since it was counted; the piece is counted anew, and its marks go."""

    __tablename__ = "rollup_marks"
    __table_args__ = (Index("ix_rollup_marks_piece", "panel_id", "starts_on"),)

    id: Mapped[Id]
    # No foreign key: a panel that goes leaves marks that lead to nothing.
    panel_id: Mapped[int] = mapped_column(BigId)
    starts_on: Mapped[date] = mapped_column(Date)


class RollupName(Base):
    """Somebody whom only an import names: the number by which blocks know them. Goes with their last text."""

    __tablename__ = "rollup_names"

    id: Mapped[Id]
    author_key: Mapped[str] = mapped_column(String(100), unique=True)


class Stratum(Base):
    """All members who are in exactly the same segments; `segments` lists their ids, "3,17"."""

    __tablename__ = "rollup_strata"

    id: Mapped[Id]
    segments: Mapped[str] = mapped_column(String(2000), unique=True)


class StratumMember(Base):
    """In which stratum a member was counted last."""

    __tablename__ = "rollup_stratum_members"

    member_id: Mapped[int] = reference("members.id", primary_key=True)
    stratum_id: Mapped[int] = reference("rollup_strata.id")


marking.attach(table_of(FeedbackItem))
