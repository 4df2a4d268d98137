"""Whose digest is due."""

from collections.abc import Collection, Iterator
from datetime import datetime

from sqlalchemy import exists, select

from community.digests import weeks
from community.digests.models import Digest
from community.digests.weeks import Week
from community.infra.db import db
from community.members.models import Member
from community.notifications.queries.preferences import wants_none

TOPIC = "digest"
_REACHABLE = (Member.state == "active", Member.email.is_not(None), Member.mail_stopped_at.is_(None))


def list_open_weeks(now: datetime) -> Iterator[tuple[str, Week]]:
    """The time zones in which members live and digests go out now, each with its week."""
    for zone in db.session.scalars(select(Member.time_zone).distinct().order_by(Member.time_zone)).all():
        week = weeks.week_of(now, zone=zone)
        if week.is_open(now):
            yield zone, week


def list_due(zone: str, week: Week, *, after: int, limit: int) -> list[Member]:
    """Members of a zone who have no digest of this week yet and want one, by id."""
    return list(
        db.session.scalars(
            select(Member)
            .where(
                Member.id > after,
                Member.time_zone == zone,
                *_REACHABLE,
                # Whoever has just come has nothing behind them to be told of.
                Member.joined_at < week.begins_at,
                ~exists().where(Digest.member_id == Member.id, Digest.week_on == week.on),
                ~wants_none(TOPIC),
            )
            .order_by(Member.id)
            .limit(limit)
        )
    )


def lock_without_digest(member_ids: Collection[int], week: Week) -> set[int]:
    """Those of these members who can still be written to and have no digest of the week, held until the end.

    Another worker that wants to write to them waits, and then finds their digests.
    """
    reachable = db.session.scalars(
        select(Member.id)
        .where(Member.id.in_(member_ids), *_REACHABLE)
        .order_by(Member.id)
        .with_for_update(key_share=True, of=Member)
    ).all()
    written = db.session.scalars(
        select(Digest.member_id).where(Digest.member_id.in_(reachable), Digest.week_on == week.on)
    )
    return set(reachable).difference(written)
