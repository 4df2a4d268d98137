"""The pages at the front door."""

from flask import Response, request
from markupsafe import Markup
from werkzeug.wrappers import Response as BaseResponse

from community.config import LOCALES
from community.home import queries
from community.home.selection import for_readers_of
from community.ideas import statuses
from community.ideas.queries import roadmap as ideas
from community.ideas.queries.cards import Card
from community.infra import language, limits, paging, security, web
from community.infra.errors import Invalid, NotFound
from community.infra.pieces import piece
from community.infra.web import PublicBlueprint
from community.members import actions as members
from community.notifications import queries as inbox
from community.panels.queries.people import list_panels

blueprint = PublicBlueprint("home", __name__)

# The start page shows this many panels; the others are one step further.
PANELS = 6

# What "You said" can be narrowed to.
OUTCOMES = {
    "all": statuses.DECIDED,
    "delivered": ("delivered",),
    "under_way": ("planned", "in_progress"),
    "declined": ("declined",),
}


@blueprint.get("/")
def index() -> Response:
    """What this place is, and what is new for whoever looks."""
    viewer, locale = web.viewer(), language.current_locale()
    outcomes = for_readers_of(locale, ideas.list_newest_outcomes(viewer, locale=locale))[:4]
    panels = [panel for panel in list_panels(viewer) if panel.archived_at is None]
    # One's own first, then where most is going on.
    panels.sort(key=lambda panel: (not panel.is_member, -panel.idea_count))
    panels = panels[:PANELS]
    if viewer is None:
        return web.page(
            "home/index.html",
            panels=panels,
            outcomes=outcomes,
            trending=for_readers_of(locale, ideas.list_trending(None, locale=locale))[:3],
        )
    return web.page(
        "home/index_member.html",
        news=inbox.list_newest(viewer, limit=4),
        missed=for_readers_of(locale, ideas.list_missed(viewer, locale=locale))[:4],
        panels=panels,
        outcomes=outcomes,
    )


@blueprint.get("/roadmap")
def roadmap() -> Response:
    """What is planned, under way and done, over all panels that the viewer may read."""
    viewer, locale = web.viewer(), language.current_locale()
    panels = queries.list_readable_panels(viewer, locale=locale)
    chosen = next((panel for panel in panels if panel.slug == web.argument("panel")), None)
    if web.argument("panel") and chosen is None:
        raise NotFound()
    columns = ideas.list_roadmap(viewer, locale=locale, panel_id=chosen.id if chosen else None)

    def write_on_roadmap(card: Card) -> Markup:
        # Whose support it has is not shown here.
        shown = card._replace(is_supported=False), language.show_ago(card.status_changed_at)
        return piece("home/_roadmap_card.html", "roadmap_card", *shown, chosen is None)

    return web.page(
        "home/roadmap.html",
        panels=panels,
        chosen=chosen,
        columns=columns,
        most=ideas.PER_COLUMN,
        write_on_roadmap=write_on_roadmap,
    )


@blueprint.get("/you-said")
def you_said() -> Response:
    """What was said, what was decided, and what was done."""
    chosen = web.argument("show") if web.argument("show") in OUTCOMES else "all"
    page = ideas.list_outcomes(
        web.viewer(),
        locale=language.current_locale(),
        of=OUTCOMES[chosen],
        number=paging.page_number(web.argument("page")),
    )
    return web.page("home/you_said.html", page=page, chosen=chosen)


@blueprint.post("/language")
@security.csrf.exempt
@limits.by_member(limits.VOTE)
def choose_language() -> BaseResponse:
    """Speak another language: kept for members with their account, for visitors in a cookie."""
    security.check_visitors_form()
    locale = request.form.get("locale", "")
    if locale not in LOCALES:
        raise Invalid()
    answer = web.back_to(request.form.get("next"), "home.index")
    if (viewer := web.viewer()) is not None:
        members.choose_locale(viewer, locale)
    # Also for members: the language stays when they sign out.
    web.keep_in_browser(answer, language.COOKIE, locale)
    return answer
