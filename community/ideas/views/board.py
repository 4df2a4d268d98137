"""A panel's board, its tags, and ideas like one that is being written."""

from datetime import datetime
from typing import NamedTuple

from flask import Response, request

from community.ideas import policy
from community.ideas.models import STATUSES
from community.ideas.queries import board as queries
from community.ideas.queries import tags as tag_queries
from community.ideas.queries.similar import list_similar
from community.ideas.queries.told_back import board_aside
from community.ideas.views import blueprint
from community.infra import limits
from community.infra.errors import NotFound
from community.infra.language import current_locale
from community.infra.paging import page_number
from community.infra.text import clean_line
from community.infra.visitors import kept_for_visitors, stamp_page
from community.infra.web import argument, page, public, viewer
from community.panels.queries import PanelView, find_stamp, get_panel

LONGEST_SEARCH = 200


class Place(NamedTuple):
    """What a board shows of its panel beside the ideas, as one viewer meets it and many others do."""

    slug: str
    name: str
    description: str
    member_count: int
    idea_count: int
    admission: str
    archived_at: datetime | None
    paused_until: datetime | None
    is_member: bool
    can_walk_in: bool
    can_write: bool


@blueprint.get("/panels/<slug>")
@public
@limits.limiter.limit(limits.SEARCH, exempt_when=lambda: not argument("q"))
@kept_for_visitors(find_stamp)
def board(slug: str) -> Response:
    """The panel and its ideas; who may only know of the panel is told how to get in."""
    room = get_panel(slug, viewer())
    if not room.can_read:
        return page("ideas/closed.html", status=403, room=room, panel=room.panel)
    if room.panel.visibility == "open":
        stamp_page(room.stamp)
    locale = current_locale()
    asked = {
        "sort": argument("sort") if argument("sort") in queries.SORTS else "trending",
        "status": argument("status") if argument("status") in STATUSES else "",
        "tag": clean_line(argument("tag"))[:60],
        "words": clean_line(argument("q"))[:LONGEST_SEARCH],
    }
    ideas = queries.list_board(
        room.panel, viewer(), locale=locale, number=page_number(request.args.get("page")), **asked
    )
    can_speak = room.can_take_part or room.can_walk_in
    can_write = policy.can_begin_writing(viewer(), room.panel, can_speak=can_speak, has_door=room.has_door)
    return page(
        "ideas/board.html",
        can_speak=can_speak,
        can_write=can_write,
        place=_place(room, locale=locale, can_write=can_write),
        room=room,
        panel=room.panel,
        ideas=ideas,
        asked=asked,
        statuses=STATUSES,
        aside_facts=board_aside(room.panel.id),
    )


@blueprint.get("/panels/<slug>/tags")
@public
def tags(slug: str) -> Response:
    """All tags of the panel, those on most ideas first."""
    room = _readable(slug)
    return page("ideas/tags.html", room=room, panel=room.panel, tags=tag_queries.list_of_panel(room.panel.id))


@blueprint.get("/panels/<slug>/similar")
@public
@limits.by_member(limits.SEARCH, methods=("GET",))
def similar(slug: str) -> Response:
    """A fragment with ideas whose titles are like the one being typed."""
    room = _readable(slug)
    title = clean_line(argument("title"))[:LONGEST_SEARCH]
    return page("ideas/_similar.html", ideas=list_similar(room.panel, title))


def _place(room: PanelView, *, locale: str, can_write: bool) -> Place:
    panel = room.panel
    return Place(
        slug=panel.slug,
        name=panel.name_in(locale),
        description=panel.description_in(locale),
        member_count=panel.member_count,
        idea_count=panel.idea_count,
        admission=panel.admission,
        archived_at=panel.archived_at,
        paused_until=room.paused_until,
        is_member=room.is_member,
        can_walk_in=room.can_walk_in,
        can_write=can_write,
    )


def _readable(slug: str) -> PanelView:
    room = get_panel(slug, viewer())
    if not room.can_read:
        raise NotFound()
    return room
