"""Keeping back comments that wait for a moderator, and letting them out once their author mended them."""

from collections.abc import Mapping
from datetime import datetime

from community.ideas.actions import curating_comments
from community.ideas.actions.holding import SAID_WITHIN
from community.ideas.models import Comment, Idea
from community.ideas.queries import said as queries
from community.ideas.queries.support import Root
from community.infra import clock
from community.infra.text import excerpt, render_markdown
from community.members.models import Member
from community.moderation.actions import queue, screening
from community.moderation.models import QueueItem
from community.moderation.suspicion import Verdict
from community.panels.models import Panel


def screen_comment(
    panel: Panel, author: Member, *, body: str, began: datetime | None = None, trap: str = ""
) -> Verdict:
    """What becomes of a new comment."""
    return screening.screen(
        author,
        panel=panel,
        texts={"body": body},
        began=began,
        trap=trap,
        said_before=queries.list_comments_said(author.id, since=clock.now() - SAID_WITHIN),
    )


def hold_comment(comment: Comment, root: Idea | Root, author: Member, verdict: Verdict) -> None:
    """Let a comment that nobody else has seen wait."""
    _hold(comment, root, author, verdict, html=comment.body_html)


def find_and_lock_comment(comment_id: int) -> QueueItem | None:
    """What the comment waits for, locked before all else with what else waits about it."""
    return queue.find_held(queue.lock_standing("comment", comment_id))


def change_comment(
    comment: Comment, root: Idea, editor: Member, waits: QueueItem | None, *, body: str
) -> bool:
    """Let a locked comment say something else, at once or once a moderator has seen it; says if it is shown.

    `waits` is what the comment itself waits for: when nothing speaks against it any longer, it goes out.
    """
    was_shown = comment.state != "waiting"
    verdict = screening.screen(
        editor,
        panel=root.panel,
        texts={"body": body},
        is_edit=True,
        shown={"body": comment.body} if was_shown else None,
    )
    html = render_markdown(body)
    if was_shown and verdict.is_held:
        _hold(comment, root, editor, verdict, kind="edit", html=html, data={"body": body})
        return False
    curating_comments.rewrite(comment.id, editor, {"body": body})
    if was_shown:
        screening.let_go("comment", comment.id, kinds=("edit",))
    elif waits is not None:
        rest = screening.screen_again(verdict, waits)
        if rest.is_held or waits.state == "asked":
            hold_comment(comment, root, editor, rest)
        else:
            screening.let_go("comment", comment.id)
            curating_comments.show(comment.id, editor)
    return comment.state == "published"


def _hold(
    comment: Comment,
    root: Idea | Root,
    author: Member,
    verdict: Verdict,
    *,
    html: str,
    kind: str = "held",
    data: Mapping[str, str] | None = None,
) -> None:
    screening.hold(
        verdict,
        kind=kind,
        subject_type="comment",
        subject=comment,
        panel_id=root.panel_id,
        author=author,
        title=root.title,
        excerpt=excerpt(html, 200),
        path=f"/comments/{comment.id}",
        data=data,
    )
