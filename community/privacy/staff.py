"""Staff pages about what is kept: how long, on the site and in a panel, and who was forgotten."""

from datetime import timedelta

from flask import Response, current_app, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import clock, web
from community.infra.db import get_row
from community.infra.errors import NotFound, Refusal
from community.infra.web import StaffBlueprint, say, see_other, viewer
from community.panels.models import Panel
from community.privacy import actions, policy, retention
from community.privacy.forms import RetentionForm, retention_form
from community.privacy.queries import wishes as queries

blueprint = StaffBlueprint("privacy_staff", __name__, roles=("admin",))


@blueprint.route("/retention", methods=["GET", "POST"])
def retention_rules() -> BaseResponse:
    """How long things are kept on the site."""
    return _rules(None)


@blueprint.route("/retention/<int:panel_id>", methods=["GET", "POST"])
def panel_retention(panel_id: int) -> BaseResponse:
    """How long things of one panel are kept, where it differs from the site."""
    return _rules(get_row(Panel, panel_id))


@blueprint.get("/erasures")
def erasures() -> Response:
    """Who was or will be forgotten, by number, and how long backups may still hold them."""
    if not policy.can_see_erasures(viewer()):
        raise NotFound()
    kept_days = current_app.config["BACKUPS_KEPT_DAYS"]
    now = clock.now()
    rows = queries.list_erasures()
    return web.page(
        "privacy/staff/erasures.html",
        rows=[
            (row, row.done_at + timedelta(days=kept_days) if row.done_at and row.state == "done" else None)
            for row in rows
        ],
        kept_days=kept_days,
        now=now,
    )


def _rules(panel: Panel | None) -> BaseResponse:
    if not policy.can_set_retention(viewer(), panel):
        raise NotFound()
    standing = queries.list_rules(panel_id=panel.id if panel is not None else None)
    form = retention_form(is_site=panel is None, months=standing)
    counts: dict[str, int] = {}
    if form.was_sent():
        if "count" in request.form:
            # Nothing is changed by asking what a rule would do.
            counts = actions.count_due(panel, form.months())
        else:
            try:
                actions.set_rules(viewer(), panel=panel, months=form.months())
            except Refusal as refusal:
                form.refuse(refusal)
            else:
                say(_("Saved. It holds from the coming night on."))
                return _back(panel)
    return _rules_page(panel, form, counts)


def _rules_page(panel: Panel | None, form: RetentionForm, counts: dict[str, int]) -> Response:
    return web.page(
        "privacy/staff/retention.html",
        status=form.status,
        form=form,
        panel=panel,
        counts=counts,
        of_site=queries.list_rules(panel_id=None),
        most=retention.MOST_MONTHS,
        panels=queries.list_panels() if policy.can_set_retention(viewer(), None) else [],
    )


def _back(panel: Panel | None) -> BaseResponse:
    if panel is None:
        return see_other("privacy_staff.retention_rules")
    return see_other("privacy_staff.panel_retention", panel_id=panel.id)
