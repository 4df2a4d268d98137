"""Who hears of tiers: members, of their own steps up and down and of what is missing."""

from community.activity.models import Activity
from community.loyalty.models import Tier
from community.loyalty.queries import audiences, tiers
from community.notifications.actions import tell

PATH = "/me/points"


def tell_of_tier(activity: Activity) -> None:
    """A step up or down, to the member."""
    data = activity.data
    is_up = data["reason"] == "reached"
    tell(
        activity,
        kind="loyalty.tier_reached" if is_up else "loyalty.tier_left",
        to=audiences.only(data["member_id"]),
        path=PATH,
        data={
            "name": data["to_name"],
            "was": data["from_name"],
            "benefits": data["benefits"] if is_up else {},
        },
    )


def tell_of_grace(activity: Activity) -> None:
    """How many points are missing to stay, and until when there is time."""
    data = activity.data
    tell(
        activity,
        kind="loyalty.tier_grace",
        to=audiences.only(activity.subject_id),
        path=PATH,
        data={key: data[key] for key in ("name", "below_name", "missing", "until")},
    )


def tell_of_removal(activity: Activity, tier: Tier, *, below: Tier) -> None:
    """That their tier is no longer there, to those who stand on it.

    Called where it is removed, not as a reaction: afterwards nobody knows who they were.
    """
    tell(
        activity,
        kind="loyalty.tier_removed",
        to=tiers.who_stand_on(tier.id),
        path=PATH,
        data={"name": tier.name, "below_name": below.name},
    )
