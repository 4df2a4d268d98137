"""The catalogue: what rewards say and ask, their pictures, and when they are offered."""

from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from community.config import LOCALES
from community.infra import limits, paging, web
from community.infra.errors import Refusal
from community.infra.forms import answer
from community.infra.unsent import keeps_text
from community.infra.web import viewer
from community.loyalty.actions import rewards as actions
from community.loyalty.forms.rewards import RewardForm, reward_form
from community.loyalty.models import Reward
from community.loyalty.naming import KINDS, REWARD_STATES
from community.loyalty.queries import rewards as queries
from community.loyalty.queries.programme import programme
from community.loyalty.queries.tiers import all_tiers
from community.loyalty.staff.access import blueprint, only_who_run_it


@blueprint.get("/catalogue")
def catalogue() -> BaseResponse:
    """All rewards, with what is left of each and how many wait."""
    only_who_run_it()
    return web.page(
        "loyalty/staff/catalogue.html",
        page=queries.list_catalogue(number=paging.page_number(web.argument("page"))),
        kinds=KINDS,
        states=REWARD_STATES,
    )


@blueprint.route("/catalogue/new", methods=["GET", "POST"])
@keeps_text
@limits.by_member(limits.WRITE)
def new_reward() -> BaseResponse:
    """Put a reward into the catalogue, as a draft."""
    only_who_run_it()
    form, currency = _form(None), programme().currency
    if form.was_sent():
        try:
            reward = actions.create_reward(
                viewer(),
                kind=form.kind.data,
                settings=form.settings(currency=currency),
                picture=form.image,
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            if reward.kind == "voucher":
                web.say(_("It is a draft. Now add its codes."))
                return web.see_other("loyalty_staff.codes", reward_id=reward.id)
            web.say(_("It is a draft. Look it over, then offer it."))
            return web.see_other("loyalty_staff.edit_reward", reward_id=reward.id)
    return _page(form, None)


@blueprint.route("/catalogue/<int:reward_id>", methods=["GET", "POST"])
@keeps_text
@limits.by_member(limits.WRITE)
def edit_reward(reward_id: int) -> BaseResponse:
    """Change what a reward says and asks."""
    only_who_run_it()
    reward = queries.get_reward(reward_id)
    form = _form(reward)
    if form.was_sent():
        try:
            actions.edit_reward(
                viewer(),
                reward,
                settings=form.settings(currency=programme().currency),
                stock_seen=form.shown_stock,
                picture=form.image,
                removes_picture=form.removes_picture.data,
                check=lambda locked: form.must_stand(_form(locked)),
            )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            web.say(_("Saved."))
            return _back(reward_id)
    return _page(form, queries.get_reward(reward_id))


@blueprint.post("/catalogue/<int:reward_id>/offer")
@limits.by_member(limits.WRITE)
def offer_reward(reward_id: int) -> BaseResponse:
    """Show a reward to members."""
    only_who_run_it()
    actions.offer_reward(viewer(), queries.get_reward(reward_id))
    web.say(_("It is offered now."))
    return _back(reward_id)


@blueprint.post("/catalogue/<int:reward_id>/withdraw")
@limits.by_member(limits.WRITE)
def withdraw_reward(reward_id: int) -> BaseResponse:
    """Offer a reward no longer."""
    only_who_run_it()
    actions.withdraw_reward(viewer(), queries.get_reward(reward_id))
    web.say(_("It is no longer offered. What was redeemed is still to be handed over."))
    return _back(reward_id)


def _form(reward: Reward | None) -> RewardForm:
    return reward_form(reward, tiers=all_tiers(), panels=queries.list_panels(), currency=programme().currency)


def _page(form: RewardForm, reward: Reward | None) -> BaseResponse:
    return answer(
        "loyalty/staff/edit_reward.html",
        form,
        reward=reward,
        kinds=KINDS,
        states=REWARD_STATES,
        languages=LOCALES,
        currency=programme().currency,
        is_open=programme().is_open,
    )


def _back(reward_id: int) -> BaseResponse:
    return web.see_other("loyalty_staff.edit_reward", reward_id=reward_id)
