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
from community.infra.db import BigId, db
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


def _rows() -> Select[*tuple[Any, ...]]:
    # Staff are recognised by the role they hold today where the idea stands, on the panel or on the site.
    is_team = exists().where(
        RoleGrant.member_id == Comment.author_id,
        or_(RoleGrant.panel_id.is_(None), RoleGrant.panel_id == bindparam("panel_id")),
    )
    return (
        select(
            Comment.id,
            Comment.idea_id,
            Comment.author_id,
            Comment.parent_id,
            Comment.body,
            Comment.body_html,
            Comment.is_official,
            Comment.state,
            Comment.reply_count,
            Comment.helpful_count,
            Comment.published_at,
            Comment.edited_at,
            Member.display_name,
            Member.alias,
            Member.picture_key,
            Panel.names_shown,
            is_team,
            (Member.state == "active").label("is_author_here"),
        )
        .join(Member, Member.id == Comment.author_id)
        .join(Panel, Panel.id == bindparam("panel_id"))
        .order_by(Comment.id)
    )


_IN_GROUP = Comment.idea_id.in_(select(Idea.id).where(Idea.root_id == bindparam("root_id")))
# What was removed leaves a mark for all while it has replies, and for moderators always.
_WITH_REMOVED = bindparam("with_removed", type_=Boolean)
# What waits or was hidden is still there for whoever wrote it.
_MINE = and_(
    Comment.author_id == bindparam("viewer_id", type_=BigId), Comment.state.in_(("waiting", "hidden"))
)
_SHOWN = or_(Comment.state == "published", Comment.reply_count > 0, _MINE, _WITH_REMOVED)

_FIRST_LEVEL = (
    _rows()
    .where(_IN_GROUP, Comment.parent_id.is_(None), _SHOWN, Comment.id > bindparam("after_id"))
    .limit(PER_PAGE + 1)
)
_REPLY_SHOWN = or_(Comment.state == "published", _MINE, _WITH_REMOVED)
_RANKED = (
    select(
        Comment.id,
        func.row_number().over(partition_by=Comment.parent_id, order_by=Comment.id).label("place"),
    )
    .where(_IN_GROUP, Comment.parent_id.in_(bindparam("parent_ids", expanding=True)), _REPLY_SHOWN)
    .subquery()
)
# One more than is shown, to know whether there are others.
_FIRST_REPLIES = _rows().join(_RANKED, _RANKED.c.id == Comment.id).where(_RANKED.c.place <= FIRST_REPLIES + 1)
_PARENT = _rows().where(_IN_GROUP, Comment.id == bindparam("parent_id"), Comment.parent_id.is_(None), _SHOWN)
_REPLIES = (
    _rows()
    .where(Comment.parent_id == bindparam("parent_id"), _REPLY_SHOWN, Comment.id > bindparam("after_id"))
    .limit(PER_PAGE + 1)
)
_ONE = _rows().where(Comment.id == bindparam("comment_id"))

_FOUND_HELPFUL = select(HelpfulMark.comment_id).where(
    HelpfulMark.member_id == bindparam("viewer_id"),
    HelpfulMark.comment_id.in_(bindparam("comment_ids", expanding=True)),
)
_EDITS = (
    select(CommentEdit.body, CommentEdit.edited_at)
    .where(CommentEdit.comment_id == bindparam("comment_id"))
    .order_by(CommentEdit.id.desc())
    .limit(100)
)


def list_threads(
    idea: Idea, *, after: int = 0, with_removed: bool = False, viewer: Member | None = None
) -> Stretch[Thread]:
    """Up to 50 comments of the whole group behind `after`, with their first replies, in two statements."""
    values = {
        "root_id": idea.root_id,
        "panel_id": idea.panel_id,
        "with_removed": with_removed,
        "viewer_id": viewer and viewer.id,
    }
    first = [CommentRow(*row) for row in db.session.execute(_FIRST_LEVEL, {**values, "after_id": after})]
    replies: defaultdict[int | None, list[CommentRow]] = defaultdict(list)
    parents = [comment.id for comment in first[:PER_PAGE]]
    for row in db.session.execute(_FIRST_REPLIES, {**values, "parent_ids": parents or [0]}):
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
    return set(db.session.scalars(_FOUND_HELPFUL, {"viewer_id": viewer.id, "comment_ids": shown or [0]}))


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
    return db.session.scalar(
        select(Comment)
        .where(
            Comment.author_id == author_id,
            Comment.idea_id == idea_id,
            Comment.parent_id.is_(None) if parent_id is None else Comment.parent_id == parent_id,
            Comment.published_at > since,
            Comment.state.in_(("published", "waiting")),
            Comment.body == body,
        )
        .limit(1)
    )
