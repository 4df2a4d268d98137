"""The ideas of the panels one works on."""

from flask import Response

from community.ideas.models import STATUSES
from community.ideas.queries import desk
from community.ideas.staff.access import blueprint
from community.infra import language, paging, web


@blueprint.get("")
def index() -> Response:
    """The ideas of the panels one works on, as a table."""
    panels = desk.list_work_panels(web.viewer(), roles=blueprint.roles, locale=language.current_locale())
    names = {panel.id: panel.name for panel in panels}
    chosen_panel = next((panel for panel in panels if panel.slug == web.argument("panel")), None)
    status = web.argument("status") if web.argument("status") in STATUSES else ""
    sort = web.argument("sort") if web.argument("sort") in desk.SORTS else "oldest"
    only_unanswered = web.argument("unanswered") == "1"
    page = desk.list_lines(
        [chosen_panel.id] if chosen_panel else list(names),
        sort=sort,
        status=status,
        only_unanswered=only_unanswered,
        number=paging.page_number(web.argument("page")),
    )
    filters = {
        "panel": chosen_panel.slug if chosen_panel else None,
        "status": status or None,
        "unanswered": "1" if only_unanswered else None,
        "sort": sort if sort != "oldest" else None,
    }
    return web.page(
        "ideas/staff/index.html",
        page=page,
        panels=panels,
        names=names,
        statuses=STATUSES,
        sort=sort,
        filters=filters,
    )
