"""What members read and wrote and what others made of it: what trust rests on (see moderation/trust.py)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, bindparam, func, select, union_all

from community.ideas.models import Comment, HelpfulMark, Idea, Sighting, Vote
from community.infra.db import db
from community.moderation.queries.trust import Deeds

_MEMBERS: BindParameter[list[int]] = bindparam("member_ids", expanding=True)
_SINCE: BindParameter[datetime] = bindparam("since")

_READ = (
    select(Sighting.member_id, func.count())
    .where(Sighting.member_id.in_(_MEMBERS), Sighting.at >= _SINCE)
    .group_by(Sighting.member_id)
)
_written = union_all(
    select(Idea.author_id).where(
        Idea.author_id.in_(_MEMBERS), Idea.state == "published", Idea.published_at >= _SINCE
    ),
    select(Comment.author_id).where(
        Comment.author_id.in_(_MEMBERS), Comment.state == "published", Comment.published_at >= _SINCE
    ),
).subquery()
_WRITTEN = select(_written.c.author_id, func.count()).group_by(_written.c.author_id)
# Whoever likes the same person's words twice on a day thanks them twice, but is one thanker on one day.
_THANKS = union_all(
    select(Idea.author_id, Vote.member_id, Vote.cast_at)
    .join(Idea, Idea.id == Vote.idea_id)
    .where(
        Idea.author_id.in_(_MEMBERS),
        Idea.state == "published",
        Vote.member_id != Idea.author_id,
        Vote.is_counted,
        Vote.cast_at >= _SINCE,
    ),
    select(Comment.author_id, HelpfulMark.member_id, HelpfulMark.at)
    .join(Comment, Comment.id == HelpfulMark.comment_id)
    .where(Comment.author_id.in_(_MEMBERS), Comment.state == "published", HelpfulMark.at >= _SINCE),
)


def count_deeds(member_ids: Sequence[int], since: datetime) -> Mapping[int, Deeds]:
    """The deeds of these members since then, in three statements however many they are."""
    values = {"member_ids": list(member_ids), "since": since}
    read = dict(db.session.execute(_READ, values).all())
    written: dict[int, int] = dict(db.session.execute(_WRITTEN, values).all())
    thanks: dict[int, list[tuple[int, datetime]]] = defaultdict(list)
    for author_id, giver_id, at in db.session.execute(_THANKS, values):
        thanks[author_id].append((giver_id, at))
    return {
        member_id: Deeds(
            ideas_read=read.get(member_id, 0),
            texts_accepted=written.get(member_id, 0),
            thanks=len(thanks[member_id]),
            thankers=len({giver_id for giver_id, _at in thanks[member_id]}),
            thanks_days=len({at.date() for _giver_id, at in thanks[member_id]}),
        )
        for member_id in member_ids
    }
