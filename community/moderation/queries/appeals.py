"""Reading what was decided about a member's texts, and what they said to it."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from community.infra import paging
from community.infra.db import db, get_row
from community.infra.errors import NotFound
from community.members.models import Member
from community.moderation.models import Appeal, Decision, QueueItem

PER_PAGE = 20
WAITING_CAP = 50
# What is decided for somebody's text, or without their noticing, is no news about them.
TOLD_VERBS = (
    "edit", "hide", "restore", "keep_private", "merge", "move", "lock", "unlock",
    "warn", "pause", "suspend", "exclude_votes", "count_votes",
)  # fmt: skip


class About(NamedTuple):
    """A decision about the reader, with the appeal against it if there is one."""

    decision: Decision
    appeal: Appeal | None


_ABOUT = select(Decision, Appeal).outerjoin(Appeal, Appeal.decision_id == Decision.id)
_WAITING = (
    select(QueueItem)
    # What others object to is not told before something comes of it.
    .where(QueueItem.kind.in_(("held", "edit")), QueueItem.state != "closed")
    .order_by(QueueItem.id.desc())
    .limit(WAITING_CAP)
)


def list_waiting(member: Member) -> list[QueueItem]:
    """What of the member's waits for a moderator, the newest first."""
    return list(db.session.scalars(_WAITING.where(QueueItem.author_id == member.id)))


def list_decided(member: Member, *, number: int) -> paging.Page[About]:
    """What was decided about the member and what they wrote, the newest first."""
    rows = db.session.execute(
        _ABOUT.where(Decision.author_id == member.id, Decision.verb.in_(TOLD_VERBS))
        .order_by(Decision.id.desc())
        .limit(PER_PAGE + 1)
        .offset(paging.offset(number, PER_PAGE))
    )
    return paging.read_page([About(*row) for row in rows], number=number, per_page=PER_PAGE)


def get_own(decision_id: int, *, author_id: int) -> About:
    """The decision for whom it is about; NotFound for everybody else."""
    row = db.session.execute(
        _ABOUT.where(
            Decision.id == decision_id, Decision.author_id == author_id, Decision.verb.in_(TOLD_VERBS)
        )
    ).one_or_none()
    if row is None:
        raise NotFound()
    return About(*row)


def get_appeal(appeal_id: int) -> Appeal:
    """The appeal with this number."""
    return get_row(Appeal, appeal_id)


def find_appeal(decision_id: int) -> Appeal | None:
    """The appeal against this decision, if there is one."""
    return db.session.scalar(select(Appeal).where(Appeal.decision_id == decision_id))


def list_waiting_appeals(subject_type: str, subject_id: int) -> Sequence[Appeal]:
    """The appeals about this subject that nobody has decided, the oldest first."""
    return db.session.scalars(
        select(Appeal)
        .join(Decision, Decision.id == Appeal.decision_id)
        .options(joinedload(Appeal.decision))
        .where(
            Decision.subject_type == subject_type,
            Decision.subject_id == subject_id,
            Appeal.state == "waiting",
        )
        .order_by(Appeal.id)
    ).all()
