"""The official response: the company's answer, pinned under the idea."""

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.ideas.actions.groups import lock_root
from community.ideas.actions.statuses import say_for_the_card
from community.ideas.models import Comment, Idea
from community.infra import clock
from community.infra.db import unit_of_work
from community.infra.errors import Check, Conflict, Invalid, unchecked
from community.infra.text import render_markdown
from community.members.models import Member

MOST = 5000


def give_response(idea: Idea, owner: Member, *, body: str, check: Check[Idea] = unchecked) -> Comment:
    """Pin an answer; one given before stays among the comments, marked as the company's."""
    if not body:
        raise Invalid(_l("Write what you want to tell the members."), field="body")
    if len(body) > MOST:
        raise Invalid(_l("Please use at most %(max)d characters.", max=MOST), field="body")
    with unit_of_work() as session:
        root = lock_root(idea.id)
        if root.id != idea.id or root.state != "published":
            raise Conflict()
        check(root)
        now = clock.now()
        comment = Comment(
            idea_id=root.id,
            author_id=owner.id,
            body=body,
            body_html=render_markdown(body),
            is_official=True,
            published_at=now,
        )
        session.add(comment)
        session.flush()
        is_first = root.response_comment_id is None
        root.response_comment_id = comment.id
        root.comment_count += 1
        root.updated_at = now
        say_for_the_card(root, owner, html=comment.body_html, at=now)
        record(
            "idea.responded",
            subject=root,
            actor=owner,
            panel_id=root.panel_id,
            title=root.title,
            comment_id=comment.id,
            excerpt=root.response_excerpt,
            is_first=is_first,
        )
    return comment
