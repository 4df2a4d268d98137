"""Who may build, read and take away reports: the one place that knows roles."""

from collections.abc import Collection

from community.members.models import Member

# Administrators hold every role.
BUILDERS = ("analyst",)
READERS = ("analyst", "owner")


def can_read_report(viewer: Member | None, panel_ids: Collection[int]) -> bool:
    """Those who read reports on the site, or on every panel whose people are in it."""
    return _holds(viewer, READERS, panel_ids)


def can_build_report(viewer: Member | None, panel_ids: Collection[int]) -> bool:
    """Analysts of the site, or of every panel that the report is about."""
    return _holds(viewer, BUILDERS, panel_ids)


def can_export_people(viewer: Member | None, panel_ids: Collection[int]) -> bool:
    """Names and addresses leave the house only with those who keep the members of the whole site."""
    return viewer is not None and viewer.is_active and viewer.holds_role("admin")


def _holds(viewer: Member | None, roles: Collection[str], panel_ids: Collection[int]) -> bool:
    if viewer is None or not viewer.is_active:
        return False
    if any(viewer.holds_role(role) for role in roles):
        return True
    return bool(panel_ids) and all(
        any(viewer.holds_role(role, panel_id) for role in roles) for panel_id in panel_ids
    )
