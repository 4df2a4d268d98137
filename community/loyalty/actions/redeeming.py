"""Spending points on a reward: points set aside, stock taken and codes given in one transaction.

The reward's row is locked before the wallet, always in this order: so nobody gets the last one twice, no
code goes out twice, and nobody waits in a ring.
"""

import re

from flask_babel import lazy_gettext as _l

from community.activity.actions import record
from community.infra import clock
from community.infra.db import lock, unit_of_work
from community.infra.errors import Conflict, Invalid, NotFound, Unavailable
from community.loyalty import offers
from community.loyalty.actions import points
from community.loyalty.models import Redemption, Reward
from community.loyalty.queries import codes as code_queries
from community.loyalty.queries import redemptions
from community.loyalty.queries import rewards as queries
from community.loyalty.queries.programme import programme
from community.members.models import Member

ADDRESS_MOST = 500
FORM_KEY = re.compile(r"[0-9a-f]{32}")


def redeem(
    member: Member,
    reward: Reward,
    *,
    form_key: str,
    quantity: int = 1,
    address: str = "",
    cost_seen: int | None = None,
) -> Redemption:
    """Set points aside for so many of a reward; a voucher is handed over at once.

    The same form sent twice is one redemption. `cost_seen` is what one cost when the member agreed to it.
    Invalid says what stands in the way, beside its field; Unavailable while the books are being checked.
    """
    if not FORM_KEY.fullmatch(form_key):
        raise Invalid(_l("Please reload the page and send it again."))
    with unit_of_work() as session:
        reward = lock(Reward, reward.id)
        first = redemptions.find_sent(member.id, form_key)
        if first is not None:
            if (first.reward_id, first.quantity) != (reward.id, quantity):
                raise Conflict(_l("This form was sent before. Please reload the page."))
            return first
        if not programme().is_open:
            raise NotFound()
        _check(member, reward, quantity=quantity, cost_seen=cost_seen)
        if reward.kind == "physical" and not address.strip():
            raise Invalid(_l("Please tell us where to send it."), field="address")
        cost = reward.cost * quantity
        held = points.hold(member.id, cost, key=f"redemption:{member.id}:{form_key}", reward_id=reward.id)
        redemption = Redemption(
            reward_id=reward.id,
            member_id=member.id,
            form_key=form_key,
            quantity=quantity,
            cost=cost,
            hold_id=held.id,
            address=address.strip() if reward.kind == "physical" else "",
        )
        session.add(redemption)
        if reward.stock_left is not None:
            reward.stock_left -= quantity
        facts = {
            "reward_id": reward.id,
            "name": reward.name,
            "reward_kind": reward.kind,
            "quantity": quantity,
        }
        record("reward.redeemed", subject=redemption, actor=member, panel_id=reward.panel_id, **facts)
        if reward.kind == "voucher":
            _give_codes(redemption, reward)
            points.capture(held)
            redemption.state, redemption.decided_at = "fulfilled", clock.now()
            record("reward.fulfilled", subject=redemption, actor=member, panel_id=reward.panel_id, **facts)
    return redemption


def _check(member: Member, reward: Reward, *, quantity: int, cost_seen: int | None) -> None:
    if not 1 <= quantity <= offers.MOST_AT_ONCE:
        message = _l("Please use between %(min)s and %(max)s.", min=1, max=offers.MOST_AT_ONCE)
        raise Invalid(message, field="quantity")
    if cost_seen is not None and cost_seen != reward.cost:
        raise Invalid(_l("It now costs %(cost)s points. Please look again.", cost=reward.cost))
    # Before the balance is read: nothing is spent between looking and setting aside.
    points.open_wallet(member.id)
    found = offers.obstacles(
        queries.terms_of(reward), queries.standing_of(member, reward), now=clock.now(), quantity=quantity
    )
    if not found:
        return
    if found[0].why == "stopped":
        raise Unavailable(found[0].words)
    can_have_fewer = quantity > 1 and all(each.why in ("none_left", "limit", "points") for each in found)
    raise Invalid(" ".join(each.words for each in found), field="quantity" if can_have_fewer else None)


def _give_codes(redemption: Redemption, reward: Reward) -> None:
    codes = code_queries.list_free_codes(reward, redemption.quantity)
    if len(codes) < redemption.quantity:
        raise Invalid(_l("None is left at the moment."))
    for code in codes:
        code.redemption_id = redemption.id
