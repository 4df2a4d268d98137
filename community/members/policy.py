"""Who may do what with accounts and roles."""

from community.members.models import Member


def can_manage_members(viewer: Member | None) -> bool:
    """People, their roles and the profile questions are for administrators of the whole site."""
    return viewer is not None and viewer.is_active and viewer.holds_role("admin")


def can_grant_role(viewer: Member | None, member: Member) -> bool:
    """Roles are given to people who are here."""
    return can_manage_members(viewer) and member.is_active


def can_suspend_member(viewer: Member | None, member: Member) -> bool:
    """Nobody suspends themselves, and who is gone cannot be suspended."""
    return (
        viewer is not None
        and can_manage_members(viewer)
        and viewer.id != member.id
        and member.state == "active"
    )


def can_reinstate_member(viewer: Member | None, member: Member) -> bool:
    """Only who is suspended can be let in again."""
    return can_manage_members(viewer) and member.state == "suspended"
