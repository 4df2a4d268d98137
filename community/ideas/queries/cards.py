"""Ideas as they stand in lists: one row with all that a card shows, whatever list it is in."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, bindparam, exists, literal, select
from sqlalchemy.orm import aliased

from community.ideas.models import Idea, Vote
from community.infra.db import BigId
from community.members.models import Member
from community.members.names import shown_name
from community.panels.models import Panel, told_in


class Card(NamedTuple):
    """An idea in a list; `title_html` and `excerpt_html` mark what a search hit."""

    id: int
    slug: str
    title: str
    excerpt: str
    status: str
    status_changed_at: datetime
    promised_on: date | None
    support_count: int
    comment_count: int
    response_excerpt: str
    published_at: datetime
    author_full_name: str
    author_alias: str | None
    names_shown: str
    response_author_name: str | None
    panel_slug: str
    panel_name: str
    is_supported: bool
    title_html: Markup | None = None
    excerpt_html: Markup | None = None

    @property
    def author_name(self) -> str:
        """The author's name as the panel shows names."""
        return shown_name(self.author_full_name, alias=self.author_alias, how=self.names_shown)


_Responder = aliased(Member)
_Source = aliased(Idea)

# A vote for an idea that was merged is a vote for the one it was merged into.
IS_SUPPORTED = exists().where(
    _Source.root_id == Idea.id,
    Vote.idea_id == _Source.id,
    Vote.member_id == bindparam("viewer_id", type_=BigId),
)


def select_cards(*, is_signed_in: bool) -> Select[*tuple[Any, ...]]:
    """The statement behind cards, to be narrowed and ordered; takes `viewer_id` if somebody is signed in."""
    supported: ColumnElement[bool] = IS_SUPPORTED if is_signed_in else literal(value=False)
    return (
        select(
            Idea.id,
            Idea.slug,
            Idea.title,
            Idea.excerpt,
            Idea.status,
            Idea.status_changed_at,
            Idea.promised_on,
            Idea.support_count,
            Idea.comment_count,
            Idea.response_excerpt,
            Idea.published_at,
            Member.display_name,
            Member.alias,
            Panel.names_shown,
            _Responder.display_name.label("responder_name"),
            Panel.slug.label("panel_slug"),
            Panel.name.label("panel_name"),
            supported.label("is_supported"),
            Panel.translations,
        )
        .join(Panel, Panel.id == Idea.panel_id)
        .join(Member, Member.id == Idea.author_id)
        .outerjoin(_Responder, _Responder.id == Idea.response_by_id)
    )


def as_card(row: Sequence[Any], locale: str) -> Card:
    """A row of `select_cards` with its panel's name in the reader's language."""
    values, translations = row[:-1], row[-1]
    card = Card(*values)
    return card._replace(panel_name=told_in(locale, translations, "name", first=card.panel_name))
