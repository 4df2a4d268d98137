"""Talking below ideas: comments, replies to them, edits within a window, and removal."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l

from community.activity.actions import record, record_row
from community.ideas import lengths, newcomers, policy
from community.ideas.actions import holding_comments
from community.ideas.actions.first_day import is_held_back
from community.ideas.actions.follows import ensure_following
from community.ideas.actions.groups import ensure_not_shut, lock_open_root, lock_root
from community.ideas.models import Comment, Idea
from community.ideas.queries import comments as queries
from community.infra import clock
from community.infra.db import db, id_of, keep_known, lock, unit_of_work
from community.infra.errors import Check, Forbidden, Invalid, unchecked
from community.infra.text import render_markdown
from community.members.models import Member
from community.moderation.actions.screening import let_go
from community.panels.actions import ensure_taking_part

# The same words from the same person within this time are one comment whose form was sent twice.
TWIN_TIME = timedelta(minutes=2)


def add_comment(
    idea: Idea,
    author: Member,
    *,
    body: str,
    parent_id: int | None = None,
    began: datetime | None = None,
    trap: str = "",
) -> Comment:
    """Say something below the idea, or reply; a reply to a reply stands beside it, under the same comment.

    What screening keeps back waits: then `state` is "waiting", and nobody else hears of it.
    """
    lengths.check_comment(body)
    # Asked for here, the idea is not read again only to find its panel.
    panel = idea.panel
    with unit_of_work() as session:
        ensure_taking_part(author, panel)
        root = lock_open_root(id_of(idea))
        parent = _first_level(parent_id, root) if parent_id is not None else None
        # A reply stays with the idea its comment was written to: parting merged ideas parts the talk too.
        idea_id = parent.idea_id if parent is not None else root.id
        now = clock.now()
        parent_id = parent.id if parent is not None else None
        twin = queries.find_twin(idea_id, author.id, parent_id=parent_id, body=body, since=now - TWIN_TIME)
        if twin is not None:
            return twin
        if is_held_back(root.panel, author):
            lock(Member, author.id)
            written_at = queries.list_written_at(author.id, since=now - newcomers.FIRST_DAY)
            newcomers.check_comment(written_at, now=now, body=body)
        verdict = holding_comments.screen_comment(root.panel, author, body=body, began=began, trap=trap)
        comment = Comment(
            idea_id=idea_id,
            author_id=author.id,
            parent_id=parent_id,
            body=body,
            body_html=render_markdown(body),
            state="waiting" if verdict.is_held else "published",
            published_at=now,
        )
        session.add(comment)
        session.flush()
        if verdict.is_held:
            holding_comments.hold_comment(comment, root, author, verdict)
            record(
                "comment.held", subject=comment, actor=author, panel_id=root.panel_id,
                idea_id=root.id, parent_id=parent_id,
            )  # fmt: skip
            return comment
        root.comment_count += 1
        root.updated_at = now
        ensure_following(author.id, root)
        if parent is not None:
            parent.reply_count += 1
        record_row(
            "comment.added", ("comment", comment.id), author.id, panel_id=root.panel_id,
            idea_id=root.id, parent_id=parent_id,
        )  # fmt: skip
        keep_known(root, "id", "root_id", "slug", "comment_count")
        keep_known(comment, "id", "parent_id")
    return comment


def edit_comment(comment: Comment, author: Member, *, body: str, check: Check[Comment] = unchecked) -> bool:
    """Change what a comment says while its window is open, and keep what it said.

    False if the change, or the comment, waits to be seen; one that waits can be changed for as long.
    """
    lengths.check_comment(body)
    with unit_of_work():
        waits = holding_comments.find_and_lock_comment(comment.id)
        # Whoever was taken out of the panel says nothing new in it by way of something old.
        ensure_taking_part(author, comment.idea.panel)
        root = lock_root(comment.idea_id)
        ensure_not_shut(root)
        comment = lock(Comment, comment.id)
        now = clock.now()
        check(comment)
        if not policy.can_edit_comment(author, comment, now=now):
            raise Forbidden(_l("A comment can be changed for a quarter of an hour. You can add another one."))
        if comment.body == body:
            # Who writes again what is shown takes back a change that waits.
            let_go("comment", comment.id, kinds=("edit",))
            return comment.state == "published"
        if is_held_back(root.panel, author):
            newcomers.check_links(body)
        return holding_comments.change_comment(comment, root, author, waits, body=body)


def delete_comment(comment: Comment, member: Member) -> None:
    """Remove a comment; its words stay for staff, and a mark stays for all while it has replies."""
    with unit_of_work():
        let_go("comment", comment.id)
        root = lock_root(comment.idea_id)
        comment = lock(Comment, comment.id)
        if comment.state == "deleted":
            return
        was_published = comment.state == "published"
        comment.state, comment.deleted_at, comment.deleted_by_id = "deleted", clock.now(), member.id
        if was_published:
            root.comment_count -= 1
            if comment.parent_id is not None:
                lock(Comment, comment.parent_id).reply_count -= 1
        for idea in {root, db.session.get_one(Idea, comment.idea_id)}:
            if idea.response_comment_id == comment.id:
                idea.response_comment_id, idea.response_by_id, idea.response_excerpt = None, None, ""
        record(
            "comment.deleted", subject=comment, actor=member, panel_id=root.panel_id,
            idea_id=root.id, as_staff=member.id != comment.author_id,
        )  # fmt: skip


def _first_level(comment_id: int, root: Idea) -> Comment:
    comment = db.session.get(Comment, comment_id)
    if comment is None or comment.state != "published" or comment.idea.root_id != root.id:
        raise Invalid(_l("The comment you reply to is no longer there."), field="parent_id")
    return comment.parent or comment
