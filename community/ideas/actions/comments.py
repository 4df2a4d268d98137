"""Talking below ideas: comments, replies to them, edits within a window, and removal."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, update

from community.activity.actions import note, record
from community.ideas import lengths, newcomers, policy
from community.ideas.actions import holding_comments
from community.ideas.actions.first_day import is_held_back
from community.ideas.actions.follows import FOLLOW
from community.ideas.actions.groups import ensure_not_shut, lock_open_row, lock_root
from community.ideas.models import Comment, Idea
from community.ideas.queries import comments as queries
from community.infra import clock
from community.infra.db import db, entity_written, get_row, id_of, keep_known, lock, table_of, unit_of_work
from community.infra.errors import Check, Forbidden, Invalid, unchecked
from community.infra.text import render_markdown
from community.infra.together import Change, do_together, new_row
from community.members.models import Member
from community.moderation.actions.screening import let_go
from community.panels.actions import ensure_taking_part
from community.panels.models import Panel

# The same words from the same person within this time are one comment whose form was sent twice.
TWIN_TIME = timedelta(minutes=2)

# Rows and statements, as votes are cast (decision 0027).
_COMMENTS, _IDEAS = table_of(Comment), table_of(Idea)
_WRITTEN = ("id", "idea_id", "author_id", "parent_id", "body", "body_html", "state")
_ADD = new_row(Comment, *_WRITTEN, published_at=bindparam("now"))
_COUNT = (
    update(_IDEAS)
    .where(_IDEAS.c.id == bindparam("of_root"))
    .values(
        comment_count=_IDEAS.c.comment_count + 1,
        follower_count=_IDEAS.c.follower_count + bindparam("new_followers"),
        updated_at=bindparam("now"),
    )
)
_COUNT_REPLY = (
    update(_COMMENTS)
    .where(_COMMENTS.c.id == bindparam("of_parent"))
    .values(reply_count=_COMMENTS.c.reply_count + 1)
)


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
    # Asked for here, the idea is not read again only to find these.
    panel, root_id = idea.panel, idea.root_id or idea.id
    with unit_of_work():
        ensure_taking_part(author, panel)
        root = lock_open_row(root_id)
        parent = _first_level(parent_id, root.id) if parent_id is not None else None
        # A reply stays with the idea its comment was written to: parting merged ideas parts the talk too.
        idea_id = parent.idea_id if parent is not None else root.id
        now = clock.now()
        parent_id = parent.id if parent is not None else None
        twin = queries.find_twin(idea_id, author.id, parent_id=parent_id, body=body, since=now - TWIN_TIME)
        if twin is not None:
            return twin
        if root.panel_id != panel.id:
            # It was moved between looking and locking.
            panel = get_row(Panel, root.panel_id)
        if is_held_back(panel, author):
            lock(Member, author.id)
            written_at = queries.list_written_at(author.id, since=now - newcomers.FIRST_DAY)
            newcomers.check_comment(written_at, now=now, body=body)
        verdict = holding_comments.screen_comment(panel, author, body=body, began=began, trap=trap)
        number, log_number, is_following = queries.prepare_comment(root.id, author.id)
        words = {"body": body, "body_html": render_markdown(body)}
        state = "waiting" if verdict.is_held else "published"
        noted = note(
            "comment.held" if verdict.is_held else "comment.added", ("comment", number), author.id,
            number=log_number, panel_id=root.panel_id, idea_id=root.id, parent_id=parent_id,
        )  # fmt: skip
        changes: list[Change] = [_ADD]
        if not verdict.is_held:
            changes.append(_COUNT)
            if not is_following:
                changes.append(FOLLOW)
            if parent is not None:
                changes.append(_COUNT_REPLY)
        do_together(
            *changes, *noted.changes, **noted.values, now=now,
            new_id=number, new_idea_id=idea_id, new_author_id=author.id, new_parent_id=parent_id,
            new_body=body, new_body_html=words["body_html"], new_state=state,
            of_root=root.id, new_followers=int(not is_following), of_parent=parent_id,
            on_idea=root.id, by_member=author.id,
        )  # fmt: skip
        # Whoever holds these as entities in a larger unit of work sees the counts as they are now.
        for row in filter(None, (idea, parent)):
            db.session.expire(row)
        comment = entity_written(Comment, id=number, parent_id=parent_id, state=state, **words)
        if verdict.is_held:
            holding_comments.hold_comment(comment, root, author, verdict)
            return comment
        keep_known(comment, "id", "parent_id")
        if id_of(idea) == root.id:
            keep_known(
                idea, id=root.id, root_id=root.id, slug=root.slug, comment_count=root.comment_count + 1
            )
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


def _first_level(comment_id: int, root_id: int) -> Comment:
    comment = db.session.get(Comment, comment_id)
    if comment is None or comment.state != "published" or comment.idea.root_id != root_id:
        raise Invalid(_l("The comment you reply to is no longer there."), field="parent_id")
    return comment.parent or comment
