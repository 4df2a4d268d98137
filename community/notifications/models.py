"""The notices that members are given."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from community.infra import clock
from community.infra.db import Base, Id, Moment, UtcDateTime, one_of, reference, word

PACES = ("at_once", "daily", "weekly", "never")
# none: never to be mailed · owed: not decided yet · skipped: not wanted, read before, or no address.
MAIL_STATES = ("none", "owed", "sent", "skipped")


class Notice(Base):
    """One thing one member is told about one activity; `kind` names the sentence, `data` fills it in."""

    __tablename__ = "notices"
    __table_args__ = (
        UniqueConstraint("member_id", "activity_id"),
        Index("ix_notices_inbox", "member_id", "id"),
        Index(
            "ix_notices_mail_owed",
            "mail_due_at",
            "member_id",
            sqlite_where=text("mail_state = 'owed'"),
            postgresql_where=text("mail_state = 'owed'"),
        ),
        Index(
            "ix_notices_mail_owed_to",
            "member_id",
            "id",
            sqlite_where=text("mail_state = 'owed'"),
            postgresql_where=text("mail_state = 'owed'"),
        ),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id", index=False)
    activity_id: Mapped[int] = reference("activities.id")
    kind: Mapped[str] = word(60)
    # A key of REASONS in notifications/topics.py; "" for what was told before reasons were kept.
    why: Mapped[str] = word(default="", server_default=text("''"))
    # The panel it comes from: a member who may no longer see the panel no longer sees the notice.
    panel_id: Mapped[int | None] = reference("panels.id")
    path: Mapped[str] = word(200, default="")
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[Moment] = mapped_column(default=clock.now)
    # When the worker next looks whether it goes out by mail; see notifications/actions/mailing.py.
    mail_state: Mapped[str] = word(default="owed", server_default=text("'none'"))
    mail_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime(), default=clock.now)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class NoticePreference(Base):
    """How soon a member wants one topic of notices by mail, in one panel or (`panel_id` None) in general."""

    __tablename__ = "notice_preferences"
    __table_args__ = (
        one_of("pace", PACES),
        UniqueConstraint("member_id", "topic", "panel_id"),
        Index(
            "uq_notice_preferences_general",
            "member_id",
            "topic",
            unique=True,
            sqlite_where=text("panel_id IS NULL"),
            postgresql_where=text("panel_id IS NULL"),
        ),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id", index=False)
    # A key of notifications/topics.py.
    topic: Mapped[str] = word()
    panel_id: Mapped[int | None] = reference("panels.id")
    pace: Mapped[str] = word()
    changed_at: Mapped[Moment] = mapped_column(default=clock.now)
