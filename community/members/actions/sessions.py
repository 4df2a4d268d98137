"""Beginning and ending signed-in browsers."""

from datetime import timedelta
from typing import Any

from sqlalchemy import update

from community.infra import clock
from community.infra.db import if_possible, insert_new, unit_of_work
from community.infra.errors import NotFound
from community.members import secrets
from community.members.models import Member, MemberSession, VisitDay

# Often enough to say when somebody was last here, seldom enough that reading pages hardly ever writes.
SEEN_EVERY = timedelta(minutes=10)


def begin_session(
    member: Member,
    *,
    user_agent: str = "",
    address: str = "",
    is_remembered: bool = False,
    came_by: str = "password",
    is_sure: bool = True,
) -> str:
    """Sign a browser in and give back the token for its cookie; `is_sure` if they have shown who they are."""
    token = secrets.new_secret()
    with unit_of_work() as session:
        session.add(
            MemberSession(
                member_id=member.id,
                token_hash=secrets.digest(token),
                user_agent=user_agent[:200],
                address=address[:45],
                is_remembered=is_remembered,
                came_by=came_by,
                confirmed_at=clock.now() if is_sure else None,
            )
        )
        session.flush()
        _note_day(member.id)
    return token


def begin_unless_second_step(member: Member, **browser: Any) -> str:
    """The same, but "" and no session if the member has a second step still to come."""
    return "" if member.second_step_since is not None else begin_session(member, **browser)


def note_seen(browser: MemberSession) -> None:
    """Remember that the member is here now, unless that was remembered a moment ago."""
    now = clock.now()
    is_same_day = browser.last_seen_at.date() == now.date()
    if is_same_day and browser.last_seen_at > now - SEEN_EVERY:
        return
    with if_possible(), unit_of_work():
        browser.last_seen_at = now
        browser.member.last_active_at = now
        _note_day(browser.member_id)


def end_session(member: Member, *, session_id: int) -> None:
    """Sign one of the member's own browsers out."""
    with unit_of_work() as session:
        ended = session.execute(
            update(MemberSession)
            .where(
                MemberSession.id == session_id,
                MemberSession.member_id == member.id,
                MemberSession.ended_at.is_(None),
            )
            .values(ended_at=clock.now())
            .returning(MemberSession.id)
        ).scalar_one_or_none()
        if ended is None:
            raise NotFound()


def end_sessions(member: Member, *, except_token: str = "") -> None:
    """Sign the member out everywhere, or everywhere but in one browser."""
    with unit_of_work() as session:
        session.execute(
            update(MemberSession)
            .where(
                MemberSession.member_id == member.id,
                MemberSession.ended_at.is_(None),
                MemberSession.token_hash != secrets.digest(except_token),
            )
            .values(ended_at=clock.now())
        )


def end_session_of(token: str) -> None:
    """Sign out the browser that holds the token."""
    with unit_of_work() as session:
        session.execute(
            update(MemberSession)
            .where(MemberSession.token_hash == secrets.digest(token), MemberSession.ended_at.is_(None))
            .values(ended_at=clock.now())
        )


def _note_day(member_id: int) -> None:
    # On how many days somebody was here is one of the things that trust rests on.
    insert_new(VisitDay, [{"member_id": member_id, "on": clock.now().date()}])
