"""The queue: what waits, soonest promised first, and deciding about many at once."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from community.infra import clock, language, limits, paging, web
from community.infra.errors import Conflict, Forbidden, Invalid, NotFound
from community.moderation import policy, reasons, screened, verbs
from community.moderation.actions import deciding
from community.moderation.actions.queue import close_gone
from community.moderation.models import QUEUE_KINDS
from community.moderation.queries import queue as queries
from community.moderation.queries.subjects import find_subject
from community.moderation.staff.access import blueprint
from community.moderation.staff.reading import read_at
from community.moderation.suspicion import RULE_KEYS

# What can be decided about many texts without opening each.
_BULK: dict[str, Callable[..., Any]] = {
    "approve": deciding.approve,
    "trust": deciding.approve_and_trust,
    "hide": deciding.hide,
}


@blueprint.get("")
def index() -> Response:
    """All that waits in the panels one moderates."""
    viewer, locale = web.viewer(), language.current_locale()
    panels = queries.list_work_panels(viewer, locale=locale)
    panel = next((each for each in panels if each.slug == web.argument("panel")), None)
    tab = web.argument("tab") if web.argument("tab") in queries.TABS else "open"
    kind = web.argument("kind") if web.argument("kind") in QUEUE_KINDS else ""
    rule = web.argument("rule") if web.argument("rule") in RULE_KEYS else ""
    page = queries.list_queue(
        viewer,
        tab=tab,
        filters=queries.Filters(panel_id=panel.id if panel else None, kind=kind, rule=rule),
        locale=locale,
        number=paging.page_number(web.argument("page")),
    )
    return web.page(
        "moderation/staff/index.html",
        page=page,
        tab=tab,
        panels=panels,
        kinds=QUEUE_KINDS,
        rules=screened.LABELS,
        reasons=reasons.REASONS,
        elsewhere=verbs.KINDS_ELSEWHERE,
        filters={"panel": panel.slug if panel else None, "kind": kind or None, "rule": rule or None},
        now=clock.now(),
        can_trust=policy.can_moderate(viewer, None),
    )


@blueprint.post("/bulk")
@limits.by_member(limits.WRITE)
def bulk() -> BaseResponse:
    """The same verb for all that were ticked; what somebody else was quicker with is left out."""
    viewer = web.viewer()
    verb, reason = request.form.get("bulk_verb", ""), request.form.get("bulk_reason", "")
    act = _BULK.get(verb)
    if act is None or (verb in verbs.NEED_REASON and reason not in reasons.REASONS):
        raise Invalid(_("Please choose what to do, and a reason for hiding."))
    given: dict[str, Any] = {"reason": reason} if verb in verbs.NEED_REASON else {}
    items = queries.list_items(_ticked(), viewer)
    done = 0
    for item in items:
        subject = find_subject(item.subject_type, item.subject_id)
        if subject is None or subject.state == "deleted":
            close_gone(item)
            continue
        try:
            act(subject, viewer, item=item, read_at=read_at(), **given)
            done += 1
        except (Conflict, Forbidden, NotFound):
            continue
    if not items:
        web.say(_("Tick what you mean first."))
    else:
        web.say(ngettext("%(num)d text is decided.", "%(num)d texts are decided.", done))
        if done < len(items):
            left = len(items) - done
            web.say(
                ngettext(
                    "%(num)d was left out: somebody else has it.",
                    "%(num)d were left out: somebody else has them.",
                    left,
                )
            )
    return web.back_to(request.form.get("next"), "moderation_staff.index")


def _ticked() -> list[int]:
    raw = request.form.getlist("item")[: queries.PER_PAGE]
    return [number for each in raw if (number := paging.after_id(each))]
