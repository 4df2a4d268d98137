"""What members earn by arriving: a profile that is filled in, and a friend who came and has become active."""

from community.activity.models import Activity
from community.loyalty.actions import awarding, referring
from community.loyalty.referring import FIRST_CONTRIBUTIONS
from community.members import queries as members


def note_friend(activity: Activity) -> None:
    """A member joined, maybe by somebody's link."""
    friend = members.get_member(activity.subject_id)
    if referring.note_friend(friend, code=activity.data.get("came_by") or "") is not None:
        referring.count_friend(friend)


def follow_profile(activity: Activity) -> None:
    """A profile was changed, or its address confirmed: once everything is answered it gives points."""
    if members.has_answered_all(activity.subject_id):
        awarding.thank(
            "profile_completed",
            member_id=activity.subject_id,
            source=("member", activity.subject_id),
            title="",
            path="/me/profile",
        )


def follow_verified(activity: Activity) -> None:
    """An address was confirmed: maybe that was missing for a friend to count."""
    referring.count_friend(members.get_member(activity.subject_id))


def follow_matured(activity: Activity) -> None:
    """Points were given: if it is a friend's first accepted contribution, they are active now."""
    if activity.data["rule"] in FIRST_CONTRIBUTIONS:
        referring.count_friend(members.get_member(activity.data["member_id"]))
