"""Reading what is needed to see whether votes are honest, and what was made of it."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import Integer, bindparam, cast, func, select

from community.ideas import integrity
from community.ideas.integrity import Cast, Usual
from community.ideas.models import Idea, Vote, VoteAlarm, VoteOrigin
from community.infra import clock
from community.infra.db import db
from community.members.models import Member
from community.moderation.doors import Subject

# The newest votes of an idea, and of its panel, are enough to tell odd from usual.
MOST_CASTS = 5000
MOST_USUAL = 2000
LATELY = timedelta(days=7)
# Votes on the page where a person looks at them.
MOST_SHOWN = 500

_IN_GROUP = Vote.idea_id.in_(select(Idea.id).where(Idea.root_id == bindparam("root_id")))
_CASTS = (
    select(Vote.member_id, Vote.cast_at, Member.joined_at, VoteOrigin.origin)
    .join(Member, Member.id == Vote.member_id)
    .outerjoin(VoteOrigin, (VoteOrigin.idea_id == Vote.idea_id) & (VoteOrigin.member_id == Vote.member_id))
    .where(_IN_GROUP, Vote.is_counted)
    .order_by(Vote.cast_at.desc())
    .limit(MOST_CASTS)
)
_ELSEWHERE = (
    select(VoteOrigin.at, Member.joined_at)
    .join(Idea, Idea.id == VoteOrigin.idea_id)
    .join(Member, Member.id == VoteOrigin.member_id)
    .where(
        Idea.panel_id == bindparam("panel_id"),
        Idea.root_id != bindparam("root_id"),
        VoteOrigin.at > bindparam("since"),
    )
    .order_by(VoteOrigin.at.desc())
    .limit(MOST_USUAL)
)
_OF_GROUP = select(VoteAlarm).where(
    VoteAlarm.idea_id.in_(select(Idea.id).where(Idea.root_id == bindparam("root_id")))
)
_FACTS = select(VoteAlarm.facts).where(
    VoteAlarm.idea_id.in_(select(Idea.id).where(Idea.root_id == bindparam("root_id")))
)


class VoteLine(NamedTuple):
    """A vote as a person who looks at it sees it."""

    member_id: int
    name: str
    joined_at: datetime
    cast_at: datetime
    importance: str | None
    is_counted: bool
    origin: str
    vote_count: int
    is_verified: bool

    @property
    def is_newborn(self) -> bool:
        """Whether the account was made only just before it voted."""
        return self.cast_at - self.joined_at < integrity.NEWBORN


def find_subject(idea_id: int) -> Subject | None:
    """The votes of an idea as something that can be curated; None if there is no such idea."""
    idea = db.session.get(Idea, idea_id)
    if idea is None:
        return None
    return Subject(
        type="votes",
        id=idea.id,
        panel_id=idea.panel_id,
        # Whose idea it is must not decide which votes count for it.
        author_id=idea.author_id,
        title=idea.title,
        html=Markup(""),
        excerpt=idea.excerpt,
        path=f"/ideas/{idea.root_id or idea.id}",
        state=idea.state,
        support_count=idea.support_count,
    )


def list_roots_voted_for(*, since: datetime) -> list[int]:
    """Ideas that got votes since a moment, each as the one that counts for it."""
    root = func.coalesce(Idea.root_id, Idea.id)
    voted = select(root).join(VoteOrigin, VoteOrigin.idea_id == Idea.id).where(VoteOrigin.at > since)
    return list(db.session.scalars(voted.distinct().order_by(root)))


def list_casts(root_id: int) -> list[Cast]:
    """The votes that count for the idea and all that was joined to it, each member once, the newest first."""
    by_member: dict[int, Cast] = {}
    for member_id, at, joined_at, origin in db.session.execute(_CASTS, {"root_id": root_id}):
        # The earlier of two is the one that counts.
        by_member[member_id] = Cast(member_id, at, joined_at, origin or "")
    return list(by_member.values())


def usual_around(root: Idea) -> Usual:
    """What the other ideas of the panel showed lately."""
    now = clock.now()
    values = {"panel_id": root.panel_id, "root_id": root.id, "since": now - LATELY}
    elsewhere = db.session.execute(_ELSEWHERE, values).all()
    if not elsewhere:
        return Usual()
    newborns = sum(at - joined_at < integrity.NEWBORN for at, joined_at in elsewhere)
    hours = max((now - elsewhere[-1][0]) / timedelta(hours=1), 1.0)
    last_hour = sum(now - at < timedelta(hours=1) for at, _joined_at in elsewhere)
    return Usual(newborns, len(elsewhere), max(1.0, (last_hour + 1) / (len(elsewhere) / hours + 1)))


def list_alarms(root_id: int) -> list[VoteAlarm]:
    """All alarms about the idea and what was joined to it, the newest first."""
    return list(db.session.scalars(_OF_GROUP.order_by(VoteAlarm.id.desc()), {"root_id": root_id}))


def find_waiting(root_id: int) -> VoteAlarm | None:
    """The alarm that waits for a person."""
    return next((alarm for alarm in list_alarms(root_id) if alarm.state == "waiting"), None)


def ids_excluded(root_id: int) -> set[int]:
    """Members whose votes for the idea are not to be counted, also if they give them again."""
    facts = db.session.scalars(_FACTS, {"root_id": root_id})
    return {member_id for each in facts for member_id in each.get("excluded", ())}


def ids_judged(root_id: int) -> set[int]:
    """Members whose votes a person has looked at already."""
    return {
        member_id
        for alarm in list_alarms(root_id)
        if alarm.state != "waiting"
        for member_id in alarm.member_ids
    }


def list_lines(root_id: int, member_ids: Collection[int]) -> list[VoteLine]:
    """The standing votes of these members for the idea, in the order in which they were given."""
    own = select(func.count()).where(Vote.member_id == Member.id).correlate(Member).scalar_subquery()
    rows = db.session.execute(
        select(
            Member.id,
            func.min(Member.display_name),
            func.min(Member.joined_at),
            func.min(Vote.cast_at),
            func.max(Vote.importance),
            func.max(cast(Vote.is_counted, Integer)),
            func.min(VoteOrigin.origin),
            func.max(own),
            func.min(Member.email),
        )
        .select_from(Vote)
        .join(Member, Member.id == Vote.member_id)
        .outerjoin(
            VoteOrigin, (VoteOrigin.idea_id == Vote.idea_id) & (VoteOrigin.member_id == Vote.member_id)
        )
        .where(_IN_GROUP, Vote.member_id.in_(member_ids))
        .group_by(Member.id)
        .order_by(func.min(Vote.cast_at), Member.id)
        .limit(MOST_SHOWN),
        {"root_id": root_id},
    )
    return [
        VoteLine(
            member_id=row[0],
            name=row[1],
            joined_at=row[2],
            cast_at=row[3],
            importance=row[4],
            is_counted=bool(row[5]),
            origin=row[6] or "",
            vote_count=row[7],
            is_verified=row[8] is not None,
        )
        for row in rows
    ]


def list_votes(root_id: int, member_ids: Sequence[int]) -> list[Vote]:
    """The votes of these members for the idea and what was joined to it, to be changed."""
    return list(
        db.session.scalars(
            select(Vote)
            .where(_IN_GROUP, Vote.member_id.in_(member_ids))
            .order_by(Vote.idea_id, Vote.member_id),
            {"root_id": root_id},
        )
    )


class NotCounted(NamedTuple):
    """A vote of a member that is not counted, for the member."""

    idea_id: int
    slug: str
    title: str
    cast_at: datetime


def list_not_counted(member: Member, *, readable: Any) -> list[NotCounted]:
    """The member's votes that are not counted, in panels they may read."""
    root_id = func.coalesce(Idea.root_id, Idea.id)
    rows = db.session.execute(
        select(root_id, Idea.slug, Idea.title, Vote.cast_at)
        .join(Idea, Idea.id == Vote.idea_id)
        .where(
            Vote.member_id == member.id,
            Vote.is_counted.is_(False),
            Idea.state == "published",
            Idea.panel_id.in_(readable),
        )
        .order_by(Vote.cast_at.desc())
        .limit(50)
    )
    return [NotCounted(*row) for row in rows]
