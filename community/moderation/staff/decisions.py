"""The log of what was decided, and undoing it."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import language, limits, paging, web
from community.infra.errors import Forbidden
from community.moderation import policy, reasons, verbs
from community.moderation.actions import deciding
from community.moderation.queries import decisions as queries
from community.moderation.queries import queue
from community.moderation.staff.access import blueprint


@blueprint.get("/decisions")
def decisions() -> Response:
    """What was decided in the panels one moderates, the newest first."""
    viewer, locale = web.viewer(), language.current_locale()
    panels = queue.list_work_panels(viewer, locale=locale)
    panel = next((each for each in panels if each.slug == web.argument("panel")), None)
    verb = web.argument("verb") if web.argument("verb") in verbs.LABELS else ""
    is_mine = web.argument("mine") == "1"
    page = queries.list_log(
        viewer,
        locale=locale,
        verb=verb,
        panel_id=panel.id if panel else None,
        moderator_id=viewer.id if is_mine else None,
        number=paging.page_number(web.argument("page")),
    )
    return web.page(
        "moderation/staff/decisions.html",
        page=page,
        panels=panels,
        labels=verbs.LABELS,
        reason_labels={key: each.label for key, each in reasons.REASONS.items()},
        filters={
            "panel": panel.slug if panel else None,
            "verb": verb or None,
            "mine": "1" if is_mine else None,
        },
    )


@blueprint.post("/decisions/<int:decision_id>/undo")
@limits.by_member(limits.DECIDE)
def undo(decision_id: int) -> BaseResponse:
    """Put back what was decided by mistake."""
    viewer = web.viewer()
    decision = queries.get_decision(decision_id, viewer)
    if not policy.can_undo(viewer, decision):
        raise Forbidden()
    deciding.undo(decision, viewer)
    web.say(_("It is as it was before."))
    return web.see_other("moderation_staff.decisions", _anchor=f"decision-{decision_id}")
