"""The staff blueprint of panels, and finding a panel that this member of staff may work on."""

from community.infra.errors import Forbidden
from community.infra.web import StaffBlueprint, viewer
from community.panels import policy, queries
from community.panels.models import Panel

blueprint = StaffBlueprint("panels_staff", __name__, roles=("moderator", "analyst", "admin"))


def panel_to_run(panel_id: int) -> Panel:
    """The panel, for whoever may set it up."""
    panel = queries.get_panel_by_id(panel_id, viewer()).panel
    if not policy.can_run_panel(viewer(), panel):
        raise Forbidden()
    return panel


def panel_to_admit_to(panel_id: int) -> Panel:
    """The panel, for whoever decides who is in it."""
    panel = queries.get_panel_by_id(panel_id, viewer()).panel
    if not policy.can_admit_to_panel(viewer(), panel):
        raise Forbidden()
    return panel
