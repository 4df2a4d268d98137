"""Secrets that go out by mail: made for one purpose, taken back once."""

from datetime import timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import update

from community.infra import clock
from community.infra.db import unit_of_work
from community.infra.errors import NotFound
from community.members import secrets
from community.members.models import Member, Token

VALID_FOR = {
    "verify_email": timedelta(days=3),
    "change_email": timedelta(days=1),
    "reset_password": timedelta(hours=1),
}


def issue(member: Member, *, purpose: str, email: str) -> str:
    """A new secret for the member; only its hash is kept."""
    secret = secrets.new_secret()
    with unit_of_work() as session:
        session.add(
            Token(
                member_id=member.id,
                purpose=purpose,
                token_hash=secrets.digest(secret),
                email=email,
                expires_at=clock.now() + VALID_FOR[purpose],
            )
        )
    return secret


def use_up(secret: str, *, purposes: tuple[str, ...]) -> Token:
    """The token, now used: of all who try at the same moment one gets it, the others NotFound."""
    with unit_of_work() as session:
        token_id = session.scalar(
            update(Token)
            .where(
                Token.token_hash == secrets.digest(secret),
                Token.purpose.in_(purposes),
                Token.used_at.is_(None),
                Token.expires_at > clock.now(),
            )
            .values(used_at=clock.now())
            .returning(Token.id)
        )
        if token_id is None:
            raise gone()
        return session.get_one(Token, token_id, populate_existing=True)


def void(member: Member, *, purposes: tuple[str, ...]) -> None:
    """Make the member's open links of these purposes worthless."""
    with unit_of_work() as session:
        session.execute(
            update(Token)
            .where(Token.member_id == member.id, Token.purpose.in_(purposes), Token.used_at.is_(None))
            .values(used_at=clock.now())
        )


def gone() -> NotFound:
    """The refusal for a link that was used, is too old or never was."""
    return NotFound(_("This link has been used already or is too old. Sign in, or ask for a new one."))


def link(path: str) -> str:
    """A path of this site as an address for mail; never made from what a request says about itself."""
    return f"{current_app.config['BASE_URL']}{path}"
