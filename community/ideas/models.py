"""Ideas with their pictures, tags, votes, comments, followers, status history and merges."""

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import (
    JSON,
    CheckConstraint,
    Date,
    Float,
    Index,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.infra import append_only, clock, search
from community.infra.db import Base, BigId, Id, Moment, UtcDateTime, one_of, reference, table_of, word
from community.members.models import Member
from community.panels.models import Panel

STATUSES = ("submitted", "under_review", "planned", "in_progress", "delivered", "declined")
# Screening (later) adds nothing here but the way an idea comes to be `waiting` or `hidden`.
STATES = ("published", "waiting", "hidden", "deleted")
IMPORTANCES = ("nice", "important", "critical")
VOTE_CHANGES = ("cast", "weighed", "withdrawn")


class IdeaTitle(TypeDecorator[str]):
    """A title as it is read everywhere; "" is left where its words went and others had written on."""

    impl = String
    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """The title, or what an idea without its words is called."""
        return str(_("An idea that was taken back")) if value == "" else value


class Idea(Base):
    """A wish or proposal; all that lists need is in its own columns, kept in the transactions that change it.

    A merged idea stays where it is and points to the one it was merged into (`merged_into_id`); `root_id` is
    the end of that chain, the idea itself when it was not merged. A root counts for all that leads to it.
    """

    __tablename__ = "ideas"
    __table_args__ = (
        one_of("status", STATUSES),
        one_of("state", STATES),
        CheckConstraint("support_count >= 0", name="support_count_natural"),
        CheckConstraint("comment_count >= 0", name="comment_count_natural"),
        # Boards read from these from the end: panel, what is shown, order, id.
        Index("ix_ideas_board_trend", "panel_id", "is_listed", "trend", "id"),
        Index("ix_ideas_board_top", "panel_id", "is_listed", "support_count", "id"),
        Index("ix_ideas_board_new", "panel_id", "is_listed", "published_at", "id"),
        Index("ix_ideas_board_updated", "panel_id", "is_listed", "updated_at", "id"),
        Index("ix_ideas_board_unseen", "panel_id", "is_listed", "seen_count", "id"),
        Index("ix_ideas_roadmap", "is_listed", "status", "status_changed_at"),
        # The entrance reads over all panels, also from the end.
        Index("ix_ideas_trend", "is_listed", "trend", "id"),
        Index("ix_ideas_decided", "is_listed", "status_changed_at", "id"),
        Index("ix_ideas_waiting", "is_listed", "answered_at", "published_at"),
    )

    id: Mapped[Id]
    panel_id: Mapped[int] = reference("panels.id", index=False)
    author_id: Mapped[int] = reference("members.id", ondelete="RESTRICT")
    title: Mapped[str] = mapped_column(IdeaTitle(120))
    slug: Mapped[str] = mapped_column(String(80), default="")
    body: Mapped[str] = mapped_column(Text, default="")
    body_html: Mapped[str] = mapped_column(Text, default="")
    excerpt: Mapped[str] = mapped_column(String(300), default="")
    search_terms: Mapped[str] = mapped_column(Text, default="")

    state: Mapped[str] = word(default="published")
    # Published and not merged: what boards, counts, feeds and search show.
    is_listed: Mapped[bool] = mapped_column(default=True)
    published_at: Mapped[Moment] = mapped_column(default=clock.now)
    updated_at: Mapped[Moment] = mapped_column(default=clock.now)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    edit_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    status: Mapped[str] = word(default="submitted")
    status_changed_at: Mapped[Moment] = mapped_column(default=clock.now)
    promised_on: Mapped[date | None] = mapped_column(Date)
    look_again_on: Mapped[date | None] = mapped_column(Date)
    # When its author was first told something: a status or an official response. See queries/told_back.py.
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # No foreign key: the tables would need each other to exist first, and comments are never removed.
    response_comment_id: Mapped[int | None] = mapped_column(BigId)
    # What the company last said about it, for the card: the official response or a status message.
    response_excerpt: Mapped[str] = mapped_column(String(300), default="")
    response_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)

    support_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    comment_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    # Votes that stand but are not counted, because a person found them not to be honest.
    excluded_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    # Read only: no votes, comments or edits by members.
    is_locked: Mapped[bool] = mapped_column(default=False, server_default=false())
    follower_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    seen_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    # See ideas/ranking.py.
    trend: Mapped[float] = mapped_column(Float(53), default=0.0, server_default=text("0"))

    merged_into_id: Mapped[int | None] = reference("ideas.id", ondelete="RESTRICT")
    root_id: Mapped[int | None] = reference("ideas.id", ondelete="RESTRICT")

    panel: Mapped[Panel] = relationship()
    author: Mapped[Member] = relationship(foreign_keys=[author_id])

    @property
    def html(self) -> Markup:
        """What it says, as the Markdown pipeline cleaned it when it was stored."""
        return Markup(self.body_html)  # noqa: S704 - cleaned when it was stored


search.attach(table_of(Idea))


class IdeaDraft(Base):
    """What a visitor wrote before joining, kept for a day under a token that is stored as a hash."""

    __tablename__ = "idea_drafts"

    id: Mapped[Id]
    panel_id: Mapped[int] = reference("panels.id", index=False)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    tags: Mapped[str] = mapped_column(String(200), default="")
    expires_at: Mapped[Moment] = mapped_column(index=True)


class IdeaEdit(Base):
    """What an idea said before it was edited."""

    __tablename__ = "idea_edits"

    id: Mapped[Id]
    idea_id: Mapped[int] = reference("ideas.id")
    editor_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = mapped_column(Text)
    edited_at: Mapped[Moment] = mapped_column(default=clock.now)


class IdeaImage(Base):
    """A picture of an idea; `key` names the stored file and is what its address ends in."""

    __tablename__ = "idea_images"

    id: Mapped[Id]
    idea_id: Mapped[int] = reference("ideas.id")
    key: Mapped[str] = mapped_column(String(32), unique=True)
    extension: Mapped[str] = word(5)
    width: Mapped[int]
    height: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)
    uploaded_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    uploaded_at: Mapped[Moment] = mapped_column(default=clock.now)


class Tag(Base):
    """A word that groups the ideas of a panel; `folded` makes spellings of one word the same tag."""

    __tablename__ = "tags"
    __table_args__ = (UniqueConstraint("panel_id", "folded"),)

    id: Mapped[Id]
    panel_id: Mapped[int] = reference("panels.id", index=False)
    name: Mapped[str] = mapped_column(String(30))
    folded: Mapped[str] = mapped_column(String(60))
    idea_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))


class IdeaTag(Base):
    """A tag on an idea."""

    __tablename__ = "idea_tags"

    idea_id: Mapped[int] = reference("ideas.id", primary_key=True)
    tag_id: Mapped[int] = reference("tags.id", primary_key=True, index=True)


class Vote(Base):
    """A member's one standing support of an idea."""

    __tablename__ = "votes"
    __table_args__ = (one_of("importance", IMPORTANCES),)

    idea_id: Mapped[int] = reference("ideas.id", primary_key=True)
    member_id: Mapped[int] = reference("members.id", primary_key=True, index=True)
    importance: Mapped[str | None] = word()
    cast_at: Mapped[Moment] = mapped_column(default=clock.now)
    # False: a person found it not to be honest. It is shown as excluded, and can be counted again.
    is_counted: Mapped[bool] = mapped_column(default=True, server_default=true())


class VoteEvent(Base):
    """One line of the history of votes; the database refuses to change or delete it."""

    __tablename__ = "vote_events"
    __table_args__ = (
        one_of("change", VOTE_CHANGES),
        Index("ix_vote_events_idea", "idea_id", "at"),
    )

    id: Mapped[Id]
    # No cascade: history outlives what it tells of.
    idea_id: Mapped[int] = reference("ideas.id", ondelete="RESTRICT", index=False)
    member_id: Mapped[int] = reference("members.id", ondelete="RESTRICT")
    change: Mapped[str] = word()
    importance: Mapped[str | None] = word()
    at: Mapped[Moment] = mapped_column(default=clock.now)


append_only.attach(VoteEvent.__table__)


class VoteOrigin(Base):
    """Where a vote came from, as a keyed hash of network and browser, kept for some weeks to find bursts."""

    __tablename__ = "vote_origins"
    __table_args__ = (Index("ix_vote_origins_origin", "idea_id", "origin"),)

    idea_id: Mapped[int] = reference("ideas.id", primary_key=True)
    member_id: Mapped[int] = reference("members.id", primary_key=True, index=True)
    origin: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment] = mapped_column(default=clock.now, index=True)


class VoteAlarm(Base):
    """That the votes of an idea look odd, whose they are, and what a person made of it."""

    __tablename__ = "vote_alarms"
    __table_args__ = (one_of("state", ("waiting", "excluded", "counted")),)

    id: Mapped[Id]
    idea_id: Mapped[int] = reference("ideas.id")
    # Words of ideas/integrity.py: "burst", "shared_origin", "newborn".
    signs: Mapped[list[str]] = mapped_column(JSON, default=list)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    member_ids: Mapped[list[int]] = mapped_column(JSON, default=list)
    found_at: Mapped[Moment] = mapped_column(default=clock.now)
    state: Mapped[str] = word(default="waiting")
    decided_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Comment(Base):
    """Something said below an idea, or a reply to it (one level)."""

    __tablename__ = "comments"
    __table_args__ = (
        one_of("state", STATES),
        Index("ix_comments_thread", "idea_id", "parent_id", "id"),
        # The company's few answers among all that is said below an idea.
        Index(
            "ix_comments_official",
            "idea_id",
            "published_at",
            sqlite_where=text("is_official = 1"),
            postgresql_where=text("is_official"),
        ),
    )

    id: Mapped[Id]
    idea_id: Mapped[int] = reference("ideas.id", index=False)
    author_id: Mapped[int] = reference("members.id", ondelete="RESTRICT")
    parent_id: Mapped[int | None] = reference("comments.id")
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    is_official: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = word(default="published")
    reply_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    helpful_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    published_at: Mapped[Moment] = mapped_column(default=clock.now)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    deleted_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)

    author: Mapped[Member] = relationship(foreign_keys=[author_id])
    idea: Mapped[Idea] = relationship(foreign_keys=[idea_id])
    parent: Mapped["Comment | None"] = relationship(remote_side="Comment.id")


class HelpfulMark(Base):
    """A member who found a comment helpful."""

    __tablename__ = "helpful_marks"

    comment_id: Mapped[int] = reference("comments.id", primary_key=True)
    member_id: Mapped[int] = reference("members.id", primary_key=True, index=True)
    at: Mapped[Moment] = mapped_column(default=clock.now)


class CommentEdit(Base):
    """What a comment said before it was edited."""

    __tablename__ = "comment_edits"

    id: Mapped[Id]
    comment_id: Mapped[int] = reference("comments.id")
    body: Mapped[str] = mapped_column(Text)
    edited_at: Mapped[Moment] = mapped_column(default=clock.now)


class Follow(Base):
    """A member who wants to hear what becomes of an idea."""

    __tablename__ = "follows"

    idea_id: Mapped[int] = reference("ideas.id", primary_key=True)
    member_id: Mapped[int] = reference("members.id", primary_key=True, index=True)
    since: Mapped[Moment] = mapped_column(default=clock.now)


class Sighting(Base):
    """A member who has opened an idea, counted once: what `unseen` and support per reader rest on."""

    __tablename__ = "sightings"

    idea_id: Mapped[int] = reference("ideas.id", primary_key=True)
    member_id: Mapped[int] = reference("members.id", primary_key=True, index=True)
    at: Mapped[Moment] = mapped_column(default=clock.now)


class StatusChange(Base):
    """One step of what happened to an idea, with what its supporters were told."""

    __tablename__ = "status_changes"
    __table_args__ = (one_of("from_status", STATUSES), one_of("to_status", STATUSES))

    id: Mapped[Id]
    idea_id: Mapped[int] = reference("ideas.id")
    from_status: Mapped[str] = word()
    to_status: Mapped[str] = word()
    message: Mapped[str] = mapped_column(Text, default="")
    message_html: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    promised_on: Mapped[date | None] = mapped_column(Date)
    look_again_on: Mapped[date | None] = mapped_column(Date)
    changed_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    changed_at: Mapped[Moment] = mapped_column(default=clock.now)


class Merge(Base):
    """A link from one idea to the one it says again, and its undoing."""

    __tablename__ = "merges"

    id: Mapped[Id]
    source_id: Mapped[int] = reference("ideas.id", ondelete="RESTRICT")
    target_id: Mapped[int] = reference("ideas.id", ondelete="RESTRICT")
    merged_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    merged_at: Mapped[Moment] = mapped_column(default=clock.now)
    undone_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
