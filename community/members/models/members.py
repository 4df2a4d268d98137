"""Members, their sessions and tokens, their roles, and the attributes of their profiles."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from flask_login import UserMixin
from sqlalchemy import (
    JSON,
    Date,
    ForeignKey,
    Index,
    Numeric,
    SmallInteger,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import Mapped, mapped_column, relationship

from community.analysis.script import fold
from community.config import LOCALES, ROLES
from community.infra import append_only, clock
from community.infra.db import Base, BigId, Id, Moment, UtcDateTime, one_of, reference, word
from community.members import names, pictures

STATES = ("active", "suspended", "erased")
ATTRIBUTE_KINDS = ("single_choice", "several_choices", "number", "date", "text")
AUDIENCES = ("self", "staff", "members")
TOKEN_PURPOSES = ("verify_email", "change_email", "reset_password")


def _folded_name(context: DefaultExecutionContext) -> str:
    return fold(str(context.get_current_parameters()["display_name"]))


class DisplayName(TypeDecorator[str]):
    """A member's name as it is read everywhere: of whoever was erased "" is left, read as a former member."""

    impl = String
    cache_ok = True

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], str | None]:
        """The name, or what those are called who have none any more; in one step, as pages read many."""
        return _name_of


def _name_of(value: str | None) -> str | None:
    return names.former() if value == "" else value


class Member(UserMixin, Base):
    """A person with an account.

    `email` is set only once its owner has shown that they read it; until then the address stands in
    `claimed_email`, which several accounts may hold, so that joining tells nobody who is known here.
    """

    __tablename__ = "members"
    __table_args__ = (
        one_of("state", STATES),
        one_of("locale", LOCALES),
    )

    id: Mapped[Id]
    display_name: Mapped[str] = mapped_column(DisplayName(50))
    # For searching; one character may fold into several.
    name_folded: Mapped[str] = mapped_column(
        String(300), default=_folded_name, server_default=text("''"), index=True
    )
    email: Mapped[str | None] = mapped_column(String(254))
    email_folded: Mapped[str | None] = mapped_column(String(254), unique=True)
    claimed_email: Mapped[str | None] = mapped_column(String(254))
    claimed_email_folded: Mapped[str | None] = mapped_column(String(254), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    locale: Mapped[str] = word(10, default="en")
    time_zone: Mapped[str] = word(60, default="UTC")
    # What panels that show no names call the member; see members/names.py.
    alias: Mapped[str | None] = mapped_column(String(50), unique=True, index=True)
    # No mail but what was asked for at this moment goes out between these hours of the member's day.
    quiet_from: Mapped[int | None] = mapped_column(SmallInteger)
    quiet_until: Mapped[int | None] = mapped_column(SmallInteger)
    # When mails to the address began to come back, and what was said; notices then stay in the inbox.
    mail_stopped_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    mail_stop_reason: Mapped[str] = mapped_column(String(300), default="", server_default=text("''"))
    # When notices were last put into a mail: the next one waits while that is unread.
    notices_mailed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # Reads, but writes nothing anywhere until then.
    paused_until: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # Since when signing in takes a second step, an app's code or a passkey.
    second_step_since: Mapped[datetime | None] = mapped_column(UtcDateTime())
    # Until when somebody on staff was asked to set one up; see members/actions/asking.py.
    second_step_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    picture_key: Mapped[str | None] = mapped_column(String(32))
    picture_extension: Mapped[str | None] = word(5)
    state: Mapped[str] = word(default="active")
    unread_count: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    joined_at: Mapped[Moment] = mapped_column(default=clock.now, index=True)
    last_active_at: Mapped[Moment] = mapped_column(default=clock.now, index=True)

    roles: Mapped[list["RoleGrant"]] = relationship(
        back_populates="member",
        cascade="all, delete-orphan",
        foreign_keys="RoleGrant.member_id",
        lazy="selectin",
    )

    # The token of the session that loaded this member, for Flask-Login, and how that session was begun.
    session_token = ""
    session_came_by = ""
    # Whoever is on staff and owes the second step holds no role until they have set it up.
    owes_second_step = False

    @property
    def is_active(self) -> bool:
        """Whether the member may sign in."""
        return self.state == "active"

    @property
    def is_verified(self) -> bool:
        """Whether the member has shown that they read their e-mail."""
        return self.email is not None

    @property
    def address(self) -> str | None:
        """The member's e-mail address, shown to be theirs or only claimed."""
        return self.email or self.claimed_email

    @property
    def standing_roles(self) -> Collection["RoleGrant"]:
        """The roles that count now: none while the second step is owed."""
        return () if self.owes_second_step else self.roles

    @property
    def is_staff(self) -> bool:
        """Whether the member holds any role, on the site or on a panel."""
        return bool(self.standing_roles)

    @property
    def picture_url(self) -> str | None:
        """Where the member's picture is, or None."""
        return pictures.path_of(self.id, self.picture_key)

    def holds_role(self, role: str, panel_id: int | None = None) -> bool:
        """Whether the member holds the role on the site or on this panel; administrators hold every role."""
        return any(
            (grant.panel_id is None and grant.role in (role, "admin"))
            or (panel_id is not None and grant.panel_id == panel_id and grant.role in (role, "admin"))
            for grant in self.standing_roles
        )

    def holds_any_role(self, roles: tuple[str, ...]) -> bool:
        """Whether the member holds one of the roles anywhere."""
        return any(grant.role in (*roles, "admin") for grant in self.standing_roles)

    def get_id(self) -> str:
        """What the cookie carries: the session's token, so that a session can be ended from afar."""
        return self.session_token


class RoleGrant(Base):
    """A role that a member holds on the whole site, or on one panel."""

    __tablename__ = "role_grants"
    __table_args__ = (
        one_of("role", ROLES),
        Index(
            "uq_role_grants_site",
            "member_id",
            "role",
            unique=True,
            sqlite_where=text("panel_id IS NULL"),
            postgresql_where=text("panel_id IS NULL"),
        ),
        UniqueConstraint("member_id", "role", "panel_id"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id")
    role: Mapped[str] = word()
    panel_id: Mapped[int | None] = reference("panels.id")
    granted_by_id: Mapped[int | None] = reference("members.id", ondelete="SET NULL", index=False)
    granted_at: Mapped[Moment] = mapped_column(default=clock.now)
    # Given by what the provider says of the member, and taken back when it no longer says so.
    is_mapped: Mapped[bool] = mapped_column(default=False, server_default=false())

    member: Mapped[Member] = relationship(back_populates="roles", foreign_keys=[member_id])


class MemberSession(Base):
    """A browser that is signed in; the cookie's token is stored only as a hash."""

    __tablename__ = "member_sessions"

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_agent: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(45), default="")
    is_remembered: Mapped[bool] = mapped_column(default=False)
    # "password", "passkey" or "provider".
    came_by: Mapped[str] = word(default="password", server_default=text("'password'"))
    created_at: Mapped[Moment] = mapped_column(default=clock.now)
    # When whoever sits there last showed who they are; never if the provider did not ask them.
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    last_seen_at: Mapped[Moment] = mapped_column(default=clock.now)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)

    # What was asked along with it when it was found, by name; see members.queries.use_along.
    asked_along = MappingProxyType[str, Any]({})


class Token(Base):
    """A secret sent by mail: for one purpose, used once, valid for a while, stored as a hash."""

    __tablename__ = "tokens"
    __table_args__ = (one_of("purpose", TOKEN_PURPOSES),)

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id")
    purpose: Mapped[str] = word()
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    created_at: Mapped[Moment] = mapped_column(default=clock.now)
    expires_at: Mapped[Moment]
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())

    member: Mapped[Member] = relationship()


class VisitDay(Base):
    """A day, in UTC, on which a member was here."""

    __tablename__ = "visit_days"

    member_id: Mapped[int] = reference("members.id", primary_key=True)
    on: Mapped[date] = mapped_column(Date, primary_key=True, index=True)


class Consent(Base):
    """One yes or no of a member to one purpose; the newest stands, and the database changes none.

    `wording` is the text that stood beside the box, in the language it was read in.
    """

    __tablename__ = "consents"
    __table_args__ = (Index("ix_consents_member", "member_id", "purpose", "id"),)

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id", ondelete="RESTRICT", index=False)
    # A key of members/consent.py.
    purpose: Mapped[str] = word()
    is_given: Mapped[bool]
    wording: Mapped[str] = mapped_column(Text)
    locale: Mapped[str] = word(10)
    at: Mapped[Moment] = mapped_column(default=clock.now)


append_only.attach(Consent.__table__)


class Attempt(Base):
    """One try at a guarded thing (signing in, having a mail sent), kept to slow down guessing.

    `subject` is a keyed hash of the address or account it is counted for.
    """

    __tablename__ = "attempts"
    __table_args__ = (Index("ix_attempts_subject", "action", "subject", "at"),)

    id: Mapped[Id]
    action: Mapped[str] = word()
    subject: Mapped[str] = mapped_column(String(64))
    at: Mapped[Moment] = mapped_column(default=clock.now, index=True)


class ProfileAttribute(Base):
    """Something the site asks its members about themselves, with the reason why.

    `label` and `why` map locale to text; `options` is a list of {"key", locale: text}.
    """

    __tablename__ = "profile_attributes"
    __table_args__ = (one_of("kind", ATTRIBUTE_KINDS), one_of("visible_to", AUDIENCES))

    id: Mapped[Id]
    key: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = word()
    label: Mapped[dict[str, str]] = mapped_column(JSON)
    why: Mapped[dict[str, str]] = mapped_column(JSON)
    options: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    visible_to: Mapped[str] = word(default="staff")
    position: Mapped[int] = mapped_column(default=0)
    is_asked: Mapped[bool] = mapped_column(default=True)


class AttributeAnswer(Base):
    """What a member answered; several choices are several rows. One value column is filled, by kind."""

    __tablename__ = "attribute_answers"
    __table_args__ = (
        UniqueConstraint("member_id", "attribute_id", "option"),
        Index("ix_attribute_answers_option", "attribute_id", "option"),
    )

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id")
    attribute_id: Mapped[int] = mapped_column(BigId, ForeignKey("profile_attributes.id", ondelete="CASCADE"))
    option: Mapped[str | None] = mapped_column(String(40))
    number: Mapped[float | None] = mapped_column(Numeric(16, 4, asdecimal=False))
    on: Mapped[date | None] = mapped_column(Date)
    text: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[Moment] = mapped_column(default=clock.now)

    attribute: Mapped[ProfileAttribute] = relationship(lazy="joined", innerjoin=True)
