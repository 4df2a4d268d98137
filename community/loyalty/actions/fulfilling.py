"""Handing rewards over, giving points back where nothing comes of it, and forgetting addresses."""

from datetime import timedelta

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from community.activity.actions import record
from community.infra import clock
from community.infra.db import get_row, lock, unit_of_work
from community.infra.errors import Conflict, Forbidden, Invalid
from community.loyalty import policy
from community.loyalty.actions import points
from community.loyalty.models import Hold, Redemption, Reward
from community.members.models import Member

MESSAGE_MOST = 1000
# Long enough to send a second parcel if the first gets lost.
ADDRESS_KEPT_FOR = timedelta(days=30)


def fulfil(by: Member, redemption: Redemption, *, message: str = "") -> Redemption:
    """Hand the reward over: the points that were set aside are spent."""
    return _decide(by, redemption, state="fulfilled", message=message)


def give_back(by: Member, redemption: Redemption, *, message: str) -> Redemption:
    """Nothing comes of it: the member gets the points back, and the stock what was taken from it."""
    if not message.strip():
        raise Invalid(_l("Please tell the member why."), field="message")
    return _decide(by, redemption, state="released", message=message)


def forget_addresses() -> int:
    """Forget where things were sent to that were decided long ago; says how many addresses those were."""
    with unit_of_work() as session:
        forgotten = session.scalars(
            update(Redemption)
            .where(
                Redemption.address != "",
                Redemption.state != "waiting",
                Redemption.decided_at < clock.now() - ADDRESS_KEPT_FOR,
            )
            .values(address="")
            .returning(Redemption.id)
            .execution_options(synchronize_session=False)
        ).all()
        session.expire_all()
    return len(forgotten)


def _decide(by: Member, redemption: Redemption, *, state: str, message: str) -> Redemption:
    if len(message) > MESSAGE_MOST:
        raise Invalid(_l("Please use at most %(max)d characters.", max=MESSAGE_MOST), field="message")
    with unit_of_work():
        # In the order of `redeem`: the reward, and then the wallet inside the books.
        reward = lock(Reward, redemption.reward_id)
        redemption = lock(Redemption, redemption.id)
        if not policy.can_decide_redemption(by, redemption.member_id):
            raise Forbidden(_l("Somebody else has to decide this one: you redeemed it yourself."))
        if redemption.state == state:
            return redemption
        if redemption.state != "waiting":
            raise Conflict(_l("Somebody has decided this meanwhile."))
        held = get_row(Hold, redemption.hold_id)
        if state == "fulfilled":
            points.capture(held, actor=by)
        else:
            points.release(held, actor=by)
            if reward.stock_left is not None:
                reward.stock_left += redemption.quantity
        redemption.state, redemption.message = state, message.strip()
        redemption.decided_at, redemption.decided_by_id = clock.now(), by.id
        record(
            f"reward.{state}",
            subject=redemption,
            actor=by,
            panel_id=reward.panel_id,
            reward_id=reward.id,
            name=reward.name,
            reward_kind=reward.kind,
            quantity=redemption.quantity,
            points=redemption.cost,
            message=redemption.message,
        )
    return redemption
