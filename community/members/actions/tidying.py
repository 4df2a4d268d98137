"""Forgetting what is of no use any more."""

from datetime import timedelta

from sqlalchemy import delete, or_

from community.infra import clock
from community.infra.db import unit_of_work
from community.members import queries
from community.members.actions.unsent import forget_old_unsent
from community.members.models import Attempt, Authenticator, MemberSession, Token, UsedChallenge

# Long enough to answer "did my link work?", short enough to keep few addresses.
TOKENS_KEPT_FOR = timedelta(days=7)
ATTEMPTS_KEPT_FOR = timedelta(days=1)
SESSIONS_KEPT_FOR = timedelta(days=90)
# Longer than any challenge can be answered, and than anybody types in a code of a new app.
UNFINISHED_KEPT_FOR = timedelta(days=1)


def tidy() -> None:
    """Delete links that are past, what was begun, tried or not sent yesterday, and sessions long ended."""
    now = clock.now()
    forget_old_unsent()
    with unit_of_work() as session:
        session.execute(delete(Token).where(Token.expires_at < now - TOKENS_KEPT_FOR))
        session.execute(delete(Attempt).where(Attempt.at < now - ATTEMPTS_KEPT_FOR))
        session.execute(delete(UsedChallenge).where(UsedChallenge.at < now - UNFINISHED_KEPT_FOR))
        session.execute(
            delete(Authenticator).where(
                Authenticator.confirmed_at.is_(None), Authenticator.begun_at < now - UNFINISHED_KEPT_FOR
            )
        )
        session.execute(
            delete(MemberSession).where(
                or_(
                    MemberSession.ended_at < now - SESSIONS_KEPT_FOR,
                    MemberSession.last_seen_at < now - SESSIONS_KEPT_FOR - queries.REMEMBERED_FOR,
                )
            )
        )
