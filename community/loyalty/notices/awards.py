"""Members are told when points do not come, or are taken back, and why; what comes stands on their page."""

from community.activity.models import Activity
from community.loyalty.queries import audiences, awards
from community.notifications.actions import tell


def tell_of_denial(activity: Activity) -> None:
    """That points which were pending do not come; a mark that somebody took back is no news."""
    if activity.data["reason"] != "support_withdrawn":
        _tell(activity, "loyalty.denied")


def tell_of_taking_back(activity: Activity) -> None:
    """That points which were given are taken back."""
    _tell(activity, "loyalty.clawed_back")


def _tell(activity: Activity, kind: str) -> None:
    award = awards.get_award(activity.subject_id)
    tell(
        activity,
        kind=kind,
        to=audiences.only(award.member_id),
        path="/me/points/statement",
        data={
            "rule": award.rule,
            "title": award.title,
            "points": award.points,
            "reason": award.reason,
            "note": award.note,
        },
        # They are the member's own, also once they have left the panel.
        needs_panel=False,
    )
