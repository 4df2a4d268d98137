"""Follow an idea and stop following it."""

from sqlalchemy import delete, select

from community.ideas.actions.groups import lock_root
from community.ideas.models import Follow, Idea
from community.ideas.queries import groups
from community.infra.db import db, unit_of_work
from community.members.models import Member


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


def ensure_following(member_id: int, idea: Idea) -> None:
    """Whoever writes, supports or comments follows by itself; `idea` is a root that the caller has locked."""
    is_known = db.session.scalar(
        select(Follow.member_id)
        .where(Follow.member_id == member_id, Follow.idea_id.in_(groups.ids_in_group(idea.id)))
        .limit(1)
    )
    if is_known is None:
        db.session.add(Follow(idea_id=idea.id, member_id=member_id))
        idea.follower_count += 1
