"""Ideas as they stand in lists: one row with all that a card shows, whatever list it is in."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, Subquery, bindparam, exists, literal, select
from sqlalchemy.orm import aliased

from community.ideas.models import Idea, Vote
from community.infra.db import BigId
from community.infra.reading import at_most
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
# Asked by idea, so that it costs the same for whoever has voted for thousands: in one condition for both,
# SQLite goes through all votes of the viewer for every card, and PostgreSQL would gather them all for EXISTS.
_HAS_VOTE = exists().where(Vote.idea_id == _Source.id, Vote.member_id == bindparam("viewer_id", type_=BigId))
_SUPPORTED_SOURCE = select(_Source.id).where(_Source.root_id == Idea.id, _HAS_VOTE).limit(at_most(1))
IS_SUPPORTED = _SUPPORTED_SOURCE.scalar_subquery().is_not(None)


_OF_IDEA = (
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
    _Responder.display_name.label("responder_name"),
)


def select_cards(*, is_signed_in: bool) -> Select[*tuple[Any, ...]]:
    """The statement behind cards, to be narrowed and ordered; takes `viewer_id` if somebody is signed in."""
    return (
        select(
            *_OF_IDEA,
            _is_supported(is_signed_in=is_signed_in),
            Panel.names_shown,
            Panel.slug.label("panel_slug"),
            Panel.name.label("panel_name"),
            Panel.translations,
        )
        .join(Panel, Panel.id == Idea.panel_id)
        .join(Member, Member.id == Idea.author_id)
        .outerjoin(_Responder, _Responder.id == Idea.response_by_id)
    )


def as_card(row: Sequence[Any], locale: str) -> Card:
    """A row of `select_cards` with its panel's name in the reader's language."""
    *values, names_shown, slug, name, translations = row
    return _card(values, names_shown, slug, told_in(locale, translations, "name", first=name))


def select_picked(picked: Subquery, *, is_signed_in: bool) -> Select[*tuple[Any, ...]]:
    """The same for ideas of one panel that were picked by their ids before: see `as_card_of`.

    Only those are looked up in the tables, however many lie before them in their order.
    """
    return (
        select(*_OF_IDEA, _is_supported(is_signed_in=is_signed_in))
        .join(picked, picked.c.id == Idea.id)
        .join(Member, Member.id == Idea.author_id)
        .outerjoin(_Responder, _Responder.id == Idea.response_by_id)
    )


def as_card_of(panel: Panel, row: Sequence[Any], name: str) -> Card:
    """A row of `select_picked` from this panel, called by this name."""
    return _card(row, panel.names_shown, panel.slug, name)


def _card(values: Sequence[Any], names_shown: str, panel_slug: str, panel_name: str) -> Card:
    *of_idea, responder, is_supported = values
    shown = *of_idea, names_shown, responder, panel_slug, panel_name, bool(is_supported)
    return Card._make((*shown, None, None))


def _is_supported(*, is_signed_in: bool) -> ColumnElement[bool]:
    supported: ColumnElement[bool] = IS_SUPPORTED if is_signed_in else literal(value=False)
    return supported.label("is_supported")
