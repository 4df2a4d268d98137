"""Panels and who is in them: segments, memberships, requests, invitations, screeners, quotas."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.infra import clock
from community.infra.db import Base, Id, Moment, UtcDateTime, one_of, reference, word
from community.members.models import Member
from community.members.names import Shown, shown

VISIBILITIES = ("open", "members", "private")
ADMISSIONS = ("anyone", "request", "invitation", "segment")
# From most of a name to least.
NAMES_SHOWN = ("full", "first", "alias")
LEFT_BY = ("self", "staff", "segment")
REQUEST_STATES = ("waiting", "admitted", "refused", "withdrawn")


def told_in(locale: str, translations: Mapping[str, Mapping[str, str]], what: str, *, first: str) -> str:
    """A panel's "name" or "description" in this language, or as it was first given."""
    return translations.get(locale, {}).get(what) or first


class Segment(Base):
    """A named rule over members; `rule` nests all / any / not over conditions (see panels/criteria.py)."""

    __tablename__ = "segments"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[Moment] = mapped_column(default=clock.now)
    updated_at: Mapped[Moment] = mapped_column(default=clock.now, onupdate=clock.now)


class Panel(Base):
    """A room for one kind of customer; `translations` maps locale to {"name", "description"}."""

    __tablename__ = "panels"
    __table_args__ = (
        one_of("visibility", VISIBILITIES),
        one_of("admission", ADMISSIONS),
        CheckConstraint("member_count >= 0", name="member_count_natural"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    description: Mapped[str] = mapped_column(Text, default="")
    translations: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON, default=dict)
    visibility: Mapped[str] = word(default="open")
    admission: Mapped[str] = word(default="anyone")
    segment_id: Mapped[int | None] = reference("segments.id", ondelete="RESTRICT")
    # How members see each other here: a value of NAMES_SHOWN.
    names_shown: Mapped[str] = word(default="full", server_default=text("'full'"))
    member_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    idea_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    created_at: Mapped[Moment] = mapped_column(default=clock.now)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    segment: Mapped[Segment | None] = relationship()

    def name_in(self, locale: str) -> str:
        """The panel's name in this language, or as it was first given."""
        return told_in(locale, self.translations, "name", first=self.name)

    def shows(self, member: Member) -> Shown:
        """The member as others meet them here; whoever speaks for the company is named all the same."""
        return shown(
            member.id,
            member.display_name,
            alias=member.alias,
            picture_key=member.picture_key,
            how=self.names_shown,
        )

    def description_in(self, locale: str) -> str:
        """What the panel is for in this language, or as it was first told."""
        return told_in(locale, self.translations, "description", first=self.description)


class Membership(Base):
    """A member who is in a panel; whoever leaves keeps the row with `left_at`, so that returning is known."""

    __tablename__ = "memberships"
    __table_args__ = (Index("ix_memberships_member", "member_id", "left_at"), one_of("left_by", LEFT_BY))

    panel_id: Mapped[int] = reference("panels.id", primary_key=True)
    member_id: Mapped[int] = reference("members.id", primary_key=True)
    joined_at: Mapped[Moment] = mapped_column(default=clock.now)
    left_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # Who ended it decides who may begin it again: only what the segment's rule ended it begins by itself.
    left_by: Mapped[str | None] = word()
    came_by: Mapped[str] = word(default="anyone")
    # Reads, but writes nothing here until then.
    paused_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # The quota cell whose place this membership holds.
    cell_id: Mapped[int | None] = reference("quota_cells.id", ondelete="SET NULL")

    member: Mapped[Member] = relationship()
    panel: Mapped[Panel] = relationship()


class ScreenerQuestion(Base):
    """A question at the door; `options` is a list of {"key", "text", "admits"}, `text` the question."""

    __tablename__ = "screener_questions"

    id: Mapped[Id]
    panel_id: Mapped[int] = reference("panels.id")
    position: Mapped[int] = mapped_column(default=0)
    text: Mapped[str] = mapped_column(String(200))
    options: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class JoinRequest(Base):
    """Someone's wish to join, with the screener answers {question id: option key} and what staff decided."""

    __tablename__ = "join_requests"
    __table_args__ = (
        one_of("state", REQUEST_STATES),
        Index(
            "uq_join_requests_waiting",
            "panel_id",
            "member_id",
            unique=True,
            sqlite_where=text("state = 'waiting'"),
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[Id]
    panel_id: Mapped[int] = reference("panels.id")
    member_id: Mapped[int] = reference("members.id")
    answers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    note: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = word(default="waiting")
    asked_at: Mapped[Moment] = mapped_column(default=clock.now)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    decided_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    # What staff wrote to the member with the decision.
    message: Mapped[str] = mapped_column(Text, default="")

    member: Mapped[Member] = relationship(foreign_keys=[member_id])
    panel: Mapped[Panel] = relationship()


class Invitation(Base):
    """A single-use, expiring way into a panel, bound to one e-mail address; the token is stored as a hash."""

    __tablename__ = "invitations"
    __table_args__ = (UniqueConstraint("panel_id", "email_folded"),)

    id: Mapped[Id]
    panel_id: Mapped[int] = reference("panels.id", index=False)
    email: Mapped[str] = mapped_column(String(254))
    email_folded: Mapped[str] = mapped_column(String(254), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    locale: Mapped[str] = word(10, default="en")
    invited_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    sent_at: Mapped[Moment] = mapped_column(default=clock.now)
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    used_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    panel: Mapped[Panel] = relationship()


class QuotaCell(Base):
    """Places for one kind of member in a panel: `rule` as in a segment, `target_count` places in all."""

    __tablename__ = "quota_cells"
    __table_args__ = (
        CheckConstraint("filled_count >= 0", name="filled_count_natural"),
        CheckConstraint("target_count >= 0", name="target_count_natural"),
    )

    id: Mapped[Id]
    panel_id: Mapped[int] = reference("panels.id")
    name: Mapped[str] = mapped_column(String(80))
    rule: Mapped[dict[str, Any]] = mapped_column(JSON)
    target_count: Mapped[int]
    filled_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    position: Mapped[int] = mapped_column(default=0)
