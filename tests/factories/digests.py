"""Digests for tests, composed as the worker composes them on a Monday morning."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from community.digests.actions.composing import send_due
from community.digests.models import Digest
from community.infra.db import db
from community.infra.mail import OutgoingMail
from community.members.models import Member
from tests.factories.members import make_member

MONDAY = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
LONG_AGO = MONDAY - timedelta(days=200)


def make_reader(name: str = "", **values: Any) -> Member:
    """A member who has been here for long enough to be written to."""
    return make_member(name, **({"joined_at": LONG_AGO} | values))


def digest_of(member: Member) -> Digest:
    """The member's one digest, after what is due was sent."""
    send_due()
    db.session.expire_all()
    return db.session.scalars(select(Digest).where(Digest.member_id == member.id)).one()


def mails_to(member: Member) -> list[OutgoingMail]:
    """All mails to the member."""
    db.session.expire_all()
    return list(
        db.session.scalars(
            select(OutgoingMail).where(OutgoingMail.to_address == member.email).order_by(OutgoingMail.id)
        )
    )
