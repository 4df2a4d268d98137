"""Publishing, editing and deleting ideas, and keeping what a visitor wrote before joining."""

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from community.activity.actions import record
from community.analysis.tokens import index_terms
from community.ideas import lengths, newcomers, policy, ranking
from community.ideas.actions.first_day import is_held_back
from community.ideas.actions.follows import ensure_following
from community.ideas.actions.images import keep_images
from community.ideas.models import Idea, IdeaDraft, IdeaEdit, IdeaTag, Tag
from community.ideas.queries import ideas as queries
from community.ideas.queries import tags as tag_queries
from community.ideas.slugs import slug_of
from community.ideas.tagging import fold_tag
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict, Forbidden
from community.infra.images import CleanImage
from community.infra.text import excerpt, render_markdown
from community.members import secrets
from community.members.models import Member
from community.panels.actions import ensure_taking_part
from community.panels.models import Panel

DRAFT_LIFE = timedelta(days=1)
# The same words from the same person within this time are one idea whose form was sent twice.
TWIN_TIME = timedelta(minutes=10)


def publish_idea(
    panel: Panel,
    author: Member,
    *,
    title: str,
    body: str = "",
    tags: Sequence[str] = (),
    images: Sequence[CleanImage] = (),
) -> Idea:
    """Put an idea on the panel's board, once however often it is sent; who may walk in joins by it."""
    lengths.check_idea(title=title, body=body, tags=tags, image_count=len(images))
    with keep_images(images) as kept, unit_of_work() as session:
        ensure_taking_part(author, panel)
        panel = lock(Panel, panel.id)
        now = clock.now()
        twin = queries.find_twin(panel.id, author.id, title=title, body=body, since=now - TWIN_TIME)
        if twin is not None:
            kept.forget()
            return twin
        _check_newcomer(panel, author, body=body, image_count=len(images))
        panel.idea_count += 1
        idea = Idea(
            panel_id=panel.id,
            author_id=author.id,
            published_at=now,
            updated_at=now,
            status_changed_at=now,
            trend=ranking.weight(now),
        )
        _write(idea, title=title, body=body, tags=tags)
        session.add(idea)
        session.flush()
        idea.root_id = idea.id
        session.add_all(kept.as_rows(idea, author))
        ensure_following(author.id, idea)
        _tag(session, idea, tags)
        record("idea.published", subject=idea, actor=author, panel_id=panel.id)
    return idea


def edit_idea(idea: Idea, editor: Member, *, title: str, body: str, tags: Sequence[str]) -> None:
    """Change what an idea says and keep what it said; nothing happens if it says the same."""
    lengths.check_idea(title=title, body=body, tags=tags)
    with unit_of_work() as session:
        # The panel first, as everywhere: its tags may change.
        lock(Panel, idea.panel_id)
        idea = lock(Idea, idea.id)
        if idea.state == "deleted" or idea.merged_into_id is not None:
            raise Conflict()
        if not policy.can_moderate(editor, idea.panel) and idea.status not in policy.CHANGEABLE:
            raise Conflict()
        before = (idea.title, idea.body)
        has_other_tags = {*map(fold_tag, tags)} != {*map(fold_tag, queries.list_tags(idea.id))}
        if (title, body) == before and not has_other_tags:
            return
        _check_newcomer_links(idea.panel, editor, body)
        now = clock.now()
        if (title, body) != before:
            session.add(
                IdeaEdit(idea_id=idea.id, editor_id=editor.id, title=before[0], body=before[1], edited_at=now)
            )
            idea.edit_count += 1
            idea.edited_at = idea.updated_at = now
        _write(idea, title=title, body=body, tags=tags)
        _tag(session, idea, tags)
        record("idea.edited", subject=idea, actor=editor, panel_id=idea.panel_id)


def delete_idea(idea: Idea, member: Member) -> None:
    """Take an idea off the board; staff still find it, for everybody else it is gone."""
    with unit_of_work() as session:
        panel = lock(Panel, idea.panel_id)
        idea = lock(Idea, idea.id)
        if idea.state == "deleted":
            return
        if idea.merged_into_id is not None:
            raise Conflict()
        if queries.has_joined_ideas(idea.id):
            raise Conflict(_l("Other ideas were joined to this one. Take them out again first."))
        if not policy.can_moderate(member, idea.panel) and queries.concerns_others(idea):
            raise Forbidden()
        was_listed = idea.is_listed
        idea.state, idea.is_listed = "deleted", False
        if was_listed:
            panel.idea_count -= 1
        _tag(session, idea, ())
        record("idea.deleted", subject=idea, actor=member, panel_id=idea.panel_id)


def keep_draft(panel: Panel, *, title: str, body: str, tags: str) -> str:
    """Keep for a day what a visitor wrote, and return the secret under which they find it again."""
    token = secrets.new_secret()
    with unit_of_work() as session:
        session.add(
            IdeaDraft(
                panel_id=panel.id,
                token_hash=secrets.digest(token),
                title=title,
                body=body,
                tags=tags,
                expires_at=clock.now() + DRAFT_LIFE,
            )
        )
    return token


def forget_draft(token: str) -> None:
    """Remove a draft that has become an idea."""
    with unit_of_work() as session:
        session.execute(delete(IdeaDraft).where(IdeaDraft.token_hash == secrets.digest(token)))


def forget_old_drafts() -> None:
    """Remove the drafts whose day is over."""
    with unit_of_work() as session:
        session.execute(delete(IdeaDraft).where(IdeaDraft.expires_at <= clock.now()))


def _check_newcomer(panel: Panel, author: Member, *, body: str, image_count: int) -> None:
    now = clock.now()
    if is_held_back(panel, author):
        # Two ideas sent at once wait for each other here, so that both are counted.
        lock(Member, author.id)
        newcomers.check_idea(
            queries.list_published_at(author.id, since=now - newcomers.FIRST_DAY),
            now=now,
            body=body,
            image_count=image_count,
        )


def _check_newcomer_links(panel: Panel, editor: Member, body: str) -> None:
    if is_held_back(panel, editor):
        newcomers.check_links(body)


def _write(idea: Idea, *, title: str, body: str, tags: Sequence[str]) -> None:
    idea.title = title
    idea.slug = slug_of(title)
    idea.body = body
    idea.body_html = render_markdown(body)
    idea.excerpt = excerpt(idea.body_html, 200)
    # The title twice: a word there says more of what the idea is about.
    idea.search_terms = " ".join(index_terms("\n".join((title, title, *tags, body))))


def _tag(session: Session, idea: Idea, names: Sequence[str]) -> None:
    """Give the idea exactly these tags; the panel is locked, so that no tag is made twice."""
    wanted = {fold_tag(name): name for name in names}
    standing = tag_queries.list_of_idea(idea.id)
    for tag in standing:
        if tag.folded not in wanted:
            session.execute(delete(IdeaTag).where(IdeaTag.idea_id == idea.id, IdeaTag.tag_id == tag.id))
            _count(session, tag, -1)
    known = {tag.folded for tag in standing}
    for folded, name in sorted(wanted.items()):
        if folded not in known:
            tag = _tag_named(session, idea.panel_id, folded, name)
            session.add(IdeaTag(idea_id=idea.id, tag_id=tag.id))
            _count(session, tag, +1)
    session.flush()


def _tag_named(session: Session, panel_id: int, folded: str, name: str) -> Tag:
    if (tag := tag_queries.find(panel_id, folded)) is not None:
        return tag
    tag = Tag(panel_id=panel_id, folded=folded, name=name)
    session.add(tag)
    session.flush()
    return tag


def _count(session: Session, tag: Tag, change: int) -> None:
    session.execute(update(Tag).where(Tag.id == tag.id).values(idea_count=Tag.idea_count + change))
