"""Two reports of one kind, table by table."""

from flask import Response
from flask_babel import gettext as _

from community.infra import web
from community.infra.errors import Invalid, NotFound
from community.insights import comparing, kinds
from community.insights.models import Report
from community.insights.queries import doors
from community.insights.queries import reports as queries
from community.insights.staff.access import blueprint


@blueprint.get("/compare")
def compare() -> Response:
    """Two reports side by side, or the choice of the second one."""
    viewer = web.viewer()
    first = _chosen("a")
    if first is None:
        raise NotFound()
    others = [each for each in queries.list_like(first, viewer) if each.id != first.id]
    second = _chosen("b")
    if second is None:
        return web.page(
            "insights/staff/compare.html", first=first, second=None, others=others, kinds=kinds.KINDS
        )
    # The one about the earlier days stands first.
    if second.settings["from_on"] < first.settings["from_on"]:
        first, second = second, first
    before, after = queries.get_snapshot(first.id), queries.get_snapshot(second.id)
    if not comparing.can_compare(before, after):
        raise Invalid(_("Only reports of one kind and in one language can be compared."))
    return web.page(
        "insights/staff/compare.html",
        first=first,
        second=second,
        others=others,
        kinds=kinds.KINDS,
        comparison=comparing.compare(before, after),
    )


def _chosen(name: str) -> Report | None:
    report_id = web.argument_id(name)
    if report_id is None:
        return None
    report = doors.get_report(report_id, web.viewer())
    if report.state != "done":
        raise NotFound()
    return report
