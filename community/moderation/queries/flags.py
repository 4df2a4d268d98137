"""Reading flags: who objected to what, and how often moderators agreed with them."""

import math
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import case, func, select

from community.infra.db import db
from community.moderation.models import Flag

OWN_SHOWN = 20


class FlagRecord(NamedTuple):
    """How moderators judged the flags of one member."""

    agreed: int
    disagreed: int


class Objection(NamedTuple):
    """One flag as moderators read it: never who made it."""

    reason: str
    note: str
    weight: float


class OwnFlag(NamedTuple):
    """A flag as whoever made it sees it: what was wrong, and what moderators made of it."""

    subject_type: str
    reason: str
    made_at: datetime
    outcome: str


_OWN = (
    select(Flag.subject_type, Flag.reason, Flag.made_at, Flag.outcome)
    .order_by(Flag.id.desc())
    .limit(OWN_SHOWN)
)
_RECORD = select(
    func.coalesce(func.sum(case((Flag.outcome == "agreed", 1), else_=0)), 0),
    func.coalesce(func.sum(case((Flag.outcome == "disagreed", 1), else_=0)), 0),
)


def find_flag(subject_type: str, subject_id: int, *, member_id: int) -> Flag | None:
    """The flag of this member on this subject, whatever became of it."""
    return db.session.scalar(
        select(Flag).where(
            Flag.subject_type == subject_type, Flag.subject_id == subject_id, Flag.member_id == member_id
        )
    )


def record_of(member_id: int) -> FlagRecord:
    """How moderators judged what the member flagged."""
    return FlagRecord(*db.session.execute(_RECORD.where(Flag.member_id == member_id)).one())


def list_open(subject_type: str, subject_id: int) -> list[Objection]:
    """The flags on a subject that nobody has decided about, the first first."""
    return list_objections(subject_type, subject_id, outcomes=("open",))


def list_objections(
    subject_type: str, subject_id: int, *, outcomes: tuple[str, ...] = ("open", "agreed", "disagreed")
) -> list[Objection]:
    """The flags on a subject, the first first."""
    rows = db.session.execute(
        select(Flag.reason, Flag.note, Flag.weight)
        .where(Flag.subject_type == subject_type, Flag.subject_id == subject_id, Flag.outcome.in_(outcomes))
        .order_by(Flag.id)
    )
    return [Objection(*row) for row in rows]


def weigh_dismissed(subject_type: str, subject_id: int) -> float:
    """What the flags on a subject weighed that moderators disagreed with."""
    dismissed = list_objections(subject_type, subject_id, outcomes=("disagreed",))
    return math.fsum(objection.weight for objection in dismissed)


def list_own(member_id: int) -> list[OwnFlag]:
    """What the member flagged and what became of it, the newest first."""
    rows = db.session.execute(_OWN.where(Flag.member_id == member_id))
    return [OwnFlag(*row) for row in rows]
