"""Members hear of points that will expire while there is time to spend them."""

from community.activity.models import Activity
from community.loyalty.queries import audiences
from community.notifications.actions import tell


def tell_of_expiring(activity: Activity) -> None:
    """How many points expire, and when."""
    tell(
        activity,
        kind="loyalty.points_expiring",
        to=audiences.only(activity.subject_id),
        path="/me/points",
        data={"points": activity.data["points"], "expires_at": activity.data["expires_at"]},
    )
