"""The queue of rewards to hand over: fulfil, or give the points back with a word to the member."""

from collections.abc import Sequence

from flask import Response, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from community.infra import limits, paging, web
from community.infra.errors import Refusal
from community.infra.forms import Form, answer
from community.infra.language import text_in
from community.infra.spreadsheet import csv_lines
from community.infra.unsent import keeps_text
from community.infra.web import viewer
from community.loyalty import policy
from community.loyalty.actions import fulfilling as actions
from community.loyalty.forms.rewards import FulfilmentForm, ReleaseForm
from community.loyalty.naming import KINDS, REDEMPTION_STATES
from community.loyalty.queries import redemptions as queries
from community.loyalty.queries import rewards
from community.loyalty.queries.books import balances_of, payouts_stopped
from community.loyalty.staff.access import blueprint, only_who_fulfil
from community.members.queries import get_member

MOST_AT_ONCE = 50


@blueprint.get("/redemptions")
def redemptions() -> Response:
    """What waits to be handed over, and what was decided."""
    only_who_fulfil()
    tab, chosen, names = _chosen()
    return web.page(
        "loyalty/staff/redemptions.html",
        page=queries.list_queue(tab=tab, reward_id=chosen, number=paging.page_number(web.argument("page"))),
        tab=tab,
        chosen=chosen,
        names=names,
        kinds=KINDS,
        is_stopped=payouts_stopped(),
    )


@blueprint.get("/redemptions.csv")
def redemptions_file() -> Response:
    """The queue for a spreadsheet program, with the addresses that something is still to be sent to."""
    only_who_fulfil()
    tab, chosen, _names = _chosen()
    header = (
        "redemption", "reward", "kind", "quantity", "points", "member", "state", "asked_at", "decided_at",
        "decided_by", "message", "address",
    )  # fmt: skip
    rows = [
        (
            row.id, text_in(row.name), row.kind, row.quantity, row.cost, row.member_name, row.state,
            row.asked_at.isoformat(), row.decided_at.isoformat() if row.decided_at else None,
            row.decided_by_name, row.message, address,
        )
        for row, address in queries.list_for_file(tab=tab, reward_id=chosen)
    ]  # fmt: skip
    response = Response("".join(csv_lines([header, *rows])), mimetype="text/csv")
    response.headers.set("Content-Disposition", "attachment", filename=f"redemptions-{tab}.csv")
    return response


@blueprint.get("/redemptions/<int:redemption_id>")
def redemption(redemption_id: int) -> Response:
    """One redemption: what, for whom, where to, and the two ways to decide it."""
    only_who_fulfil()
    return _page(redemption_id)


@blueprint.post("/redemptions/<int:redemption_id>/fulfilment")
@keeps_text
@limits.by_member(limits.WRITE)
def fulfil(redemption_id: int) -> BaseResponse:
    """Hand the reward over."""
    only_who_fulfil()
    form = FulfilmentForm()
    if form.was_sent():
        try:
            actions.fulfil(viewer(), queries.get_redemption(redemption_id), message=form.message.data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Handed over. The member is told."))
            return web.see_other("loyalty_staff.redemptions")
    return _page(redemption_id, fulfilment=form)


@blueprint.post("/redemptions/<int:redemption_id>/release")
@keeps_text
@limits.by_member(limits.WRITE)
def give_back(redemption_id: int) -> BaseResponse:
    """Give the points back, with the reason."""
    only_who_fulfil()
    form = ReleaseForm()
    if form.was_sent():
        try:
            actions.give_back(viewer(), queries.get_redemption(redemption_id), message=form.message.data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            web.say(_("The points are given back. The member is told why."))
            return web.see_other("loyalty_staff.redemptions")
    return _page(redemption_id, release=form)


@blueprint.route("/redemptions/fulfilment", methods=["GET", "POST"])
@limits.by_member(limits.WRITE)
def fulfil_many() -> BaseResponse:
    """Hand several over with one message, each for itself."""
    only_who_fulfil()
    rows = queries.list_rows(_ticked(), besides=viewer())
    if not rows:
        web.say(_("Choose the redemptions first: tick them in the list."))
        return web.see_other("loyalty_staff.redemptions")
    form = FulfilmentForm()
    if form.was_sent():
        try:
            for row in rows:
                actions.fulfil(viewer(), queries.get_redemption(row.id), message=form.message.data)
        except Refusal as refusal:
            form.refuse(refusal)
            rows = queries.list_rows(_ticked(), besides=viewer())
        else:
            web.say(ngettext("%(num)d reward is handed over.", "%(num)d rewards are handed over.", len(rows)))
            return web.see_other("loyalty_staff.redemptions")
    return answer("loyalty/staff/fulfil_many.html", form, rows=rows, kinds=KINDS)


def _page(
    redemption_id: int, *, fulfilment: FulfilmentForm | None = None, release: ReleaseForm | None = None
) -> Response:
    sent: list[Form] = [form for form in (fulfilment, release) if form is not None]
    found = queries.get_redemption(redemption_id)
    return web.page(
        "loyalty/staff/redemption.html",
        status=max((form.status for form in sent), default=200),
        redemption=found,
        reward=found.reward,
        member=get_member(found.member_id),
        codes=queries.codes_of([found.id]).get(found.id, ()),
        fulfilment=fulfilment or FulfilmentForm(formdata=None),
        release=release or ReleaseForm(formdata=None),
        kinds=KINDS,
        states=REDEMPTION_STATES,
        can_decide=policy.can_decide_redemption(viewer(), found.member_id),
        is_stopped=payouts_stopped(),
        owed=balances_of(found.member_id).debt,
    )


def _chosen() -> tuple[str, int | None, Sequence[tuple[int, dict[str, str]]]]:
    names = rewards.list_names()
    tab = web.argument("tab") if web.argument("tab") in queries.TABS else "waiting"
    chosen = next((id_ for id_, _name in names if str(id_) == web.argument("reward")), None)
    return tab, chosen, names


def _ticked() -> list[int]:
    raw = request.values.getlist("redemption")[:MOST_AT_ONCE]
    return [number for each in raw if (number := paging.after_id(each))]
