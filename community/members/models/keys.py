"""What opens an account besides its password: an identity elsewhere, an app, passkeys, spare codes."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from community.infra import clock
from community.infra.db import Base, Id, Moment, UtcDateTime, reference


class OutsideIdentity(Base):
    """Who a member is at a provider: issuer and subject together, which the provider gives to nobody else."""

    __tablename__ = "outside_identities"
    __table_args__ = (UniqueConstraint("issuer", "subject"), UniqueConstraint("member_id", "issuer"))

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id", index=False)
    issuer: Mapped[str] = mapped_column(String(300))
    subject: Mapped[str] = mapped_column(String(255))
    joined_at: Mapped[Moment] = mapped_column(default=clock.now)
    last_used_at: Mapped[Moment] = mapped_column(default=clock.now)


class Authenticator(Base):
    """The app that shows a member's codes; until one of them was typed in it guards nothing."""

    __tablename__ = "authenticators"

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id", unique=True, index=False)
    # Has to be read again to compare codes, so it is sealed, not hashed.
    sealed_secret: Mapped[str] = mapped_column(Text)
    # The stretch of thirty seconds whose code was used last: no earlier one opens anything any more.
    last_step: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    begun_at: Mapped[Moment] = mapped_column(default=clock.now)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class Passkey(Base):
    """A key pair whose private half never leaves a member's device; here is the public one."""

    __tablename__ = "passkeys"
    __table_args__ = (Index("ix_passkeys_member", "member_id", "id"),)

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id", index=False)
    name: Mapped[str] = mapped_column(String(60))
    # Bytes in base64url; a key may be called by up to 1,023 of them.
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    # What devices know the account by: says nothing about it, and is the same in all keys of a member.
    user_handle: Mapped[str] = mapped_column(String(90))
    transports: Mapped[str] = mapped_column(String(100), default="", server_default=text("''"))
    # Devices that count their signatures are copied if the count falls back.
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0, server_default=text("0"))
    added_at: Mapped[Moment] = mapped_column(default=clock.now)
    last_used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class RecoveryCode(Base):
    """A code for the day on which app and passkeys are lost; only its hash is kept, and it works once."""

    __tablename__ = "recovery_codes"

    id: Mapped[Id]
    member_id: Mapped[int] = reference("members.id")
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[Moment] = mapped_column(default=clock.now)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime())


class UsedChallenge(Base):
    """What a passkey has signed once, as a hash, so that the same answer opens nothing a second time."""

    __tablename__ = "used_challenges"

    challenge_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[Moment] = mapped_column(default=clock.now, index=True)
