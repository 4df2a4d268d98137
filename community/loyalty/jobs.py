"""What follows by itself: thanks for many members, points that have waited long enough, tiers, warnings."""

from community.activity.models import Activity
from community.loyalty.actions import awarding, checking, expiring, fulfilling, tiering, warning


def thank_portion(activity: Activity) -> None:
    """Thank the members of one portion."""
    awarding.thank_portion(activity)


def mature_waiting() -> None:
    """Give what has waited long enough."""
    awarding.mature_waiting()


def count_for_tier(activity: Activity) -> None:
    """Points were given or taken back: the member may stand on another tier now."""
    tiering.count(activity.data["member_id"])


def count_everybody_anew(activity: Activity) -> None:
    """The programme was changed: if it is how tiers are counted, everybody is counted once more."""
    if any(name.startswith("tier_") for name in activity.data["changed"]):
        tiering.count_anew()


def count_due_for_tiers() -> None:
    """Periods end, days of grace are over, tiers were changed: members go up or down."""
    tiering.count_due()


def warn_of_expiry() -> None:
    """Points expire soon: their members are told."""
    warning.warn_of_expiry()


def expire_due() -> None:
    """Points whose time is over go."""
    expiring.expire_due()


def check_books() -> None:
    """The books are added up anew."""
    checking.check_books()


def forget_addresses() -> None:
    """Forget where things were sent to, once that is long enough ago."""
    fulfilling.forget_addresses()
