"""The one root that counts for ideas that were joined: its lock, and writing its counts anew."""

from flask_babel import lazy_gettext as _l

from community.ideas import ranking
from community.ideas.models import Idea
from community.ideas.queries import groups, support
from community.ideas.queries.support import Root
from community.infra.db import db, lock
from community.infra.errors import Conflict, NotFound

# Each try lost means that somebody merged meanwhile; nobody merges that fast for long.
TRIES = 5
SHUT = _l("Our moderators have closed this idea. It can be read, but nobody adds to it.")


class _Moved(Exception):
    """The chain of merges changed between looking and locking."""


def lock_root(idea_id: int) -> Idea:
    """The end of the chain of merges, locked until the unit of work ends: its counts are the group's."""
    if _root_of(idea_id) == idea_id:
        # Nearly every idea stands for itself; a savepoint and a second look would only cost.
        idea = lock(Idea, idea_id)
        if idea.root_id in (None, idea_id):
            return idea
    return lock_roots(idea_id)[idea_id]


def lock_roots(*idea_ids: int) -> dict[int, Idea]:
    """The roots by the ideas' ids, locked in the order of their own ids so that nobody waits in a ring."""
    for _try in range(TRIES):
        roots = {idea_id: _root_of(idea_id) for idea_id in idea_ids}
        try:
            # A lock on what is no longer a root is let go of with its savepoint: whoever tries
            # again holds nothing that somebody who merges may be waiting for.
            with db.session.begin_nested():
                locked = {root_id: lock(Idea, root_id) for root_id in sorted(set(roots.values()))}
                if any(_root_of(idea_id) != root_id for idea_id, root_id in roots.items()):
                    raise _Moved
        except _Moved:
            continue
        return {idea_id: locked[root_id] for idea_id, root_id in roots.items()}
    raise Conflict()


def lock_open_row(idea_id: int) -> Root:
    """The same as a row, for whoever wants to add to it; refused if it is not shown, or is read only."""
    root = support.lock_row(idea_id)
    while root is not None and root.root_id not in (None, root.id):
        # It was joined to another one, now or between looking and locking.
        root = support.lock_row(root.root_id)
    if root is None or root.state == "deleted":
        raise NotFound()
    if root.state != "published":
        raise Conflict()
    ensure_not_shut(root)
    return root


def ensure_not_shut(idea: Idea | Root) -> None:
    """Raise Conflict if members can only read the idea."""
    if idea.is_locked:
        raise Conflict(SHUT)


def recount(root: Idea) -> None:
    """Write the counts of a locked root anew from the rows of all that leads to it."""
    db.session.flush()
    root.support_count = groups.count_voters(root.id)
    root.excluded_count = groups.count_excluded(root.id)
    root.comment_count = groups.count_comments(root.id)
    root.follower_count = groups.count_followers(root.id)
    root.trend = ranking.trend_of(root.published_at, supported_at=groups.list_supported_at(root.id))


def _root_of(idea_id: int) -> int:
    root_id = groups.find_root_id(idea_id)
    return root_id if root_id is not None else idea_id
