"""The log of what happened, and the reactions that are owed to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.infra import append_only, clock
from community.infra.db import Base, BigId, Id, Moment, UtcDateTime, one_of, reference, word

REACTION_STATES = ("owed", "done", "set_aside")
# How long others look elsewhere when a worker has taken a row; the row's lock decides, not this time.
LEASE_SECONDS = 3


class Activity(Base):
    """Something that happened: `kind` is noun.past ("idea.published"), `data` what readers need besides."""

    __tablename__ = "activities"
    __table_args__ = (
        Index("ix_activities_subject", "subject_type", "subject_id"),
        Index("ix_activities_kind", "kind", "id"),
        # The newest of a panel says whether anything has changed there.
        Index("ix_activities_panel", "panel_id", "id"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(60))
    actor_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL")
    subject_type: Mapped[str] = word(40)
    subject_id: Mapped[int] = mapped_column(BigId)
    panel_id: Mapped[int | None] = reference("panels.id", index=False)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    occurred_at: Mapped[Moment] = mapped_column(default=clock.now, index=True)


# What was said in `data` can be forgotten for a member who wants to be; that it happened stays.
append_only.attach(Activity.__table__, may_be_emptied="data")


class OwedReaction(Base):
    """One function that is to follow one activity, once."""

    __tablename__ = "owed_reactions"
    __table_args__ = (
        UniqueConstraint("activity_id", "reaction"),
        one_of("state", REACTION_STATES),
        Index(
            "ix_owed_reactions_due",
            "due_at",
            sqlite_where=text("state = 'owed'"),
            postgresql_where=text("state = 'owed'"),
        ),
        # Of few; how many is asked every few seconds.
        Index(
            "ix_owed_reactions_set_aside",
            "finished_at",
            sqlite_where=text("state = 'set_aside'"),
            postgresql_where=text("state = 'set_aside'"),
        ),
    )

    id: Mapped[Id]
    activity_id: Mapped[int] = reference("activities.id", index=False)
    reaction: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = word(default="owed")
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[Moment] = mapped_column(default=clock.now)
    error: Mapped[str] = mapped_column(Text, default="")
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    activity: Mapped[Activity] = relationship(lazy="joined", innerjoin=True)
