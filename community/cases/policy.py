"""Who may see and work on cases, who can own them, and who sets up how they are dealt out."""

from collections.abc import Iterable

from community.cases.models import Case
from community.members.models import Member, RoleGrant

# Who answers customers. Administrators hold every role.
ROLES = ("owner", "moderator", "admin")


def can_own_cases(member: Member | None, panel_id: int) -> bool:
    """Active members who hold owner, moderator or admin on the panel or the site."""
    return member is not None and member.is_active and grants_cases(member.standing_roles, panel_id)


def grants_cases(grants: Iterable[RoleGrant], panel_id: int) -> bool:
    """Whether one of the grants makes its holder somebody who answers for this panel."""
    return any(grant.role in ROLES and grant.panel_id in (None, panel_id) for grant in grants)


def can_see_case(viewer: Member | None, case: Case) -> bool:
    """Those who answer for its panel, its process owner, and whom it was escalated to."""
    if viewer is None or not viewer.is_active:
        return False
    return can_own_cases(viewer, case.panel_id) or viewer.id in (case.process_owner_id, case.escalated_to_id)


def can_answer_case(viewer: Member | None, case: Case) -> bool:
    """Reply, promise and resolve: those who answer for its panel, and whom it was escalated to."""
    if viewer is None or not viewer.is_active:
        return False
    return can_own_cases(viewer, case.panel_id) or viewer.id == case.escalated_to_id


def can_assign_case(viewer: Member | None, case: Case) -> bool:
    """Put it on somebody's desk, or combine it with another: whoever may answer it."""
    return can_answer_case(viewer, case)


def can_work_on_cause(viewer: Member | None, case: Case) -> bool:
    """Write down cause and fix: all who see the case, first of all its process owner."""
    return can_see_case(viewer, case)


def can_set_up_routing(viewer: Member | None) -> bool:
    """Rules, service levels, working hours and teams are for administrators of the site."""
    return viewer is not None and viewer.is_active and viewer.holds_role("admin")


def can_keep_templates(viewer: Member | None) -> bool:
    """The words all replies can begin with are kept by those who answer for the whole site."""
    if viewer is None or not viewer.is_active:
        return False
    return any(viewer.holds_role(role) for role in ROLES)


def can_set_absence(viewer: Member | None, member: Member) -> bool:
    """Everybody says when they are away themselves; administrators of the site say it for all."""
    return viewer is not None and viewer.is_active and (viewer.id == member.id or viewer.holds_role("admin"))
