"""Ideas and comments as moderators find them: whatever their state, with what stands around them."""

from markupsafe import Markup
from sqlalchemy import exists, or_, select
from sqlalchemy.orm import aliased

from community.activity.models import Activity
from community.ideas.models import Comment, Idea
from community.ideas.queries.ideas import list_tags
from community.ideas.queries.similar import list_similar
from community.infra.db import db
from community.infra.errors import NotFound
from community.infra.text import excerpt
from community.moderation.doors import Alike, Said, Subject
from community.panels.models import Membership

# Comments beside the one that is looked at, before and after it.
AROUND = 3


def find_idea(idea_id: int) -> Subject | None:
    """The idea whatever its state; None if there is none."""
    idea = db.session.get(Idea, idea_id)
    if idea is None:
        return None
    return Subject(
        type="idea",
        id=idea.id,
        panel_id=idea.panel_id,
        author_id=idea.author_id,
        title=idea.title,
        html=idea.html,
        excerpt=idea.excerpt,
        path=f"/ideas/{idea.id}",
        state=idea.state,
        support_count=idea.support_count,
        body=idea.body,
        tags=tuple(list_tags(idea.id)),
        is_locked=idea.is_locked,
    )


def find_comment(comment_id: int) -> Subject | None:
    """The comment whatever its state; None if there is none."""
    comment = db.session.get(Comment, comment_id)
    if comment is None:
        return None
    return Subject(
        type="comment",
        id=comment.id,
        panel_id=comment.idea.panel_id,
        author_id=comment.author_id,
        title=comment.idea.title,
        html=Markup(comment.body_html),  # noqa: S704 - cleaned when it was stored
        excerpt=excerpt(comment.body_html, 200),
        path=f"/comments/{comment.id}",
        state=comment.state,
        # What protects a comment from being flagged away is how many it helped.
        support_count=comment.helpful_count,
        body=comment.body,
    )


def get_comment(comment_id: int) -> Comment:
    """The comment whatever its state; NotFound if there is none."""
    comment = db.session.get(Comment, comment_id)
    if comment is None:
        raise NotFound()
    return comment


def get_panel_id(idea_id: int) -> int:
    """The panel in which the idea stands now; NotFound if there is no such idea."""
    panel_id = db.session.scalar(select(Idea.panel_id).where(Idea.id == idea_id))
    if panel_id is None:
        raise NotFound()
    return panel_id


def has_words(idea_id: int) -> bool:
    """Whether what the idea says was not forgotten, as a rule or its author may have wished."""
    return db.session.scalar(select(Idea.id).where(Idea.id == idea_id, Idea.title != "")) is not None


def was_published(idea_id: int) -> bool:
    """Whether the idea was ever shown to others."""
    return _happened("idea.published", "idea", idea_id)


def was_added(comment_id: int) -> bool:
    """Whether the comment was ever shown to others."""
    return _happened("comment.added", "comment", comment_id)


def list_like_idea(subject: Subject) -> list[Alike]:
    """Ideas of the same panel whose titles are like this one's, the most alike first."""
    idea = db.session.get_one(Idea, subject.id)
    alike = [each for each in list_similar(idea.panel, idea.title) if each.id != (idea.root_id or idea.id)]
    rows = db.session.scalars(select(Idea).where(Idea.id.in_([each.id for each in alike])))
    excerpts = {row.id: row.excerpt for row in rows}
    return [
        Alike(
            each.id,
            each.title,
            excerpts.get(each.id, ""),
            f"/ideas/{each.id}",
            each.support_count,
            each.likeness,
        )
        for each in alike
    ]


def list_around(subject: Subject) -> list[Said]:
    """The talk around a comment: the idea or the comment it answers, and its neighbours on both sides."""
    comment = get_comment(subject.id)
    near = (
        Comment.idea_id == comment.idea_id,
        Comment.parent_id.is_(None) if comment.parent_id is None else Comment.parent_id == comment.parent_id,
        or_(Comment.state == "published", Comment.state == "hidden"),
    )
    before = db.session.scalars(
        select(Comment).where(*near, Comment.id < comment.id).order_by(Comment.id.desc()).limit(AROUND)
    ).all()
    after = db.session.scalars(
        select(Comment).where(*near, Comment.id > comment.id).order_by(Comment.id).limit(AROUND)
    ).all()
    above = [comment.parent] if comment.parent is not None else []
    idea = comment.idea
    return [
        Said(
            idea.author_id,
            idea.author.display_name,
            idea.html,
            is_it=False,
            is_shown=idea.state == "published",
        ),
        *(_said(each, it=comment) for each in (*above, *reversed(before), comment, *after)),
    ]


def can_only_fewer_read(idea: Idea, *, panel_id: int) -> bool:
    """Whether everybody who is in that panel is in the idea's panel too."""
    here, there = aliased(Membership), aliased(Membership)
    also_here = exists().where(
        here.panel_id == idea.panel_id, here.member_id == there.member_id, here.left_at.is_(None)
    )
    outsider = exists().where(there.panel_id == panel_id, there.left_at.is_(None), ~also_here)
    return not db.session.scalar(select(outsider))


def is_in_group(idea_id: int) -> bool:
    """Whether another idea leads to this one, or this one to another."""
    joined = exists().where(
        or_(Idea.merged_into_id == idea_id, (Idea.id == idea_id) & Idea.merged_into_id.is_not(None))
    )
    return bool(db.session.scalar(select(joined)))


def _said(comment: Comment, *, it: Comment) -> Said:
    return Said(
        comment.author_id,
        comment.author.display_name,
        Markup(comment.body_html),  # noqa: S704 - cleaned when it was stored
        is_it=comment.id == it.id,
        is_shown=comment.state == "published",
    )


def _happened(kind: str, subject_type: str, subject_id: int) -> bool:
    happened = exists().where(
        Activity.subject_type == subject_type, Activity.subject_id == subject_id, Activity.kind == kind
    )
    return bool(db.session.scalar(select(happened)))
