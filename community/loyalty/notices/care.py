"""Staff hear of what needs them in the books, and members of what was adjusted by hand."""

from community.activity.models import Activity
from community.loyalty.queries import audiences
from community.notifications.actions import tell


def tell_of_mismatch(activity: Activity) -> None:
    """The alarm: that the books do not add up, to all administrators of the site."""
    tell(
        activity,
        kind="loyalty.mismatched",
        to=audiences.who_run_loyalty(),
        path="/staff/rewards/books",
        data={"count": activity.data["mismatch_count"]},
    )


def tell_of_asking(activity: Activity) -> None:
    """That an adjustment needs a second person, to those who can be one."""
    tell(
        activity,
        kind="loyalty.adjustment_asked",
        to=audiences.who_run_loyalty(besides=activity.data["member_id"]),
        path="/staff/rewards/adjustments",
        data={"amount": activity.data["amount"]},
    )


def tell_of_refusal(activity: Activity) -> None:
    """That a colleague said no, to whoever had asked."""
    tell(
        activity,
        kind="loyalty.adjustment_refused",
        to=audiences.only(activity.data["asked_by_id"]),
        path="/staff/rewards/adjustments",
        data={"amount": activity.data["amount"], "reason": activity.data["reason"]},
    )


def tell_of_adjustment(activity: Activity) -> None:
    """That points were given or taken by hand, and why, to the member."""
    tell(
        activity,
        kind="loyalty.adjusted",
        to=audiences.only(activity.data["member_id"]),
        path="/me/points/statement",
        data={"amount": activity.data["amount"], "reason": activity.data["reason"]},
    )
