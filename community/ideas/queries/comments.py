"""Reading what is said below ideas, a stretch at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import (
    BindParameter,
    Boolean,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import joinedload

from community.activity.models import Activity
from community.ideas.models import Comment, CommentEdit, HelpfulMark, Idea
from community.ideas.queries import groups
from community.infra.db import BigId, db, table_of
from community.infra.errors import NotFound
from community.infra.paging import Stretch, read_stretch
from community.infra.reading import Reading, at_most
from community.infra.together import next_id
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
    # Whether the viewer did.
    is_found_helpful: bool = False

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


class Prepared(NamedTuple):
    """The numbers of a new comment and of its activity, and whether its author follows the idea."""

    number: int
    log_number: int
    is_following: bool


class CommentEditRow(NamedTuple):
    """What a comment said before an edit."""

    body: str
    edited_at: datetime


# The tables themselves: rows of entities' columns take twice as long to ask for.
_SAID, _MARKS, _IDEAS, _MEMBERS, _GRANTS, _PANELS = map(
    table_of, (Comment, HelpfulMark, Idea, Member, RoleGrant, Panel)
)


_VIEWER: BindParameter[int | None] = bindparam("viewer_id", type_=BigId)


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
            exists().where(_MARKS.c.comment_id == _SAID.c.id, _MARKS.c.member_id == _VIEWER),
        )
        .join(_MEMBERS, _MEMBERS.c.id == _SAID.c.author_id)
        .join(_PANELS, _PANELS.c.id == bindparam("panel_id"))
        .order_by(_SAID.c.id)
    )


_IN_GROUP = _SAID.c.idea_id.in_(select(_IDEAS.c.id).where(_IDEAS.c.root_id == bindparam("root_id")))
# What was removed leaves a mark for all while it has replies, and for moderators always.
_WITH_REMOVED = bindparam("with_removed", type_=Boolean)
# What waits or was hidden is still there for whoever wrote it.
_MINE = and_(_SAID.c.author_id == _VIEWER, or_(_SAID.c.state == "waiting", _SAID.c.state == "hidden"))
_SHOWN = or_(_SAID.c.state == "published", _SAID.c.reply_count > 0, _MINE, _WITH_REMOVED)
_REPLY_SHOWN = or_(_SAID.c.state == "published", _MINE, _WITH_REMOVED)


def _threads(*, is_alone: bool) -> Select[*tuple[Any, ...]]:
    """A page of comments with the first replies to each, all in the order of their ids."""
    first = (
        select(_SAID.c.id)
        .where(_SAID.c.parent_id.is_(None), _SHOWN, _SAID.c.id > bindparam("after_id"))
        .limit(at_most(PER_PAGE + 1))
    )
    if is_alone:
        # Nearly every idea stands alone, and then the index has its thread in order. PostgreSQL sees it only
        # if the order names all columns of the index, and keeps the plan if it knows how few rows are meant.
        first = first.where(_SAID.c.idea_id == bindparam("root_id")).order_by(_SAID.c.parent_id, _SAID.c.id)
    else:
        # For the order of the ids themselves, both databases would walk through all comments of the site.
        first = first.where(_IN_GROUP).order_by(_SAID.c.id + 0)
    page = first.cte("page")
    ranked = (
        select(
            _SAID.c.id,
            func.row_number().over(partition_by=_SAID.c.parent_id, order_by=_SAID.c.id).label("place"),
        )
        .where(_SAID.c.parent_id.in_(select(page.c.id)), _REPLY_SHOWN)
        .subquery()
    )
    # One more than is shown, to know whether there are others.
    replies = select(ranked.c.id).where(ranked.c.place <= FIRST_REPLIES + 1)
    picked = union_all(select(page.c.id), replies).subquery()
    return _rows().join(picked, picked.c.id == _SAID.c.id)


_THREADS = {is_alone: Reading(_threads(is_alone=is_alone)) for is_alone in (False, True)}
_PARENT = _rows().where(_IN_GROUP, _SAID.c.id == bindparam("parent_id"), _SAID.c.parent_id.is_(None), _SHOWN)
_REPLIES = (
    _rows()
    .where(_SAID.c.parent_id == bindparam("parent_id"), _REPLY_SHOWN, _SAID.c.id > bindparam("after_id"))
    .limit(PER_PAGE + 1)
)
_ONE = Reading(_rows().where(_SAID.c.id == bindparam("comment_id")))

_STATE = CommentRow._fields.index("state")
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
_PREPARED = select(next_id(Comment), next_id(Activity), groups.FOLLOWS.exists())


def list_threads(
    idea: Idea,
    *,
    after: int = 0,
    with_removed: bool = False,
    viewer: Member | None = None,
    is_alone: bool = False,
) -> Stretch[Thread]:
    """Up to 50 comments of the whole group behind `after`, with their first replies, in one statement.

    `is_alone` says that nothing was merged into the idea, which spares looking for the group.
    """
    rows = _THREADS[is_alone].list(
        root_id=idea.root_id,
        panel_id=idea.panel_id,
        with_removed=with_removed,
        viewer_id=viewer and viewer.id,
        after_id=after,
    )
    first: list[CommentRow] = []
    replies: defaultdict[int, list[CommentRow]] = defaultdict(list)
    for said in map(CommentRow._make, rows):
        if said.parent_id is None:
            first.append(said)
        else:
            replies[said.parent_id].append(said)
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
    """One comment as it is shown to all, if it is still there."""
    if comment_id is None:
        return None
    row = _ONE.find(comment_id=comment_id, panel_id=panel_id, viewer_id=None)
    return CommentRow(*row) if row is not None and row[_STATE] == "published" else None


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


def prepare_comment(root_id: int, author_id: int) -> Prepared:
    """What a comment has to know that is about to be written."""
    return Prepared(*db.session.execute(_PREPARED, {"root_id": root_id, "member_id": author_id}).one())


def find_twin(
    idea_id: int, author_id: int, *, parent_id: int | None, body: str, since: datetime
) -> Comment | None:
    """A comment that the member wrote here since a moment in exactly these words."""
    values = {"idea_id": idea_id, "author_id": author_id, "since": since, "body": body}
    return db.session.scalar(_TWIN, values | {"parent_id": parent_id})
