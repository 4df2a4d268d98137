"""Points given or taken by hand: who waits for a second person, and what was done before."""

from flask import Response
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import clock, paging
from community.infra.errors import Forbidden, Refusal
from community.infra.forms import answer
from community.infra.unsent import keeps_text
from community.infra.web import argument, page, say, see_other, viewer
from community.loyalty import policy
from community.loyalty.actions import adjusting as actions
from community.loyalty.adjusting import ALONE
from community.loyalty.forms.adjusting import AdjustmentForm
from community.loyalty.queries import adjustments as queries
from community.loyalty.queries.books import balances_of
from community.loyalty.staff.access import blueprint, only_who_run_it
from community.members.queries import get_member, list_members


@blueprint.get("/adjustments")
def adjustments() -> Response:
    """Those that wait, those that were decided, and a search for whom it is about."""
    only_who_run_it()
    term = argument("q")[:200].strip()
    return page(
        "loyalty/staff/adjustments.html",
        waiting=queries.list_waiting(),
        can_decide=_may_decide,
        page=queries.list_decided(page=paging.page_number(argument("page"))),
        limit=_limit(),
        term=term,
        found=list_members(term=term, role="", state="", page=1).items if term else (),
    )


@blueprint.route("/members/<int:member_id>/adjustment", methods=["GET", "POST"])
@keeps_text
def adjust(member_id: int) -> BaseResponse:
    """Give one member points, or take some, and say why."""
    only_who_run_it()
    member = get_member(member_id)
    if not policy.can_adjust(viewer(), member_id):
        raise Forbidden(_("Nobody gives points to themselves or takes them. Please ask a colleague."))
    form = AdjustmentForm()
    if form.was_sent():
        try:
            adjustment = actions.ask_for_adjustment(
                member, viewer(), amount=form.signed, reason=form.reason.data
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            if adjustment.state == "posted":
                say(_("Done. The member reads the reason on their statement."))
            else:
                say(_("It waits for a second person now. No points have moved yet."))
            return see_other("loyalty_staff.member_books", member_id=member_id)
    return answer(
        "loyalty/staff/adjust.html",
        form,
        member=member,
        balances=balances_of(member_id),
        limit=_limit(),
    )


@blueprint.post("/adjustments/<int:adjustment_id>/posting")
def post_adjustment(adjustment_id: int) -> BaseResponse:
    """Agree to what a colleague asked for."""
    only_who_run_it()
    actions.post_adjustment(queries.get_adjustment(adjustment_id), viewer())
    say(_("Done. The points have moved."))
    return see_other("loyalty_staff.adjustments")


@blueprint.post("/adjustments/<int:adjustment_id>/refusal")
def refuse_adjustment(adjustment_id: int) -> BaseResponse:
    """Say no to what a colleague asked for."""
    only_who_run_it()
    actions.refuse_adjustment(queries.get_adjustment(adjustment_id), viewer())
    say(_("Refused. No points have moved."))
    return see_other("loyalty_staff.adjustments")


def _limit() -> int:
    return queries.get_limit_alone(viewer().id, since=clock.now() - ALONE)


def _may_decide(row: queries.AdjustmentRow) -> bool:
    return policy.can_decide_adjustment(viewer(), asked_by_id=row.asked_by_id, member_id=row.member_id)
