"""Members are told when a pause ends early, and when they go up or down a level of trust, and why."""

from community.activity.models import Activity
from community.moderation.queries import audiences
from community.notifications.actions import tell


def tell_of_pause_ended(activity: Activity) -> None:
    """That they may write again, to whoever was on a pause."""
    if activity.data["after"]["until"] is not None:
        return
    tell(
        activity,
        kind="moderation.pause_ended",
        to=audiences.only(activity.subject_id),
        path="/me/moderation",
        data={},
        needs_panel=False,
    )


def tell_of_trust(activity: Activity) -> None:
    """That they went up or down, and why, to the member."""
    tell(
        activity,
        kind="moderation.trust_changed",
        to=audiences.only(activity.data["member_id"]),
        path="/me/trust",
        data={
            "from_level": activity.data["before"]["level"],
            "to_level": activity.data["after"]["level"],
            "reason": activity.data["reason"],
        },
    )
