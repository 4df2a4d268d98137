"""Digests, what their readers thought of what was in them, and which ideas have the same supporters."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Date, Float, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.infra import clock
from community.infra.db import Base, Id, Moment, one_of, reference, word
from community.members.models import Member

OPINIONS = ("more", "less")


class Digest(Base):
    """What one member was written in one week; `parts` lists {"part", "subject", …} in their order."""

    __tablename__ = "digests"
    __table_args__ = (UniqueConstraint("member_id", "week_on"),)

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id", index=False)
    # The Monday of the week in the member's zone.
    week_on: Mapped[date] = mapped_column(Date, index=True)
    parts: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    composed_at: Mapped[Moment] = mapped_column(default=clock.now)

    member: Mapped[Member] = relationship()


class DigestOpinion(Base):
    """ "More like this" or "less like this" about an idea; the last word stands."""

    __tablename__ = "digest_opinions"
    __table_args__ = (one_of("opinion", OPINIONS),)

    member_id: Mapped[int] = reference("members.id", primary_key=True)
    idea_id: Mapped[int] = reference("ideas.id", primary_key=True, index=True)
    opinion: Mapped[str] = word()
    at: Mapped[Moment] = mapped_column(default=clock.now)


class IdeaNeighbour(Base):
    """That those who support one idea support another too, and how much so; counted anew every night."""

    __tablename__ = "idea_neighbours"

    idea_id: Mapped[int] = reference("ideas.id", primary_key=True)
    other_id: Mapped[int] = reference("ideas.id", primary_key=True, index=True)
    # 0 to 1; see digests/picking.py.
    strength: Mapped[float] = mapped_column(Float(53))
