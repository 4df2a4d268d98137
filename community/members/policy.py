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


def can_reset_second_step(viewer: Member | None, member: Member, *, is_connected: bool) -> bool:
    """Administrators help others who lost what they sign in with; their own is for somebody else to reset.

    `is_connected` if a provider opens the account: who has taken it over may have brought their own.
    """
    return (
        viewer is not None
        and can_manage_members(viewer)
        and viewer.id != member.id
        and (member.second_step_since is not None or is_connected)
    )
