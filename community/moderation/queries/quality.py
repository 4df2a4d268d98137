"""Reading what the quality of moderation is measured by: decisions of a period, appeals, and names."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select

from community.infra.db import db
from community.members.models import Member
from community.moderation.models import Appeal, Decision
from community.moderation.quality import Case
from community.moderation.queries.queue import moderated

# More than moderators of any one site decide in a year.
MOST_CASES = 200_000


class Appeals(NamedTuple):
    """What became of the appeals of a period."""

    waiting: int = 0
    upheld: int = 0
    overturned: int = 0

    @property
    def heard(self) -> int:
        """Appeals that somebody has decided."""
        return self.upheld + self.overturned


def list_cases(viewer: Member, *, since: datetime) -> list[Case]:
    """What was decided since then where the viewer moderates."""
    mine = moderated(viewer, Decision.panel_id)
    statement = (
        select(Decision.moderator_id, Decision.opened_at, Decision.decided_at, Decision.undone_as)
        .where(Decision.decided_at >= since)
        .order_by(Decision.id.desc())
        .limit(MOST_CASES)
    )
    rows = db.session.execute(statement if mine is None else statement.where(mine))
    return [
        Case(moderator_id, decided_at - opened_at if opened_at is not None else None, undone_as)
        for moderator_id, opened_at, decided_at, undone_as in rows
    ]


def count_appeals(viewer: Member, *, since: datetime) -> Appeals:
    """What became of the appeals that were made since then where the viewer moderates."""
    mine = moderated(viewer, Decision.panel_id)
    statement = (
        select(Appeal.state, func.count())
        .join(Decision, Decision.id == Appeal.decision_id)
        .where(Appeal.made_at >= since)
        .group_by(Appeal.state)
    )
    rows = db.session.execute(statement if mine is None else statement.where(mine))
    return Appeals(**dict(rows.all()))


def names_of(member_ids: Collection[int | None]) -> dict[int, str]:
    """The names of these members."""
    rows = db.session.execute(
        select(Member.id, Member.display_name).where(
            Member.id.in_([number for number in member_ids if number])
        )
    )
    return dict(rows.all())
