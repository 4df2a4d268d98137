"""Who may read what people said, correct what was read in it, and teach the site."""

from community.members.models import Member

# Roles that open feedback, on the whole site or on the panel; administrators hold every role.
READERS = ("moderator", "owner", "analyst")
CORRECTORS = ("moderator", "owner")
OWNERS = ("owner", "moderator")


def can_read_item(viewer: Member | None, panel_id: int) -> bool:
    """Staff of the panel or of the site; for everybody else the item does not exist."""
    return _holds_one(viewer, READERS, panel_id)


def can_correct_item(viewer: Member | None, panel_id: int) -> bool:
    """Owners and moderators say what a text is; analysts only read."""
    return _holds_one(viewer, CORRECTORS, panel_id)


def can_import(viewer: Member | None, panel_id: int) -> bool:
    """Whoever reads a panel's feedback may bring in what its customers said elsewhere."""
    return _holds_one(viewer, READERS, panel_id)


def can_edit_topics(viewer: Member | None) -> bool:
    """The tree of topics is one for all panels, so it is kept by administrators of the site."""
    return viewer is not None and viewer.holds_role("admin")


def can_teach_site(viewer: Member | None) -> bool:
    """What is read in every panel (words, models, bars) is for owners and moderators of the whole site."""
    return _holds_one(viewer, CORRECTORS, None)


def can_own(member: Member, panel_id: int | None = None) -> bool:
    """Whether feedback of this panel, or of any without one, may land on the member's desk."""
    if panel_id is None:
        return member.is_active and member.holds_any_role(OWNERS)
    return member.is_active and _holds_one(member, OWNERS, panel_id)


def _holds_one(viewer: Member | None, roles: tuple[str, ...], panel_id: int | None) -> bool:
    return viewer is not None and any(viewer.holds_role(role, panel_id) for role in roles)
