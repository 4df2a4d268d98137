"""The board of a panel: its ideas in one of five orders, narrowed by status, tag and words."""

from collections.abc import Mapping
from functools import lru_cache
from itertools import product
from typing import Any

from markupsafe import Markup
from sqlalchemy import ColumnElement, Subquery, bindparam, exists, select, true

from community.analysis import tokens
from community.ideas.models import Idea, IdeaTag, Tag
from community.ideas.queries.cards import Card, as_card_of, select_picked
from community.ideas.tagging import fold_tag
from community.infra import search
from community.infra.db import db
from community.infra.paging import Page, offset, read_page
from community.infra.reading import Reading, at_most
from community.infra.text import plain_text
from community.members.models import Member
from community.panels.models import Panel

PER_PAGE = 20
EXCERPT = 200
# Of words that stand in thousands of ideas, as many of the newest are put in order.
MOST_FOUND = 100

# What each way to sort goes by; the id decides where that is equal, so that pages do not overlap.
SORTS: Mapping[str, tuple[Any, ...]] = {
    "trending": (Idea.trend.desc(), Idea.id.desc()),
    "top": (Idea.support_count.desc(), Idea.id.desc()),
    "new": (Idea.published_at.desc(), Idea.id.desc()),
    "updated": (Idea.updated_at.desc(), Idea.id.desc()),
    "unseen": (Idea.seen_count, Idea.id),
}

# Which tag is meant is found out once, before the ideas are gone through.
_TAG_ID = select(Tag.id).where(Tag.panel_id == bindparam("panel_id"), Tag.folded == bindparam("tag"))
_HAS_TAG = exists().where(IdeaTag.idea_id == Idea.id, IdeaTag.tag_id == _TAG_ID.scalar_subquery())


def _picked(sort: str, *, has_status: bool, has_tag: bool, is_first: bool) -> Subquery:
    """The ids of one page of a panel; an index has all that is asked, in this order."""
    picked = (
        select(Idea.id)
        .where(*_conditions(has_status=has_status, has_tag=has_tag))
        .order_by(*SORTS[sort])
        .limit(at_most(PER_PAGE + 1))
    )
    # No offset on the first page, which nearly all ask for: its plan is kept (see `at_most`).
    return (picked if is_first else picked.offset(bindparam("offset"))).subquery()


def _conditions(*, has_status: bool, has_tag: bool) -> list[ColumnElement[bool]]:
    conditions = [Idea.panel_id == bindparam("panel_id"), Idea.is_listed == true()]
    if has_status:
        conditions.append(Idea.status == bindparam("status"))
    if has_tag:
        conditions.append(_HAS_TAG)
    return conditions


_SWITCHES = list(product((False, True), repeat=3))
_SORTED = {
    (sort, is_first, *switches): Reading(
        select_picked(
            _picked(sort, has_status=switches[1], has_tag=switches[2], is_first=is_first),
            is_signed_in=switches[0],
        ).order_by(*order)
    )
    for switches in _SWITCHES
    for is_first in (False, True)
    for sort, order in SORTS.items()
}


def _found(dialect: str, *, is_signed_in: bool, has_status: bool, has_tag: bool) -> Reading:
    """One page of what was found, the best first, with the texts, which are needed around the hits."""
    conditions = _conditions(has_status=has_status, has_tag=has_tag)
    found = search.newest(Idea, dialect=dialect, most=MOST_FOUND, conditions=conditions).subquery()
    picked = (
        select(found)
        .order_by(found.c.place, found.c.id.desc())
        .limit(PER_PAGE + 1)
        .offset(bindparam("offset"))
        .subquery()
    )
    return Reading(
        select_picked(picked, is_signed_in=is_signed_in)
        .add_columns(Idea.body_html)
        .order_by(picked.c.place, Idea.id.desc())
        .execution_options(**search.PLANNED_ANEW)
    )


_FOUND = {
    (dialect, *switches): _found(
        dialect, is_signed_in=switches[0], has_status=switches[1], has_tag=switches[2]
    )
    for dialect in search.DIALECTS
    for switches in _SWITCHES
}


def list_board(
    panel: Panel,
    viewer: Member | None,
    *,
    locale: str,
    sort: str = "trending",
    status: str = "",
    tag: str = "",
    words: str = "",
    number: int = 1,
) -> Page[Card]:
    """One page of the panel's ideas in one statement; with `words` the best hits first, marked."""
    values: dict[str, Any] = {
        "panel_id": panel.id,
        "viewer_id": viewer.id if viewer is not None else None,
        "status": status,
        "tag": fold_tag(tag),
        "offset": offset(number, PER_PAGE),
    }
    name = panel.name_in(locale)
    switches = (viewer is not None, bool(status), bool(tag))
    if not words:
        rows = _SORTED[(sort, number == 1, *switches)].list(**values)
        cards = [as_card_of(panel, row, name) for row in rows]
        return read_page(cards, number=number, per_page=PER_PAGE)
    terms = tokens.query_terms(words)
    if not terms:
        return read_page([], number=number, per_page=PER_PAGE)
    values.update(search.asked_for(terms))
    rows = _FOUND[(db.engine.dialect.name, *switches)].list(**values)
    hits = [_hit(as_card_of(panel, row[:-1], name), row[-1], words) for row in rows]
    return read_page(hits, number=number, per_page=PER_PAGE)


def _hit(card: Card, body_html: str, words: str) -> Card:
    title_html, excerpt_html = _marked(card.title, body_html, words)
    return card._replace(title_html=title_html, excerpt_html=excerpt_html)


# The same few words are asked for again, and a page of hits has twenty texts to be looked through.
@lru_cache(maxsize=500)
def _marked(title: str, body_html: str, words: str) -> tuple[Markup, Markup]:
    around = tokens.excerpt(plain_text(body_html), words, EXCERPT)
    return tokens.highlight(title, words), tokens.highlight(around, words)
