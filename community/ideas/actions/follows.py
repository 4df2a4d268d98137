"""Follow an idea and stop following it."""

from sqlalchemy import delete, insert

from community.ideas.actions.groups import lock_root
from community.ideas.models import Follow, Idea
from community.ideas.queries import groups
from community.infra import clock
from community.infra.db import db, table_of, unit_of_work
from community.members.models import Member

_FOLLOW = insert(table_of(Follow))


def follow(idea: Idea, member: Member) -> None:
    """Have the member told what becomes of the idea; following twice is following once."""
    with unit_of_work():
        ensure_following(member.id, lock_root(idea.id))


def unfollow(idea: Idea, member: Member) -> None:
    """Stop telling the member about the idea and all that was joined to it."""
    with unit_of_work() as session:
        root = lock_root(idea.id)
        group = groups.ids_in_group(root.id)
        session.execute(delete(Follow).where(Follow.member_id == member.id, Follow.idea_id.in_(group)))
        root.follower_count = groups.count_followers(root.id)


def follow_own(idea: Idea, author_id: int) -> None:
    """The author of an idea that nobody has seen yet is the first to follow it; it counts them already."""
    _follow(idea.id, author_id)


def ensure_following(member_id: int, idea: Idea) -> None:
    """Whoever writes, supports or comments follows by itself; `idea` is a root that the caller has locked."""
    if not groups.is_following(member_id, root_id=idea.id):
        _follow(idea.id, member_id)
        idea.follower_count += 1


def _follow(idea_id: int, member_id: int) -> None:
    db.session.execute(_FOLLOW, {"idea_id": idea_id, "member_id": member_id, "since": clock.now()})
