"""Points that wait to be accepted: approve them, or deny them with a reason that the member reads."""

from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from community.infra import paging
from community.infra.forms import answer
from community.infra.web import argument, say, see_other, viewer
from community.loyalty import policy
from community.loyalty.actions import awarding
from community.loyalty.contributions import CONTRIBUTIONS
from community.loyalty.forms.rules import DecisionForm
from community.loyalty.queries import awards as queries
from community.loyalty.staff.access import blueprint
from community.panels import queries as panels


@blueprint.route("/awards", methods=["GET", "POST"])
def awards() -> BaseResponse:
    """What waits in the panels that this viewer decides for, the oldest first, and what is decided."""
    staff = viewer()
    waiting = {key: each.name for key, each in CONTRIBUTIONS.items() if each.may_wait}
    rule = argument("rule") if argument("rule") in waiting else ""
    deciding = policy.panels_of_awards(staff.standing_roles)
    rooms = [room for room in panels.list_staffed_panels(staff) if deciding is None or room.id in deciding]
    room = next((each for each in rooms if each.slug == argument("panel")), None)
    filters = {"rule": rule or None, "panel": room.slug if room else None}
    form = DecisionForm()
    if form.was_sent():
        chosen = [
            award
            for award in queries.list_waiting_of(form.award.data)
            if policy.can_decide_award(staff, award)
        ]
        if form.decision.data == "approve":
            count = awarding.approve(chosen, by=staff)
            say(
                ngettext(
                    "%(num)d contribution is approved; its points are the member’s now.",
                    "%(num)d contributions are approved; their points are the members’ now.",
                    count,
                )
            )
        else:
            count = awarding.deny(chosen, by=staff, note=form.note.data)
            say(
                ngettext(
                    "%(num)d contribution is denied. The member reads why.",
                    "%(num)d contributions are denied. The members read why.",
                    count,
                )
            )
        return see_other("loyalty_staff.awards", **filters)
    return answer(
        "loyalty/staff/awards.html",
        form,
        page=queries.list_waiting(
            besides=staff,
            panel_ids={room.id} if room else deciding,
            rule=rule,
            number=paging.page_number(argument("page")),
        ),
        filters=filters,
        rooms=rooms,
        rules=waiting,
    )
