"""Giving ideas their tags, and counting the ideas under each that boards show."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, delete, insert, update

from community.ideas.models import Idea, IdeaTag, Tag
from community.ideas.queries import tags as queries
from community.ideas.tagging import fold_tag
from community.infra.db import db, table_of

# On the tables themselves: nobody holds tags as entities, which would cost more than all they are needed for.
_TAGS, _TAGS_OF = map(table_of, (Tag, IdeaTag))
_MAKE = insert(_TAGS).returning(_TAGS.c.id)
_PUT_ON = insert(_TAGS_OF)
_TAKE_OFF = delete(_TAGS_OF).where(
    _TAGS_OF.c.idea_id == bindparam("idea_id"), _TAGS_OF.c.tag_id.in_(bindparam("tag_ids", expanding=True))
)
_COUNT = (
    update(_TAGS)
    .where(_TAGS.c.id.in_(bindparam("tag_ids", expanding=True)))
    .values(idea_count=_TAGS.c.idea_count + bindparam("change"))
)


def tag_idea(idea: Idea, names: Sequence[str], *, is_new: bool = False) -> None:
    """Give the idea exactly these tags; the panel is locked, so that no tag is made twice.

    The idea stands in the database; one that `is_new` is not asked for tags that it has.
    """
    wanted = {fold_tag(name): name for name in names}
    standing = {} if is_new else queries.list_of_idea(idea.id)
    gone = [tag_id for folded, tag_id in standing.items() if folded not in wanted]
    if gone:
        db.session.execute(_TAKE_OFF, {"idea_id": idea.id, "tag_ids": gone})
        _count(idea, gone, -1)
    missing = {folded: wanted[folded] for folded in sorted(wanted.keys() - standing.keys())}
    if missing:
        tag_ids = _tags_named(idea.panel_id, missing)
        db.session.execute(_PUT_ON, [{"idea_id": idea.id, "tag_id": tag_id} for tag_id in tag_ids])
        _count(idea, tag_ids, +1)


def _tags_named(panel_id: int, names: Mapping[str, str]) -> list[int]:
    """The panel's tags of these spellings, those that are new made with the names they were given."""
    known = queries.list_named(panel_id, names)
    new = [
        {"panel_id": panel_id, "folded": folded, "name": name}
        for folded, name in names.items()
        if folded not in known
    ]
    made = db.session.scalars(_MAKE, new).all() if new else ()
    return [*known.values(), *made]


def _count(idea: Idea, tag_ids: Sequence[int], change: int) -> None:
    # What waits or was hidden is counted when it is shown; see listing.py.
    if idea.is_listed:
        db.session.execute(_COUNT, {"tag_ids": tag_ids, "change": change})
