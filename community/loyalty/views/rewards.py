"""The catalogue as members see it, redeeming, and what they redeemed."""

import secrets

from flask import Response, current_app, send_file
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.infra import clock, limits, paging, web
from community.infra.errors import NotFound, Refusal
from community.infra.files import Store
from community.infra.forms import answer
from community.infra.images import MIMES
from community.infra.web import public, viewer
from community.loyalty import offers, policy
from community.loyalty.actions import redeeming
from community.loyalty.forms.rewards import RedemptionForm
from community.loyalty.naming import KINDS
from community.loyalty.queries import redemptions
from community.loyalty.queries import rewards as queries
from community.loyalty.queries.books import balances_of
from community.loyalty.queries.programme import is_open
from community.loyalty.queries.rewards import Offered
from community.loyalty.views import blueprint

# A picture never changes under its key, so a browser that may have it may keep it; nobody in between may.
KEEP = "private, max-age=2592000, immutable"


@blueprint.get("/rewards")
@public
def rewards() -> Response:
    """What points can be spent on."""
    _ensure_open()
    member = viewer()
    return web.page(
        "loyalty/rewards.html",
        page=queries.list_offered(member, number=paging.page_number(web.argument("page"))),
        balances=balances_of(member.id) if member is not None else None,
        kinds=KINDS,
    )


@blueprint.get("/rewards/<int:reward_id>")
@public
def reward(reward_id: int) -> Response:
    """One reward: what it is, what it asks, and what stands in the way."""
    return _page(_find(reward_id), RedemptionForm(formdata=None))


@blueprint.post("/rewards/<int:reward_id>/redemption")
@limits.by_member(limits.WRITE)
def redeem(reward_id: int) -> BaseResponse:
    """Spend points on a reward."""
    found, form = _find(reward_id), RedemptionForm()
    if form.was_sent():
        try:
            redemption = redeeming.redeem(
                viewer(),
                queries.get_reward(found.id),
                form_key=form.form_key.data or secrets.token_hex(16),
                quantity=form.quantity.data or 1,
                address=form.address.data,
                cost_seen=form.cost_seen,
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            is_done = redemption.state == "fulfilled"
            web.say(
                _("It is yours. Your code stands below.")
                if is_done
                else _("We have set the points aside and will see to it.")
            )
            return web.see_other("loyalty.my_rewards", _anchor=f"redemption-{redemption.id}")
    return _page(_find(reward_id), form)


@blueprint.get("/rewards/<int:reward_id>/picture/<key>")
@public
def picture(reward_id: int, key: str) -> Response:
    """The picture of a reward; asking for it is asking for the reward, each time."""
    # Who keeps the catalogue sees it also while nothing is offered.
    is_staff = policy.can_run_loyalty(viewer())
    found = queries.get_offered(reward_id, viewer()) if is_staff else _find(reward_id)
    if found.picture_key != key:
        raise NotFound()
    path = Store(current_app.config["UPLOAD_DIR"]).path(key)
    response = send_file(path, mimetype=MIMES[path.suffix[1:]], conditional=True, etag=key)
    response.headers["Cache-Control"] = KEEP
    return response


@blueprint.get("/me/rewards")
def my_rewards() -> Response:
    """What I redeemed, my codes, and what is still on its way."""
    return web.page(
        "loyalty/my_rewards.html",
        page=redemptions.list_own(viewer(), number=paging.page_number(web.argument("page"))),
        balances=balances_of(viewer().id),
        is_open=is_open(),
        kinds=KINDS,
    )


@blueprint.get("/me/rewards/<int:redemption_id>")
def my_reward(redemption_id: int) -> BaseResponse:
    """One of the things I redeemed, wherever in the list it stands."""
    number = redemptions.page_of(viewer(), redemption_id)
    return web.see_other(
        "loyalty.my_rewards",
        page=number if number > 1 else None,
        _anchor=f"redemption-{redemption_id}",
    )


def _ensure_open() -> None:
    if not is_open():
        raise NotFound()


def _find(reward_id: int) -> Offered:
    _ensure_open()
    return queries.get_offered(reward_id, viewer())


def _page(found: Offered, form: RedemptionForm) -> Response:
    member = viewer()
    standing = queries.get_standings(member, [found]).get(found.id)
    hindered: list[offers.Obstacle] = []
    if standing is not None:
        hindered = offers.obstacles(found.terms, standing, now=clock.now())
    # Whoever sends the form once more agrees to what it costs now.
    form.cost.data = str(found.terms.cost)
    if not redeeming.FORM_KEY.fullmatch(form.form_key.data or ""):
        form.form_key.data = secrets.token_hex(16)
    return answer(
        "loyalty/reward.html",
        form,
        reward=found,
        terms=found.terms,
        kind=KINDS[found.kind],
        balances=balances_of(member.id) if member is not None else None,
        obstacles=hindered,
        most=offers.most(found.terms, standing) if standing is not None else 0,
        limit=offers.limit_words(found.terms.per_member, found.terms.per_days)
        if found.terms.per_member is not None
        else "",
    )
