"""What follows by itself: panels keep up with the segments that decide who is in them."""

from community.activity.models import Activity
from community.members.actions import give_aliases
from community.panels import actions, queries


def follow_all_segments() -> None:
    """Let members enter and leave as they, or only the days, have changed."""
    for panel_id in queries.list_following_panel_ids():
        actions.follow_segment(panel_id)


def follow_member(activity: Activity) -> None:
    """A member's profile has changed: they enter and leave at once."""
    for panel_id in queries.list_following_panel_ids():
        actions.follow_segment(panel_id, member_id=activity.actor_id)


def follow_panel(activity: Activity) -> None:
    """A panel was opened or changed: its people come in line."""
    actions.follow_segment(activity.subject_id)


def name_members(activity: Activity | None = None) -> None:
    """Where a panel shows aliases, all members have one: at once when it begins to, and by the clock."""
    if queries.shows_aliases():
        give_aliases()


def follow_changed_segment(activity: Activity) -> None:
    """A segment was changed: the panels it decides come in line."""
    for panel_id in queries.list_following_panel_ids(segment_id=activity.subject_id):
        actions.follow_segment(panel_id)
