"""Reading over a whole group: an idea and all that were merged into it, which share one `root_id`."""

from datetime import datetime

from sqlalchemy import Select, bindparam, distinct, func, select, true

from community.ideas.models import Comment, Follow, Idea, Vote
from community.infra.db import db, table_of

# Asked whenever something is written: on the tables themselves it takes half as long.
_IDEAS, _FOLLOWED = map(table_of, (Idea, Follow))
_ROOT_ID = select(func.coalesce(_IDEAS.c.root_id, _IDEAS.c.id)).where(_IDEAS.c.id == bindparam("idea_id"))
_IN_GROUP = select(Idea.id).where(Idea.root_id == bindparam("root_id")).scalar_subquery()

# Votes that a person excluded stand, but count for nothing.
_COUNTED = (Vote.idea_id.in_(_IN_GROUP), Vote.is_counted == true())
_VOTERS = select(func.count(distinct(Vote.member_id))).where(*_COUNTED)
_ALL_VOTERS = select(func.count(distinct(Vote.member_id))).where(Vote.idea_id.in_(_IN_GROUP))
_FOLLOWERS = select(func.count(distinct(Follow.member_id))).where(Follow.idea_id.in_(_IN_GROUP))
_COMMENTS = select(func.count(Comment.id)).where(Comment.idea_id.in_(_IN_GROUP), Comment.state == "published")
# What is not counted as said: only its author or moderators find the words.
UNSHOWN = ("waiting", "hidden", "deleted")
_UNSHOWN = (
    select(Comment.state, func.count(Comment.id))
    .where(Comment.idea_id.in_(_IN_GROUP), Comment.state.in_(UNSHOWN))
    .group_by(Comment.state)
)
# A member who supported several ideas of the group counts once, from the first time.
_SUPPORTED_AT = select(func.min(Vote.cast_at)).where(*_COUNTED).group_by(Vote.member_id)
FOLLOWS = select(_FOLLOWED.c.member_id).where(
    _FOLLOWED.c.idea_id.in_(select(_IDEAS.c.id).where(_IDEAS.c.root_id == bindparam("root_id"))),
    _FOLLOWED.c.member_id == bindparam("member_id"),
)
_FOLLOWS = select(FOLLOWS.exists())


def find_root_id(idea_id: int) -> int | None:
    """The end of the idea's chain of merges, as the database has it whatever the session remembers."""
    root_id: int | None = db.session.scalar(_ROOT_ID, {"idea_id": idea_id})
    return root_id


def is_following(member_id: int, *, root_id: int) -> bool:
    """Whether the member follows the idea or one that was merged into it."""
    return bool(db.session.scalar(_FOLLOWS, {"root_id": root_id, "member_id": member_id}))


def ids_in_group(root_id: int) -> Select[int]:
    """The ids of the idea and all that leads to it, to be used inside another statement."""
    return select(Idea.id).where(Idea.root_id == root_id)


def count_voters(root_id: int) -> int:
    """How many members support the idea or one that was merged into it, each counted once."""
    return db.session.scalar(_VOTERS, {"root_id": root_id}) or 0


def count_excluded(root_id: int) -> int:
    """How many members support it by votes of which none is counted."""
    return (db.session.scalar(_ALL_VOTERS, {"root_id": root_id}) or 0) - count_voters(root_id)


def count_followers(root_id: int) -> int:
    """How many members follow the idea or one that was merged into it, each counted once."""
    return db.session.scalar(_FOLLOWERS, {"root_id": root_id}) or 0


def count_comments(root_id: int) -> int:
    """How many comments stand below the idea and those that were merged into it."""
    return db.session.scalar(_COMMENTS, {"root_id": root_id}) or 0


def count_unshown(root_id: int) -> dict[str, int]:
    """How many comments of the whole group wait, are hidden or were removed."""
    found = {row[0]: row[1] for row in db.session.execute(_UNSHOWN, {"root_id": root_id})}
    return {state: found.get(state, 0) for state in UNSHOWN}


def list_supported_at(root_id: int) -> list[datetime]:
    """When each supporter of the group first supported it."""
    return list(db.session.scalars(_SUPPORTED_AT, {"root_id": root_id}))
