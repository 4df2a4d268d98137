"""What moderators do to comments: showing, hiding and rewriting them. See moderation/doors.py."""

from collections.abc import Mapping
from typing import Any

from community.activity.actions import record
from community.ideas import lengths
from community.ideas.actions.follows import ensure_following
from community.ideas.actions.groups import lock_root
from community.ideas.models import Comment, CommentEdit, Idea
from community.ideas.queries import curation as queries
from community.infra import clock
from community.infra.db import db, lock
from community.infra.errors import Conflict
from community.infra.text import render_markdown
from community.members.models import Member
from community.moderation.doors import Change


def show(comment_id: int, by: Member | None) -> Change:
    """Let everybody see the comment; for the first time it is its author who says it, and says it now."""
    root, comment = _lock_standing(comment_id)
    before = {"state": comment.state}
    if comment.state != "published":
        if not comment.body:
            # Forgotten meanwhile, by the rule about what was removed.
            raise Conflict()
        is_new = not queries.was_added(comment.id)
        comment.state = "published"
        _count(root, comment, +1)
        if is_new:
            comment.published_at = root.updated_at = clock.now()
            ensure_following(comment.author_id, root)
        _record(
            "comment.added" if is_new else "comment.restored", comment, root, comment.author if is_new else by
        )
    return Change(before, {"state": comment.state})


def hide(comment_id: int, by: Member | None) -> Change:
    """Let only its author and moderators read the comment; a mark stays while replies hang on it."""
    return _take_away(comment_id, by, state="hidden", kind="comment.hidden")


def wait(comment_id: int, by: Member | None) -> Change:
    """Let the comment wait for a moderator again."""
    return _take_away(comment_id, by, state="waiting", kind="comment.hidden")


def keep_private(comment_id: int, by: Member | None) -> Change:
    """Let only its author and staff know of the comment; it is heard and answered all the same."""
    return _take_away(comment_id, by, state="hidden", kind="comment.kept_private")


def rewrite(comment_id: int, by: Member | None, words: Mapping[str, Any]) -> Change:
    """Change what the comment says, and keep what it said."""
    lengths.check_comment(words["body"])
    root, comment = _lock_standing(comment_id)
    before = {"body": comment.body}
    if comment.body != words["body"]:
        is_staffs = by is not None and by.id != comment.author_id
        # What its author mends before anybody has read it leaves no trace.
        if is_staffs or comment.state == "published" or queries.was_added(comment.id):
            now = clock.now()
            db.session.add(CommentEdit(comment_id=comment.id, body=comment.body, edited_at=now))
            comment.edited_at = now
        comment.body, comment.body_html = words["body"], render_markdown(words["body"])
        _record("comment.edited", comment, root, by)
    return Change(before, {"body": comment.body})


def apply_edit(comment_id: int, _by: Member | None, words: Mapping[str, Any]) -> Change:
    """Let the author's own change stand, which had been kept back."""
    return rewrite(comment_id, queries.get_comment(comment_id).author, words)


def _take_away(comment_id: int, by: Member | None, *, state: str, kind: str) -> Change:
    root, comment = _lock_standing(comment_id)
    before = {"state": comment.state}
    if comment.state != state or kind == "comment.kept_private":
        if comment.state == "published":
            _count(root, comment, -1)
            _let_go_of_response(root, comment)
        comment.state = state
        _record(kind, comment, root, by)
    return Change(before, {"state": state})


def _count(root: Idea, comment: Comment, change: int) -> None:
    root.comment_count += change
    if comment.parent_id is not None:
        lock(Comment, comment.parent_id).reply_count += change


def _let_go_of_response(root: Idea, comment: Comment) -> None:
    for idea in {root, comment.idea}:
        if idea.response_comment_id == comment.id:
            idea.response_comment_id, idea.response_by_id, idea.response_excerpt = None, None, ""


def _record(kind: str, comment: Comment, root: Idea, actor: Member | None) -> None:
    record(
        kind,
        subject=comment,
        actor=actor,
        panel_id=root.panel_id,
        idea_id=root.id,
        parent_id=comment.parent_id,
    )


def _lock_standing(comment_id: int) -> tuple[Idea, Comment]:
    root = lock_root(queries.get_comment(comment_id).idea_id)
    comment = lock(Comment, comment_id)
    if comment.state == "deleted":
        raise Conflict()
    return root, comment
