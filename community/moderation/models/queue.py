"""What waits for a moderator, what was decided, and what authors say to it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.infra import clock
from community.infra.db import Base, BigId, Id, Moment, UtcDateTime, one_of, reference, word
from community.members.models import Member
from community.panels.models import Panel

# What can be curated. Each has a door in the table `community/curated.py`; "votes" is an idea's votes.
SUBJECTS = ("idea", "comment", "statement", "member", "votes")
# held: new, nobody sees it yet · edit: a change of what is shown, kept back · flagged: members object to it
# · appealed: its author objects to a decision · votes: support that may not be honest.
QUEUE_KINDS = ("held", "edit", "flagged", "appealed", "votes")
# asked: waits for what its author answers to a moderator's question.
QUEUE_STATES = ("open", "asked", "closed")
VERBS = (
    "approve", "trust", "edit", "hide", "restore", "keep_private", "merge", "move", "lock", "unlock",
    "warn", "pause", "suspend", "exclude_votes", "count_votes",
)  # fmt: skip
UNDONE_AS = ("mistake", "appeal")
APPEAL_STATES = ("waiting", "upheld", "overturned")
_OPEN = text("state <> 'closed'")
_STANDS: dict[str, Any] = {"sqlite_where": _OPEN, "postgresql_where": _OPEN}


class QueueItem(Base):
    """One thing that waits for a moderator; `title` and `excerpt` are what the list shows of it.

    `reasons` lists {"rule": word, …what the rule found}, `data` holds what the kind needs besides: an
    edit its "title", "body", "tags"; votes what was found in them; "changed_at" is when its author wrote
    other words while it waited.
    """

    __tablename__ = "queue_items"
    __table_args__ = (
        one_of("kind", QUEUE_KINDS),
        one_of("subject_type", SUBJECTS),
        one_of("state", QUEUE_STATES),
        Index("uq_queue_items_standing", "subject_type", "subject_id", "kind", unique=True, **_STANDS),
        # The queue: what was promised soonest comes first.
        Index("ix_queue_items_due", "due_at", "id", **_STANDS),
        Index("ix_queue_items_subject", "subject_type", "subject_id"),
    )

    id: Mapped[Id]
    kind: Mapped[str] = word()
    subject_type: Mapped[str] = word()
    subject_id: Mapped[int] = mapped_column(BigId)
    # None for what belongs to no panel, as a member's name: then it is for moderators of the site.
    panel_id: Mapped[int | None] = reference("panels.id")
    author_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL")
    title: Mapped[str] = mapped_column(String(120), default="")
    excerpt: Mapped[str] = mapped_column(String(300), default="")
    path: Mapped[str] = mapped_column(String(200), default="")
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    state: Mapped[str] = word(default="open")
    opened_at: Mapped[Moment] = mapped_column(default=clock.now)
    # Until when somebody should have looked at it.
    due_at: Mapped[Moment]
    # Who works on it; after `claimed_until` anybody may take it.
    claimed_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL")
    claimed_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    @property
    def changed_at(self) -> datetime | None:
        """When its author last wrote other words while it waited."""
        changed_at = self.data.get("changed_at")
        return datetime.fromisoformat(changed_at) if changed_at is not None else None

    panel: Mapped[Panel | None] = relationship()
    author: Mapped[Member | None] = relationship(foreign_keys=[author_id])
    claimed_by: Mapped[Member | None] = relationship(foreign_keys=[claimed_by_id])


class Decision(Base):
    """One thing a moderator did, or the threshold of flags did by itself, with all that undoing it needs.

    `before` and `after` hold what the door of the subject changed; `message` is what the author was told.
    """

    __tablename__ = "moderation_decisions"
    __table_args__ = (
        one_of("verb", VERBS),
        one_of("subject_type", SUBJECTS),
        one_of("undone_as", UNDONE_AS),
        Index("ix_moderation_decisions_subject", "subject_type", "subject_id"),
        Index("ix_moderation_decisions_log", "panel_id", "id"),
        Index("ix_moderation_decisions_moderator", "moderator_id", "decided_at"),
    )

    id: Mapped[Id]
    item_id: Mapped[int | None] = reference("queue_items.id", ondelete="SET NULL")
    subject_type: Mapped[str] = word()
    subject_id: Mapped[int] = mapped_column(BigId)
    panel_id: Mapped[int | None] = reference("panels.id", index=False)
    author_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL")
    # None: the threshold of flags hid it until somebody looks.
    moderator_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    verb: Mapped[str] = word()
    # A key of moderation/reasons.py; None where none is needed.
    reason: Mapped[str | None] = word()
    message: Mapped[str] = mapped_column(Text, default="")
    # For moderators only.
    note: Mapped[str] = mapped_column(Text, default="")
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    # When what it answers had begun to wait, for the time to decision; None if nothing waited.
    opened_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    decided_at: Mapped[Moment] = mapped_column(default=clock.now)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    undone_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    undone_as: Mapped[str | None] = word()

    @property
    def is_about_change(self) -> bool:
        """Whether it refused a change that was kept back; the text itself stayed as it was."""
        return "is_made" in self.after

    item: Mapped[QueueItem | None] = relationship()
    moderator: Mapped[Member | None] = relationship(foreign_keys=[moderator_id])
    author: Mapped[Member | None] = relationship(foreign_keys=[author_id])


class Appeal(Base):
    """An author's objection to a decision, once; somebody else than the moderator decides it."""

    __tablename__ = "appeals"
    __table_args__ = (
        one_of("state", APPEAL_STATES),
        CheckConstraint(
            "decided_by_id IS NULL OR against_id IS NULL OR decided_by_id <> against_id", name="other_person"
        ),
    )

    id: Mapped[Id]
    decision_id: Mapped[int] = reference("moderation_decisions.id", unique=True, index=False)
    member_id: Mapped[int] = reference("members.id")
    # Whose decision it is against.
    against_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    words: Mapped[str] = mapped_column(Text)
    made_at: Mapped[Moment] = mapped_column(default=clock.now)
    state: Mapped[str] = word(default="waiting")
    decided_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answer: Mapped[str] = mapped_column(Text, default="")

    decision: Mapped[Decision] = relationship()
    decided_by: Mapped[Member | None] = relationship(foreign_keys=[decided_by_id])


class ModerationMessage(Base):
    """What a moderator asked the author about an item in private, and what the author answered."""

    __tablename__ = "moderation_messages"

    id: Mapped[Id]
    item_id: Mapped[int] = reference("queue_items.id")
    writer_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL")
    is_from_staff: Mapped[bool]
    body: Mapped[str] = mapped_column(Text)
    written_at: Mapped[Moment] = mapped_column(default=clock.now)
