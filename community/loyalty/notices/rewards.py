"""Those who hand rewards over hear of new wishes, and members what became of theirs."""

from typing import Any

from community.activity.models import Activity
from community.loyalty.queries import redemptions
from community.notifications.actions import tell
from community.panels.queries.audiences import one_member


def tell_of_wish(activity: Activity) -> None:
    """That a reward was redeemed which somebody has to hand over."""
    if activity.data["reward_kind"] == "voucher":
        return
    tell(
        activity,
        kind="loyalty.reward_asked",
        to=redemptions.who_fulfil(),
        path=f"/staff/rewards/redemptions/{activity.subject_id}",
        data=_facts(activity),
        needs_panel=False,
    )


def tell_of_handover(activity: Activity) -> None:
    """That the reward is theirs now; who took a code out themselves has it before them."""
    _tell_member(activity, "loyalty.reward_fulfilled", message=activity.data.get("message", ""))


def tell_of_release(activity: Activity) -> None:
    """That nothing comes of it, why, and that the points are back."""
    _tell_member(
        activity,
        "loyalty.reward_released",
        message=activity.data["message"],
        points=activity.data["points"],
    )


def _tell_member(activity: Activity, kind: str, **data: Any) -> None:
    redemption = redemptions.get_redemption(activity.subject_id)
    tell(
        activity,
        kind=kind,
        to=one_member(redemption.member_id),
        path=f"/me/rewards/{redemption.id}",
        data={**_facts(activity), **data},
        # It is their own, also once they have left the panel.
        needs_panel=False,
    )


def _facts(activity: Activity) -> dict[str, Any]:
    return {key: activity.data[key] for key in ("name", "quantity")}
