"""The staff's first page: what waits, and how much is told back."""

from flask import Response

from community.cases.queries.told_back import told_back_figures
from community.feedback.queries import topic_names
from community.home import queries
from community.ideas.queries import desk, told_back
from community.infra import language, web
from community.infra.web import StaffBlueprint

blueprint = StaffBlueprint("home_staff", __name__, roles=("moderator", "owner", "analyst", "admin"))

WAITING = 12


@blueprint.get("")
def index() -> Response:
    """What waits for a first answer, and the told-back rate of the panels one works on."""
    locale = language.current_locale()
    panels = desk.list_work_panels(web.viewer(), roles=blueprint.roles, locale=locale)
    panel_ids = [panel.id for panel in panels]
    return web.page(
        "home/staff/index.html",
        on_desk=queries.count_on_desk(web.viewer()),
        panels=panels,
        figures=told_back_figures(panel_ids),
        topic_names=topic_names(),
        waiting=told_back.list_waiting(panel_ids, locale=locale, limit=WAITING),
        waiting_counts=told_back.count_waiting_by_panel(panel_ids),
    )
