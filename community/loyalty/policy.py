"""Who may look after points and rewards: the one place that knows roles."""

from collections.abc import Collection

from community.loyalty.models import Award, Ring
from community.members.models import Member, RoleGrant

# Who says whether a contribution counts. Administrators hold every role.
AWARD_ROLES = ("moderator", "owner")
# Everybody who finds something to do under /staff/rewards.
STAFF_ROLES = (*AWARD_ROLES, "admin")


def can_run_loyalty(viewer: Member | None) -> bool:
    """Rules, catalogue, tiers, settings, adjustments and the books are for administrators of the site."""
    return viewer is not None and viewer.is_active and viewer.holds_role("admin")


def can_fulfil(viewer: Member | None) -> bool:
    """Hand rewards over, or give points back: owners and administrators of the site."""
    return viewer is not None and viewer.is_active and viewer.holds_role("owner")


def can_decide_redemption(viewer: Member | None, member_id: int) -> bool:
    """Those who hand rewards over, but nobody what they redeemed themselves."""
    return can_fulfil(viewer) and viewer is not None and viewer.id != member_id


def can_decide_awards(viewer: Member | None, panel_id: int | None) -> bool:
    """Points of a panel are decided by its moderators and owners, those of none by the site's."""
    if viewer is None or not viewer.is_active:
        return False
    return any(viewer.holds_role(role, panel_id) for role in AWARD_ROLES)


def can_decide_award(viewer: Member | None, award: Award) -> bool:
    """Those who decide for its panel, but nobody about their own points."""
    return can_decide_awards(viewer, award.panel_id) and viewer is not None and viewer.id != award.member_id


def panels_of_awards(grants: Collection[RoleGrant]) -> set[int] | None:
    """The panels about whose points these grants let one decide; None is all, and those of no panel."""
    deciding = [grant for grant in grants if grant.role in STAFF_ROLES]
    if any(grant.panel_id is None for grant in deciding):
        return None
    return {grant.panel_id for grant in deciding if grant.panel_id is not None}


def can_adjust(viewer: Member | None, member_id: int) -> bool:
    """Ask for points to be given or taken: whoever runs the programme, but never for themselves."""
    return can_run_loyalty(viewer) and viewer is not None and viewer.id != member_id


def can_decide_adjustment(viewer: Member | None, *, asked_by_id: int, member_id: int) -> bool:
    """A second person: neither who asked, nor who would get the points or lose them."""
    if viewer is None or not can_run_loyalty(viewer):
        return False
    return viewer.id not in (asked_by_id, member_id)


def can_judge_circle(viewer: Member | None, ring: Ring) -> bool:
    """Whoever runs the programme, and is not in the circle."""
    if viewer is None or not can_run_loyalty(viewer):
        return False
    return viewer.id not in (ring.member_id, *ring.partner_ids)
