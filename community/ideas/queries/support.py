"""What a vote rests on, read as rows by statements built once: voting is the most frequent change of all."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, bindparam, exists, func, select

from community.ideas.models import Follow, Idea, Vote, VoteAlarm
from community.infra.db import BigId, db, table_of
from community.members.models import Member
from community.panels.models import Membership, Panel

# The tables themselves: rows of entities' columns take twice as long to ask for.
_IDEAS, _VOTES, _FOLLOWS, _ALARMS, _MEMBERS, _PANELS, _PARTS = map(
    table_of, (Idea, Vote, Follow, VoteAlarm, Member, Panel, Membership)
)
_MEMBER_ID = bindparam("member_id", type_=BigId)
_IN_GROUP = select(_IDEAS.c.id).where(_IDEAS.c.root_id == bindparam("root_id")).scalar_subquery()

_PLACE = (
    select(
        _IDEAS.c.state,
        _IDEAS.c.author_id,
        func.coalesce(_IDEAS.c.root_id, _IDEAS.c.id),
        _PANELS.c.id,
        _PANELS.c.visibility,
        _PANELS.c.archived_at,
        _MEMBERS.c.paused_until,
        _PARTS.c.member_id,
        _PARTS.c.left_at,
        _PARTS.c.paused_until,
    )
    .join(_PANELS, _PANELS.c.id == _IDEAS.c.panel_id)
    .join(_MEMBERS, _MEMBERS.c.id == _MEMBER_ID)
    .outerjoin(_PARTS, and_(_PARTS.c.panel_id == _PANELS.c.id, _PARTS.c.member_id == _MEMBER_ID))
    .where(_IDEAS.c.id == bindparam("idea_id"))
)
_ROOT = (
    select(
        _IDEAS.c.id,
        _IDEAS.c.root_id,
        _IDEAS.c.slug,
        _IDEAS.c.title,
        _IDEAS.c.state,
        _IDEAS.c.is_locked,
        _IDEAS.c.panel_id,
        _IDEAS.c.published_at,
        _IDEAS.c.trend,
        _IDEAS.c.support_count,
        _IDEAS.c.excluded_count,
        _IDEAS.c.comment_count,
        _IDEAS.c.follower_count,
    )
    .where(_IDEAS.c.id == bindparam("idea_id"))
    # As infra.db.lock does: not against the key.
    .with_for_update(key_share=True)
)
_MEMBERS_OWN = select(
    exists()
    .where(_FOLLOWS.c.idea_id.in_(_IN_GROUP), _FOLLOWS.c.member_id == _MEMBER_ID)
    .label("is_following"),
    exists().where(_ALARMS.c.idea_id.in_(_IN_GROUP)).label("has_alarms"),
).subquery()
_AROUND = (
    select(
        _MEMBERS_OWN,
        _VOTES.c.idea_id,
        _VOTES.c.cast_at,
        _VOTES.c.is_counted,
        _VOTES.c.importance,
    )
    .outerjoin_from(
        _MEMBERS_OWN, _VOTES, and_(_VOTES.c.idea_id.in_(_IN_GROUP), _VOTES.c.member_id == _MEMBER_ID)
    )
    .order_by(_VOTES.c.is_counted.desc(), _VOTES.c.cast_at, _VOTES.c.idea_id)
)


class Head(NamedTuple):
    """As much of an idea as its policy asks for."""

    state: str
    author_id: int | None


class Room(NamedTuple):
    """As much of a panel as its policy asks for."""

    id: int
    visibility: str
    archived_at: datetime | None


class Part(NamedTuple):
    """As much of a membership, or of a member, as says whether somebody takes part."""

    left_at: datetime | None
    paused_until: datetime | None


class Place(NamedTuple):
    """Where a vote is to be cast and by whom, as it is now; `part` is None for who was never in the panel."""

    idea: Head
    root_id: int
    room: Room
    member: Part
    part: Part | None


class Root(NamedTuple):
    """The idea that counts for its group, locked."""

    id: int
    root_id: int | None
    slug: str
    title: str
    state: str
    is_locked: bool
    panel_id: int
    published_at: datetime
    trend: float
    support_count: int
    excluded_count: int
    comment_count: int
    follower_count: int


class Standing(NamedTuple):
    """One standing vote."""

    idea_id: int
    cast_at: datetime
    is_counted: bool
    importance: str | None


class Around(NamedTuple):
    """What a locked idea holds of a member, and whether there ever was an alarm about its votes.

    `votes` are the member's in the whole group, the one that its trend holds first: one, except
    after a merge.
    """

    votes: list[Standing]
    is_following: bool
    has_alarms: bool


def find_place(idea_id: int, member_id: int) -> Place | None:
    """Where this member would vote; None if there is no such idea."""
    row = db.session.execute(_PLACE, {"idea_id": idea_id, "member_id": member_id}).one_or_none()
    if row is None:
        return None
    state, author_id, root_id, *room, paused_until, part_of, left_at, part_paused_until = row
    part = Part(left_at, part_paused_until) if part_of is not None else None
    return Place(Head(state, author_id), root_id, Room(*room), Part(None, paused_until), part)


def lock_row(idea_id: int) -> Root | None:
    """The idea as it is now, locked until the unit of work ends."""
    row = db.session.execute(_ROOT, {"idea_id": idea_id}).one_or_none()
    return Root._make(row) if row is not None else None


def look_around(root_id: int, member_id: int) -> Around:
    """What a vote has to know besides, in one statement; after the lock, so that it is true until it ends."""
    rows = db.session.execute(_AROUND, {"root_id": root_id, "member_id": member_id}).all()
    is_following, has_alarms, *_vote = rows[0]
    votes = [Standing(*vote) for _following, _alarms, *vote in rows if vote[0] is not None]
    return Around(votes, is_following, has_alarms)
