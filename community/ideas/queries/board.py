"""The board of a panel: its ideas in one of five orders, narrowed by status, tag and words."""

from collections.abc import Mapping
from itertools import product
from typing import Any

from sqlalchemy import Select, bindparam, exists, true

from community.analysis import tokens
from community.ideas.models import Idea, IdeaTag, Tag
from community.ideas.queries.cards import Card, as_card, select_cards
from community.ideas.tagging import fold_tag
from community.infra import search
from community.infra.db import db
from community.infra.paging import Page, offset, read_page
from community.infra.text import plain_text
from community.members.models import Member
from community.panels.models import Panel

PER_PAGE = 20
EXCERPT = 200

# What each way to sort goes by; the id decides where that is equal, so that pages do not overlap.
SORTS: Mapping[str, tuple[Any, ...]] = {
    "trending": (Idea.trend.desc(), Idea.id.desc()),
    "top": (Idea.support_count.desc(), Idea.id.desc()),
    "new": (Idea.published_at.desc(), Idea.id.desc()),
    "updated": (Idea.updated_at.desc(), Idea.id.desc()),
    "unseen": (Idea.seen_count, Idea.id),
}

_HAS_TAG = exists().where(
    IdeaTag.idea_id == Idea.id,
    IdeaTag.tag_id == Tag.id,
    Tag.panel_id == bindparam("panel_id"),
    Tag.folded == bindparam("tag"),
)


def _of_panel(*, is_signed_in: bool, has_status: bool, has_tag: bool) -> Select[*tuple[Any, ...]]:
    statement = select_cards(is_signed_in=is_signed_in).where(
        Idea.panel_id == bindparam("panel_id"), Idea.is_listed == true()
    )
    if has_status:
        statement = statement.where(Idea.status == bindparam("status"))
    if has_tag:
        statement = statement.where(_HAS_TAG)
    return statement.limit(PER_PAGE + 1).offset(bindparam("offset"))


_SWITCHES = list(product((False, True), repeat=3))
_NARROWED = {
    switches: _of_panel(is_signed_in=switches[0], has_status=switches[1], has_tag=switches[2])
    for switches in _SWITCHES
}
_SORTED = {
    (sort, *switches): statement.order_by(*order)
    for switches, statement in _NARROWED.items()
    for sort, order in SORTS.items()
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
    values = {
        "panel_id": panel.id,
        "viewer_id": viewer.id if viewer is not None else None,
        "status": status,
        "tag": fold_tag(tag),
        "offset": offset(number, PER_PAGE),
    }
    switches = (viewer is not None, bool(status), bool(tag))
    if not words:
        rows = db.session.execute(_SORTED[(sort, *switches)], values).all()
        return read_page([as_card(row, locale) for row in rows], number=number, per_page=PER_PAGE)
    terms = tokens.query_terms(words)
    # The text is only needed around the hit.
    statement = (
        _NARROWED[switches]
        .add_columns(Idea.body_html)
        .where(search.matches(Idea, terms))
        .order_by(search.rank(Idea, terms), Idea.id.desc())
    )
    rows = db.session.execute(statement, values).all()
    hits = [_hit(as_card(row[:-1], locale), row[-1], words) for row in rows]
    return read_page(hits, number=number, per_page=PER_PAGE)


def _hit(card: Card, body_html: str, words: str) -> Card:
    around = tokens.excerpt(plain_text(body_html), words, EXCERPT)
    return card._replace(
        title_html=tokens.highlight(card.title, words), excerpt_html=tokens.highlight(around, words)
    )
