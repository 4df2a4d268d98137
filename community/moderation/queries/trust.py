"""Reading how far members are trusted, and what that rests on."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from flask import Flask, current_app
from sqlalchemy import Select, func, or_, select

from community.analysis.script import fold
from community.infra.db import db
from community.members.models import Member, VisitDay
from community.moderation.models import Flag, TrustChange, TrustStanding
from community.moderation.trust import LEVELS, Facts

STEPS_SHOWN = 20
PEOPLE_SHOWN = 50


class Deeds(NamedTuple):
    """What a member read and wrote, and what others made of it, since some moment; see trust.Facts."""

    ideas_read: int = 0
    texts_accepted: int = 0
    thanks: int = 0
    thankers: int = 0
    thanks_days: int = 0


CountDeeds = Callable[[Sequence[int], datetime], Mapping[int, Deeds]]

_LEVEL = select(TrustStanding.level)
_COUNTS = (
    select(func.coalesce(TrustStanding.level, 0).label("standing"), func.count())
    .select_from(Member)
    .outerjoin(TrustStanding, TrustStanding.member_id == Member.id)
    .where(Member.state == "active")
    .group_by("standing")
)
_PEOPLE = (
    select(
        Member.id,
        Member.display_name,
        func.coalesce(TrustStanding.level, 0),
        TrustStanding.since,
        func.coalesce(TrustStanding.vouched_level, 0),
    )
    .outerjoin(TrustStanding, TrustStanding.member_id == Member.id)
    .where(Member.state == "active")
    .limit(PEOPLE_SHOWN)
)
_STEPS = select(TrustChange).order_by(TrustChange.id.desc()).limit(STEPS_SHOWN)


def use_deeds(app: Flask, count_deeds: CountDeeds) -> None:
    """Tell trust what members did; ideas stand above it and cannot be asked from here."""
    app.extensions["trust_deeds"] = count_deeds


def level_of(member_id: int) -> int:
    """The level the member stands on; 0 for whom nothing was counted yet."""
    return db.session.scalar(_LEVEL.where(TrustStanding.member_id == member_id)) or 0


def find_standing(member_id: int) -> TrustStanding | None:
    """The row of the member, if anything was counted yet."""
    return db.session.get(TrustStanding, member_id)


class Person(NamedTuple):
    """A member as the list of trust shows them."""

    id: int
    display_name: str
    level: int
    since: datetime | None
    vouched_level: int


def count_levels() -> dict[int, int]:
    """How many active members stand on each level."""
    rows = db.session.execute(_COUNTS).all()
    counted = dict(rows)
    return {level: counted.get(level, 0) for level in LEVELS}


def list_people(term: str) -> list[Person]:
    """Members whose name holds the term; without one those on the highest levels, the newest there first."""
    statement = _PEOPLE
    if term:
        statement = statement.where(Member.name_folded.contains(fold(term), autoescape=True))
    rows = db.session.execute(
        statement.order_by(
            func.coalesce(TrustStanding.level, 0).desc(), TrustStanding.since.desc(), Member.id.desc()
        )
    )
    return [Person(*row) for row in rows]


def list_steps(member_id: int) -> list[TrustChange]:
    """The last steps of a member up and down, the newest first."""
    return list(db.session.scalars(_STEPS.where(TrustChange.member_id == member_id)))


def list_due(*, after: int, counted_before: datetime, active_since: datetime, limit: int) -> list[int]:
    """Members whose level is to be looked at, by number: the active, and all who stand on a level."""
    return list(
        db.session.scalars(
            select(Member.id)
            .outerjoin(TrustStanding, TrustStanding.member_id == Member.id)
            .where(
                Member.id > after,
                Member.state != "erased",
                or_(Member.last_active_at >= active_since, TrustStanding.level > 0),
                or_(TrustStanding.counted_at.is_(None), TrustStanding.counted_at < counted_before),
            )
            .order_by(Member.id)
            .limit(limit)
        )
    )


def facts_of(member_ids: Sequence[int], *, since: datetime) -> dict[int, Facts]:
    """What the levels of these members rest on, in a fixed number of statements."""
    count_deeds: CountDeeds = current_app.extensions["trust_deeds"]
    deeds = count_deeds(member_ids, since)
    days = _counts(
        select(VisitDay.member_id, func.count())
        .where(VisitDay.member_id.in_(member_ids), VisitDay.on >= since.date())
        .group_by(VisitDay.member_id)
    )
    # Of one text only one: twenty people who object to it do not make it twenty texts.
    texts = (
        select(Flag.author_id, Flag.subject_type, Flag.subject_id)
        .where(Flag.author_id.in_(member_ids), Flag.outcome == "agreed", Flag.decided_at >= since)
        .distinct()
        .subquery()
    )
    upheld = _counts(select(texts.c.author_id, func.count()).group_by(texts.c.author_id))
    return {
        member_id: Facts(
            days_here=days.get(member_id, 0),
            upheld_flags=upheld.get(member_id, 0),
            **deeds.get(member_id, Deeds())._asdict(),
        )
        for member_id in member_ids
    }


def _counts(statement: Select[int, int]) -> dict[int, int]:
    return {key: int(count) for key, count in db.session.execute(statement)}
