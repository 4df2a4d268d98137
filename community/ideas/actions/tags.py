"""Giving ideas their tags, and counting the ideas under each that boards show."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from community.ideas.models import Idea, IdeaTag, Tag
from community.ideas.queries import tags as queries
from community.ideas.tagging import fold_tag
from community.infra.db import BigId, db, table_of
from community.infra.together import do_together

# On the tables themselves: nobody holds tags as entities, which would cost more than all they are needed for.
_TAGS, _TAGS_OF = map(table_of, (Tag, IdeaTag))
_MAKE = insert(_TAGS).returning(_TAGS.c.id)
_TAG_IDS: Any = bindparam("tag_ids", expanding=True)
# Both take `tag_ids`, and `on_idea` or by how many (`tagged`).
TAG = insert(_TAGS_OF).from_select(
    ["idea_id", "tag_id"],
    select(bindparam("on_idea", type_=BigId), _TAGS.c.id).where(_TAGS.c.id.in_(_TAG_IDS)),
)
COUNT_TAGGED = (
    update(_TAGS).where(_TAGS.c.id.in_(_TAG_IDS)).values(idea_count=_TAGS.c.idea_count + bindparam("tagged"))
)
_TAKE_OFF = delete(_TAGS_OF).where(
    _TAGS_OF.c.idea_id == bindparam("idea_id"), _TAGS_OF.c.tag_id.in_(bindparam("tag_ids", expanding=True))
)


def tag_idea(idea: Idea, names: Sequence[str]) -> None:
    """Give the idea exactly these tags; the panel is locked, so that no tag is made twice."""
    wanted = {fold_tag(name): name for name in names}
    standing = queries.list_of_idea(idea.id)
    gone = [tag_id for folded, tag_id in standing.items() if folded not in wanted]
    if gone:
        db.session.execute(_TAKE_OFF, {"idea_id": idea.id, "tag_ids": gone})
        _count(idea, gone, -1)
    if missing := [name for folded, name in wanted.items() if folded not in standing]:
        tag_ids = ids_of_tags(idea.panel_id, missing)
        do_together(TAG, on_idea=idea.id, tag_ids=tag_ids)
        _count(idea, tag_ids, +1)


def ids_of_tags(panel_id: int, names: Sequence[str]) -> list[int]:
    """The tags of a locked panel by these names; those that nobody has spelt like this before are made."""
    if not names:
        return []
    wanted = {fold_tag(name): name for name in names}
    known = queries.list_named(panel_id, wanted)
    new = [
        {"panel_id": panel_id, "folded": folded, "name": name}
        for folded, name in sorted(wanted.items())
        if folded not in known
    ]
    made = db.session.scalars(_MAKE, new).all() if new else ()
    return [*known.values(), *made]


def _count(idea: Idea, tag_ids: Sequence[int], change: int) -> None:
    # What waits or was hidden is counted when it is shown; see listing.py.
    if idea.is_listed:
        do_together(COUNT_TAGGED, tag_ids=tag_ids, tagged=change)
