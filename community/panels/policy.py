"""Who may see, enter and run a panel: the one access door of panels and all that hangs on them."""

from datetime import datetime

from community.members.models import Member
from community.panels.models import Membership, Panel


def may_know_of_panel(viewer: Member | None, panel: Panel, membership: Membership | None) -> bool:
    """A private panel does not exist for outsiders; the others may be known to everybody."""
    return panel.visibility != "private" or may_read_panel(viewer, panel, membership)


def may_read_panel(viewer: Member | None, panel: Panel, membership: Membership | None) -> bool:
    """What is said in an open panel is for everybody, in the others for its members and staff."""
    if panel.visibility == "open":
        return True
    return is_in(membership) or works_on_panel(viewer, panel)


def can_take_part(viewer: Member | None, panel: Panel, membership: Membership | None) -> bool:
    """Post, vote and comment: members of the panel and its staff, while the panel is not archived."""
    if viewer is None or panel.archived_at is not None:
        return False
    return is_in(membership) or works_on_panel(viewer, panel)


def can_walk_in(viewer: Member | None, panel: Panel, membership: Membership | None) -> bool:
    """Whether taking part is enough to join, where nothing is asked at the door."""
    return (
        viewer is not None
        and panel.archived_at is None
        and panel.visibility == "open"
        and panel.admission == "anyone"
        and not was_taken_out(membership)
    )


def paused_until(viewer: Member | None, membership: Membership | None, *, now: datetime) -> datetime | None:
    """Until when the viewer only reads here, because moderators had them pause; None if they may write."""
    pauses = [
        row.paused_until for row in (viewer, membership) if row is not None and row.paused_until is not None
    ]
    return max((until for until in pauses if until > now), default=None)


def works_on_panel(viewer: Member | None, panel: Panel) -> bool:
    """Whether the viewer holds any role on this panel or on the whole site."""
    return viewer is not None and any(grant.panel_id in (None, panel.id) for grant in viewer.standing_roles)


def works_on_site(viewer: Member | None) -> bool:
    """Whether the viewer holds any role on the whole site, and so works on every panel."""
    return viewer is not None and any(grant.panel_id is None for grant in viewer.standing_roles)


def can_run_panel(viewer: Member | None, panel: Panel) -> bool:
    """Settings, people, invitations and quotas of a panel are for administrators."""
    return viewer is not None and viewer.holds_role("admin", panel.id)


def can_admit_to_panel(viewer: Member | None, panel: Panel) -> bool:
    """Requests to join are decided by moderators and administrators."""
    return viewer is not None and viewer.holds_role("moderator", panel.id)


def can_create_panel(viewer: Member | None) -> bool:
    """Panels are opened by administrators of the site."""
    return viewer is not None and viewer.holds_role("admin")


def can_edit_segments(viewer: Member | None) -> bool:
    """Segments look at all members, so they are for analysts and administrators of the whole site."""
    return viewer is not None and viewer.holds_role("analyst")


def can_count_members(viewer: Member | None) -> bool:
    """Whom a rule means is counted for those who edit segments, and for those who set a panel's places."""
    return viewer is not None and viewer.holds_any_role(("analyst",))


def is_in(membership: Membership | None) -> bool:
    """Whether the membership stands today."""
    return membership is not None and membership.left_at is None


def was_taken_out(membership: Membership | None) -> bool:
    """Whether staff ended the membership; such a member comes back only if staff let them in."""
    return membership is not None and membership.left_at is not None and membership.left_by == "staff"
