"""What a member said lately, so that it is noticed when it is said again."""

from datetime import datetime

from sqlalchemy import bindparam, select

from community.ideas.models import Comment, Idea
from community.infra.db import db, table_of

LOOKED_AT = 30

_IDEA, _COMMENT = map(table_of, (Idea, Comment))
_IDEAS = (
    select(_IDEA.c.title, _IDEA.c.body)
    .where(_IDEA.c.author_id == bindparam("author_id"), _IDEA.c.published_at > bindparam("since"))
    .order_by(_IDEA.c.id.desc())
    .limit(LOOKED_AT)
)
_COMMENTS = (
    select(_COMMENT.c.body)
    .where(_COMMENT.c.author_id == bindparam("author_id"), _COMMENT.c.published_at > bindparam("since"))
    .order_by(_COMMENT.c.id.desc())
    .limit(LOOKED_AT)
)


def list_ideas_said(author_id: int, *, since: datetime) -> list[str]:
    """The words of the member's ideas since a moment, the newest first, deleted ones included."""
    rows = db.session.execute(_IDEAS, {"author_id": author_id, "since": since})
    return [f"{title}\n{body}" for title, body in rows]


def list_comments_said(author_id: int, *, since: datetime) -> list[str]:
    """The words of the member's comments since a moment, the newest first, deleted ones included."""
    return list(db.session.scalars(_COMMENTS, {"author_id": author_id, "since": since}))
