"""Cases with items, messages and history; the rules, teams and service levels that put them on a desk."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Date,
    Float,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.feedback.models import KINDS, LANGUAGES, SENTIMENTS, FeedbackItem, Topic
from community.infra import append_only, clock
from community.infra.db import Base, Id, Moment, UtcDateTime, one_of, reference, word
from community.members.models import Member
from community.panels.models import Panel

STATES = ("new", "assigned", "answered", "resolved", "verified", "reopened")
OUTCOMES = ("solved", "explained", "planned", "delivered", "not_possible", "no_reply_needed")
PROMISE_STATES = ("open", "kept", "broken")
EVENTS = (
    "opened", "item_added", "item_removed", "assigned", "escalated", "reminded", "replied", "member_replied",
    "noted", "corrected", "promised", "promise_kept", "promise_broken", "resolved", "verified", "reopened",
    "combined", "cause_found", "fix_planned",
)  # fmt: skip
STRATEGIES = ("round_robin", "least_loaded")
# What a rule does with what it fits: a case on somebody's desk; a word to those it praises; nothing to do,
# because it is answered where it stands (an idea by its status).
RULE_EFFECTS = ("case", "pass_on", "leave")
# "topic": the rule names nobody, or nobody who is there, and the topic has an owner. "nobody": it has none.
ROUTED_BY = ("rule", "topic", "nobody", "unsure", "no_rule", "by_hand")


class Case(Base):
    """Something an owner has to answer, with its promises and its clock; a theme's case is for its cause."""

    __tablename__ = "cases"
    __table_args__ = (
        one_of("state", STATES),
        one_of("kind", KINDS),
        one_of("sentiment", SENTIMENTS),
        one_of("language", LANGUAGES),
        one_of("outcome", OUTCOMES),
        one_of("promise_state", PROMISE_STATES),
        one_of("routed_by", ROUTED_BY),
        CheckConstraint("urgency BETWEEN 0 AND 3", name="urgency_known"),
        CheckConstraint("help_rating BETWEEN 1 AND 5", name="help_rating_known"),
        # A desk reads due first; closed cases have no due time.
        Index("ix_cases_desk", "owner_id", "is_open", "due_at", "id"),
        Index("ix_cases_panel", "panel_id", "is_open", "due_at", "id"),
        Index("ix_cases_due", "is_open", "due_at"),
        Index("ix_cases_remind", "remind_at"),
        Index("ix_cases_promised", "promise_state", "promised_on"),
    )

    id: Mapped[Id]
    panel_id: Mapped[int] = reference("panels.id", index=False)
    title: Mapped[str] = mapped_column(String(200))
    is_theme: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    state: Mapped[str] = word(default="new")
    # Neither resolved nor verified.
    is_open: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())

    kind: Mapped[str | None] = word(20)
    sentiment: Mapped[str | None] = word(10)
    language: Mapped[str | None] = word(10)
    urgency: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    topic_id: Mapped[int | None] = reference("topics.id", ondelete="SET NULL")
    item_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    # Nobody: the triage desk. The owner answers for the customer, the process owner for the process.
    owner_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    process_owner_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL")
    team_id: Mapped[int | None] = reference("teams.id", ondelete="SET NULL")
    rule_id: Mapped[int | None] = reference("routing_rules.id", ondelete="SET NULL")
    # Why it is where it is; see cases/explaining.py.
    routed_by: Mapped[str] = word(20, default="no_rule")
    service_level_id: Mapped[int | None] = reference("service_levels.id", ondelete="SET NULL")

    # When the customer began to wait, not when the row was made.
    opened_at: Mapped[Moment] = mapped_column(default=clock.now)
    assigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    first_due_at: Mapped[Moment]
    resolve_due_at: Mapped[Moment]
    # The next of the two that is not met; None once closed.
    due_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    verified_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    reopened_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    # When the owner is to be reminded of `due_at`; None once that was done. See cases/clocks.py.
    remind_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    escalated_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    escalated_to_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL")

    outcome: Mapped[str | None] = word()
    promise: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))
    promised_on: Mapped[date | None] = mapped_column(Date)
    promise_state: Mapped[str | None] = word()
    # The outer loop: why it happens, and what will end it.
    cause: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    fix: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    # Did this help? 1 to 5; the mean over the members who answered is on the case's items.
    help_rating: Mapped[int | None]

    panel: Mapped[Panel] = relationship()
    owner: Mapped[Member | None] = relationship(foreign_keys=[owner_id])
    process_owner: Mapped[Member | None] = relationship(foreign_keys=[process_owner_id])
    topic: Mapped[Topic | None] = relationship()
    rule: Mapped["RoutingRule | None"] = relationship()
    team: Mapped["Team | None"] = relationship()
    service_level: Mapped["ServiceLevel | None"] = relationship()


class CaseItem(Base):
    """A feedback item in a case; one in a member's own case can also stand in the case of a theme."""

    __tablename__ = "case_items"
    __table_args__ = (
        CheckConstraint("help_rating BETWEEN 1 AND 5", name="help_rating_known"),
        Index(
            "uq_case_items_own",
            "item_id",
            unique=True,
            sqlite_where=text("is_own"),
            postgresql_where=text("is_own"),
        ),
    )

    case_id: Mapped[int] = reference("cases.id", primary_key=True)
    item_id: Mapped[int] = reference("feedback_items.id", primary_key=True, index=True)
    # Its author's own case, one at most; False in the case of a theme.
    is_own: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    added_at: Mapped[Moment] = mapped_column(default=clock.now)
    # What its author answered to "did this help?", and when.
    help_rating: Mapped[int | None]
    help_comment: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    helped_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    case: Mapped[Case] = relationship()
    item: Mapped[FeedbackItem] = relationship()


class CaseMessage(Base):
    """A reply to the authors of a case, an answer of one of them, or a note that only staff see."""

    __tablename__ = "case_messages"
    __table_args__ = (Index("ix_case_messages_case", "case_id", "id"),)

    id: Mapped[Id]
    case_id: Mapped[int] = reference("cases.id", index=False)
    author_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL")
    body: Mapped[str] = mapped_column(Text)
    body_html: Mapped[str] = mapped_column(Text)
    # For staff only.
    is_note: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    # Written by a member; other authors of the same case do not see it.
    is_from_member: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    written_at: Mapped[Moment] = mapped_column(default=clock.now)

    case: Mapped[Case] = relationship()
    author: Mapped[Member | None] = relationship(foreign_keys=[author_id])


class CaseEvent(Base):
    """One step in the life of a case; the database refuses to change or delete it."""

    __tablename__ = "case_events"
    __table_args__ = (one_of("kind", EVENTS), Index("ix_case_events_case", "case_id", "id"))

    id: Mapped[Id]
    # No cascade: history outlives what it tells of.
    case_id: Mapped[int] = reference("cases.id", ondelete="RESTRICT", index=False)
    kind: Mapped[str] = word()
    from_state: Mapped[str | None] = word()
    to_state: Mapped[str | None] = word()
    actor_id: Mapped[int | None] = reference("members.id", ondelete="RESTRICT", index=False)
    note: Mapped[str] = mapped_column(Text, default="", server_default=text("''"))
    data: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[Moment] = mapped_column(default=clock.now)

    actor: Mapped[Member | None] = relationship(foreign_keys=[actor_id])


append_only.attach(CaseEvent.__table__)


class Team(Base):
    """Owners who share a desk, and how work is dealt out among them."""

    __tablename__ = "teams"
    __table_args__ = (one_of("strategy", STRATEGIES),)

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    strategy: Mapped[str] = word(default="round_robin")
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class TeamMember(Base):
    """One owner of a team; whoever was given something longest ago is next."""

    __tablename__ = "team_members"

    team_id: Mapped[int] = reference("teams.id", primary_key=True)
    member_id: Mapped[int] = reference("members.id", primary_key=True, index=True)
    last_given_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    member: Mapped[Member] = relationship()


class Absence(Base):
    """Days on which an owner is given nothing new, and who covers for them."""

    __tablename__ = "absences"
    __table_args__ = (CheckConstraint("until_on >= from_on", name="not_backwards"),)

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id")
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    cover_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)

    member: Mapped[Member] = relationship(foreign_keys=[member_id])
    cover: Mapped[Member | None] = relationship(foreign_keys=[cover_id])


class ServiceLevel(Base):
    """How soon what kind of feedback is answered and resolved, in hours as the customer counts them.

    The first enabled level, by position, whose kind, urgency, segment and tier fit is the one; None fits all.
    """

    __tablename__ = "service_levels"
    __table_args__ = (
        one_of("kind", KINDS),
        CheckConstraint("answer_hours > 0 AND resolve_hours >= answer_hours", name="hours_sensible"),
    )

    id: Mapped[Id]
    # Locale → text.
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    position: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    kind: Mapped[str | None] = word(20)
    min_urgency: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    segment_id: Mapped[int | None] = reference("segments.id", ondelete="SET NULL")
    # From this tier up. RESTRICT: a level for some would become one for everybody.
    tier_id: Mapped[int | None] = reference("loyalty_tiers.id", ondelete="RESTRICT", index=False)
    answer_hours: Mapped[float] = mapped_column(Float(53))
    resolve_hours: Mapped[float] = mapped_column(Float(53))
    # The owner is reminded when this share of the time is used up; then, once overdue, this person hears.
    remind_at_share: Mapped[float] = mapped_column(Float(53), default=0.75, server_default=text("0.75"))
    escalate_to_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL")
    is_enabled: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())


class WorkingHours(Base):
    """The one row that says when the company works: for the business-hours clock beside the customer's."""

    __tablename__ = "working_hours"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[Id]
    time_zone: Mapped[str] = word(60, default="UTC")
    # Monday is 0.
    weekdays: Mapped[list[int]] = mapped_column(JSON)
    from_minute: Mapped[int] = mapped_column(default=9 * 60)
    until_minute: Mapped[int] = mapped_column(default=17 * 60)
    # Days off as "2026-12-25".
    holidays: Mapped[list[str]] = mapped_column(JSON, default=list)


class RoutingRule(Base):
    """If what was read fits all conditions, who gets it; rules are asked in order and the first one decides.

    `conditions` maps a fact (topic, kind, sentiment, min_urgency, language, panel, segment, min_tier, source,
    has_member) to the values it may have; see cases/routing.py. `name` maps locale to text.
    """

    __tablename__ = "routing_rules"
    __table_args__ = (one_of("effect", RULE_EFFECTS),)

    id: Mapped[Id]
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    position: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    conditions: Mapped[dict[str, Any]] = mapped_column(JSON)
    effect: Mapped[str] = word(default="case")
    # Neither owner nor team: the owner of the topic, else the triage desk.
    owner_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL")
    team_id: Mapped[int | None] = reference("teams.id", ondelete="SET NULL")
    process_owner_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL")
    is_enabled: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    fired_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))

    owner: Mapped[Member | None] = relationship(foreign_keys=[owner_id])
    process_owner: Mapped[Member | None] = relationship(foreign_keys=[process_owner_id])
    team: Mapped[Team | None] = relationship()


class Praise(Base):
    """Kind words that were passed on to somebody, once."""

    __tablename__ = "passed_on_praise"
    __table_args__ = (UniqueConstraint("item_id", "member_id"),)

    id: Mapped[Id]
    item_id: Mapped[int] = reference("feedback_items.id", index=False)
    member_id: Mapped[int] = reference("members.id")
    rule_id: Mapped[int | None] = reference("routing_rules.id", ondelete="SET NULL")
    passed_on_at: Mapped[Moment] = mapped_column(default=clock.now)


class ReplyTemplate(Base):
    """Words an owner can begin a reply with, in each language; `body` maps locale to text."""

    __tablename__ = "reply_templates"

    id: Mapped[Id]
    name: Mapped[dict[str, str]] = mapped_column(JSON)
    body: Mapped[dict[str, str]] = mapped_column(JSON)
    kind: Mapped[str | None] = word(20)
    archived_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
