"""What an idea says: writing it, and changing it so that what it said is kept."""

from collections.abc import Sequence

from community.activity.actions import record
from community.analysis.tokens import index_terms
from community.ideas.actions.tags import tag_idea
from community.ideas.models import Idea, IdeaEdit
from community.ideas.queries.curation import was_published
from community.ideas.queries.ideas import list_tags
from community.ideas.slugs import slug_of
from community.ideas.tagging import fold_tag
from community.infra import clock
from community.infra.db import db
from community.infra.text import excerpt, render_markdown
from community.members.models import Member

# The columns that hold what an idea says, and what is made of it.
WORDS = ("title", "slug", "body", "body_html", "excerpt", "search_terms")


def words(*, title: str, body: str, tags: Sequence[str]) -> dict[str, str]:
    """What an idea that says this has in the columns of `WORDS`."""
    html = render_markdown(body)
    # The title twice: a word there says more of what the idea is about.
    terms = " ".join(index_terms("\n".join((title, title, *tags, body))))
    return dict(zip(WORDS, (title, slug_of(title), body, html, excerpt(html, 200), terms), strict=True))


def says(idea: Idea, *, title: str, body: str, tags: Sequence[str]) -> bool:
    """Whether the idea says this already."""
    has_these_tags = {*map(fold_tag, tags)} == {*map(fold_tag, list_tags(idea.id))}
    return (title, body) == (idea.title, idea.body) and has_these_tags


def change(idea: Idea, editor: Member | None, *, title: str, body: str, tags: Sequence[str]) -> None:
    """Let a locked idea, whose panel is locked too, say something else; nothing happens if it is the same."""
    if says(idea, title=title, body=body, tags=tags):
        return
    is_staffs = editor is not None and editor.id != idea.author_id
    # What its author mends before anybody has read it leaves no trace, least of all what had to go.
    is_kept = is_staffs or idea.state == "published" or was_published(idea.id)
    if is_kept and (title, body) != (idea.title, idea.body):
        now = clock.now()
        db.session.add(
            IdeaEdit(
                idea_id=idea.id,
                editor_id=editor.id if editor is not None else None,
                title=idea.title,
                body=idea.body,
                edited_at=now,
            )
        )
        idea.edit_count += 1
        idea.edited_at = idea.updated_at = now
    for column, value in words(title=title, body=body, tags=tags).items():
        setattr(idea, column, value)
    tag_idea(idea, tags)
    record("idea.edited", subject=idea, actor=editor, panel_id=idea.panel_id, as_staff=is_staffs)
