"""Reading merges: what was joined, what would come with it, and what could be joined to what."""

from datetime import datetime
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from community.analysis.tokens import query_terms
from community.ideas.models import Follow, Idea, Merge, Vote
from community.ideas.queries import groups
from community.infra import search
from community.infra.db import db
from community.members.models import Member
from community.members.names import shown_name
from community.panels.models import Panel

CANDIDATES = 12


class Joined(NamedTuple):
    """An idea that was joined to another one, and when and by whom."""

    id: int
    title: str
    body_html: str
    author_full_name: str
    author_alias: str | None
    names_shown: str
    at: datetime
    who: str | None

    @property
    def kind(self) -> str:
        """What stands before it in the history."""
        return "joined"

    @property
    def author_name(self) -> str:
        """The author's name as the panel shows names."""
        return shown_name(self.author_full_name, alias=self.author_alias, how=self.names_shown)

    @property
    def body(self) -> Markup:
        """The words as HTML."""
        return Markup(self.body_html)  # noqa: S704 - cleaned when it was stored


class Candidate(NamedTuple):
    """An idea that another one could be joined to."""

    id: int
    slug: str
    title: str
    excerpt: str
    status: str
    support_count: int
    comment_count: int
    published_at: datetime


class Preview(NamedTuple):
    """What joining would do to the counts of the target."""

    supporters_before: int
    supporters_joining: int
    supporters_of_both: int
    supporters_after: int
    comments_joining: int
    followers_joining: int


_moderator = aliased(Member)
_JOINED = (
    select(
        Idea.id,
        Idea.title,
        Idea.body_html,
        Member.display_name,
        Member.alias,
        Panel.names_shown,
        Merge.merged_at,
        _moderator.display_name,
    )
    .join(Merge, (Merge.source_id == Idea.id) & Merge.undone_at.is_(None))
    .join(Member, Member.id == Idea.author_id)
    .join(Panel, Panel.id == Idea.panel_id)
    .outerjoin(_moderator, _moderator.id == Merge.merged_by_id)
    .where(
        Idea.root_id == bindparam("root_id"),
        Idea.id != bindparam("root_id"),
        Idea.state == "published",
    )
    .order_by(Merge.merged_at, Idea.id)
    .limit(100)
)
_CANDIDATE = select(
    Idea.id,
    Idea.slug,
    Idea.title,
    Idea.excerpt,
    Idea.status,
    Idea.support_count,
    Idea.comment_count,
    Idea.published_at,
)


def list_joined(root_id: int) -> list[Joined]:
    """All ideas that lead to this one, in the order in which they were joined."""
    return [Joined(*row) for row in db.session.execute(_JOINED, {"root_id": root_id})]


def list_candidates(idea: Idea, *, asked: str) -> list[Candidate]:
    """Ideas of the panel that match the words, the best first; without words those like this one's title."""
    terms = query_terms(asked or idea.title)
    if not terms:
        return []
    rows = db.session.execute(
        _CANDIDATE.where(
            Idea.panel_id == idea.panel_id,
            Idea.is_listed,
            Idea.id != (idea.root_id or idea.id),
            search.matches(Idea, terms, any_of=not asked),
        )
        .order_by(search.rank(Idea, terms, any_of=not asked), Idea.id.desc())
        .limit(CANDIDATES)
    )
    return [Candidate(*row) for row in rows]


def preview(source: Idea, *, target: Idea) -> Preview:
    """Whose votes, comments and followers would join, and how many already stand on both sides."""
    joining = groups.count_voters(source.id)
    before = groups.count_voters(target.id)
    both = _on_both(Vote, source.id, target.id)
    return Preview(
        supporters_before=before,
        supporters_joining=joining - both,
        supporters_of_both=both,
        supporters_after=before + joining - both,
        comments_joining=groups.count_comments(source.id),
        followers_joining=groups.count_followers(source.id) - _on_both(Follow, source.id, target.id),
    )


def _on_both(rows: type[Vote] | type[Follow], one_id: int, other_id: int) -> int:
    other = select(rows.member_id).where(rows.idea_id.in_(groups.ids_in_group(other_id)))
    both = select(func.count(rows.member_id.distinct())).where(
        rows.idea_id.in_(groups.ids_in_group(one_id)), rows.member_id.in_(other)
    )
    return db.session.scalar(both) or 0
