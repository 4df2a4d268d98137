"""Who may moderate what, decide about whom, and read which decisions: the one place that knows roles."""

from collections.abc import Collection

from community.members.models import Member, RoleGrant
from community.moderation.models import Appeal, Decision, QueueItem

# Administrators hold every role.
ROLES = ("moderator", "admin")


def can_moderate(viewer: Member | None, panel_id: int | None) -> bool:
    """Moderators of the panel and of the site; what belongs to no panel is for those of the site."""
    return viewer is not None and viewer.is_active and viewer.holds_role("moderator", panel_id)


def panels_moderated(grants: Collection[RoleGrant]) -> set[int] | None:
    """The panels that these grants let one moderate; None is all, and what belongs to no panel."""
    moderating = [grant for grant in grants if grant.role in ROLES]
    if any(grant.panel_id is None for grant in moderating):
        return None
    return {grant.panel_id for grant in moderating if grant.panel_id is not None}


def can_see_item(viewer: Member | None, item: QueueItem) -> bool:
    """What waits is seen by those who moderate where it belongs."""
    return can_moderate(viewer, item.panel_id)


def can_decide_item(viewer: Member | None, item: QueueItem) -> bool:
    """Those who moderate there, but nobody about their own words, nor what is appealed against them."""
    if viewer is not None and viewer.id in item.data.get("against_ids", ()):
        return False
    return can_decide_about(viewer, panel_id=item.panel_id, author_id=item.author_id)


def can_decide_about(viewer: Member | None, *, panel_id: int | None, author_id: int | None) -> bool:
    """Those who moderate there, but nobody about their own words."""
    return can_moderate(viewer, panel_id) and viewer is not None and viewer.id != author_id


def can_decide_appeal(viewer: Member | None, appeal: Appeal) -> bool:
    """Another moderator than the one whose decision it is against, and not the one who appeals.

    A suspension closes the whole site, so moderators of the whole site hear what is said against it.
    """
    panel_id = None if appeal.decision.verb == "suspend" else appeal.decision.panel_id
    if viewer is None or not can_moderate(viewer, panel_id):
        return False
    return viewer.id not in (appeal.against_id, appeal.decision.moderator_id, appeal.member_id)


def can_see_decision(viewer: Member | None, decision: Decision) -> bool:
    """Whom it is about, and those who moderate there."""
    if viewer is None:
        return False
    return viewer.id == decision.author_id or can_moderate(viewer, decision.panel_id)


def can_undo(viewer: Member | None, decision: Decision) -> bool:
    """Those who moderate there, but nobody what was decided about themselves."""
    return can_decide_about(viewer, panel_id=decision.panel_id, author_id=decision.author_id)


def can_sanction(viewer: Member | None, member: Member, *, panel_id: int | None) -> bool:
    """Warn and pause: those who moderate there; never oneself, and administrators only among each other."""
    if viewer is None or viewer.id == member.id or not can_moderate(viewer, panel_id):
        return False
    return not member.holds_role("admin", panel_id) or viewer.holds_role("admin", panel_id)


def can_suspend(viewer: Member | None, member: Member) -> bool:
    """A suspension closes the whole site, so it is for moderators of the whole site."""
    return can_sanction(viewer, member, panel_id=None)


def can_run_rules(viewer: Member | None, panel_id: int | None) -> bool:
    """Rules and blocked words are set by those who moderate there; the site's by those of the site."""
    return can_moderate(viewer, panel_id)


def can_vouch(viewer: Member | None, member: Member) -> bool:
    """Trust holds everywhere, so moderators of the site answer for a member; nobody for themselves."""
    return can_moderate(viewer, None) and viewer is not None and viewer.id != member.id
