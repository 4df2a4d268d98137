"""Keeping what was written while a session ended, for a day and for its writer alone."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import delete, select

from community.infra import clock
from community.infra.db import unit_of_work
from community.members import secrets
from community.members.models import Member, UnsentText

# Long enough to find the password again.
KEPT_FOR = timedelta(days=1)
# Of each member: whoever sends one form again and again fills no disk by it.
MOST = 5


def keep_unsent(member_id: int, *, path: str, words: Mapping[str, Sequence[str]]) -> str:
    """Keep what a member wrote to a path, and return the secret under which they find it again."""
    secret = secrets.new_secret()
    # PostgreSQL cannot store NUL, and forms drop it.
    kept = {name: [value.replace("\x00", "") for value in values] for name, values in words.items()}
    with unit_of_work() as session:
        session.add(UnsentText(member_id=member_id, token_hash=secrets.digest(secret), path=path, words=kept))
        session.flush()
        newest = select(UnsentText.id).where(UnsentText.member_id == member_id)
        session.execute(
            delete(UnsentText).where(
                UnsentText.member_id == member_id,
                UnsentText.id.not_in(newest.order_by(UnsentText.id.desc()).limit(MOST)),
            )
        )
    return secret


def forget_unsent(member: Member, secret: str) -> None:
    """What was written has been sent."""
    with unit_of_work() as session:
        session.execute(
            delete(UnsentText).where(
                UnsentText.member_id == member.id, UnsentText.token_hash == secrets.digest(secret)
            )
        )


def forget_old_unsent() -> None:
    """Delete what nobody came back for."""
    with unit_of_work() as session:
        session.execute(delete(UnsentText).where(UnsentText.written_at < clock.now() - KEPT_FOR))
