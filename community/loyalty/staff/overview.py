"""What waits for staff in points and rewards, and how the books stand."""

from typing import Any

from flask import Response

from community.infra import web
from community.infra.web import viewer
from community.loyalty import liability, money, policy
from community.loyalty.queries import adjustments, books, circles, outstanding, overview
from community.loyalty.queries.programme import programme
from community.loyalty.staff.access import blueprint


@blueprint.get("")
def index() -> Response:
    """What waits, for the parts this viewer looks after."""
    staff = viewer()
    panel_ids = policy.panels_of_awards(staff.standing_roles)
    runs_it = policy.can_run_loyalty(staff)
    return web.page(
        "loyalty/staff/index.html",
        awards=overview.get_waiting_awards(panel_ids, besides=staff),
        redemptions=overview.get_waiting_redemptions() if policy.can_fulfil(staff) else None,
        is_open=programme().is_open,
        **(_for_who_runs_it() if runs_it else {}),
        runs_it=runs_it,
    )


def _for_who_runs_it() -> dict[str, Any]:
    settings, there = programme(), outstanding.get_outstanding()
    return {
        "adjustment_count": adjustments.count_waiting(),
        "circle_count": circles.count_open(),
        "running_out": overview.list_running_out(),
        "check": books.find_newest_check(),
        "outstanding": there,
        "cost": money.in_words(
            liability.cost_of(there.total, cost_per_thousand=settings.cost_per_thousand), settings.currency
        ),
    }
