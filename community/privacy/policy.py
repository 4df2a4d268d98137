"""Who may say how long things are kept, and see who was forgotten."""

from community.members.models import Member
from community.panels.models import Panel


def can_set_retention(viewer: Member | None, panel: Panel | None) -> bool:
    """Administrators: of the site everywhere, of a panel there."""
    if viewer is None or not viewer.is_active:
        return False
    return viewer.holds_role("admin", panel.id if panel is not None else None)


def can_see_erasures(viewer: Member | None) -> bool:
    """Administrators of the whole site: it is they who keep the backups."""
    return can_set_retention(viewer, None)
