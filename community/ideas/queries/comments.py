"""Reading what is said below ideas, a stretch at a time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import Boolean, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import joinedload

from community.ideas.models import Comment, CommentEdit, HelpfulMark, Idea
from community.infra.db import BigId, db, table_of
from community.infra.errors import NotFound
from community.infra.paging import Stretch, read_stretch
from community.members.models import Member, RoleGrant
from community.members.names import Shown, shown
from community.moderation.queries import decisions
from community.panels.models import Panel

PER_PAGE = 50
# Replies shown under a comment among others; the rest is a page of its own.
FIRST_REPLIES = 10


class CommentRow(NamedTuple):
    """A comment as it is shown."""

    id: int
    idea_id: int
    author_id: int
    parent_id: int | None
    body: str
    body_html: str
    is_official: bool
    state: str
    reply_count: int
    helpful_count: int
    published_at: datetime
    edited_at: datetime | None
    display_name: str
    alias: str | None
    picture_key: str | None
    names_shown: str
    is_team: bool
    # Whoever is suspended or gone has no page to be found on.
    is_author_here: bool
    # Whether anything was ever answered to it, shown or not.
    has_replies: bool = False

    @property
    def html(self) -> Markup:
        """The words as HTML."""
        return Markup(self.body_html)  # noqa: S704 - cleaned when it was stored

    @property
    def author(self) -> Shown:
        """Its author as the panel shows them; an official answer is signed with the name."""
        how = "full" if self.is_official else self.names_shown
        return shown(
            self.author_id, self.display_name, alias=self.alias, picture_key=self.picture_key, how=how
        )

    @property
    def is_removed(self) -> bool:
        """Whether only a trace of it is left, for the sake of its replies."""
        return self.state != "published"


@dataclass(frozen=True)
class Thread:
    """A comment and its replies, or the first of them."""

    comment: CommentRow
    replies: Sequence[CommentRow] = ()
    has_more: bool = False


class CommentEditRow(NamedTuple):
    """What a comment said before an edit."""

    body: str
    edited_at: datetime


# The tables themselves: rows of entities' columns take twice as long to ask for.
_SAID, _MARKS, _IDEAS, _MEMBERS, _GRANTS, _PANELS = map(
    table_of, (Comment, HelpfulMark, Idea, Member, RoleGrant, Panel)
)


def _rows() -> Select[*tuple[Any, ...]]:
    # Staff are recognised by the role they hold today where the idea stands, on the panel or on the site.
    is_team = exists().where(
        _GRANTS.c.member_id == _SAID.c.author_id,
        or_(_GRANTS.c.panel_id.is_(None), _GRANTS.c.panel_id == bindparam("panel_id")),
    )
    return (
        select(
            _SAID.c.id,
            _SAID.c.idea_id,
            _SAID.c.author_id,
            _SAID.c.parent_id,
            _SAID.c.body,
            _SAID.c.body_html,
            _SAID.c.is_official,
            _SAID.c.state,
            _SAID.c.reply_count,
            _SAID.c.helpful_count,
            _SAID.c.published_at,
            _SAID.c.edited_at,
            _MEMBERS.c.display_name,
            _MEMBERS.c.alias,
            _MEMBERS.c.picture_key,
            _PANELS.c.names_shown,
            is_team,
            (_MEMBERS.c.state == "active").label("is_author_here"),
        )
        .join(_MEMBERS, _MEMBERS.c.id == _SAID.c.author_id)
        .join(_PANELS, _PANELS.c.id == bindparam("panel_id"))
        .order_by(_SAID.c.id)
    )


_IN_GROUP = _SAID.c.idea_id.in_(select(_IDEAS.c.id).where(_IDEAS.c.root_id == bindparam("root_id")))
# What was removed leaves a mark for all while it has replies, and for moderators always.
_WITH_REMOVED = bindparam("with_removed", type_=Boolean)
# What waits or was hidden is still there for whoever wrote it.
_MINE = and_(
    _SAID.c.author_id == bindparam("viewer_id", type_=BigId), _SAID.c.state.in_(("waiting", "hidden"))
)
_SHOWN = or_(_SAID.c.state == "published", _SAID.c.reply_count > 0, _MINE, _WITH_REMOVED)

_reply = _SAID.alias()
_FIRST_LEVEL = (
    _rows()
    .add_columns(exists().where(_reply.c.parent_id == _SAID.c.id))
    .where(_SAID.c.parent_id.is_(None), _SHOWN, _SAID.c.id > bindparam("after_id"))
    .limit(PER_PAGE + 1)
)
# Nearly every idea stands alone, and then the index has its thread in order.
_FIRST_LEVEL_ALONE = _FIRST_LEVEL.where(_SAID.c.idea_id == bindparam("root_id"))
# Asked for the order of the ids themselves, both databases would walk through all comments of the site.
_FIRST_LEVEL_IN_GROUP = _FIRST_LEVEL.where(_IN_GROUP).order_by(None).order_by(_SAID.c.id + 0)
_REPLY_SHOWN = or_(_SAID.c.state == "published", _MINE, _WITH_REMOVED)
_RANKED = (
    select(
        _SAID.c.id,
        func.row_number().over(partition_by=_SAID.c.parent_id, order_by=_SAID.c.id).label("place"),
    )
    .where(_IN_GROUP, _SAID.c.parent_id.in_(bindparam("parent_ids", expanding=True)), _REPLY_SHOWN)
    .subquery()
)
# One more than is shown, to know whether there are others.
_FIRST_REPLIES = _rows().join(_RANKED, _RANKED.c.id == _SAID.c.id).where(_RANKED.c.place <= FIRST_REPLIES + 1)
_PARENT = _rows().where(_IN_GROUP, _SAID.c.id == bindparam("parent_id"), _SAID.c.parent_id.is_(None), _SHOWN)
_REPLIES = (
    _rows()
    .where(_SAID.c.parent_id == bindparam("parent_id"), _REPLY_SHOWN, _SAID.c.id > bindparam("after_id"))
    .limit(PER_PAGE + 1)
)
_ONE = _rows().where(_SAID.c.id == bindparam("comment_id"))

_FOUND_HELPFUL = select(_MARKS.c.comment_id).where(
    _MARKS.c.member_id == bindparam("viewer_id"),
    # Those between are few more than those that are shown, and a range takes less than a list of fifty.
    _MARKS.c.comment_id.between(bindparam("first_id"), bindparam("last_id")),
)
_EDITS = (
    select(CommentEdit.body, CommentEdit.edited_at)
    .where(CommentEdit.comment_id == bindparam("comment_id"))
    .order_by(CommentEdit.id.desc())
    .limit(100)
)
_TWIN = (
    select(Comment)
    .where(
        Comment.author_id == bindparam("author_id"),
        Comment.idea_id == bindparam("idea_id"),
        Comment.parent_id.is_not_distinct_from(bindparam("parent_id", type_=BigId)),
        Comment.published_at > bindparam("since"),
        Comment.state.in_(("published", "waiting")),
        Comment.body == bindparam("body"),
    )
    .limit(1)
)


def list_threads(
    idea: Idea,
    *,
    after: int = 0,
    with_removed: bool = False,
    viewer: Member | None = None,
    is_alone: bool = False,
) -> Stretch[Thread]:
    """Up to 50 comments of the whole group behind `after`, with their first replies, in two statements.

    `is_alone` says that nothing was merged into the idea, which spares looking for the group.
    """
    values = {
        "root_id": idea.root_id,
        "panel_id": idea.panel_id,
        "with_removed": with_removed,
        "viewer_id": viewer and viewer.id,
    }
    statement = _FIRST_LEVEL_ALONE if is_alone else _FIRST_LEVEL_IN_GROUP
    first = [CommentRow(*row) for row in db.session.execute(statement, {**values, "after_id": after})]
    replies: defaultdict[int | None, list[CommentRow]] = defaultdict(list)
    if parents := [comment.id for comment in first[:PER_PAGE] if comment.has_replies]:
        for row in db.session.execute(_FIRST_REPLIES, {**values, "parent_ids": parents}):
            reply = CommentRow(*row)
            replies[reply.parent_id].append(reply)
    threads = [
        Thread(
            comment,
            replies[comment.id][:FIRST_REPLIES],
            has_more=len(replies[comment.id]) > FIRST_REPLIES,
        )
        for comment in first
    ]
    return read_stretch(threads, per_page=PER_PAGE, id_of=lambda thread: thread.comment.id)


def list_replies(
    idea: Idea,
    parent_id: int,
    *,
    after: int = 0,
    with_removed: bool = False,
    viewer: Member | None = None,
) -> Stretch[Thread]:
    """One comment of the group as the only thread, with up to 50 replies behind the id `after`."""
    values = {
        "root_id": idea.root_id,
        "panel_id": idea.panel_id,
        "with_removed": with_removed,
        "viewer_id": viewer and viewer.id,
        "parent_id": parent_id,
    }
    parent = db.session.execute(_PARENT, values).one_or_none()
    if parent is None:
        raise NotFound()
    rows = [CommentRow(*row) for row in db.session.execute(_REPLIES, {**values, "after_id": after})]
    stretch = read_stretch(rows, per_page=PER_PAGE, id_of=lambda reply: reply.id)
    return Stretch((Thread(CommentRow(*parent), stretch.items),), next_after=stretch.next_after)


def find_row(comment_id: int | None, *, panel_id: int) -> CommentRow | None:
    """One comment as it is shown, if it is still there."""
    if comment_id is None:
        return None
    row = db.session.execute(_ONE, {"comment_id": comment_id, "panel_id": panel_id}).one_or_none()
    return CommentRow(*row) if row is not None and row.state == "published" else None


def ids_found_helpful(viewer: Member | None, threads: Iterable[Thread]) -> set[int]:
    """Those of the comments shown that the viewer found helpful."""
    if viewer is None:
        return set()
    shown = [said.id for thread in threads for said in (thread.comment, *thread.replies)]
    if not shown:
        return set()
    values = {"viewer_id": viewer.id, "first_id": min(shown), "last_id": max(shown)}
    return set(db.session.scalars(_FOUND_HELPFUL, values))


def get_comment(comment_id: int) -> Comment:
    """The comment with its idea, to be changed; whether the viewer may see that idea is still to be asked."""
    comment = db.session.scalar(
        select(Comment).options(joinedload(Comment.idea)).where(Comment.id == comment_id)
    )
    if comment is None:
        raise NotFound()
    return comment


def list_edits(comment_id: int, *, with_rewritten: bool = False) -> list[CommentEditRow]:
    """What the comment said before each edit, the latest first; see ideas.list_edits."""
    after = None if with_rewritten else decisions.readable_from("comment", comment_id)
    edits = [CommentEditRow(*row) for row in db.session.execute(_EDITS, {"comment_id": comment_id})]
    return [edit for edit in edits if after is None or edit.edited_at > after]


def list_written_at(author_id: int, *, since: datetime) -> list[datetime]:
    """When the member wrote comments since a moment, deleted ones included."""
    return list(
        db.session.scalars(
            select(Comment.published_at).where(Comment.author_id == author_id, Comment.published_at > since)
        )
    )


def find_twin(
    idea_id: int, author_id: int, *, parent_id: int | None, body: str, since: datetime
) -> Comment | None:
    """A comment that the member wrote here since a moment in exactly these words."""
    values = {"idea_id": idea_id, "author_id": author_id, "since": since, "body": body}
    return db.session.scalar(_TWIN, values | {"parent_id": parent_id})
