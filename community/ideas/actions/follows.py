"""Follow an idea and stop following it."""

from sqlalchemy import bindparam, delete, insert

from community.ideas.actions.groups import lock_root
from community.ideas.models import Follow, Idea
from community.ideas.queries import groups
from community.infra import clock
from community.infra.db import table_of, unit_of_work
from community.infra.together import do_together
from community.members.models import Member

# Whoever writes rows does it together with those: takes `on_idea`, `by_member` and `now`.
FOLLOW = insert(table_of(Follow)).values(
    idea_id=bindparam("on_idea"), member_id=bindparam("by_member"), since=bindparam("now")
)


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
    if not groups.is_following(member_id, root_id=idea.id):
        do_together(FOLLOW, on_idea=idea.id, by_member=member_id, now=clock.now())
        idea.follower_count += 1
