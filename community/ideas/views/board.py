"""A panel's board, its tags, and ideas like one that is being written."""

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
from community.infra.web import argument, page, public, viewer
from community.panels.queries import PanelView, get_panel

LONGEST_SEARCH = 200


@blueprint.get("/panels/<slug>")
@public
@limits.limiter.limit(limits.SEARCH, exempt_when=lambda: not argument("q"))
def board(slug: str) -> Response:
    """The panel and its ideas; who may only know of the panel is told how to get in."""
    room = get_panel(slug, viewer())
    if not room.can_read:
        return page("ideas/closed.html", status=403, room=room, panel=room.panel)
    asked = {
        "sort": argument("sort") if argument("sort") in queries.SORTS else "trending",
        "status": argument("status") if argument("status") in STATUSES else "",
        "tag": clean_line(argument("tag"))[:60],
        "words": clean_line(argument("q"))[:LONGEST_SEARCH],
    }
    ideas = queries.list_board(
        room.panel, viewer(), locale=current_locale(), number=page_number(request.args.get("page")), **asked
    )
    can_speak = room.can_take_part or room.can_walk_in
    return page(
        "ideas/board.html",
        can_speak=can_speak,
        can_write=policy.can_begin_writing(viewer(), room.panel, can_speak=can_speak, has_door=room.has_door),
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


def _readable(slug: str) -> PanelView:
    room = get_panel(slug, viewer())
    if not room.can_read:
        raise NotFound()
    return room
